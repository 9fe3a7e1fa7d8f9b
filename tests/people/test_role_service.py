"""Roles of the institute's own, and the last administrator: through the door, on both databases."""

import json
import threading

import pytest

from server.core.database import Database
from server.people import role_upkeep
from server.people.role_kind import grants_in, read_roles
from shared.people.role_rules import flattened, role_id
from shared.people.vocabulary import BUILT_IN_ROLES, Permission, Role
from tests.institute import Device, Institute, targets


@pytest.fixture
def office(institute: Institute) -> Device:
    return institute.device("office", Role.ADMINISTRATOR, "Efua Boss")


def save(by: Device, key: str, base: str | None = None, **wanted):
    given = {"name": key.title(), **wanted} if base is None else wanted
    changes = {name: {"old": None, "new": value} for name, value in given.items()}
    return by.do("SaveRole", role_id(by.actor.organisation_id, key), {"key": key, "changes": changes}, base)


def rows(institute: Institute):
    with institute.parts.database.read() as db:
        return read_roles(db, institute.organisation_id)


def roles_of(institute: Institute, person_id: str):
    with institute.parts.database.read() as db:
        found = db.rows(
            "SELECT role_key FROM person_role WHERE organisation_id = :o AND person_id = :id",
            o=institute.organisation_id,
            id=person_id,
        )
    return sorted(row[0] for row in found)


def give(by: Device, person_id: str, *roles: str):
    with by.institute.parts.database.read() as db:
        sql = "SELECT roles FROM person WHERE organisation_id = :o AND id = :id"
        row = db.one(sql, o=by.institute.organisation_id, id=person_id)
    return by.do("SetPersonRoles", person_id, {"roles": list(roles), "old_roles": json.loads(row[0]) if row else []})


def suspend(by: Device, person_id: str, *more: str):
    wanted = {"state": "suspended", "old_state": "active"}
    return by.do("SetPersonState", person_id, wanted, more_targets=targets(*more))


def holder_of(institute: Institute, key: str, *words: str) -> Device:
    """Someone at a device who holds exactly these words."""
    made = institute.device(key, Role.STUDENT, f"{key.title()} Person")
    made.actor = made.actor.model_copy(update={"permissions": frozenset(map(str, words)), "roles": (key,)})
    return made


# --------------------------------------------------------------------------------------------------------- saving


def test_a_new_organisation_has_the_built_in_roles_as_rows(institute):
    found = rows(institute)
    assert set(found) == set(Role)
    for key, words in BUILT_IN_ROLES.items():
        assert set(found[key]["permissions"]) == words
        assert (found[key]["id"], found[key]["built_in"]) == (role_id(institute.organisation_id, key), True)


def test_a_role_comes_to_its_own_and_what_it_takes_over_and_follows_its_changes(institute, office):
    assert save(office, "lab", own=["kit.manage"], inherits=["attendance_officer"]).verdict == "applied"
    outcome = save(office, "head", own=["audit.read"], inherits=["lab"])
    assert outcome.verdict == "applied"
    officer = {str(word) for word in BUILT_IN_ROLES[Role.ATTENDANCE_OFFICER]}
    assert set(rows(institute)["head"]["permissions"]) == officer | {"kit.manage", "audit.read"}
    first = rows(institute)["lab"]["revision"]
    assert save(office, "lab", first, own=["people.export"]).verdict == "applied"
    found = rows(institute)
    assert set(found["head"]["permissions"]) == officer | {"people.export", "audit.read"}
    assert set(found["head"]["permissions"]) == flattened("head", found)
    assert found["lab"]["name"] == "Lab", "what wasn't changed stays"


def test_a_change_of_a_role_changes_what_anyone_may_see(institute, office):
    with institute.parts.database.read() as db:
        before = db.one("SELECT access_revision FROM feed_head WHERE organisation_id = :o", o=institute.organisation_id)
    save(office, "lab", own=["core.see_all"])
    with institute.parts.database.read() as db:
        after = db.one("SELECT access_revision FROM feed_head WHERE organisation_id = :o", o=institute.organisation_id)
    assert after[0] > before[0]


