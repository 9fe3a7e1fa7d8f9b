"""Asking, answering and withdrawing leave on a real store, offline, and what a register makes of it."""

import pytest

from desktop.attendance import leave_actions
from desktop.attendance.actions import RollCall
from desktop.attendance.attention import to_look_at
from desktop.attendance.leave_actions import Wanted, answer_leave, ask_leave, take_back, withdraw_leave
from desktop.attendance.leave_choices import coming_classes, may_approve_at_once, student_cohorts, students_like
from desktop.attendance.leave_store import leave_lines, to_answer
from desktop.attendance.own_store import attendance_of, missed_words, warning_words
from desktop.attendance.percent import enrolment_percent
from desktop.attendance.registers import Progress, register_lines
from shared.attendance.absence_rules import AbsenceWarning, policy_id
from shared.attendance.vocabulary import AttendanceState, LeaveState
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from tests.attendance.classes import (
    COHORT,
    INSTRUCTOR,
    NAMES,
    NOW,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    enrolment,
    enrolment_id,
    observation,
    person_id,
    school,
    session,
)  # fmt: skip
from tests.attendance.leave_rows import ADMIN, AMINA, BARAKA, DAY, OFFICER, STUDENT, leave, request_id
from tests.desks import ORGANISATION

SIX = NAMES[:6]
NOON = {"starts_at": "2026-11-20T08:30:00.000Z", "ends_at": "2026-11-20T10:00:00.000Z"}


def rows(*more, history=3):
    """A class of six."""
    return [*school(SIX, history=history), *more]


def asked(here, **more):
    """Ask as whoever sits there, for Amina unless said otherwise; returns the row."""
    wanted = {"person_id": person_id(AMINA), "kind": "leave", **DAY, "reason": "A funeral", **more}
    found = ask_leave(here.desk, Wanted(**wanted))
    return here.store.get("leave_request", found)


def row_of(here, name=AMINA, key=""):
    return here.store.get("leave_request", request_id(name, key))


# ------------------------------------------------------------------------------------------------------------ asking


def test_a_student_asks_offline_and_it_is_there_at_once(desks):
    here = desks(STUDENT, rows())
    row = asked(here, kind="apology", cohort_id=COHORT, **NOON)
    assert (row["state"], row["asked_by_name"], row["cohort_id"]) == ("asked", AMINA, COHORT)
    line = leave_lines(here.desk, STUDENT.person_id)[0]
    assert (line.waiting, line.may_answer, line.may_withdraw, line.name) == (True, False, True, AMINA)
    assert here.store.receipt()[0].title == f"Apology of {AMINA}"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"ends_at": DAY["starts_at"]}, "leave_times_invalid"),
        ({"reason": " "}, "leave_reason_missing"),
        ({"starts_at": "2026-11-18T00:00:00.000Z", "ends_at": "2026-11-19T00:00:00.000Z"}, "leave_in_past"),
        ({"person_id": person_id(BARAKA)}, "not_allowed"),
    ],
)
def test_what_a_student_cannot_ask(desks, more, code):
    here = desks(STUDENT, rows())
    with pytest.raises(CampusError) as problem:
        asked(here, **more)
    assert problem.value.code == code
    assert here.store.pending().waiting == 0


def test_the_same_is_not_asked_twice(desks):
    here = desks(STUDENT, rows())
    asked(here)
    with pytest.raises(CampusError) as problem:
        asked(here)
    assert problem.value.code == "leave_asked_already"


def test_staff_enter_it_for_a_student_and_approve_in_the_same_breath(desks):
    here = desks(REGISTRAR, rows())
    row = asked(here, approved=True)
    assert (row["state"], row["decided_by_name"]) == ("approved", REGISTRAR.name)
    assert len(here.store.next_request().commands) == 2


def test_an_instructor_asks_for_a_class_of_his_own_only(desks):
    here = desks(INSTRUCTOR, rows())
    assert asked(here, cohort_id=COHORT)["asked_by"] == INSTRUCTOR.person_id
    with pytest.raises(CampusError) as problem:
        asked(here, cohort_id=OTHER_COHORT)
    assert problem.value.code == "not_allowed"


# --------------------------------------------------------------------------------------------------------- answering


