"""Walk-ins: added at once without a network, confirmed or put on someone known by the office."""

import pytest

from desktop.attendance import walk_ins
from desktop.attendance.actions import RollCall
from desktop.attendance.store import read_roll
from shared.attendance.vocabulary import AttendanceState
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from tests.attendance.classes import (
    INSTRUCTOR,
    NAMES,
    NOW,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    enrolment,
    enrolment_id,
    person,
    person_id,
    school,
    session,
)

SMALL = NAMES[:4]


@pytest.fixture
def rows():
    visitor = {"id": derived_id("enrolment", "visitor"), "cohort_id": OTHER_COHORT,
               "person_id": person_id("Bilal Musa"), "state": "active", "testing": False}  # fmt: skip
    return [*school(SMALL), person("Bilal Musa", "S-009001"), ("enrolment", visitor),
            person("Bilal Gone", "S-009002", state="inactive")]  # fmt: skip


@pytest.fixture
def here(desks, rows):
    return desks(rows=rows)


def test_known_people_are_found_by_a_few_letters_with_where_they_are(here):
    roll = read_roll(here.desk, SESSION)
    (found,) = walk_ins.find_people(here.desk, roll, "bil")
    assert (found.name, found.number, found.where) == ("Bilal Musa", "S-009001", "Diploma in Accounting 2A")
    (amina,) = walk_ins.find_people(here.desk, roll, "amin")
    assert (amina.enrolment_id, amina.where) == (enrolment_id("Amina Yusuf"), "On this register")
    assert walk_ins.find_people(here.desk, roll, "  ") == []


def test_someone_known_is_on_the_register_at_once_and_can_be_marked(here):
    call = RollCall(here.desk, SESSION)
    added = walk_ins.add_known(here.desk, call.roll, person_id("Bilal Musa"))
    call.reload()
    row = call.roll.row(added)
    assert (row.member.name, row.member.provisional) == ("Bilal Musa", True)
    assert call.mark(added, AttendanceState.PRESENT)
    request = here.store.next_request()
    assert [one.type for one in request.commands] == ["AddWalkIn", "RecordObservation"]
    assert request.commands[0].payload["known"] is True


def test_someone_on_the_register_is_not_added_twice(here):
    roll = read_roll(here.desk, SESSION)
    assert walk_ins.add_known(here.desk, roll, person_id("Amina Yusuf")) == enrolment_id("Amina Yusuf")
    assert here.store.receipt() == []


@pytest.mark.parametrize(
    ("typed", "given", "family"),
    [
        ("Esi", "Esi", ""),
        ("Esi Nyarko", "Esi", "Nyarko"),
        ("  Esi  Abena   Nyarko ", "Esi Abena", "Nyarko"),
    ],
)
def test_a_new_person_is_provisional(here, typed, given, family):
    roll = read_roll(here.desk, SESSION)
    added = walk_ins.add_new(here.desk, roll, typed, " 77-1 ")
    member = read_roll(here.desk, SESSION).row(added).member
    assert (member.given, member.family, member.number, member.provisional) == (given, family, "77-1", True)
    assert here.store.get("person", member.person_id)["provisional"] is True


def test_a_new_person_needs_a_name(here):
    with pytest.raises(CampusError) as refused:
        walk_ins.add_new(here.desk, read_roll(here.desk, SESSION), "   ", "")
    assert refused.value.code == "field_invalid"
    assert here.store.receipt() == []


def test_nobody_walks_into_a_class_whose_roll_cannot_be_taken(desks):
    base = [row for row in school(SMALL) if row[1]["id"] != SESSION]
    here = desks(rows=[*base, session(state="cancelled")])
    with pytest.raises(CampusError) as refused:
        walk_ins.add_new(here.desk, read_roll(here.desk, SESSION), "Esi", "")
    assert refused.value.code == "class_session_cancelled"


def test_an_instructor_of_the_session_who_does_not_teach_the_cohort_cannot_add(desks):
    actor = INSTRUCTOR.model_copy(update={"teaches": frozenset()})
    here = desks(actor, rows=school(SMALL))
    roll = read_roll(here.desk, SESSION)
    assert roll.refusal is None
    with pytest.raises(CampusError) as refused:
        walk_ins.add_new(here.desk, roll, "Esi", "")
    assert refused.value.code == "not_allowed"


@pytest.fixture
def office(desks, rows):
    waiting = [
        person("Amina Yussuf", None, provisional=True), enrolment("Amina Yussuf", state="pending",
                                                                  enrolled_on="2026-11-19"),
        enrolment("Bilal Musa", state="pending", enrolled_on="2026-11-20"),
    ]  # fmt: skip
    return desks(REGISTRAR, [*rows, *waiting])


def test_the_office_sees_who_waits_and_who_it_may_be(office):
    first, second = walk_ins.walk_ins(office.desk)
    assert (first.name, first.provisional, first.day) == ("Amina Yussuf", True, "2026-11-19")
    assert [one.name for one in first.likely] == ["Amina Yusuf"]
    assert (second.name, second.provisional, second.likely) == ("Bilal Musa", False, ())


def test_confirming_makes_a_student(office):
    first, _ = walk_ins.walk_ins(office.desk)
    walk_ins.confirm(office.desk, first.enrolment)
    assert office.store.get("enrolment", first.enrolment["id"])["state"] == "active"
    assert [one.name for one in walk_ins.walk_ins(office.desk)] == ["Bilal Musa"]
    (command,) = office.store.next_request().commands
    assert (command.type, command.base, command.payload) == ("ConfirmEnrolment", first.enrolment["revision"], {})


def test_a_walk_in_is_put_on_someone_known(office):
    first, _ = walk_ins.walk_ins(office.desk)
    known = walk_ins.known_people(office.desk, "amina")
    assert [one.name for one in known] == ["Amina Yusuf"]
    walk_ins.confirm(office.desk, first.enrolment, known[0].person_id)
    assert office.store.get("enrolment", first.enrolment["id"])["person_id"] == person_id("Amina Yusuf")


def test_an_instructor_does_not_confirm(here):
    roll = read_roll(here.desk, SESSION)
    added = walk_ins.add_new(here.desk, roll, "Esi Nyarko", "")
    with pytest.raises(CampusError) as refused:
        walk_ins.confirm(here.desk, here.store.get("enrolment", added))
    assert refused.value.code == "not_allowed"
    assert here.clock.now() == NOW
