"""The sample's fees: what its courses cost, and what the students of each course's first class were charged."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from server.demo.plan import SampleCohort, SamplePlan
from shared.core.ids import derived_id
from shared.finance.fee_commands import fee_structure_id

_TAXES = [{"name": "NHIL", "rate": 250}, {"name": "VAT", "rate": 1_500}]
_MATERIALS = {"PHO": 45_000, "FLM": 60_000, "RAD": 25_000, "GRD": 30_000, "WEB": 20_000, "MUS": 40_000}
_TUITION = 350_000
_LATE_EVERY, _FINED_EVERY = 3, 9


def sample_fees(plan: SamplePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, payload) of what each course costs; new enrolments are charged by it."""
    for course_id, fields in plan.courses:
        code = str(fields["code"])
        lines = [
            {"name": "Tuition", "kind": "tuition", "amount": _TUITION, "taxes": _TAXES, "due_days": 14},
            {"name": "Materials", "kind": "other", "amount": _MATERIALS[code], "taxes": [], "due_days": 0},
        ]
        values = {"name": f"{fields['title']}, {plan.term['name']}", "lines": lines}
        changes = {name: {"old": None, "new": value} for name, value in values.items()}
        yield fee_structure_id(course_id), {"course_id": course_id, "changes": changes}


def sample_charges(plan: SamplePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, payload) of charges: tuition of each course's first class, due lately or soon, and a few fines."""
    firsts: dict[str, SampleCohort] = {}
    for cohort in plan.cohorts:
        firsts.setdefault(str(cohort.fields["course_id"]), cohort)
    for course_id, cohort in firsts.items():
        for place, (enrolment_id, person_id) in enumerate(cohort.enrolments):
            days = -20 if place % _LATE_EVERY == 0 else 12
            about = {"person_id": person_id, "enrolment_id": enrolment_id, "cohort_id": cohort.id, "currency": "GHS"}
            due = (plan.today + timedelta(days=days)).isoformat()
            tuition = {"kind": "tuition", "what": f"Tuition, {plan.term['name']}", "amount": _TUITION, "due_on": due}
            yield derived_id("sample-tuition", enrolment_id), {**about, **tuition, "course_id": course_id}
            if place % _FINED_EVERY == _FINED_EVERY - 1:
                fine = {"kind": "other", "what": "Kit brought back late", "amount": 2_000}
                yield derived_id("sample-fine", enrolment_id), {**about, **fine, "course_id": course_id}
