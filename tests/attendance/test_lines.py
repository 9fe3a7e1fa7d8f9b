"""The receipt's lines: what each command did, in words."""

from desktop.attendance import walk_ins
from desktop.attendance.actions import RollCall
from shared.attendance.vocabulary import AttendanceState
from tests.attendance.classes import NAMES, SESSION, enrolment_id, school


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
