"""Rules of roles: what they come to, rings refused, and that nobody gives what he or she doesn't hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.actor import Actor
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.people import role_rules
from shared.people.permission_catalogue import catalogue, lets, why_not
from shared.people.permissions import BUILT_IN_GRANTS, holds_all_of, may_assign_roles, may_change_person, may_edit_roles
from shared.people.role_commands import PAYLOADS, PROJECTIONS, TYPE_VERSIONS, new_role
from shared.people.role_rules import chain, flattened, grants_of, heirs, is_role_key, role_fault, role_id, role_key
from shared.people.vocabulary import BUILT_IN_ROLES, PLATFORM_ONLY, ROLE, Permission, Role

ORGANISATION = derived_id("organisation", "test")


def row(key, own=(), inherits=(), **more):
    made = new_role(key, role_id(ORGANISATION, key))
    return {**made, "name": key.replace("_", " ").capitalize(), "own": list(own), "inherits": list(inherits), **more}


def rows(*made):
    built_in = [
        row(str(key), map(str, words), built_in=True, permissions=sorted(map(str, words)))
        for key, words in BUILT_IN_ROLES.items()
    ]
    return {one["key"]: one for one in (*built_in, *made)}


def actor(*words, roles=()):
    return Actor(person_id="p", organisation_id="o", name="A", roles=roles, permissions=frozenset(map(str, words)))


# ------------------------------------------------------------------------------------------------------ catalogue


def test_every_permission_has_one_line_in_the_catalogue():
    words = [line.word for line in catalogue()]
    assert sorted(words) == sorted(Permission)
    assert len({line.lets for line in catalogue()}) == len(words), "each says something of its own"


def test_a_line_says_where_a_permission_belongs_and_what_it_is_for():
    for line in catalogue():
        assert line.area in {"people", "security", "institute", "learning", "timetable", "attendance", "grading",
                             "finance", "admissions"}  # fmt: skip
        assert line.lets[0].isupper()
        assert not line.lets.endswith(".")


def test_what_a_disabled_action_says():
    assert why_not(actor("people.edit"), Permission.PEOPLE_EDIT) is None
    assert why_not(actor("people.see"), Permission.PEOPLE_EDIT, Permission.PEOPLE_SEE) is None
    said = why_not(actor(), Permission.ROLES_EDIT)
    assert said == 'Your roles don\'t include "Make and edit roles". Ask an administrator.'
    assert lets("a.newer_word") == "a.newer_word"


def test_nobody_but_platform_administrators_reaches_beyond_the_institute():
    holders = {role for role, words in BUILT_IN_ROLES.items() if words & PLATFORM_ONLY}
    assert holders == {Role.PLATFORM_ADMINISTRATOR}


# ------------------------------------------------------------------------------------------------------- flattening


def test_a_role_comes_to_its_own_and_all_that_it_takes_over():
    known = rows(row("a", ["kit.lend"], ["b"]), row("b", ["audit.read"], ["c"]), row("c", ["people.see"]))
    assert flattened("a", known) == {"kit.lend", "audit.read", "people.see"}
    assert flattened("c", known) == {"people.see"}
    assert flattened("nobody", known) == frozenset()


def test_even_a_ring_that_stands_in_the_table_comes_to_an_end():
    known = rows(row("a", ["kit.lend"], ["b"]), row("b", ["audit.read"], ["a"]))
    assert flattened("a", known) == flattened("b", known) == {"kit.lend", "audit.read"}
    assert heirs("a", known) == ["b"]


def test_heirs_are_found_through_any_number_of_steps():
    known = rows(row("a", inherits=["b"]), row("b", inherits=["c"]), row("c"), row("d", inherits=["c"], retired=True))
    assert heirs("c", known) == ["a", "b"], "what is retired inherits nothing any more"
    assert heirs("a", known) == []
    assert chain("a", "c", known) == ("a", "b", "c")
    assert chain("c", "a", known) == ()
    assert chain("nowhere", "a", known) == ()


def test_grants_leave_out_what_is_retired():
    found = grants_of([row("a", permissions=["kit.lend"]), row("b", permissions=["audit.read"], retired=True)])
    assert found["a"] == {"kit.lend"}
    assert "b" not in found
    assert found["registrar"] == BUILT_IN_GRANTS["registrar"]


# --------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (row("a", inherits=["a"]), "can't take itself over"),
        (row("a", inherits=["b"]), "already"),
        (row("a", inherits=["c"]), "already"),
        (row("a", inherits=["nobody"]), "There is no role nobody"),
        (row("a", inherits=["gone"]), "There is no role gone"),
        (row("a", inherits=["platform_administrator"]), "platform administrators only"),
        (row("a", ["platform.organisations"]), "platform administrators only"),
        (row("a", ["people.fly"]), "people.fly isn't a permission"),
        (row("a", name=""), "Enter a name"),
        (row("a", name="   "), "Enter a name"),
        (row("a", name=7), "Enter a name"),
        (row("a", name="x" * 101), "at most 100 letters"),
        (row("a", name="Two\nlines"), "no line breaks"),
        (row("a", name="\u202eEvil"), "no line breaks"),
        (row("a", name="  registrar "), "called"),
        (row("a", name="B"), "called"),
        ({**row("a"), "own": "people.see"}, "list of permissions"),
        ({**row("a"), "inherits": None}, "list of permissions"),
        ({**row("a"), "inherits": [3]}, "list of permissions"),
        (row("a", needs_factor="yes"), "yes or no"),
    ],
)
def test_roles_that_cant_be_saved_are_refused_with_a_sentence(wanted, said):
    known = rows(row("a"), row("b", inherits=["a"]), row("c", inherits=["b"]), row("gone", retired=True))
    assert said in role_fault(wanted, known)


@pytest.mark.parametrize(
    "wanted",
    [
        row("a", ["kit.lend"], ["attendance_officer", "c"]),
        row("a", name="Gone"),
        row("a", name="Ɔkyerɛkyerɛni 🎬 <b>"),
        row("platform_administrator", ["platform.organisations"], built_in=True, name="Operator"),
    ],
)
def test_what_stands_among_the_others_is_saved(wanted):
    known = rows(row("a"), row("b", inherits=["a"]), row("c"), row("gone", retired=True))
    assert role_fault(wanted, known) is None


KEYS = "abcdefgh"


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=40))
def test_no_row_of_savings_leads_to_a_ring(wishes):
    known = rows(*(row(key) for key in KEYS))
    for key, parent in wishes:
        wanted = {**known[key], "inherits": sorted({*known[key]["inherits"], parent})}
        if role_fault(wanted, known) is None:
            known[key] = wanted
    assert all(key not in heirs(key, known) and key not in known[key]["inherits"] for key in KEYS)
    assert all(not chain(parent, key, known) for key in KEYS for parent in known[key]["inherits"])


# ------------------------------------------------------------------------------------------------------------- keys


def test_keys_follow_from_names_and_never_meet_another():
    assert role_key("Lab technician") == "lab_technician"
    assert role_key("Étudiante & más") == "etudiante_mas"
    assert re.fullmatch("role_[0-9a-f]{8}", role_key("研究"))
    assert re.fullmatch("a_[0-9a-f]{8}", role_key("研究 A"))
    assert role_key("=1+1") == "role_1_1"
    assert role_key("Registrar") == "registrar_2"
    assert role_key("Lab", ["lab", "lab_2"]) == "lab_3"
    assert len(role_key("x" * 200)) <= 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Head of the department of photography and film, Kumasi",
            "Head of the department of photography and film, Accra",
        ),
        ("x" * 99 + "a", "x" * 99 + "b"),
        ("x" * 57, "x" * 58),
        ("研究", "学生"),
        ("Nnɔboa", "Nnɛboa"),
        ("研究 A", "A"),
    ],
)
def test_names_that_differ_somewhere_have_keys_that_differ_whoever_makes_them(one, other):
    assert role_key(one) != role_key(other)
    assert is_role_key(role_key(one))
    assert is_role_key(role_key(one, [role_key(one)])), "with a number, too"


def test_a_name_has_one_key_however_it_is_written():
    assert role_key("y" * 80) == role_key(f"  {'Y' * 80} ")
    assert role_key("Ɛ" + "e\u0301" * 60) == role_key("ɛ" + "\u00e9" * 60)
    same = {"technician": {**new_role("technician", "1"), "name": "Caf\u00e9"}}
    assert "already" in str(role_fault({**new_role("other", "2"), "name": "CAFE\u0301", "own": []}, same))


@given(st.text(max_size=120))
def test_every_name_has_a_key_that_can_be_one(name):
    assert is_role_key(role_key(name))


@pytest.mark.parametrize("key", ["", "A", "a-b", "a b", "1a", "é", "x" * 61, None, 7, "a\n"])
def test_what_is_no_key(key):
    assert not is_role_key(key)


# ----------------------------------------------------------------------------------------- nobody gives what he lacks


def test_roles_are_given_only_by_those_who_hold_all_that_they_allow():
    known = grants_of([row("small", permissions=["kit.lend"]), row("great", permissions=["roles.edit", "audit.read"])])
    human_resources = actor("roles.assign", "people.edit", "kit.lend")
    assert may_assign_roles(human_resources, ["small", "student"], known)
    assert not may_assign_roles(human_resources, ["small", "great"], known)
    assert not may_assign_roles(human_resources, ["administrator"], known)
    assert not may_assign_roles(human_resources, ["unheard_of"], known)
    assert not may_assign_roles(actor("kit.lend"), ["small"], known)


def test_platform_administrators_are_made_by_their_like_only():
    everything = actor(*Permission)
    assert not holds_all_of(everything, ["platform_administrator"])
    like = actor(*Permission, roles=("platform_administrator",))
    assert holds_all_of(like, ["platform_administrator", "administrator"])
    assert not may_change_person(everything, frozenset({"platform_administrator"}))


def test_staff_are_changed_by_those_who_hold_what_they_hold():
    helper = actor("roles.assign", "people.edit", *BUILT_IN_ROLES[Role.INSTRUCTOR])
    assert may_change_person(helper, frozenset({"instructor"}))
    assert not may_change_person(helper, frozenset({"administrator"})), "else he would set the administrator's password"
    assert may_change_person(helper, frozenset({"student"}))
    assert may_edit_roles(actor("roles.edit"))
    assert not may_edit_roles(helper)


# ------------------------------------------------------------------------------------------------------ projections


def command(kind, target, payload):
    return Command(
        id=derived_id("command", kind), device_id=derived_id("d"), install_epoch=1, device_seq=1, type=kind,
        type_version=1, target_id=target, payload=payload, observed_at="2026-11-20T08:30:00.000Z",
    )  # fmt: skip


def test_what_waits_to_be_saved_is_shown_as_it_will_be():
    target = role_id(ORGANISATION, "lab")
    changes = {"name": {"new": "Lab"}, "own": {"new": ["kit.lend"]}}
    made = PROJECTIONS["SaveRole"](command("SaveRole", target, {"key": "lab", "changes": changes}), lambda *_: None)
    body = made[0].body
    assert (made[0].kind, body["key"], body["name"], body["permissions"]) == (ROLE, "lab", "Lab", ["kit.lend"])
    known = {**body, "own": ["kit.lend", "audit.read"], "permissions": ["audit.read", "kit.lend", "people.see"]}
    later = PROJECTIONS["SaveRole"](command("SaveRole", target, {"key": "lab", "changes": changes}), lambda *_: known)
    assert later[0].body["permissions"] == ["kit.lend", "people.see"], "inherited ones stay, the one taken away goes"
    renamed = {"key": "lab", "changes": {"name": {"new": "Workshop"}}}
    again = PROJECTIONS["SaveRole"](command("SaveRole", target, renamed), lambda *_: known)
    assert (again[0].body["name"], again[0].body["permissions"]) == ("Workshop", known["permissions"])


def test_what_waits_to_be_taken_away_is_shown_as_gone():
    target = role_id(ORGANISATION, "lab")
    made = PROJECTIONS["RemoveRole"](command("RemoveRole", target, {}), lambda *_: row("lab"))
    assert made[0].body["retired"] is True
    assert PROJECTIONS["RemoveRole"](command("RemoveRole", target, {}), lambda *_: None) == []
    assert set(PAYLOADS) == set(TYPE_VERSIONS) == set(PROJECTIONS)
    assert role_rules.FIELDS == ("name", "own", "inherits", "needs_factor")
