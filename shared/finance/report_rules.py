"""Reports of money: which there are, what their columns are, ages of debt, periods, and totals; no float anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from shared.finance.plan_rules import fitted, steps

Row = dict[str, Any]
"""One line of a report: texts, counts, and amounts in minor units of its `currency`."""
Term = tuple[str, str, str, str]
"""An academic term: id, name, first and last day."""


class Report(StrEnum):
    """What can be asked."""

    DAILY = "daily"
    REVENUE = "revenue"
    DEBT = "debt"
    EXPECTED = "expected"
    GAPS = "gaps"
    BALANCE = "balance"


class Shape(StrEnum):
    """How a column is shown and whether it is added up."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Field:
    """One column: its key in a row, and its shape; `summed` ones stand in the totals."""

    key: str
    shape: Shape = Shape.TEXT
    summed: bool = False


GROUPINGS: Mapping[Report, tuple[str, ...]] = {
    Report.DAILY: ("method", "till", "cashier", "day", "transaction"),
    Report.REVENUE: ("course", "method", "day", "week", "month", "term"),
    Report.DEBT: ("student", "course"),
    Report.EXPECTED: ("month",),
    Report.GAPS: ("till",),
    Report.BALANCE: ("account",),
}
"""By what each report can be grouped; the first is what is asked where nobody says."""
AS_AT = frozenset({Report.DEBT, Report.EXPECTED})
"""Reports of how things stand at the end of a day, where others tell what happened between two."""
AGES = ("not_due", "days_30", "days_60", "days_90", "older")
"""Not due yet (or without a day), 1 to 30, 31 to 60, 61 to 90 and over 90 days late."""
_LATE = (0, 30, 60, 90)
_DAILY = ("received", "voided", "refunded", "net")
_REVENUE = ("charged", "tax", "given", "revenue", "received")


def _amounts(*keys: str) -> tuple[Field, ...]:
    return tuple(Field(key, Shape.AMOUNT, summed=True) for key in keys)


def fields_of(report: Report, by: str) -> tuple[Field, ...]:
    """Return the columns of a report grouped by one of its `GROUPINGS`."""
    name, currency = Field("name"), Field("currency")
    if report is Report.DAILY and by == "transaction":
        texts = tuple(map(Field, ("number", "name", "method", "till", "cashier", "what")))
        return (Field("day", Shape.DAY), *texts, currency, *_amounts("amount"))
    if report is Report.DAILY:
        return (name, currency, Field("payments", Shape.COUNT, summed=True), *_amounts(*_DAILY))
    if report is Report.REVENUE:
        return (name, currency, *_amounts(*(("received",) if by == "method" else _REVENUE)))
    if report is Report.DEBT:
        student = (Field("number"),) if by == "student" else ()
        credit = ("credit", "balance") if by == "student" else ()
        return (name, *student, currency, *_amounts(*AGES, "owed", *credit))
    if report is Report.EXPECTED:
        return (name, currency, *_amounts("due", "received", "open"))
    if report is Report.GAPS:
        texts = tuple(map(Field, ("first", "last", "reason", "words", "by")))
        return (name, *texts, Field("count", Shape.COUNT, summed=True))
    return (name, currency, *_amounts("debit", "credit", "balance"))


def totals(fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return one line of sums for each currency, in their order; of rows without one, one line."""
    summed = [one.key for one in fields if one.summed]
    found: dict[str, Row] = {}
    for row in rows:
        currency = str(row.get("currency", ""))
        line = found.setdefault(currency, {"currency": currency, **dict.fromkeys(summed, 0)})
        for key in summed:
            line[key] += row.get(key) or 0
    return [found[currency] for currency in sorted(found)]


def age_limits(day: str) -> dict[str, str]:
    """Return the last due days of each age at the end of a day, as places of a statement: `late0` to `late90`.

    What was due on `late0` or after isn't late. Source: 1-30, 31-60, 61-90 and over 90 days after the due day.
    """
    at = date.fromisoformat(day)
    return {f"late{days}": _before(at, days) for days in _LATE}


def _before(at: date, days: int) -> str:
    return date.fromordinal(max(1, at.toordinal() - days)).isoformat()


def age_of(due_on: str | None, day: str) -> str:
    """Return how late something due on a day is at the end of another: one of `AGES`."""
    if not due_on or due_on >= day:
        return AGES[0]
    late = (date.fromisoformat(day) - date.fromisoformat(due_on)).days
    return AGES[1 + sum(late > limit for limit in _LATE[1:])]


def period_of(day: str, by: str, terms: Sequence[Term] = ()) -> tuple[str, str]:
    """Return key and name of the period that a day is in: `day`, `week` (its Monday), `month` or `term`.

    Of terms that overlap the one that began last counts; a day in none has an empty key.
    """
    if by == "week":
        at = date.fromisoformat(day)
        monday = (at - timedelta(days=min(at.weekday(), at.toordinal() - 1))).isoformat()
        return monday, monday
    if by == "month":
        return day[:7], day[:7]
    if by == "term":
        within = [one for one in terms if one[2] <= day <= one[3]]
        found = max(within, key=lambda one: (one[2], one[0]), default=None)
        return (found[0], found[1]) if found else ("", "")
    return day, day


def rolled_up(rows: Iterable[Mapping[str, Any]], by: str, summed: Sequence[str], terms: Sequence[Term]) -> list[Row]:
    """Return rows of days (`name` is the day) as rows of longer periods, in the order of time."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        key, name = period_of(row["name"], by, terms)
        place = found.setdefault((key, row["currency"]), {"id": key, "name": name, "currency": row["currency"]})
        for one in summed:
            place[one] = place.get(one, 0) + row[one]
    begins = {one[0]: one[2] for one in terms} if by == "term" else {}
    return [found[key] for key in sorted(found, key=lambda key: (begins.get(key[0], key[0]), key[1]))]


@dataclass(frozen=True)
class Planned:
    """One charge that an active plan covers: what it comes to after discounts (`net`), and what is still `open`."""

    charge_id: str
    person_id: str
    course_id: str | None
    net: int
    open: int


def plan_pieces(parts: Sequence[tuple[str, int]], charges: Sequence[Planned]) -> list[tuple[Planned, str, int]]:
    """Return what of a plan is still open as (charge, due day, amount), by the rules of `plan_rules`."""
    total = sum(one.net for one in charges)
    owed = sum(one.open for one in charges)
    waiting = [(one.due_on, one.left) for one in steps(fitted(parts, total), total - owed, "") if one.left]
    found: list[tuple[Planned, str, int]] = []
    for charge in charges:
        left = charge.open
        while left > 0 and waiting:
            due_on, there = waiting.pop(0)
            share = min(left, there)
            found.append((charge, due_on, share))
            left -= share
            if there > share:
                waiting.insert(0, (due_on, there - share))
    return found


def planned_dues(parts: Sequence[tuple[str, int]], charges: Sequence[Planned]) -> list[tuple[str, int]]:
    """Return (due day, amount) of a plan's parts as they come to its charges after discounts."""
    return list(fitted(parts, sum(one.net for one in charges)))
