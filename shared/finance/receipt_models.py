"""The rows of receipts as payments make them: the same on both sides."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.finance.payment_rules import receipt_id
from shared.finance.receipt_code import digest_of
from shared.finance.vocabulary import RECEIPT, RECEIPT_TEXT

Body = dict[str, Any]


def receipt_rows(command: Command) -> tuple[Body, Body]:
    """Return the receipt of a `TakePayment` and, apart from it, its words that can be erased."""
    payload: Mapping[str, Any] = command.payload
    given: Mapping[str, Any] = payload["receipt"]
    # Who paid has these words and not the receipt's own row: with the signature they check it by themselves.
    printed = {**(given.get("printed") or {}), "signature": given["signature"]}
    shares = payload["paid_for"]
    if payload.get("send_to") and len(shares) > 1:
        printed["send_to"] = payload["send_to"]
    head = {"id": receipt_id(command.target_id), "revision": command.id}
    receipt = {
        **head,
        "payment_id": command.target_id,
        "till_id": given["till_id"],
        "series": given["series"],
        "sequence": given["sequence"],
        "number": given["number"],
        "amount": payload["amount"],
        "currency": payload["currency"],
        "issued_at": instant_text(parse_instant(given["issued_at"])),
        "digest": digest_of(given["words"], given["signature"]),
        "signature": given["signature"],
        "shift_id": payload["shift_id"],
    }
    words = {
        **head,
        "person_id": shares[0]["person_id"] if len(shares) == 1 else None,
        "payer": str(printed.get("received_from") or payload.get("payer_name") or "")[:200],
        "words": given["words"],
        "printed": printed,
    }
    return receipt, words


def _take(command: Command, _read: ReadRow) -> Sequence[Draft]:
    receipt, words = receipt_rows(command)
    return [
        Draft(RECEIPT, receipt["id"], receipt, receipt["payment_id"]),
        Draft(RECEIPT_TEXT, words["id"], words, words["person_id"]),
    ]


def printed_again(words: Mapping[str, Any], revision: str) -> Body:
    """Return the words of a receipt that was printed once more; a till's own aren't counted and stay as they are."""
    printed = words["printed"]
    if "copies" not in printed:
        return words if isinstance(words, dict) else dict(words)
    return {**words, "printed": {**printed, "copies": int(printed["copies"]) + 1}, "revision": revision}


def _print(command: Command, read: ReadRow) -> Sequence[Draft]:
    words = read(RECEIPT_TEXT, command.target_id)
    if words is None:
        return []
    return [Draft(RECEIPT_TEXT, command.target_id, printed_again(words, command.id), words["person_id"])]


PROJECTIONS: dict[str, Projection] = {"TakePayment": _take, "PrintReceipt": _print}
