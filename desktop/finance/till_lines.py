"""How the rows of the cash desk are listed, the lines of the sync page for its commands, and its own numbers."""

from desktop.core.store_area import KindSpec, Line, Numbered
from shared.core.command import Command
from shared.core.money import money_text
from shared.core.projection import Body, Projection, ReadRow
from shared.core.text import text
from shared.finance.projections import PROJECTIONS as LEDGER
from shared.finance.projections import joined
from shared.finance.receipt_models import PROJECTIONS as RECEIPTS
from shared.finance.shift_models import PROJECTIONS as SHIFTS
from shared.finance.shift_rules import movement_words
from shared.finance.till_commands import PAYLOADS
from shared.finance.vocabulary import (
    CASH_MOVEMENT,
    RECEIPT,
    RECEIPT_KEY,
    RECEIPT_TEXT,
    REQUEST,
    SHIFT,
    TILL,
    Movement,
)

PROJECTIONS: dict[str, Projection] = {
    **SHIFTS,
    **RECEIPTS,
    "TakePayment": joined(LEDGER["TakePayment"], RECEIPTS["TakePayment"]),
}
TYPE_VERSIONS = dict.fromkeys(PAYLOADS, 1)


def receipt_series(till_id: str) -> str:
    """Return the name under which this store counts a till's receipts."""
    return f"receipt {till_id}"


def z_series(till_id: str) -> str:
    """Return the name under which this store counts a till's Z reports."""
    return f"z {till_id}"


def _receipt_number(command: Command) -> tuple[str, int] | None:
    receipt = command.payload["receipt"]
    return receipt_series(receipt["till_id"]), int(receipt["sequence"])


def _z_number(command: Command) -> tuple[str, int] | None:
    number, till_id = command.payload.get("z_number"), command.payload.get("till_id")
    return (z_series(str(till_id)), int(number)) if number and till_id else None


NUMBERS: dict[str, Numbered] = {"TakePayment": _receipt_number, "CloseShift": _z_number}


def _word(name: str) -> KindSpec:
    return KindSpec(sort_text=lambda body: str(body.get(name) or ""))


KINDS = {
    TILL: KindSpec(sort_text=lambda body: f"{body.get('series') or 0:08}"),
    RECEIPT_KEY: _word("made_at"),
    RECEIPT: KindSpec(
        sort_text=lambda body: str(body.get("issued_at") or ""),
        keys={
            "number": lambda body: body.get("number"),
            "payment_id": lambda body: body.get("payment_id"),
            "shift_id": lambda body: body.get("shift_id"),
        },
    ),
    RECEIPT_TEXT: KindSpec(keys={"person_id": lambda body: body.get("person_id")}),
    SHIFT: KindSpec(
        sort_text=lambda body: str(body.get("opened_at") or ""),
        keys={"till_id": lambda body: body.get("till_id"), "state": lambda body: body.get("state")},
    ),
    CASH_MOVEMENT: KindSpec(
        sort_text=lambda body: str(body.get("moved_at") or ""), keys={"shift_id": lambda body: body.get("shift_id")}
    ),
    REQUEST: KindSpec(
        sort_text=lambda body: str(body.get("asked_at") or ""),
        keys={"state": lambda body: body.get("state"), "payment_id": lambda body: body.get("payment_id")},
    ),
}


def _opened(command: Command, _read: ReadRow) -> str:
    payload = command.payload
    return text("Opened the drawer with {amount}", amount=money_text(payload["opening_float"], payload["currency"]))


def _closed(command: Command, read: ReadRow) -> str:
    shift = read(SHIFT, command.target_id) or {}
    amount = money_text(command.payload["counted"], str(shift.get("currency") or ""))
    return text("Counted {amount} and closed the drawer", amount=amount.strip())


def _moved(command: Command, read: ReadRow) -> str:
    payload = command.payload
    shift = read(SHIFT, payload["shift_id"]) or {}
    words = movement_words(Movement(payload["movement"]))
    if not payload["amount"]:
        return words
    return f"{words}: {money_text(payload['amount'], str(shift.get('currency') or '')).strip()}"


def _about(command: Command, read: ReadRow) -> str:
    request: Body = read(REQUEST, command.target_id) or {}
    return str(request.get("number") or text("a receipt"))


def _void_of(command: Command, read: ReadRow) -> str:
    receipt: Body = read(RECEIPT, command.payload["receipt_id"]) or {}
    return text("Asked to void {number}", number=receipt.get("number") or text("a receipt"))


def _decided(command: Command, read: ReadRow) -> str:
    number = _about(command, read)
    if command.payload["approved"]:
        return text("Approved what was asked about {number}", number=number)
    return text("Refused what was asked about {number}", number=number)


LINES: dict[str, Line] = {
    "OpenShift": _opened,
    "CloseShift": _closed,
    "MoveCash": _moved,
    "AskVoid": _void_of,
    "AskRefund": lambda command, read: text("Asked for a refund of {number}", number=_about(command, read)),
    "DecideRequest": _decided,
    "PrintReceipt": lambda _command, _read: text("Printed a receipt"),
    "WithdrawRequest": lambda command, read: text("Took a request about {number} back", number=_about(command, read)),
}
