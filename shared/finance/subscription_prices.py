"""What a course costs for a period: the fields of such a price, what can't be kept, and what a period comes to."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.core.currencies import CURRENCIES, DEFAULT_CURRENCY
from shared.core.money import MOST_MINOR, WHOLE_RATE, part_of
from shared.core.text import text
from shared.finance.commands import TaxLine
from shared.finance.fee_commands import LINES, TaxRate
from shared.finance.fee_rules import line_total, taxes_of
from shared.finance.subscription_vocabulary import Period

Body = Mapping[str, Any]
ACTIVE, RETIRED = "active", "retired"
MOST_DAYS = 366
FIRST: Body = {
    "name": "",
    "course_id": None,
    "cohort_id": None,
    "currency": DEFAULT_CURRENCY,
    "period": str(Period.MONTH),
    "days": 0,
    "amount": 0,
    "first_amount": None,
    "taxes": [],
    "trial_days": 0,
    "grace_days": 7,
    "warn_days": 5,
    "charge_missed": True,
    "self_service": False,
    "lines": [],
    "state": ACTIVE,
}
"""A new price where nothing else is said; `amount` is a period's without taxes, `first_amount` the first's.

With `lines`, those of the fees that it follows, a period is charged line by line and `amount` is what they come to.
"""
FIELDS = tuple(FIRST)
FIXED = ("course_id", "cohort_id", "currency", "period", "days")
"""What running subscriptions stand on: it stays as it is, and a new price is made instead."""
_TAXES: TypeAdapter[tuple[TaxRate, ...]] = TypeAdapter(tuple[TaxRate, ...])
_LONGEST_NAME, _MOST_TAXES = 200, 10


def price_fault(body: Body) -> str | None:
    """Return the sentence for a price, whole, that can't be kept, or None."""
    if set(body) - {"id", "revision"} != set(FIELDS):
        return text("This can't be set here.")
    name = body["name"]
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        return text("Enter a name of at most 200 letters.")
    if body["currency"] not in CURRENCIES:
        return text("This is not a currency. Use its three letters, like GHS or NGN.")
    words = body["state"] in (ACTIVE, RETIRED) and body["period"] in set(Period)
    if not words or not all(isinstance(body[name], bool) for name in ("charge_missed", "self_service")):
        return text("This can't be set here.")
    return _place_fault(body) or _amount_fault(body) or _days_fault(body)


def _place_fault(body: Body) -> str | None:
    places = [body["course_id"], body["cohort_id"]]
    if sum(isinstance(one, str) for one in places) != 1 or None not in places:
        return text("A subscription is to one course or to one class. Choose it.")
    return None


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _amount_fault(body: Body) -> str | None:
    first = body["first_amount"]
    if body["lines"]:
        return _lines_fault(body)
    if not _whole(body["amount"], 1, MOST_MINOR) or not (first is None or _whole(first, 1, MOST_MINOR)):
        return text("Enter an amount above zero.")
    taxes = body["taxes"]
    try:
        rates = _TAXES.validate_python(taxes if isinstance(taxes, list) else None)
    except ValidationError:
        return text("A tax has a name and a rate between 0 and 100 %.")
    if len(rates) > _MOST_TAXES or sum(one.rate for one in rates) > WHOLE_RATE:
        return text("A tax has a name and a rate between 0 and 100 %.")
    if max(period_charge(body, first=True)[0], period_charge(body, first=False)[0]) > MOST_MINOR:
        return text("The amount is larger than Campusdesk keeps. Check the digits.")
    return None


def _lines_fault(body: Body) -> str | None:
    """A price with lines is what they come to, and nothing beside."""
    try:
        lines = LINES.validate_python(body["lines"])
    except ValidationError:
        return text("Each fee has a name, an amount above zero, and taxes between 0 and 100 %.")
    follows = body["amount"] == sum(line.amount for line in lines) and body["first_amount"] is None
    if not follows or body["taxes"]:
        return text("This price follows the fees of its course. Change those.")
    if sum(map(line_total, lines)) > MOST_MINOR:
        return text("The fees are larger than Campusdesk keeps. Check the digits.")
    return None


def _days_fault(body: Body) -> str | None:
    own = body["period"] == Period.DAYS
    if not _whole(body["days"], 1 if own else 0, MOST_DAYS if own else 0):
        return text("A period of days has 1 to {most} of them.", most=MOST_DAYS)
    if not all(_whole(body[name], 0, MOST_DAYS) for name in ("trial_days", "grace_days", "warn_days")):
        return text("Say in whole days, {most} at most.", most=MOST_DAYS)
    return None


def period_charge(price: Body, *, first: bool) -> tuple[int, tuple[TaxLine, ...]]:
    """Return what a period comes to in minor units, taxes in it, and the taxes, each rounded for itself."""
    if price.get("lines"):
        lines = LINES.validate_python(price["lines"])
        return sum(map(line_total, lines)), tuple(tax for line in lines for tax in taxes_of(line))
    net = price["first_amount"] if first and price["first_amount"] is not None else price["amount"]
    taxes = tuple(
        TaxLine(name=one.name, rate=one.rate, amount=part_of(net, one.rate))
        for one in _TAXES.validate_python(price["taxes"])
        if one.rate
    )
    return net + sum(one.amount for one in taxes), taxes
