"""What people do with a ledger: charge, reverse, let credit pay, and move money to whom it belongs."""

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.finance.account_store import currency_of, ledger_of, open_charges
from shared.core.errors import CampusError
from shared.core.money import parse_amount
from shared.core.text import text
from shared.finance.ledger_rules import share_out
from shared.finance.permissions import may_approve, may_charge, may_take_payment
from shared.finance.vocabulary import LEDGER_ENTRY, ChargeKind, EntryKind

Body = Mapping[str, Any]
REVERSIBLE = frozenset({EntryKind.CHARGE, EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP})
_LEAST_REASON = 3


def charge(
    desk: Desk,
    person_id: str,
    what: str,
    amount: str,
    *,
    kind: str = ChargeKind.OTHER,
    due_on: str | None = None,
    place: Mapping[str, str | None] | None = None,
) -> str:
    """Charge a person; returns the charge's id. `place` names enrolment, cohort and course.

    Raises CampusError `not_allowed`, `what_missing`, and the codes of `parse_amount`.
    """
    if not may_charge(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't charge students. Ask the bursar."))
    if not what.strip():
        raise CampusError("what_missing", text("Say what the charge is for."))
    currency = currency_of(desk)
    minor = parse_amount(amount, currency)
    if not minor:
        raise CampusError("bad_amount", text("Enter an amount above zero."))
    payload = {
        "person_id": person_id,
        "kind": str(kind),
        "what": what.strip()[:200],
        "amount": minor,
        "currency": currency,
        "due_on": due_on,
        **(place or {}),
    }
    entry_id = desk.ids()
    desk.commit([Ask("ChargeStudent", entry_id, payload)])
    return entry_id


def _entry(desk: Desk, entry_id: str) -> dict[str, Any]:
    body = desk.store.get(LEDGER_ENTRY, entry_id)
    if body is None:
        raise CampusError("entry_unknown", text("This entry is no longer on this computer."))
    return body


def _reason(words: str) -> str:
    if len(words.strip()) < _LEAST_REASON:
        raise CampusError("reason_missing", text("Say in a few words why."))
    return words.strip()[:500]


def reverse(desk: Desk, entry_id: str, reason: str) -> None:
    """Take a charge, a discount or a scholarship back.

    Raises CampusError `not_allowed`, `entry_unknown`, `entry_not_reversible`, `reason_missing`.
    """
    if not may_charge(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't reverse charges. Ask the bursar."))
    entry = _entry(desk, entry_id)
    if entry["kind"] not in REVERSIBLE:
        words = text("Only a charge, a discount or a scholarship is reversed here. Void a payment by its receipt.")
        raise CampusError("entry_not_reversible", words)
    desk.commit([Ask("ReverseEntry", entry_id, {"reason": _reason(reason)}, base=entry["revision"])])


def use_credit(desk: Desk, person_id: str, currency: str) -> int:
    """Let all credit of a person pay what is owed, the longest due first; returns what was used.

    Raises CampusError `not_allowed`, `no_credit`.
    """
    if not (may_take_payment(desk.actor) or may_charge(desk.actor)):
        raise CampusError("not_allowed", text("Your role doesn't use credit. Ask the bursar."))
    account = ledger_of(desk, person_id, currency).account
    debts, open_ = open_charges(desk, person_id, currency), dict(account.open)
    asks: list[Ask] = []
    used = 0
    for entry_id, free in account.credit.items():
        shares = share_out(free, debts, open_)
        for charge_id, amount in shares:
            open_[charge_id] -= amount
            used += amount
        if shares:
            parts = [{"entry_id": charge_id, "amount": amount} for charge_id, amount in shares]
            asks.append(Ask("AllocateCredit", entry_id, {"goes_to": parts}, base=_entry(desk, entry_id)["revision"]))
    if not asks:
        raise CampusError("no_credit", text("There is no credit, or nothing that it could pay."))
    desk.commit(asks)
    return used


def move(desk: Desk, entry_id: str, to_person_id: str, reason: str) -> None:
    """Move money to another person's ledger, where it pays what is owed longest.

    Raises CampusError `not_allowed`, `entry_unknown`, `entry_not_movable`, `same_person`, `reason_missing`.
    """
    if not may_approve(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't move money. Ask the bursar."))
    entry = _entry(desk, entry_id)
    if entry["kind"] != EntryKind.PAYMENT:
        raise CampusError("entry_not_movable", text("Only a payment is moved. Reverse a charge instead."))
    if to_person_id == entry["person_id"]:
        raise CampusError("same_person", text("The money is on this student's account already."))
    payload = {
        "to_person_id": to_person_id,
        "reason": _reason(reason),
        "goes_to": _paid_there(desk, entry, to_person_id),
    }
    desk.commit([Ask("MovePayment", entry_id, payload, base=entry["revision"])])


def _paid_there(desk: Desk, entry: Body, person_id: str) -> Sequence[dict[str, Any]]:
    currency = str(entry["currency"])
    account = ledger_of(desk, person_id, currency).account
    shares = share_out(-entry["amount"], open_charges(desk, person_id, currency), account.open)
    return [{"entry_id": charge_id, "amount": amount} for charge_id, amount in shares]
