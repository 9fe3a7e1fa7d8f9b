"""The sample institute's work: every mark could be typed, the last piece is marked in part, the same each time."""

from datetime import date
from zoneinfo import ZoneInfo

from server.demo.marks import PUBLISHED, sample_grades, sample_work, scheme_fields
from server.demo.plan import make_plan
from shared.grading.assignment_rules import assignment_fault, assignment_from, scheme_fault, scheme_from
from shared.grading.points import read_points
from shared.grading.vocabulary import MarkStatus

DAY, ZONE = date(2026, 11, 20), ZoneInfo("Africa/Accra")


def test_every_mark_could_be_typed_and_every_field_kept() -> None:
    plan = make_plan(DAY)
    statuses = set()
    for cohort in plan.cohorts:
        for work in sample_work(plan, cohort, ZONE):
            made = assignment_from(work.fields)
            assert made is not None
            assert assignment_fault(made) is None
            most = read_points(work.fields["points"]).hundredths
            for mark in work.marks:
                statuses.add(mark["status"])
                if mark["status"] == MarkStatus.MARKED:
                    assert read_points(mark["score"], most).hundredths is not None
    assert statuses == {"marked", "missing", "excused"}
    scheme = scheme_from({"places": 1, **scheme_fields()})
    assert scheme is not None
    assert scheme_fault(scheme) is None


def test_the_last_piece_waits_to_be_marked_and_published() -> None:
    plan = make_plan(DAY)
    for cohort in plan.cohorts:
        found = list(sample_work(plan, cohort, ZONE))
        assert [one.published for one in found] == [True] * PUBLISHED + [False]
        assert [len(one.marks) == len(cohort.enrolments) for one in found] == [True] * PUBLISHED + [False]


def test_the_same_day_gives_the_same_marks() -> None:
    first, again = (make_plan(DAY) for _ in range(2))
    cohort = first.cohorts[3]
    assert list(sample_work(first, cohort, ZONE)) == list(sample_work(again, again.cohorts[3], ZONE))


def test_grades_are_of_those_who_see_all_their_marks() -> None:
    plan = make_plan(DAY)
    cohort = plan.cohorts[0]
    work = list(sample_work(plan, cohort, ZONE))
    grades = sample_grades(cohort, work)
    hidden = {mark["enrolment_id"] for mark in work[-1].marks}
    assert hidden.isdisjoint(one["enrolment_id"] for one in grades)
    assert len(grades) == len(cohort.enrolments) - len(hidden)
    assert {one["word"] for one in grades} <= set("ABCDF")
    assert all(one["result"].count(".") == 1 for one in grades)
