"""The rows of drawers, cash moved and requests as commands make them: the same on both sides."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.vocabulary import (
    CASH_MOVEMENT,
    PAYMENT,
    RECEIPT,
    REQUEST,
    SHIFT,
    RequestKind,
    RequestState,
    ShiftState,
)

Body = dict[str, Any]
By = tuple[str, str]
"""A person's id and name."""


def _instant(value: str) -> str:
    return instant_text(parse_instant(value))


def shift_body(command: Command, by: By) -> Body:
    """Return the drawer that an `OpenShift` opens."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "till_id": payload["till_id"],
        "person_id": by[0],
        "cashier_name": by[1],
        "currency": payload["currency"],
        "opening_float": payload["opening_float"],
        "opened_at": _instant(payload["opened_at"]),
        "state": str(ShiftState.OPEN),
        "closed_at": None,
        "counted": None,
        "expected": None,
        "expected_told": None,
        "denominations": [],
        "others": [],
        "explanation": "",
        "z_number": None,
    }


def closed_shift(command: Command, shift: Mapping[str, Any]) -> Body:
    """Return a drawer as a `CloseShift` leaves it, with what the till itself expected."""
    payload = command.payload
    return {
        **shift,
        "revision": command.id,
        "state": str(ShiftState.CLOSED),
        "closed_at": _instant(payload["closed_at"]),
        "counted": payload["counted"],
        "expected": payload.get("expected"),
        "expected_told": payload.get("expected"),
        "denominations": list(payload.get("denominations") or ()),
        "others": list(payload.get("others") or ()),
        "explanation": str(payload.get("explanation", "")).strip(),
        "z_number": payload.get("z_number"),
    }


def movement_body(command: Command, by: By) -> Body:
    """Return the movement of cash that a `MoveCash` notes."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "shift_id": payload["shift_id"],
        "person_id": by[0],
        "person_name": by[1],
        "movement": str(payload["movement"]),
        "amount": payload["amount"],
        "reason": str(payload.get("reason", "")).strip(),
        "moved_at": _instant(payload["moved_at"]),
    }


def request_body(command: Command, kind: RequestKind, payment: Mapping[str, Any], by: By) -> Body:
    """Return the request that an `AskVoid` or `AskRefund` makes about a payment."""
    payload = command.payload
    refund = kind is RequestKind.REFUND
    return {
        "id": command.target_id,
        "revision": command.id,
        "kind": str(kind),
        "state": str(RequestState.WAITING),
        "payment_id": payment["id"],
        "receipt_id": payment["receipt_id"],
        "person_id": payload["person_id"] if refund else payment["person_id"],
        "shift_id": payload.get("shift_id"),
        "number": payment["receipt_number"],
        "amount": payload["amount"] if refund else payment["amount"],
        "currency": payment["currency"],
        "method": str(payload["method"]) if refund else "",
        "reason": str(payload["reason"]).strip(),
        "asked_by": by[0],
        "asked_by_name": by[1],
        "asked_at": _instant(command.observed_at),
        "decided_by": None,
        "decided_by_name": "",
        "decided_at": None,
        "decided_reason": "",
    }


def decided(command: Command, request: Mapping[str, Any], state: RequestState, by: By) -> Body:
    """Return a request that was approved, refused or taken back."""
    return {
        **request,
        "revision": command.id,
        "state": str(state),
        "decided_by": by[0] or None,
        "decided_by_name": by[1],
        "decided_at": _instant(command.observed_at),
        "decided_reason": str(command.payload.get("reason", "")).strip(),
    }


def _by(command: Command) -> By:
    return str(command.payload.get("author_id", "")), str(command.payload.get("author_name", ""))


def _open(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = shift_body(command, _by(command))
    return [Draft(SHIFT, body["id"], body, body["till_id"])]


def _close(command: Command, read: ReadRow) -> Sequence[Draft]:
    shift = read(SHIFT, command.target_id)
    if shift is None:
        return []
    return [Draft(SHIFT, command.target_id, closed_shift(command, shift), shift["till_id"])]


def _move(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = movement_body(command, _by(command))
    return [Draft(CASH_MOVEMENT, body["id"], body, body["shift_id"])]


def _ask_void(command: Command, read: ReadRow) -> Sequence[Draft]:
    receipt = read(RECEIPT, command.payload["receipt_id"]) or {}
    return _asked(command, read(PAYMENT, receipt.get("payment_id", "")), RequestKind.VOID)


def _ask_refund(command: Command, read: ReadRow) -> Sequence[Draft]:
    return _asked(command, read(PAYMENT, command.payload["payment_id"]), RequestKind.REFUND)


def _asked(command: Command, payment: Mapping[str, Any] | None, kind: RequestKind) -> Sequence[Draft]:
    if payment is None:
        return []
    body = request_body(command, kind, payment, _by(command))
    return [Draft(REQUEST, body["id"], body, body["payment_id"])]


def _decide(command: Command, read: ReadRow) -> Sequence[Draft]:
    state = RequestState.APPROVED if command.payload["approved"] else RequestState.REFUSED
    return _ended(command, read, state)


def _withdraw(command: Command, read: ReadRow) -> Sequence[Draft]:
    return _ended(command, read, RequestState.WITHDRAWN)


def _ended(command: Command, read: ReadRow, state: RequestState) -> Sequence[Draft]:
    request = read(REQUEST, command.target_id)
    if request is None:
        return []
    body = decided(command, request, state, _by(command))
    return [Draft(REQUEST, command.target_id, body, request["payment_id"])]


PROJECTIONS: dict[str, Projection] = {
    "OpenShift": _open,
    "CloseShift": _close,
    "MoveCash": _move,
    "AskVoid": _ask_void,
    "AskRefund": _ask_refund,
    "DecideRequest": _decide,
    "WithdrawRequest": _withdraw,
}
