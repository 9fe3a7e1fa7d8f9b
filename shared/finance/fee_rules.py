"""What fees come to: the charges that an enrolment makes, with their taxes and the days on which they are due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from shared.core.currencies import CURRENCIES
from shared.core.money import MOST_MINOR, part_of
from shared.core.text import text
from shared.finance.commands import TaxLine
from shared.finance.fee_commands import LINES, FeeLine

Body = Mapping[str, Any]
FIELDS = ("name", "currency", "lines", "by_period", "state")
ACTIVE, RETIRED = "active", "retired"
_LONGEST_NAME = 200


@dataclass(frozen=True)
class FeeCharge:
    """One charge to make; `amount` has the taxes in it."""

    line: FeeLine
    amount: int
    taxes: tuple[TaxLine, ...]
    due_on: str


def taxes_of(line: FeeLine) -> tuple[TaxLine, ...]:
    """Return the taxes of a fee, each rounded for itself."""
    return tuple(
        TaxLine(name=tax.name, rate=tax.rate, amount=part_of(line.amount, tax.rate)) for tax in line.taxes if tax.rate
    )


def line_total(line: FeeLine) -> int:
    """Return what a fee comes to with its taxes."""
    return line.amount + sum(tax.amount for tax in taxes_of(line))


def fee_charges(structure: Body, day: str) -> list[FeeCharge]:
    """Return what an enrolment of a day is charged by a fee structure."""
    first = date.fromisoformat(day)
    return [
        FeeCharge(line, line_total(line), taxes_of(line), (first + timedelta(days=line.due_days)).isoformat())
        for line in LINES.validate_python(structure["lines"])
    ]


def structure_total(structure: Body) -> int:
    """Return what a course costs in all, with taxes."""
    return sum(line_total(line) for line in LINES.validate_python(structure["lines"]))


def structure_for(structures: Iterable[Body], course_id: str, cohort_id: str) -> Body | None:
    """Return the fees that count for a cohort: its own, else those of its course."""
    living = [one for one in structures if one["state"] == ACTIVE and one["lines"]]
    own = next((one for one in living if one["cohort_id"] == cohort_id), None)
    return own or next((one for one in living if one["course_id"] == course_id and not one["cohort_id"]), None)


def fee_fault(wanted: Body) -> str | None:
    """Return the sentence for fields of a fee structure that can't be kept, or None."""
    if not set(wanted) <= set(FIELDS):
        return text("This can't be set here.")
    name = wanted.get("name", "-")
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        return text("Enter a name of at most 200 letters.")
    if wanted.get("currency", CURRENCIES[0]) not in CURRENCIES:
        return text("This is not a currency. Use its three letters, like GHS or NGN.")
    if wanted.get("state", ACTIVE) not in (ACTIVE, RETIRED):
        return text("Fees are in use or they aren't.")
    try:
        lines = LINES.validate_python(wanted.get("lines", ()))
    except ValidationError:
        return text("Each fee has a name, an amount above zero, and taxes between 0 and 100 %.")
    if sum(line_total(line) for line in lines) > MOST_MINOR:
        return text("The fees are larger than Campusdesk keeps. Check the digits.")
    return None