def test_an_answer_is_undone(desks):
    here = desks(REGISTRAR, rows(leave(AMINA)))
    before = row_of(here)
    answer_leave(here.desk, before, LeaveState.APPROVED, "Fine.")
    assert (row_of(here)["state"], row_of(here)["answer"]) == ("approved", "Fine.")
    take_back(here.desk, request_id(AMINA), before)
    assert (row_of(here)["state"], row_of(here)["answer"], row_of(here)["decided_by"]) == ("asked", "", None)
    take_back(here.desk, "gone", before)
    bases = [one.base for one in here.store.next_request().commands]
    assert bases[0] == before["revision"]
    assert bases[1] is not None


def test_an_answer_changed_and_taken_back_is_the_former_one(desks):
    here = desks(REGISTRAR, rows(leave(AMINA, "declined", answer="Exams.")))
    before = row_of(here)
    answer_leave(here.desk, before, LeaveState.APPROVED, "After all.")
    take_back(here.desk, request_id(AMINA), before)
    assert (row_of(here)["state"], row_of(here)["answer"]) == ("declined", "Exams.")


def test_a_withdrawal_is_taken_back_as_asked_by_a_student_and_as_it_was_by_the_office(desks):
    student = desks(STUDENT, rows(leave(AMINA, "approved")))
    before = row_of(student)
    withdraw_leave(student.desk, before)
    assert row_of(student)["state"] == "withdrawn"
    take_back(student.desk, request_id(AMINA), before)
    assert row_of(student)["state"] == "asked"
    office = desks(REGISTRAR, rows(leave(AMINA, "approved")))
    withdraw_leave(office.desk, row_of(office))
    take_back(office.desk, request_id(AMINA), before)
    assert row_of(office)["state"] == "approved"


def test_who_may_not_answer_is_told(desks):
    here = desks(OFFICER, rows(leave(AMINA)))
    with pytest.raises(CampusError, match="own classes"):
        answer_leave(here.desk, row_of(here), LeaveState.APPROVED)
    with pytest.raises(CampusError, match="Whoever asked"):
        withdraw_leave(here.desk, row_of(here))


def test_what_waits_for_an_instructor_is_what_concerns_only_classes_of_his_own(desks):
    more = enrolment(BARAKA, cohort_id=OTHER_COHORT, id=derived_id("second"))
    asked_rows = (leave(AMINA), leave(BARAKA), leave(NAMES[2], "approved"), leave(BARAKA, key="own", cohort_id=COHORT))
    assert to_answer(desks(INSTRUCTOR, rows(more, *asked_rows)).desk) == 2
    assert to_answer(desks(REGISTRAR, rows(more, *asked_rows)).desk) == 3
    assert to_answer(desks(STRANGER, rows(more, *asked_rows)).desk) == 0


def test_lists_have_what_waits_first_with_its_decision(desks):
    sides = [{"command_id": "a", "author_id": "x", "author_name": "X", "observed_at": "t"}]
    conflict = {"id": "c", "revision": "c", "kind": "leave_request", "entity_id": request_id(BARAKA), "group": "fields",
                "state": "open", "sides": sides}  # fmt: skip
    here = desks(REGISTRAR, rows(leave(BARAKA, "approved"), leave(AMINA), ("conflict", conflict)))
    lines = leave_lines(here.desk)
    assert [(line.name, line.open, line.conflict_id) for line in lines] == [(AMINA, True, None), (BARAKA, False, "c")]
    assert lines[0].cohort == "All classes"


# ------------------------------------------------------------------------------------------------- what a form offers


def test_a_form_offers_the_students_classes_of_the_next_weeks(desks):
    coming = derived_id("session", "coming")
    more = [
        session(coming, START.replace(day=23)),
        session(derived_id("session", "cancelled"), START.replace(day=24), state="cancelled"),
        session(derived_id("session", "far"), START.replace(month=12, day=24)),
        session(derived_id("session", "elsewhere"), START.replace(day=25), cohort_id=OTHER_COHORT),
    ]
    here = desks(STUDENT, rows(*more))
    assert [one.session_id for one in coming_classes(here.desk, STUDENT.person_id)] == [SESSION, coming]
    assert coming_classes(here.desk, STUDENT.person_id)[0].words.startswith("Fri 20 Nov, 08:30–10:00 · ")
    assert [one[0] for one in student_cohorts(here.desk, STUDENT.person_id)] == ["", COHORT]
    past = derived_id("session", "1")
    assert coming_classes(here.desk, STUDENT.person_id, past)[0].session_id == past
    assert coming_classes(here.desk, "") == []


