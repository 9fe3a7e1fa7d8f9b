"""What the office does to people, on a real store: what is kept, refused, told and taken back."""

import pytest

from desktop.people.actions import (
    MOST_AT_ONCE,
    add_person,
    edit_person,
    faults,
    set_roles,
    set_state,
    take_back,
    tidy,
)
from desktop.people.store import MOST_HITS, PeopleFilter, count_people, find_people, likely_duplicates, own_changes
from desktop.people.words import field_word, reasons_words, role_word, state_word
from shared.core.errors import CampusError
from shared.people.vocabulary import PERSON, PersonState
from tests.people.desks import ADMINISTRATOR, INSTRUCTOR, REGISTRAR, crowd, person, person_id


def _shown(desk, name):
    return desk.store.get(PERSON, person_id(name))


# ----------------------------------------------------------------------------------------------------------- adding


def test_an_added_person_is_listed_found_and_told(desks):
    made = desks()
    done = add_person(made.desk, {"given_name": " Ama  Adwoa ", "family_name": "Mensah", "phone": "", "number": "S-9"})
    body = made.store.get(PERSON, done.id)
    assert (body["given_name"], body["phone"], body["roles"], body["state"]) == (
        "Ama Adwoa",
        None,
        ["student"],
        "active",
    )
    assert done.words == "Ama Adwoa Mensah added"
    assert [hit.id for hit in made.store.search("adwoa")] == [done.id]
    assert made.store.waiting(PERSON, done.id)
    assert own_changes(made.store, done.id)[0].title == "Added Ama Adwoa Mensah"


def test_taking_an_addition_back_makes_the_person_inactive(desks):
    made = desks()
    done = add_person(made.desk, {"given_name": "Ama"})
    take_back(made.desk, done)
    assert made.store.get(PERSON, done.id)["state"] == "inactive"
    base = made.store.next_request().commands[1].base
    assert base == made.store.next_request().commands[0].id, "the second command follows the first"


def test_what_cannot_be_kept_is_refused_field_by_field_and_nothing_is_saved(desks):
    made = desks()
    with pytest.raises(CampusError) as refused:
        add_person(made.desk, {"given_name": "", "email": "ama@", "phone": "024 555 0137"})
    assert refused.value.code == "field_invalid"
    assert set(refused.value.details["fields"]) == {"given_name", "email"}
    assert made.store.pending().waiting == 0


@pytest.mark.parametrize(
    ("actor", "roles", "allowed"),
    [
        (REGISTRAR, ("student",), True),
        (REGISTRAR, ("instructor",), False),
        (ADMINISTRATOR, ("instructor",), True),
        (INSTRUCTOR, ("student",), False),
    ],
)
def test_only_those_who_may_add(desks, actor, roles, allowed):
    made = desks(actor=actor)
    if allowed:
        assert made.store.get(PERSON, add_person(made.desk, {"given_name": "Ama"}, roles).id)["roles"] == list(roles)
    else:
        with pytest.raises(CampusError, match="Ask the office"):
            add_person(made.desk, {"given_name": "Ama"}, roles)
        assert made.store.pending().waiting == 0


# ---------------------------------------------------------------------------------------------------------- editing


def test_an_edit_names_old_and_new_values_of_what_differs_alone(desks):
    made = desks([person("ama", phone="024 1", email="ama@x.org")])
    done = edit_person(made.desk, _shown(made, "ama"), {"phone": "024 555 0137", "email": "ama@x.org", "number": ""})
    (command,) = made.store.next_request().commands
    assert command.payload == {"changes": {"phone": {"old": "024 1", "new": "024 555 0137"}}}
    assert command.base == person_id("ama")
    take_back(made.desk, done)
    assert _shown(made, "ama")["phone"] == "024 1"
    assert own_changes(made.store, person_id("ama"))[0].title == "Changed phone of Ama Mensah"


def test_nothing_different_is_nothing_to_save(desks):
    made = desks([person("ama", family_name="")])
    assert edit_person(made.desk, _shown(made, "ama"), {"given_name": "Ama ", "family_name": "", "phone": " "}) is None
    assert made.store.pending().waiting == 0


def test_emptying_a_field_is_a_change(desks):
    made = desks([person("ama", phone="024 555 0137", other_names="Adwoa")])
    edit_person(made.desk, _shown(made, "ama"), {"phone": "", "other_names": ""})
    assert (_shown(made, "ama")["phone"], _shown(made, "ama")["other_names"]) == (None, "")