def test_two_savings_in_one_batch_cannot_close_a_ring(institute, office):
    save(office, "a")
    save(office, "b")
    found, home = rows(institute), institute.organisation_id
    commands = [
        office.command(
            "SaveRole",
            role_id(home, one),
            {"key": one, "changes": {"inherits": {"old": [], "new": [other]}}},
            found[one]["revision"],
        )
        for one, other in (("a", "b"), ("b", "a"))
    ]
    assert [outcome.verdict for outcome in office.send(*commands)] == ["applied", "rejected"]
    assert rows(institute)["b"]["inherits"] == []


@pytest.mark.parametrize(
    ("key", "wanted", "code"),
    [
        ("selfish", {"inherits": ["selfish"]}, "field_invalid"),
        ("lost", {"inherits": ["nobody"]}, "field_invalid"),
        ("odd", {"own": ["people.fly"]}, "field_invalid"),
        ("platform", {"own": ["platform.organisations"]}, "field_invalid"),
        ("platform", {"inherits": ["platform_administrator"]}, "field_invalid"),
        ("Bad Key", {}, "field_invalid"),
        ("strange", {"built_in": True}, "field_unknown"),
        ("strange", {"permissions": ["people.see"]}, "field_unknown"),
        ("registrar", {"own": ["audit.read"]}, "role_built_in"),
    ],
)
def test_what_cannot_be_a_role_is_refused_with_a_sentence(institute, office, key, wanted, code):
    before = rows(institute)
    outcome = save(office, key, None if key != "registrar" else before[key]["revision"], **wanted)
    assert (outcome.verdict, outcome.code) == ("rejected", code)
    assert outcome.message.endswith(".")
    assert rows(institute) == before


def test_a_role_under_anothers_id_is_refused(institute, office):
    payload = {"key": "lab", "changes": {"name": {"new": "Lab"}}}
    outcome = office.do("SaveRole", institute.parts.new_id(), payload)
    assert (outcome.verdict, outcome.code) == ("rejected", "role_unknown")


def test_built_in_roles_take_another_name_and_a_second_factor(institute, office):
    base = rows(institute)["instructor"]["revision"]
    assert save(office, "instructor", base, name="Trainer", needs_factor=True).verdict == "applied"
    found = rows(institute)["instructor"]
    assert (found["name"], found["needs_factor"]) == ("Trainer", True)
    assert set(found["permissions"]) == BUILT_IN_ROLES[Role.INSTRUCTOR]


def test_two_who_change_a_role_unseen_are_asked(institute, office):
    other = institute.device("other", Role.ADMINISTRATOR, "Yaw Boss")
    save(office, "lab", own=["kit.lend"])
    base = rows(institute)["lab"]["revision"]
    changes = {"own": {"old": ["kit.lend"], "new": ["kit.manage"]}}
    target = role_id(institute.organisation_id, "lab")
    assert office.do("SaveRole", target, {"key": "lab", "changes": changes}, base).verdict == "applied"
    changes = {"own": {"old": ["kit.lend"], "new": ["audit.read"]}, "name": {"old": "Lab", "new": "Workshop"}}
    met = other.do("SaveRole", target, {"key": "lab", "changes": changes}, base)
    assert met.verdict == "conflict"
    assert (rows(institute)["lab"]["name"], rows(institute)["lab"]["own"]) == ("Workshop", ["kit.manage"])
    choice = {"choices": {"own": met.command_id}}
    assert office.do("SettleConflict", met.conflict_id, choice).verdict == "applied"
    assert rows(institute)["lab"]["own"] == rows(institute)["lab"]["permissions"] == ["audit.read"]


# ---------------------------------------------------------------------------------- nobody gives what he doesn't hold