def test_staff_are_offered_students_and_their_own_classes(desks):
    here = desks(INSTRUCTOR, rows())
    assert [one["given_name"] for one in students_like(here.desk, "ami")] == ["Amina"]
    assert students_like(here.desk, "Lucia") == []
    assert students_like(here.desk, " ") == []
    assert [one[0] for one in student_cohorts(here.desk, person_id(AMINA))] == [COHORT]
    assert may_approve_at_once(here.desk, person_id(AMINA))
    assert not may_approve_at_once(desks(OFFICER, rows()).desk, person_id(AMINA))


# ---------------------------------------------------------------------------------------------------- on the register


def test_a_register_opens_with_the_excuse_set_and_nothing_is_stored(desks):
    here = desks(INSTRUCTOR, rows(leave(AMINA, "approved"), leave(BARAKA)))
    call = RollCall(here.desk, SESSION)
    states = {row.member.name: str(row.mark.state) for row in call.roll.rows}
    assert (states[AMINA], states[BARAKA]) == ("excused", "none")
    assert [one["state"] for one in call.roll.row(enrolment_id(BARAKA)).member.leave] == ["asked"]
    assert call.mark_rest() == 5
    assert here.store.count("observation", []) == len(here.store.page("observation", limit=-1))
    assert str(call.roll.row(enrolment_id(AMINA)).mark.state) == "excused"
    assert call.roll.row(enrolment_id(AMINA)).note == ""
    assert call.roll.waiting == 5


def test_who_comes_all_the_same_is_marked_and_that_is_undone(desks):
    here = desks(INSTRUCTOR, rows(leave(AMINA, "approved")))
    call = RollCall(here.desk, SESSION)
    call.mark(enrolment_id(AMINA), AttendanceState.PRESENT)
    made = call.roll.row(enrolment_id(AMINA))
    assert (str(made.mark.state), made.note) == ("present", "")
    call.undo()
    assert str(call.roll.row(enrolment_id(AMINA)).mark.state) == "excused"


def test_a_class_planned_after_the_approval_is_excused_too(desks):
    here = desks(INSTRUCTOR, rows(leave(AMINA, "approved")))
    later = derived_id("session", "later")
    here.feed.bring([session(later, START.replace(hour=9))])
    assert str(RollCall(here.desk, later).roll.row(enrolment_id(AMINA)).mark.state) == "excused"


def test_leave_beats_an_absence_everywhere(desks):
    yesterday = derived_id("session", "1")
    here = desks(INSTRUCTOR, rows(history=1))
    call = RollCall(here.desk, yesterday)
    call.mark(enrolment_id(AMINA), AttendanceState.ABSENT)
    assert enrolment_percent(here.desk, enrolment_id(AMINA)) == 0
    span = {"starts_at": "2026-11-19T00:00:00.000Z", "ends_at": "2026-11-20T00:00:00.000Z"}
    here.feed.bring([leave(AMINA, "approved", **span)])
    call.reload()
    assert str(call.roll.row(enrolment_id(AMINA)).mark.state) == "excused"
    assert enrolment_percent(here.desk, enrolment_id(AMINA)) is None
    assert RollCall(here.desk, SESSION).roll.row(enrolment_id(AMINA)).member.last == ("excused",)
    line = next(one for one in register_lines(here.desk, START.date().replace(day=19), START.date().replace(day=19)))
    assert line.counts["excused"] >= 1
    assert line.counts["absent"] == sum(str(row.mark.state) == "absent" for row in call.roll.rows)


def test_leave_alone_does_not_make_a_register_taken(desks):
    here = desks(INSTRUCTOR, rows(leave(AMINA, "approved")))
    line = next(one for one in register_lines(here.desk, NOW.date(), NOW.date()))
    assert line.progress is Progress.NOT_TAKEN


def test_staff_enrolled_for_testing_are_on_no_register_and_in_no_count(desks):
    testing = enrolment(AMINA, testing=True)
    here = desks(INSTRUCTOR, [*rows(), testing, observation(AMINA, "present"), observation(BARAKA, "absent")])
    assert enrolment_id(AMINA) not in {row.id for row in RollCall(here.desk, SESSION).roll.rows}
    line = next(one for one in register_lines(here.desk, NOW.date(), NOW.date()))
    assert (line.counts["present"], line.counts["absent"]) == (0, 1)
    assert attendance_of(here.desk, person_id(AMINA)) == []