def test_a_bad_edit_is_refused(desks):
    made = desks([person("ama")])
    with pytest.raises(CampusError) as refused:
        edit_person(made.desk, _shown(made, "ama"), {"phone": "12"})
    assert refused.value.details["fields"]["phone"].endswith("Add the missing digits.")


def test_the_office_does_not_edit_staff(desks):
    rows = [person("kofi", roles=["instructor"])]
    made = desks(rows)
    with pytest.raises(CampusError):
        edit_person(made.desk, _shown(made, "kofi"), {"phone": "024 555 0137"})
    administrator = desks(rows, ADMINISTRATOR)
    assert edit_person(administrator.desk, _shown(administrator, "kofi"), {"phone": "024 555 0137"})


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("given_name", " Ama  A ", "Ama A"), ("family_name", None, ""), ("phone", "  ", None), ("number", "S-1", "S-1")],
)
def test_values_are_tidied(name, value, kept):
    assert tidy(name, value) == kept


def test_faults_looks_at_fields_of_people_alone(desks):
    told = {"email": "x is not a mail address. Write it like ama@example.org."}
    assert faults(desks().desk, {"email": "x", "role": "\n"}) == told


# ----------------------------------------------------------------------------------------------------------- states


def test_many_are_set_in_commands_of_at_most_500_and_taken_back_as_they_were(desks):
    rows = [person(place, state="inactive" if place % 3 == 0 else "active") for place in range(700)]
    made = desks(rows)
    done = set_state(made.desk, [body["id"] for _, body in rows], PersonState.SUSPENDED)
    assert done.words == "700 people suspended"
    assert {body["state"] for body in made.store.page(PERSON, limit=-1)} == {"suspended"}
    commands = made.store.next_request().commands
    assert [len(command.targets) for command in commands] == [466, 234]
    assert all(target.base == target.id for command in commands for target in command.targets)
    take_back(made.desk, done)
    assert {body["id"]: body["state"] for body in made.store.page(PERSON, limit=-1)} == {
        body["id"]: body["state"] for _, body in rows
    }


def test_staff_and_oneself_are_left_out_and_counted(desks):
    own = REGISTRAR.person_id
    rows = [person("ama"), person("kofi", roles=["instructor"]), (PERSON, {**person("x")[1], "id": own})]
    made = desks(rows)
    done = set_state(made.desk, [body["id"] for _, body in rows], PersonState.INACTIVE)
    assert (done.words, done.left_out) == ("Ama Mensah is inactive", 2)
    assert made.store.get(PERSON, own)["state"] == "active"


def test_those_in_the_state_already_are_not_touched(desks):
    made = desks([person("ama"), person("kofi", state="inactive")])
    assert set_state(made.desk, [person_id("ama")], PersonState.ACTIVE) is None
    done = set_state(made.desk, [person_id("ama"), person_id("kofi")], PersonState.ACTIVE)
    assert done.words == "Ama Mensah is active"
    assert len(made.store.next_request().commands) == 1


def test_nobody_left_to_change_and_too_many_are_said(desks):
    made = desks([person("kofi", roles=["instructor"])])
    with pytest.raises(CampusError, match="Ask the office"):
        set_state(made.desk, [person_id("kofi")], PersonState.INACTIVE)
    with pytest.raises(CampusError, match="too many at once"):
        set_state(made.desk, [str(one) for one in range(MOST_AT_ONCE + 1)], PersonState.INACTIVE)
    assert made.store.pending().waiting == 0


# ------------------------------------------------------------------------------------------------------------ roles


def test_roles_are_given_and_taken_back_by_an_administrator(desks):
    made = desks([person("ama")], ADMINISTRATOR)
    done = set_roles(made.desk, _shown(made, "ama"), ["student", "instructor"])
    assert _shown(made, "ama")["roles"] == ["student", "instructor"]
    assert own_changes(made.store, person_id("ama"))[0].title == "Gave Ama Mensah the roles Student, Instructor"
    take_back(made.desk, done)
    assert _shown(made, "ama")["roles"] == ["student"]
    assert set_roles(made.desk, _shown(made, "ama"), ["student"]) is None


@pytest.mark.parametrize(
    ("actor", "roles", "code"),
    [
        (REGISTRAR, ["student", "instructor"], "not_allowed"),
        (ADMINISTRATOR, ["platform_administrator"], "not_allowed"),
        (ADMINISTRATOR, [], "no_role"),
    ],
)
def test_roles_that_cannot_be_given(desks, actor, roles, code):
    made = desks([person("ama")], actor)
    with pytest.raises(CampusError) as refused:
        set_roles(made.desk, _shown(made, "ama"), roles)
    assert refused.value.code == code