def test_nobody_makes_or_changes_a_role_above_himself(institute, office):
    maker = holder_of(institute, "maker", "roles.edit", "kit.lend")
    assert save(maker, "small", own=["kit.lend"]).verdict == "applied"
    refused = save(maker, "great", own=["audit.read"])
    assert (refused.code, refused.message) == ("not_allowed", "A role can't allow what you may not do yourself.")
    assert save(maker, "sly", inherits=["administrator"]).code == "not_allowed"
    save(office, "keeper", own=["audit.read"])
    base = rows(institute)["keeper"]["revision"]
    assert save(maker, "keeper", base, own=[]).code == "not_allowed", "nor takes from one that is above"
    base = rows(institute)["administrator"]["revision"]
    assert save(maker, "administrator", base, needs_factor=True).code == "not_allowed"
    assert save(institute.registrar, "mine", own=["people.see"]).code == "not_allowed"


def test_a_role_that_others_take_over_cannot_grow_above_its_maker_through_them(institute, office):
    maker = holder_of(institute, "maker", "roles.edit", "kit.lend", "kit.manage")
    save(office, "base", own=["kit.lend"])
    save(office, "high", own=["audit.read"], inherits=["base"])
    base = rows(institute)["base"]["revision"]
    assert save(maker, "base", base, own=["kit.manage"]).code == "not_allowed"


def test_roles_are_given_and_taken_by_those_who_hold_them(institute, office):
    save(office, "lab", own=["kit.manage"])
    save(office, "keeper", own=["audit.read"])
    student = institute.students[0]
    helper = holder_of(institute, "helper", "roles.assign", "people.edit", "kit.manage")
    assert give(helper, student, "student", "keeper").code == "not_allowed"
    assert give(helper, helper.actor.person_id, "administrator").code == "not_allowed", "nobody promotes himself"
    assert give(helper, student, "student", "lab").verdict == "applied"
    assert roles_of(institute, student) == ["lab", "student"]
    assert give(office, student, "student", "keeper").verdict == "applied"
    assert give(helper, student, "student").code == "not_allowed", "nor takes what he couldn't give"
    assert give(office, student, "unheard_of").code == "not_allowed"
    assert suspend(helper, office.actor.person_id).code == "not_allowed"


def test_a_person_is_added_with_a_role_of_the_institutes_own(institute, office):
    save(office, "lab", own=["kit.manage"])
    new = institute.parts.new_id()
    assert office.do("AddPerson", new, {"given_name": "Abena", "roles": ["lab"]}).verdict == "applied"
    assert roles_of(institute, new) == ["lab"]
    other = institute.parts.new_id()
    assert office.do("AddPerson", other, {"given_name": "Esi", "roles": ["unheard_of"]}).code == "not_allowed"
    assert institute.registrar.do("AddPerson", other, {"given_name": "Esi", "roles": ["lab"]}).code == "not_allowed"


def test_letting_a_held_change_pass_promotes_nobody(institute, office):
    new = institute.parts.new_id()
    held = give(institute.registrar, new, "administrator")
    assert held.verdict == "held"
    institute.registrar.do("AddPerson", new, {"given_name": "Sly"})
    passing = institute.registrar.do("SettleConflict", held.conflict_id, {"choices": {"held": "accept"}})
    assert (passing.verdict, passing.code) == ("rejected", "not_allowed")
    assert roles_of(institute, new) == ["student"]


def test_platform_administrators_are_made_by_their_like_only(institute, office):
    student = institute.students[0]
    assert give(office, student, "platform_administrator").code == "not_allowed"
    assert give(institute.system, student, "platform_administrator").verdict == "applied"
    assert give(office, student, "student").code == "not_allowed"
    assert suspend(office, student).code == "not_allowed"


# --------------------------------------------------------------------------------------------------------- taking away


