"""What discounts come to and to whom they are given: amounts, days, coupons, how often, and for which course."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from shared.core.currencies import CURRENCIES, DEFAULT_CURRENCY
from shared.core.errors import CampusError
from shared.core.money import MOST_MINOR, WHOLE_RATE, part_of
from shared.core.text import text
from shared.finance.vocabulary import EntryKind

Body = Mapping[str, Any]
KINDS = (str(EntryKind.DISCOUNT), str(EntryKind.SCHOLARSHIP))
ACTIVE, RETIRED = "active", "retired"
FIRST: Body = {
    "name": "",
    "kind": KINDS[0],
    "rate": 0,
    "amount": 0,
    "currency": DEFAULT_CURRENCY,
    "course_id": None,
    "cohort_id": None,
    "valid_from": None,
    "valid_to": None,
    "code": "",
    "most": 0,
    "most_each": 0,
    "needs_approval": False,
    "periods": 1,
    "state": ACTIVE,
}
"""What a new discount says where nothing else is said: `most` and `most_each` of 0 are as often as wanted.

`periods` is for how many periods of a subscription it is given, the first one counted; 0 is for all that follow.
"""
FIELDS = tuple(FIRST)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}")
_LONGEST_NAME, _MOST_OFTEN, MOST_PERIODS = 200, 1_000_000, 1_000


def folded_code(code: str) -> str:
    """Return a coupon's code as it is kept: without spaces, in capitals."""
    return "".join(code.split()).upper()


def discount_fault(body: Body) -> str | None:
    """Return the sentence for a discount, whole, that can't be kept, or None."""
    if set(body) - {"id", "revision"} != set(FIELDS):
        return text("This can't be set here.")
    name = body["name"]
    if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME:
        return text("Enter a name of at most 200 letters.")
    if (
        body["kind"] not in KINDS
        or body["state"] not in (ACTIVE, RETIRED)
        or not isinstance(body["needs_approval"], bool)
    ):
        return text("This can't be set here.")
    if body["currency"] not in CURRENCIES:
        return text("This is not a currency. Use its three letters, like GHS or NGN.")
    return _value_fault(body) or _days_fault(body) or _use_fault(body)


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _value_fault(body: Body) -> str | None:
    rate, amount = body["rate"], body["amount"]
    if not _whole(rate, WHOLE_RATE) or not _whole(amount, MOST_MINOR) or bool(rate) == bool(amount):
        return text("A discount is a percentage above 0 and up to 100, or an amount.")
    return None


def _days_fault(body: Body) -> str | None:
    days = [day for day in (body["valid_from"], body["valid_to"]) if day is not None]
    try:
        for day in days:
            date.fromisoformat(day)
    except (TypeError, ValueError):
        return text("Write the days of a discount like 2026-11-20.")
    if days != sorted(days):
        return text("The discount ends before it begins. Check the days.")
    return None


def _use_fault(body: Body) -> str | None:
    if not isinstance(body["code"], str) or (body["code"] and not _CODE.fullmatch(body["code"])):
        return text("A coupon's code has 3 to 40 letters, digits and dashes.")
    if not _whole(body["most"], _MOST_OFTEN) or not _whole(body["most_each"], _MOST_OFTEN):
        return text("Say as a whole number how often it is given.")
    if not _whole(body["periods"], MOST_PERIODS):
        return text("Say as a whole number for how many periods it is given.")
    if any(not (body[name] is None or isinstance(body[name], str)) for name in ("course_id", "cohort_id")):
        return text("This can't be set here.")
    return None


def discount_amount(discount: Body, charge: Body, open_: int, most: int | None = None) -> int:
    """Return what a discount takes off a charge of which `open_` is owed: never more than that."""
    wanted = part_of(charge["amount"], discount["rate"]) if discount["rate"] else discount["amount"]
    return max(0, min(wanted, open_, wanted if most is None else most))


def with_code(discounts: Iterable[Body], code: str) -> Body | None:
    """Return the discount of a coupon's code."""
    wanted = folded_code(code)
    return next((one for one in discounts if wanted and one["code"] == wanted and one["state"] == ACTIVE), None)


def refused(
    discount: Body | None, charge: Body, open_: int, day: str, uses: Sequence[Body], most: int | None = None
) -> CampusError | None:
    """Return why a discount isn't given on a day against a charge, or None; `uses` are those that still count."""
    if discount is None:
        return CampusError("coupon_unknown", text("There is no such coupon or discount. Check its letters."))
    name = discount["name"]
    if discount["state"] != ACTIVE or (discount["valid_to"] or day) < day:
        words = text("{name} isn't given any more.", name=name)
        return CampusError("discount_expired", words)
    if (discount["valid_from"] or day) > day:
        words = text("{name} is given from {day} on.", name=name, day=discount["valid_from"])
        return CampusError("discount_not_yet", words)
    for place in ("course_id", "cohort_id"):
        if discount[place] and discount[place] != charge[place]:
            return CampusError("discount_elsewhere", text("{name} is for another course or class.", name=name))
    if charge["kind"] != EntryKind.CHARGE:
        return CampusError("not_a_charge", text("Only a charge is reduced. Choose one."))
    if discount["amount"] and discount["currency"] != charge["currency"]:
        words = text("{name} is in {currency}, the charge isn't.", name=name, currency=discount["currency"])
        return CampusError("other_currency", words)
    return _too_often(discount, charge, uses) or _nothing_left(discount, charge, open_, most)


def _too_often(discount: Body, charge: Body, uses: Sequence[Body]) -> CampusError | None:
    every = [one for one in uses if one["discount_id"] == discount["id"]]
    # What goes on by itself over periods was given once.
    given = [one for one in every if not one.get("goes_on")]
    own = [one for one in given if one["person_id"] == charge["person_id"]]
    name = discount["name"]
    if any(one["charge_id"] == charge["id"] for one in every):
        return CampusError("discount_given", text("{name} was given against this charge before.", name=name))
    if discount["most_each"] and len(own) >= discount["most_each"]:
        return CampusError("discount_given", text("This student had {name} as often as it is given.", name=name))
    if discount["most"] and len(given) >= discount["most"]:
        return CampusError("discount_used_up", text("{name} is used up.", name=name))
    return None


def _nothing_left(discount: Body, charge: Body, open_: int, most: int | None) -> CampusError | None:
    if not discount_amount(discount, charge, open_, most):
        return CampusError("nothing_left", text("Nothing of this charge is left to take off."))
    return None


def percent_words(rate: int) -> str:
    """Return hundredths of a percent as people write them: 1,250 is `12.5`."""
    whole, part = divmod(rate, 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".")
