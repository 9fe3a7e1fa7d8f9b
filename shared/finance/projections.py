"""What pending commands of the ledger make of the rows on screen."""

from collections.abc import Sequence
from typing import Any

from shared.core.command import Command
from shared.core.currencies import DEFAULT_CURRENCY
from shared.core.projection import Body, Draft, Projection, ReadRow
from shared.finance.commands import (
    AllocateCredit,
    ChargeStudent,
    ConfirmPayment,
    MovePayment,
    TakePayment,
    moved_entry_id,
)
from shared.finance.fee_rules import ACTIVE
from shared.finance.models import allocation_body, charge_body, entry_body, payment_rows, reversal_body
from shared.finance.payment_rules import state_of
from shared.finance.vocabulary import ALLOCATION, FEE_STRUCTURE, LEDGER_ENTRY, PAYMENT, Confirmation, EntryKind


def joined(*parts: Projection) -> Projection:
    """Return one projection of several, each with rows of its own."""

    def project(command: Command, read: ReadRow) -> Sequence[Draft]:
        return [draft for part in parts for draft in part(command, read)]

    return project


def _entry(body: Body) -> Draft:
    return Draft(LEDGER_ENTRY, body["id"], body, body["person_id"])


def _allocation(body: Body) -> Draft:
    return Draft(ALLOCATION, body["id"], body, body["person_id"])


def _charge(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [_entry(charge_body(command, ChargeStudent.model_validate(command.payload)))]


def _reverse(command: Command, read: ReadRow) -> Sequence[Draft]:
    entry = read(LEDGER_ENTRY, command.target_id)
    return [] if entry is None else [_entry(reversal_body(command, entry))]


def _take(command: Command, _read: ReadRow) -> Sequence[Draft]:
    rows = payment_rows(command, TakePayment.model_validate(command.payload))
    payment = rows.payment
    return [
        Draft(PAYMENT, payment["id"], payment, payment["person_id"]),
        *(_entry(one) for one in rows.entries),
        *(
            _allocation(allocation_body(command, one["person_id"], one["id"], charge_id, amount))
            for one in rows.entries
            for charge_id, amount in rows.wanted[one["id"]]
        ),
    ]


def _allocate(command: Command, read: ReadRow) -> Sequence[Draft]:
    entry = read(LEDGER_ENTRY, command.target_id)
    if entry is None:
        return []
    wanted = AllocateCredit.model_validate(command.payload).goes_to
    return [
        _allocation(allocation_body(command, entry["person_id"], entry["id"], one.entry_id, one.amount))
        for one in wanted
    ]


def _move(command: Command, read: ReadRow) -> Sequence[Draft]:
    entry = read(LEDGER_ENTRY, command.target_id)
    if entry is None:
        return []
    wanted = MovePayment.model_validate(command.payload)
    there = moved_body(command, entry, wanted.to_person_id)
    return [
        _entry(reversal_body(command, entry)),
        _entry(there),
        *(
            _allocation(allocation_body(command, there["person_id"], there["id"], one.entry_id, one.amount))
            for one in wanted.goes_to
        ),
    ]


def moved_body(command: Command, entry: Body, person_id: str, made_by: str = "", day: str = "") -> dict[str, Any]:
    """Return the entry that puts what was on one ledger on another person's."""
    fresh = {"id", "revision", "kind", "amount", "day", "made_at", "person_id", "made_by", "reverses_id"}
    more = {name: value for name, value in entry.items() if name not in fresh} | ({"day": day} if day else {})
    amount, made = entry["amount"], moved_entry_id(command.id, entry["id"])
    return entry_body(command, made, EntryKind(entry["kind"]), amount, person_id=person_id, made_by=made_by, **more)


def _confirm(command: Command, read: ReadRow) -> Sequence[Draft]:
    payment = read(PAYMENT, command.target_id)
    if payment is None:
        return []
    came = ConfirmPayment.model_validate(command.payload).came
    body = confirmed_body(command, payment, came=came)
    return [Draft(PAYMENT, payment["id"], body, payment["person_id"])]


def confirmed_body(command: Command, payment: Body, *, came: bool) -> dict[str, Any]:
    """Return a payment of which someone says that its money came, or that it never did."""
    confirmation = Confirmation.CONFIRMED if came else Confirmation.REFUSED
    state = str(state_of(confirmation))
    return {**payment, "revision": command.id, "confirmation": str(confirmation), "state": state}


def _save_fees(command: Command, read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    place = {"course_id": payload.get("course_id"), "cohort_id": payload.get("cohort_id")}
    first: dict[str, Any] = {"name": "", "currency": DEFAULT_CURRENCY, "lines": [], "state": ACTIVE, **place}
    present = read(FEE_STRUCTURE, command.target_id) or first
    wanted = {name: change.get("new") for name, change in payload["changes"].items()}
    body = {**present, **wanted, "id": command.target_id, "revision": command.id}
    return [Draft(FEE_STRUCTURE, command.target_id, body)]


PROJECTIONS: dict[str, Projection] = {
    "ChargeStudent": _charge,
    "ReverseEntry": _reverse,
    "TakePayment": _take,
    "AllocateCredit": _allocate,
    "MovePayment": _move,
    "ConfirmPayment": _confirm,
    "SaveFeeStructure": _save_fees,
}
