"""The sample institute's fees and charges."""

from datetime import date

from server.demo.money import sample_charges, sample_fees
from server.demo.plan import make_plan
from shared.finance.commands import ChargeStudent
from shared.finance.fee_commands import SaveFeeStructure
from shared.finance.fee_rules import fee_fault

TODAY = date(2026, 11, 20)


def test_every_course_of_the_sample_costs_something() -> None:
    plan = make_plan(TODAY)
    found = [SaveFeeStructure.model_validate(payload) for _, payload in sample_fees(plan)]
    assert {one.course_id for one in found} == {course_id for course_id, _ in plan.courses}
    for one in found:
        assert fee_fault({name: change.new for name, change in one.changes.items()}) is None


def test_some_of_the_sample_are_late_and_some_were_fined() -> None:
    plan = make_plan(TODAY)
    found = {row_id: ChargeStudent.model_validate(payload) for row_id, payload in sample_charges(plan)}
    assert len(found) == len(list(sample_charges(plan)))
    days = {one.due_on for one in found.values() if one.due_on}
    assert min(days) < TODAY.isoformat() < max(days)
    assert {one.what for one in found.values()} == {"Tuition, Term 3", "Kit brought back late"}
