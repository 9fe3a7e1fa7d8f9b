"""What people do with discounts: keep them, take them out of use, and give one against a charge; all of it offline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from desktop.finance.account_store import ledger_of, today_of
from desktop.finance.fee_actions import place_words
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount
from shared.core.text import text
from shared.finance.discount_rules import (
    ACTIVE,
    FIRST,
    RETIRED,
    discount_amount,
    discount_fault,
    folded_code,
    percent_words,
    refused,
    with_code,
)
from shared.finance.ledger_rules import reversed_ids
from shared.finance.permissions import may_approve, may_charge, may_manage_finance
from shared.finance.vocabulary import DISCOUNT, DISCOUNT_USE, LEDGER_ENTRY

Body = Mapping[str, Any]
_RATE_DIGITS = 2


@dataclass(frozen=True)
class DiscountRow:
    """A discount with what it is for, what it comes to, and how often it was given."""

    body: Body
    place: str
    value: str
    given: int

    @property
    def id(self) -> str:
        """The discount's id."""
        return str(self.body["id"])


def discount_rows(desk: Desk) -> list[DiscountRow]:
    """Return all discounts by name."""
    found = []
    for body in desk.store.page(DISCOUNT, limit=-1):
        place = place_words(desk, body) or text("All courses")
        found.append(DiscountRow(body, place, value_words(body), len(_uses(desk, body["id"]))))
    return found


def value_words(body: Body) -> str:
    """Return `10 %` or an amount."""
    if body["rate"]:
        return text("{percent} %", percent=percent_words(body["rate"]))
    return money_text(body["amount"], str(body["currency"]))


def read_value(typed: str, currency: str) -> dict[str, int]:
    """Return what `12.5 %` or `1,500.00` says. Raises CampusError `bad_discount` and the codes of `parse_amount`."""
    words = typed.strip()
    if not words.endswith("%"):
        return {"rate": 0, "amount": parse_amount(words, currency)}
    whole, _, part = words.removesuffix("%").strip().partition(".")
    if not whole.isdecimal() or len(part) > _RATE_DIGITS or (part and not part.isdecimal()):
        raise CampusError("bad_discount", text("Write a percentage like 12.5 %, or an amount like 1,500.00."))
    return {"rate": int(whole + part.ljust(_RATE_DIGITS, "0")), "amount": 0}


def _uses(desk: Desk, discount_id: str) -> list[dict[str, Any]]:
    rows = desk.store.page(DISCOUNT_USE, [Where("discount_id", "=", discount_id)], limit=-1)
    own = {row["person_id"] for row in rows}
    entries = [one for key in own for one in desk.store.page(LEDGER_ENTRY, [Where("person_id", "=", key)], limit=-1)]
    gone = reversed_ids(entries)
    return [row for row in rows if row["entry_id"] not in gone]


def save(desk: Desk, wanted: Body, shown: Body | None = None) -> None:
    """Keep a discount; `wanted` are its fields. Raises CampusError `not_allowed`, `field_invalid`, `code_taken`."""
    if not may_manage_finance(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't keep discounts. Ask the bursar."))
    before = shown or {**FIRST, "currency": None}
    after = {**FIRST, **(shown or {}), **wanted}
    after["code"] = folded_code(after["code"])
    fault = discount_fault(after)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    other = with_code(desk.store.page(DISCOUNT, limit=-1), after["code"])
    if after["state"] == ACTIVE and other is not None and (shown is None or other["id"] != shown["id"]):
        raise CampusError("code_taken", text("Another discount has this code. Choose a different one."))
    changes = {name: {"old": before[name], "new": after[name]} for name in FIRST if before[name] != after[name]}
    if changes:
        target = str(shown["id"]) if shown else desk.ids()
        ask = Ask("SaveDiscount", target, {"changes": changes}, base=shown["revision"] if shown else None)
        desk.commit([ask])


def retire(desk: Desk, shown: Body) -> None:
    """Give a discount to nobody any more. Raises CampusError `not_allowed`."""
    save(desk, {"state": RETIRED}, shown)


def given_to(desk: Desk, charge: Body) -> Sequence[Body]:
    """Return the discounts without a coupon that can be given against a charge today."""
    rows = desk.store.page(DISCOUNT, limit=-1)
    return [one for one in rows if not one["code"] and _fault(desk, one, charge) is None]


def _fault(desk: Desk, discount: Body | None, charge: Body) -> CampusError | None:
    if discount and discount["needs_approval"] and not may_approve(desk.actor):
        words = text("{name} is given by someone who approves. Ask the bursar.", name=discount["name"])
        return CampusError("needs_approval", words)
    uses = _uses(desk, discount["id"]) if discount else []
    return refused(discount, charge, open_of(desk, charge), today_of(desk), uses)


def open_of(desk: Desk, charge: Body) -> int:
    """Return what is still owed of a charge."""
    return ledger_of(desk, charge["person_id"], charge["currency"]).account.open.get(charge["id"], 0)


def grant(desk: Desk, charge_id: str, discount_id: str = "", code: str = "") -> tuple[str, int]:
    """Give a discount by its id or a coupon's code; returns the discount's name and what it took off.

    Raises CampusError `not_allowed`, `entry_unknown`, and the codes of `refused`.
    """
    if not may_charge(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't give discounts. Ask the bursar."))
    charge = desk.store.get(LEDGER_ENTRY, charge_id)
    if charge is None:
        raise CampusError("entry_unknown", text("This entry is no longer on this computer."))
    rows = desk.store.page(DISCOUNT, limit=-1)
    discount = desk.store.get(DISCOUNT, discount_id) if discount_id else with_code(rows, code)
    fault = _fault(desk, discount, charge)
    if discount is None or fault is not None:
        raise fault or CampusError("coupon_unknown", text("There is no such coupon or discount. Check its letters."))
    amount = discount_amount(discount, charge, open_of(desk, charge))
    payload = {"charge_id": charge_id, "discount_id": discount["id"], "amount": amount}
    desk.commit([Ask("GrantDiscount", desk.ids(), payload)])
    return str(discount["name"]), amount
