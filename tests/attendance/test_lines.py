"""The receipt's lines: what each command did, in words."""

from datetime import UTC, datetime

import pytest

from desktop.attendance import walk_ins
from desktop.attendance.actions import RollCall
from shared.attendance.vocabulary import AttendanceState
from tests.attendance.classes import NAMES, SESSION, enrolment_id, school, session


def test_every_step_of_a_roll_has_its_line(desks):
    here = desks(rows=school(NAMES[:2]))
    call = RollCall(here.desk, SESSION)
    amina = enrolment_id("Amina Yusuf")
    call.mark(amina, AttendanceState.LATE)
    call.type_minutes(5)
    call.mark(amina, AttendanceState.LEFT_EARLY)
    call.clear(amina)
    call.set_note(amina, "Bus")
    walk_ins.add_new(here.desk, call.roll, "Esi Nyarko", "")
    call.finish()
    call.reopen()
    assert [line.title for line in reversed(here.store.receipt())] == [
        "Marked Amina Yusuf late",
        "Marked Amina Yusuf late, 5 min",
        "Marked Amina Yusuf left early",
        "Took back the mark of Amina Yusuf",
        "Wrote a note on Amina Yusuf",
        "Added Esi Nyarko to the register of Diploma in Accounting 1B, Fri 20 Nov",
        "Finished the register of Diploma in Accounting 1B, Fri 20 Nov",
        "Reopened the register of Diploma in Accounting 1B, Fri 20 Nov",
    ]


def test_a_line_of_rows_that_are_not_here_any_more(desks):
    here = desks(rows=school(NAMES[:1]))
    call = RollCall(here.desk, SESSION)
    call.mark(enrolment_id("Amina Yusuf"), AttendanceState.PRESENT)
    call.finish()
    lines = here.store.area.lines
    commands = here.store.next_request().commands
    titles = [lines[one.type](one, lambda _kind, _id: None) for one in commands]
    assert titles == ["Marked a student present", "Finished the register of a class"]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Africa/Accra", "Fri 20 Nov"), ("Pacific/Auckland", "Fri 20 Nov"), ("Pacific/Kiritimati", "Sat 21 Nov")],
)
def test_the_day_on_a_line_is_that_of_the_institute(desks, zone, day):
    here = desks(rows=school(NAMES[:1], zone=zone))
    start = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)  # half past midnight of the next day in Kiritimati
    here.feed.bring([session(SESSION, start)])
    here.clock.advance(4 * 3600)
    RollCall(here.desk, SESSION).finish()
    (line,) = here.store.receipt()
    assert line.title == f"Finished the register of Diploma in Accounting 1B, {day}"
    assert here.store.receipt_line(line.command_id) == line


def test_before_the_first_sync_the_zone_is_the_one_told_at_the_sign_in(desks):
    here = desks(rows=[])
    assert str(here.store.zone()) == "UTC"
    here.store.remember("organisation", {"time_zone": "Pacific/Auckland"})
    assert str(here.store.zone()) == "Pacific/Auckland"
    here.store.remember("organisation", {"time_zone": "Nowhere/Land"})
    assert str(here.store.zone()) == "UTC"