def test_a_role_goes_only_when_nobody_needs_it(institute, office):
    save(office, "lab", own=["kit.manage"])
    save(office, "head", inherits=["lab"])
    give(office, institute.students[0], "lab")
    lab, head = (role_id(institute.organisation_id, key) for key in ("lab", "head"))
    refused = office.do("RemoveRole", lab, {})
    assert (refused.code, refused.message) == ("role_in_use", "Head takes this role over. Change that first.")
    assert office.do("RemoveRole", head, {}).verdict == "applied"
    refused = office.do("RemoveRole", lab, {})
    assert (refused.code, refused.details["people"]) == ("role_in_use", 1)
    give(office, institute.students[0], "student")
    assert office.do("RemoveRole", lab, {}).verdict == "applied"
    assert office.do("RemoveRole", lab, {}).verdict == "agreed"
    gone = rows(institute)["lab"]
    assert (gone["retired"], gone["permissions"]) == (True, [])
    assert give(office, institute.students[0], "lab").code == "not_allowed"
    assert save(office, "lab", own=["kit.lend"]).verdict == "applied", "and may come again"
    assert rows(institute)["lab"]["retired"] is False


def test_what_cannot_be_taken_away(institute, office):
    home = institute.organisation_id
    assert office.do("RemoveRole", role_id(home, "cashier"), {}).code == "role_built_in"
    assert office.do("RemoveRole", role_id(home, "nobody"), {}).code == "role_unknown"
    save(office, "keeper", own=["audit.read"])
    assert institute.registrar.do("RemoveRole", role_id(home, "keeper"), {}).code == "not_allowed"
    maker = holder_of(institute, "maker", "roles.edit")
    assert maker.do("RemoveRole", role_id(home, "keeper"), {}).code == "not_allowed"


# --------------------------------------------------------------------------------------------- the last administrator


def test_the_last_administrator_stays(institute, office):
    me = office.actor.person_id
    for outcome in (give(office, me, "registrar"), suspend(office, me), suspend(institute.system, me)):
        assert (outcome.verdict, outcome.code) == ("rejected", "last_administrator")
        assert outcome.message.startswith("This is the last administrator.")
    second = institute.device("second", Role.ADMINISTRATOR, "Yaw Boss")
    assert suspend(second, me).verdict == "applied"
    assert give(second, second.actor.person_id, "student").code == "last_administrator"
    assert second.do("SetPersonState", me, {"state": "active", "old_state": "suspended"}).verdict == "applied"
    assert give(second, second.actor.person_id, "student").verdict == "applied"


def test_of_several_suspended_at_once_one_administrator_is_left(institute, office):
    second = institute.device("second", Role.ADMINISTRATOR, "Yaw Boss")
    command = office.command(
        "SetPersonState",
        second.actor.person_id,
        {"state": "suspended", "old_state": "active"},
        more_targets=targets(office.actor.person_id, institute.students[0]),
    )
    assert [one.verdict for one in office.send(command)] == ["applied", "rejected", "applied"]


def test_an_administrator_by_a_role_of_ones_own_counts(institute, office):
    ruling = ["roles.assign", "organisation.edit", "roles.edit"]
    save(office, "boss", own=ruling)
    save(office, "half", own=["roles.assign"])
    student = institute.students[0]
    give(office, student, "half")
    assert give(office, office.actor.person_id, "student").code == "last_administrator", "half of it isn't enough"
    give(office, student, "boss")
    assert give(office, office.actor.person_id, "student").verdict == "applied"
    boss = holder_of(institute, "boss_device", *ruling)
    base = rows(institute)["boss"]["revision"]
    refused = save(boss, "boss", base, own=["roles.edit"])
    assert (refused.verdict, refused.code) == ("rejected", "last_administrator")
    assert rows(institute)["boss"]["own"] == sorted(ruling)


def test_an_institute_without_administrators_loses_none(institute):
    assert suspend(institute.system, institute.registrar.actor.person_id).verdict == "applied"
    assert give(institute.system, institute.students[0], "instructor").verdict == "applied"


