"""The sample institute's open work: every hand-in could be made, in time, and the same each time."""

from datetime import date
from zoneinfo import ZoneInfo

from server.demo.hand_ins import open_work
from server.demo.plan import make_plan
from shared.core.clock import instant_text
from shared.grading.assignment_rules import assignment_fault, assignment_from
from shared.grading.extension_rules import extension_fault
from shared.grading.work_rules import content_fault, why_not_taken

DAY, ZONE = date(2026, 11, 20), ZoneInfo("Africa/Accra")


def test_every_hand_in_could_be_made_and_the_extension_given() -> None:
    plan = make_plan(DAY)
    for cohort in plan.cohorts:
        work = open_work(plan, cohort, ZONE)
        made = assignment_from(work.fields)
        assert made is not None
        assert assignment_fault(made) is None
        assert work.handed_in
        for one in work.handed_in:
            assert content_fault(made, one.payload) is None
            assert why_not_taken(made, instant_text(one.at)) is None
            assert one.at.date() <= DAY
        assert extension_fault(made, work.extension[1]["due_at"]) is None
        assert work.extension[1]["enrolment_id"] not in {one.payload["enrolment_id"] for one in work.handed_in}


def test_the_same_day_gives_the_same() -> None:
    plan = make_plan(DAY)
    assert open_work(plan, plan.cohorts[0], ZONE) == open_work(make_plan(DAY), plan.cohorts[0], ZONE)
