"""The list of registers: how far each one is, and whose they are."""

from datetime import date, timedelta

import pytest

from desktop.attendance.area import area, may_make_unplanned, not_taken_today, sees_registers
from desktop.attendance.registers import Progress, progress_word, register_lines
from shared.attendance.rules import register_id
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import (
    INSTRUCTOR,
    NAMES,
    NOW,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    observation,
    school,
    session,
)
from tests.desks import make_actor

TODAY = date(2026, 11, 20)
NEXT, CANCELLED, OTHER = (derived_id("session", word) for word in ("next", "cancelled", "other"))


@pytest.fixture
def rows():
    first = derived_id("session", "1")
    return [
        *school(NAMES[:3], history=2),
        session(NEXT, START + timedelta(hours=5)),
        session(CANCELLED, START - timedelta(hours=2), state="cancelled"),
        session(OTHER, START, cohort_id=OTHER_COHORT, instructor_id=STRANGER.person_id),
        ("register", {"id": register_id(first), "session_id": first, "state": "finished"}),
    ]


def progress(desk, **more):
    return {line.id: line.progress for line in register_lines(desk, TODAY - timedelta(days=3), TODAY, **more)}


def test_how_far_registers_are(desks, rows):
    found = progress(desks(rows=rows).desk)
    assert found == {
        SESSION: Progress.NOT_TAKEN,
        NEXT: Progress.PLANNED,
        CANCELLED: Progress.CANCELLED,
        derived_id("session", "1"): Progress.FINISHED,
        derived_id("session", "2"): Progress.OPEN,
    }


def test_marks_taken_back_leave_a_register_not_taken(desks, rows):
    first = observation(NAMES[0], "present")
    gone = observation(NAMES[0], "none", ordinal=2, supersedes=[first[1]["id"]])
    assert progress(desks(rows=[*rows, first, gone]).desk)[SESSION] is Progress.NOT_TAKEN


def test_counts_are_of_marks_as_they_stand(desks, rows):
    marks = [observation(NAMES[0], "late"), observation(NAMES[1], "present", method="card"),
             observation(NAMES[1], "absent", ordinal=2)]  # fmt: skip
    line = next(one for one in register_lines(desks(rows=[*rows, *marks]).desk, TODAY, TODAY) if one.id == SESSION)
    assert dict(line.counts) == {"late": 1, "absent": 1}
    assert line.marked == 2


def test_the_office_sees_all_and_instructors_their_own(desks, rows):
    assert OTHER in progress(desks(REGISTRAR, rows).desk)
    assert OTHER not in progress(desks(INSTRUCTOR, rows).desk)
    assert set(progress(desks(STRANGER, rows).desk)) == {OTHER}


def test_a_filter_by_cohort_and_the_latest_first(desks, rows):
    desk = desks(REGISTRAR, rows).desk
    assert set(progress(desk, cohort_id=OTHER_COHORT)) == {OTHER}
    starts = [line.session.starts for line in register_lines(desk, TODAY - timedelta(days=3), TODAY)]
    assert starts == sorted(starts, reverse=True)


def test_the_badge_counts_what_waits_today(desks, rows):
    here = desks(rows=rows)
    assert not_taken_today(here.desk) == 1
    here.clock.set(NOW + timedelta(hours=5))
    assert not_taken_today(here.desk) == 2


def test_every_progress_has_a_word():
    assert len({progress_word(one) for one in Progress}) == len(Progress)


def test_who_sees_what():
    student = make_actor(derived_id("p"), "Ama", Role.STUDENT)
    assert sees_registers(INSTRUCTOR)
    assert sees_registers(REGISTRAR)
    assert not sees_registers(student)
    assert may_make_unplanned(INSTRUCTOR)
    assert not may_make_unplanned(INSTRUCTOR.model_copy(update={"teaches": frozenset()}))


def test_the_area_names_its_pages_and_opens_them_from_the_palette(desks, rows):
    here = desks(REGISTRAR, rows)
    found = area()
    assert {"attendance.register", "attendance.registers"} <= set(found.pages)
    assert all(entry.page in found.pages for entry in found.navigation)
    offered = [command for command in found.palette if command.may(REGISTRAR)]
    assert len(offered) > 2
    for command in offered:
        command.run(here.desk)
    assert {page for page, _, _ in here.opened.pages} <= set(found.pages)