def test_nobody_changes_his_own_roles(desks):
    own = (PERSON, {**person("x")[1], "id": ADMINISTRATOR.person_id, "roles": ["administrator"]})
    made = desks([own], ADMINISTRATOR)
    with pytest.raises(CampusError):
        set_roles(made.desk, made.store.get(PERSON, ADMINISTRATOR.person_id), ["student"])


# --------------------------------------------------------------------------------------------- finding, duplicates


def test_a_search_takes_the_filter_into_account(desks):
    made = desks(crowd(60))
    everyone = find_people(made.store, "ama").people
    assert {body["given_name"] for body in everyone} == {"Ama"}
    inactive = find_people(made.store, "mensah", PeopleFilter(state="inactive")).people
    assert inactive
    assert all(body["state"] == "inactive" and body["family_name"] == "Mensah" for body in inactive)
    staff = find_people(made.store, "a", PeopleFilter(role="instructor")).people
    assert all(body["roles"] == ["instructor"] for body in staff)


def test_a_cohort_is_searched_whole_however_many_others_match(desks):
    made = desks(crowd(600))
    within = frozenset(person_id(place) for place in (0, 10, 599))
    found = find_people(made.store, "s-0", PeopleFilter(within=within)).people
    assert {body["id"] for body in found} == within
    assert find_people(made.store, "s-000010", PeopleFilter(within=within)).people[0]["number"] == "S-000010"


def test_a_search_with_too_many_hits_says_that_it_is_cut(desks):
    made = desks(crowd(MOST_HITS + 50))
    found = find_people(made.store, "s-0", PeopleFilter(state="inactive"))
    assert found.is_cut
    assert len(found.people) < MOST_HITS
    assert not find_people(made.store, "s-00001").is_cut


@pytest.mark.parametrize("role", ["", "student", "instructor"])
@pytest.mark.parametrize("state", ["", "active", "inactive", "suspended"])
def test_counts_and_conditions_agree_with_what_a_filter_takes(desks, state, role):
    made = desks(crowd(60))
    chosen = PeopleFilter(state, role)
    taken = [body for _, body in crowd(60) if chosen.takes(body)]
    assert count_people(made.store, chosen) == len(taken)
    assert set(made.store.ids(PERSON, chosen.conditions())) == {body["id"] for body in taken}


@pytest.mark.parametrize(
    ("wanted", "reasons"),
    [
        ({"given_name": "Ama", "family_name": "Mensah"}, ("name",)),
        ({"given_name": "ÁMA", "family_name": "Mensa"}, None),
        ({"given_name": "Kofi", "phone": "+233 24 555 0137"}, ("phone",)),
        ({"given_name": "Kofi", "phone": "0245550137"}, ("phone",)),
        ({"given_name": "Kofi", "email": "AMA@example.org"}, ("email",)),
        ({"given_name": "Kofi", "number": "s-000123"}, ("number",)),
        ({"given_name": "Ama", "family_name": "Mensah", "phone": "0245550137"}, ("phone", "name")),
        ({"given_name": "Yaw", "family_name": "Owusu"}, None),
    ],
)
def test_a_likely_duplicate_is_named_with_its_reasons(desks, wanted, reasons):
    known = person("ama", number="S-000123", phone="024 555 0137", email="ama@example.org")
    made = desks([known, person("esi", "Esi", "Quaye")])
    found = likely_duplicates(made.desk, wanted)
    assert [(one.person["id"], one.reasons) for one in found] == ([(person_id("ama"), reasons)] if reasons else [])


def test_at_most_three_are_named_the_likeliest_first(desks):
    rows = [person(place, date_of_birth="2004-03-28" if place == 3 else None) for place in range(6)]
    made = desks(rows)
    found = likely_duplicates(made.desk, {"given_name": "Ama", "family_name": "Mensah", "date_of_birth": "2004-03-28"})
    assert len(found) == 3
    assert found[0].person["id"] == person_id(3)


def test_nobody_is_his_own_duplicate(desks):
    made = desks([person("ama")])
    assert not likely_duplicates(made.desk, person("ama")[1], person_id("ama"))


def test_words_are_there_for_every_word_of_the_vocabulary():
    assert [state_word(state) for state in PersonState] == ["Active", "Inactive", "Suspended"]
    assert state_word("strange") == "strange"
    assert role_word("attendance_officer") == "Attendance officer"
    assert role_word("studio_keeper") == "Studio keeper"
    assert field_word("email") == "Mail address"
    assert reasons_words(("phone", "name")) == "Same phone, same or nearly the same name"
