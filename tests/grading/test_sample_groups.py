"""The sample institute's work for groups: everybody is in one group of at most four, the same each time."""

from datetime import date
from zoneinfo import ZoneInfo

from server.demo.groups import sample_groups
from server.demo.plan import make_plan
from shared.grading.assignment_rules import assignment_fault, assignment_from
from shared.grading.group_rules import groups_fault

DAY, ZONE = date(2026, 11, 20), ZoneInfo("Africa/Accra")


def test_everybody_is_in_one_small_group() -> None:
    plan = make_plan(DAY)
    cohort = plan.cohorts[0]
    work = sample_groups(plan, cohort, ZONE)
    made = assignment_from(work.fields)
    assert made is not None
    assert assignment_fault(made) is None
    assert groups_fault(work.groups) is None
    assert sorted(one for group in work.groups for one in group["members"]) == sorted(
        one for one, _ in cohort.enrolments
    )
    assert max(len(group["members"]) for group in work.groups) <= 4
    assert work == sample_groups(make_plan(DAY), make_plan(DAY).cohorts[0], ZONE)