def at_once(institute: Institute, *works):
    """Run works in threads that begin together, each with its own transaction; returns their outcomes."""
    barrier, told = threading.Barrier(len(works), timeout=60), [None] * len(works)

    def run(at):
        barrier.wait()
        told[at] = works[at]()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.parametrize("_round", range(3))
def test_two_administrators_who_demote_each_other_at_once_leave_one(institute, office, _round):
    second = institute.device("second", Role.ADMINISTRATOR, "Yaw Boss")
    told = at_once(
        institute,
        lambda: give(office, second.actor.person_id, "student"),
        lambda: suspend(second, office.actor.person_id),
    )
    assert sorted(outcome.verdict for outcome in told) == ["applied", "rejected"]
    assert {outcome.code for outcome in told} == {None, "last_administrator"}


def test_the_second_waits_for_the_first_and_then_sees_what_it_left(institute, office):
    second = institute.device("second", Role.ADMINISTRATOR, "Yaw Boss")
    parts = institute.parts
    wanted = {"roles": ["student"], "old_roles": ["administrator"]}
    first = office.command("SetPersonRoles", second.actor.person_id, wanted)
    decided, may_commit, told = threading.Event(), threading.Event(), {}

    def slowly(db):
        accepted = parts.door.accept_in(db, office.actor, office.origin, [first])
        decided.set()
        assert may_commit.wait(60)
        return accepted.outcomes

    one = threading.Thread(target=lambda: told.update(first=parts.database.write(slowly)[0].verdict))
    other = threading.Thread(target=lambda: told.update(second=suspend(second, office.actor.person_id).code))
    one.start()
    assert decided.wait(60)
    other.start()
    may_commit.set()
    one.join()
    other.join()
    assert told == {"first": "applied", "second": "last_administrator"}


# --------------------------------------------------------------------------------------------------------- the upkeep


def test_an_update_of_the_program_brings_the_built_in_roles_along(institute, office):
    save(office, "lab", own=["kit.lend"], inherits=["registrar"])
    save(office, "plain", own=["kit.lend"])
    database: Database = institute.parts.database
    older = "UPDATE role SET permissions = '[\"people.see\"]', own = '[\"people.see\"]', name = :n"
    older += " WHERE organisation_id = :o AND key = 'registrar'"
    database.write(lambda db: db.run(older, o=institute.organisation_id, n="Secretary"))
    before = rows(institute)["plain"]["revision"]
    assert role_upkeep.bring_up(institute.parts) >= 1
    found = rows(institute)
    assert set(found["registrar"]["permissions"]) == BUILT_IN_ROLES[Role.REGISTRAR]
    assert found["registrar"]["name"] == "Secretary", "its name is the institute's"
    assert set(found["lab"]["permissions"]) == BUILT_IN_ROLES[Role.REGISTRAR] | {"kit.lend"}
    assert found["plain"]["revision"] == before
    assert role_upkeep.bring_up(institute.parts) == 0, "and then there is nothing to do"


def test_rows_from_before_roles_travelled_are_told_to_every_device(institute):
    database: Database = institute.parts.database
    sql = "UPDATE role SET revision = id WHERE organisation_id = :o"
    database.write(lambda db: db.run(sql, o=institute.organisation_id))
    assert role_upkeep.bring_up(institute.parts) == len(Role)
    assert all(row["revision"] != row["id"] for row in rows(institute).values())


def test_what_the_look_up_reads_is_what_the_rules_say(institute, office):
    save(office, "lab", own=["kit.manage"], inherits=["auditor"])
    with institute.parts.database.read() as db:
        assert grants_in(db, institute.organisation_id)["lab"] == {"kit.manage"} | {
            str(word) for word in BUILT_IN_ROLES[Role.AUDITOR]
        }
    assert set(Permission) >= {word for row in rows(institute).values() for word in row["permissions"]}
