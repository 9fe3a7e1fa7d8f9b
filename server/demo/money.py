"""The sample's fees, charges, discounts and instalment plans: what each student of the first classes owes, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.demo.plan import SampleCohort, SamplePlan
from shared.core.ids import derived_id
from shared.core.money import part_of
from shared.finance.fee_commands import fee_structure_id
from shared.finance.plan_rules import Interval, made_parts

CHARGED_DAYS_AGO = 62
CURRENCY = "GHS"
_TAXES = [{"name": "NHIL", "rate": 250}, {"name": "VAT", "rate": 1_500}]
_MATERIALS = {"PHO": 45_000, "FLM": 60_000, "RAD": 25_000, "GRD": 30_000, "WEB": 20_000, "MUS": 40_000}
_TUITION = 350_000
_LATE_EVERY, _FINED_EVERY = 3, 9
_PARTS, _FIRST_PART_DAYS_AGO = 4, 55
# Name, kind, rate in hundredths of a percent, amount, coupon, whether it is approved, one in how many, from which on.
_DISCOUNTS: tuple[tuple[str, str, int, int, str, bool, int, int], ...] = (
    ("Early payers", "discount", 1_000, 0, "EARLY10", False, 11, 4),
    ("Brothers and sisters", "discount", 0, 20_000, "", False, 17, 9),
    ("Founder's scholarship", "scholarship", 5_000, 0, "", True, 23, 7),
)


@dataclass(frozen=True)
class Owing:
    """One student's tuition: what is left of it after discounts, in minor units, and the instalments if there are."""

    person_id: str
    name: str
    course: str
    place: int
    charge_id: str
    left: int
    enrolment_id: str
    parts: tuple[tuple[str, int], ...] = ()


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
    for course_id, cohort in _firsts(plan).items():
        for place, (enrolment_id, person_id) in enumerate(cohort.enrolments):
            days = -20 if place % _LATE_EVERY == 0 else 12
            about = {"person_id": person_id, "enrolment_id": enrolment_id, "cohort_id": cohort.id, "currency": CURRENCY}
            due = (plan.today + timedelta(days=days)).isoformat()
            tuition = {"kind": "tuition", "what": tuition_words(plan), "amount": _TUITION, "due_on": due}
            yield _tuition_id(enrolment_id), {**about, **tuition, "course_id": course_id}
            if place % _FINED_EVERY == _FINED_EVERY - 1:
                fine = {"kind": "other", "what": "Kit brought back late", "amount": 2_000}
                yield derived_id("sample-fine", enrolment_id), {**about, **fine, "course_id": course_id}


def sample_discounts() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, payload) of the discounts that the bursar keeps."""
    for name, kind, rate, amount, code, approved, _every, _from in _DISCOUNTS:
        values = {"name": name, "kind": kind, "rate": rate, "amount": amount, "code": code, "needs_approval": approved}
        yield _discount_id(name), {"changes": {key: {"old": None, "new": value} for key, value in values.items()}}


def sample_grants(plan: SamplePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, payload) of the discounts that some were given."""
    for charge_id, place in _tuitions(plan):
        name = _given(place)
        if name is not None:
            payload = {"charge_id": charge_id, "discount_id": _discount_id(name)}
            yield derived_id("sample-grant", charge_id), payload


def sample_plans(plan: SamplePlan) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (id, payload) of the plans of those who pay in instalments."""
    for one in sample_owing(plan):
        if one.parts:
            parts = [{"due_on": day, "amount": amount} for day, amount in one.parts]
            about = {"person_id": one.person_id, "currency": CURRENCY, "charge_ids": [one.charge_id]}
            yield derived_id("sample-plan", one.charge_id), {**about, "parts": parts}


def sample_owing(plan: SamplePlan) -> list[Owing]:
    """Return what tuition each student of the first classes owes; one in four pays in instalments."""
    names = {one.id: one.name for one in plan.students}
    codes = {course_id: str(fields["code"]) for course_id, fields in plan.courses}
    first = (plan.today - timedelta(days=_FIRST_PART_DAYS_AGO)).isoformat()
    found: list[Owing] = []
    for course_id, cohort in _firsts(plan).items():
        for place, (enrolment_id, person_id) in enumerate(cohort.enrolments):
            left = _TUITION - _taken_off(place)
            parts = made_parts(left, _PARTS, Interval.MONTHLY, first) if place % 4 == 1 else ()
            charge_id = _tuition_id(enrolment_id)
            about = (person_id, names[person_id], codes[course_id], place)
            found.append(Owing(*about, charge_id, left, enrolment_id, parts))
    return found


def tuition_words(plan: SamplePlan) -> str:
    """Return what the tuition is called on bills and receipts."""
    return f"Tuition, {plan.term['name']}"


def _firsts(plan: SamplePlan) -> dict[str, SampleCohort]:
    firsts: dict[str, SampleCohort] = {}
    for cohort in plan.cohorts:
        firsts.setdefault(str(cohort.fields["course_id"]), cohort)
    return firsts


def _tuitions(plan: SamplePlan) -> Iterator[tuple[str, int]]:
    for cohort in _firsts(plan).values():
        for place, (enrolment_id, _person_id) in enumerate(cohort.enrolments):
            yield _tuition_id(enrolment_id), place


def _tuition_id(enrolment_id: str) -> str:
    return derived_id("sample-tuition", enrolment_id)


def _discount_id(name: str) -> str:
    return derived_id("sample-discount", name)


def _given(place: int) -> str | None:
    return next((one[0] for one in _DISCOUNTS if place % one[6] == one[7]), None)


def _taken_off(place: int) -> int:
    found = next((one for one in _DISCOUNTS if place % one[6] == one[7]), None)
    if found is None:
        return 0
    return part_of(_TUITION, found[2]) if found[2] else found[3]