def test_suspended_students_are_shown_as_such(desks):
    here = desks(STUDENT, [*rows(), enrolment(AMINA, state="suspended")])
    assert [one.suspended for one in attendance_of(here.desk, STUDENT.person_id)] == [True]
    row = RollCall(desks(INSTRUCTOR, [*rows(), enrolment(AMINA, state="suspended")]).desk, SESSION).roll
    assert row.row(enrolment_id(AMINA)).member.suspended


# ----------------------------------------------------------------------------------------------------- whom to look at


def stays_away(name, *days):
    """Absences in earlier classes."""
    return [observation(name, "absent", derived_id("session", str(day)), ordinal=9,
                        supersedes=[earlier(name, day)]) for day in days]  # fmt: skip


def earlier(name, day):
    """The id of what `school` recorded for a student that many days back."""
    found = next(
        body
        for kind, body in school(SIX, history=8)
        if kind == "observation"
        and body["person_id"] == person_id(name)
        and body["session_id"] == derived_id("session", str(day))
    )
    return found["id"]  # fmt: skip


def test_a_row_of_absences_comes_first_then_the_lowest_percentage(desks):
    more = [*stays_away(BARAKA, 1, 2, 3), *stays_away(NAMES[2], 2, 4, 6, 7, 8)]
    found = to_look_at(desks(INSTRUCTOR, rows(*more, history=8)).desk)
    assert found[0].name == BARAKA
    assert found[0].warning.streak == 4  # the school records one absence before them
    assert NAMES[2] in {one.name for one in found}
    assert all(one.warning.streak or one.warning.percent < 80 for one in found)


def test_who_has_leave_is_not_looked_at_for_it(desks):
    more = [*stays_away(BARAKA, 1, 2, 3)]
    on_leave = leave(BARAKA, "approved", starts_at="2026-11-10T00:00:00.000Z")
    found = to_look_at(desks(INSTRUCTOR, rows(*more, on_leave, history=8)).desk)
    assert BARAKA not in {one.name for one in found}


def test_nobody_is_looked_at_for_old_absences_or_while_suspended(desks):
    more = stays_away(BARAKA, 1, 2, 3)
    gone = enrolment(BARAKA, state="suspended")
    assert BARAKA not in {one.name for one in to_look_at(desks(INSTRUCTOR, [*rows(*more), gone]).desk)}
    late = desks(INSTRUCTOR, rows(*more))
    late.clock.set(NOW.replace(year=2027))
    assert to_look_at(late.desk) == []


def test_the_limits_are_a_setting(desks):
    here = desks(ADMIN, rows(*stays_away(BARAKA, 1, 2), history=8))
    assert all(one.name != BARAKA or one.warning.streak is None for one in to_look_at(here.desk))
    assert leave_actions.set_policy(here.desk, {"threshold": 80, "streak": 2})
    assert not leave_actions.set_policy(here.desk, {"threshold": 80, "streak": 2})
    assert to_look_at(here.desk)[0].warning.streak == 2
    row = here.store.get("attendance_policy", policy_id(ORGANISATION))
    assert (row["threshold"], row["streak"]) == (80, 2)
    with pytest.raises(CampusError) as problem:
        leave_actions.set_policy(here.desk, {"streak": 50})
    assert problem.value.code == "field_invalid"
    with pytest.raises(CampusError) as problem:
        leave_actions.set_policy(desks(REGISTRAR, rows()).desk, {"streak": 4})
    assert problem.value.code == "not_allowed"


def test_words_of_warnings(desks):
    assert warning_words(AbsenceWarning(72, 3), 80) == "3 absences in a row · 72 %, below 80 %"
    assert warning_words(AbsenceWarning(None, 4), 80) == "4 absences in a row"
    here = desks(INSTRUCTOR, [*rows(history=0), observation(AMINA, "absent"), observation(BARAKA, "present")])
    assert missed_words(here.desk, person_id(AMINA)) == "0 % · 1 absent, 0 excused"
    assert missed_words(here.desk, person_id(AMINA), OTHER_COHORT) == "Nothing recorded yet"
