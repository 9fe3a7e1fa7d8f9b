"""The pure figures of reports: worked tables of percentages, streaks, weeks, groups and hours for a sponsor."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance.report_permissions import may_see_reports, reported_cohorts, reports_on_all
from shared.attendance.report_rules import (
    COUNTED,
    GroupRow,
    Hours,
    Mark,
    StudentRow,
    Tally,
    figures_of,
    grouped,
    hours_of,
    is_below,
    marks_of,
    student_row,
    tally_of,
    together,
    week_row,
    weeks_of,
)
from shared.attendance.rules import Excuses, percentage
from shared.people.vocabulary import Role
from tests.attendance.classes import INSTRUCTOR, REGISTRAR
from tests.attendance.leave_rows import leave
from tests.desks import make_actor

STATES = ("present", "late", "left_early", "absent", "excused", "none")


def at(day, state, minutes=None, *, start="08:30", end="10:00"):
    return Mark(f"s{day}", f"2026-11-{day:02}T{start}:00.000Z", f"2026-11-{day:02}T{end}:00.000Z", state, minutes)


def row(name="Amina", states=("present",), cohort="1B", course="Accounting", streak=0, person=None):
    made = tally_of(states)
    return StudentRow(
        f"e-{name}", person or f"p-{name}", "S-1", name, f"c-{cohort}", cohort, f"k-{course}", course, made, streak
    )


@pytest.mark.parametrize(
    ("states", "percent", "streak"),
    [
        ((), None, 0),
        (("excused", "excused"), None, 0),
        (("present", "late", "left_early", "absent"), 75, 1),
        (("absent", "absent", "excused", "absent"), 0, 3),
        (("absent", "present", "excused"), 50, 0),
        (("present", "absent", "none", "absent"), 33, 2),
    ],
)
def test_percent_and_streak_of_a_students_classes(states, percent, streak):
    marks = [at(day + 1, state) for day, state in enumerate(states)]
    tally, ended = figures_of(marks)
    assert (tally.percent, ended) == (percent, streak)


@given(st.lists(st.sampled_from(STATES)))
def test_a_tally_says_what_the_rule_of_registers_says(states):
    tally = tally_of(states)
    assert tally.percent == percentage(states)
    assert tally.recorded == sum(state != "none" for state in states)


@given(st.lists(st.sampled_from(STATES)), st.lists(st.sampled_from(STATES)))
def test_tallies_add_up(one, other):
    assert tally_of(one) + tally_of(other) == tally_of([*one, *other])


@pytest.mark.parametrize(
    ("marks", "hours"),
    [
        ([], Hours()),
        ([at(2, "present")], Hours(1, 90, 90, 0)),
        ([at(2, "late", 20)], Hours(1, 90, 70, 20)),
        ([at(2, "late")], Hours(1, 90, 90, 0)),
        ([at(2, "left_early", 30)], Hours(1, 90, 60, 30)),
        ([at(2, "late", 500)], Hours(1, 90, 0, 90)),
        ([at(2, "present", 15)], Hours(1, 90, 90, 0)),
        ([at(2, "absent"), at(3, "excused"), at(4, "none")], Hours(3, 270, 0, 0)),
        ([at(2, "present"), at(3, "late", 8), at(4, "absent")], Hours(3, 270, 172, 8)),
        ([at(2, "present", start="10:00", end="09:00")], Hours(1, 0, 0, 0)),
        ([Mark("s", "2026-11-02T23:00:00.000Z", "2026-11-03T01:30:00.000Z", "late", 10)], Hours(1, 150, 140, 10)),
    ],
)
def test_hours_for_a_sponsor(marks, hours):
    assert hours_of(marks) == hours


@given(st.lists(st.tuples(st.sampled_from(STATES), st.one_of(st.none(), st.integers(0, 600)))))
def test_nobody_is_there_longer_than_the_classes(said):
    hours = hours_of([at(2, state, minutes) for state, minutes in said])
    assert 0 <= hours.attended <= hours.planned
    assert hours.attended + hours.missed_minutes <= hours.planned


def test_weeks_begin_on_monday_on_the_clocks_of_the_institute():
    late_sunday = Mark("x", "2026-11-15T22:30:00.000Z", "2026-11-15T23:30:00.000Z", "absent")
    weeks = weeks_of([at(18, "present"), late_sunday, at(17, "absent"), at(17, "present")], ZoneInfo("Africa/Nairobi"))
    assert [(week.starts_on, week.tally.percent) for week in weeks] == [("2026-11-16", 50)]
    weeks = weeks_of([at(18, "present"), late_sunday], ZoneInfo("Africa/Accra"))
    assert [(week.starts_on, week.tally.percent) for week in weeks] == [("2026-11-09", 0), ("2026-11-16", 100)]
    assert week_row(weeks[0].as_json()) == weeks[0]


def test_groups_count_every_class_once_for_every_student():
    rows = [
        row("Amina", ["present"] * 9 + ["absent"]),
        row("Baraka", ["absent", "present"]),
        row("Chen", ["excused"], cohort="2A"),
    ]
    first, second = grouped(rows, "cohort", 80)
    assert (first.name, first.students, first.below, first.tally.percent) == ("1B", 2, 1, 83)
    assert (second.name, second.tally.percent, second.below) == ("2A", None, 0)
    (course,) = grouped(rows, "course", 80)
    assert (course.name, course.students, course.tally.recorded) == ("Accounting", 3, 13)
    assert course.as_json()["percent"] == 83


def test_one_person_in_two_cohorts_is_one_student():
    rows = [row("Amina", person="p"), row("Amina too", person="p", cohort="2A")]
    assert together("t", "Term 1", rows, 80) == GroupRow("t", "Term 1", 1, 0, Tally(present=2))


@pytest.mark.parametrize(
    ("states", "below"), [(("present",) * 4 + ("absent",), False), (("absent",), True), ((), False)]
)
def test_below_the_threshold(states, below):
    assert is_below(tally_of(states), 80) is below


def test_a_row_comes_back_from_the_wire_as_it_was():
    made = row("Amina", ["late", "absent"], streak=1)
    assert student_row(made.as_json()) == made
    assert made.as_json()["percent"] == 50
    assert made.id == made.enrolment_id


def test_marks_are_those_that_count_in_order_with_leave_as_an_excuse():
    def observed(key, state, session, **more):
        return {
            "id": key, "session_id": session, "state": state, "method": "hand", "supersedes": (), "ordinal": 1,
            "observed_at": "2026-11-20T08:31:00.000Z", **more,
        }  # fmt: skip

    def held(key, day):
        times = {"starts_at": f"2026-11-{day}T08:30:00.000Z", "ends_at": f"2026-11-{day}T10:00:00.000Z"}
        return {"id": key, "cohort_id": "c", **times}

    said = {
        "b": [observed("1", "absent", "b"), observed("2", "late", "b", minutes=5, supersedes=("1",), ordinal=2)],
        "a": [observed("3", "absent", "a")],
        "c": [observed("4", "present", "c"), observed("5", "none", "c", supersedes=("4",), ordinal=2)],
    }
    name = "Amina Yusuf"
    asked = leave(name, "approved")[1]
    sessions = [held("b", "19"), held("a", "20"), held("c", "18"), held("d", "17")]
    marks = marks_of(asked["person_id"], "e", sessions, said, Excuses([asked]))
    assert [(mark.session_id, mark.state, mark.minutes) for mark in marks] == [("b", "late", 5), ("a", "excused", None)]


def test_the_office_reports_on_all_and_an_instructor_on_the_own_cohorts():
    assert reports_on_all(REGISTRAR)
    assert may_see_reports(REGISTRAR)
    assert reported_cohorts(REGISTRAR) is None
    assert may_see_reports(INSTRUCTOR)
    assert not reports_on_all(INSTRUCTOR)
    assert reported_cohorts(INSTRUCTOR) == INSTRUCTOR.teaches
    assert not may_see_reports(make_actor("p", "Ama Owusu", Role.INSTRUCTOR))
    assert not may_see_reports(make_actor("p", "Esi Quaye", Role.STUDENT, teaches=["c"]))
    assert reports_on_all(make_actor("p", "Yaw Darko", Role.AUDITOR))


def test_what_is_counted_are_all_states_but_not_recorded():
    assert {str(state) for state in COUNTED} == set(STATES) - {"none"}
