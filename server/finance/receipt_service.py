"""Receipts of payments: each is its own till's, is signed by it, and no number is there twice."""

import base64
from collections.abc import Mapping, Sequence

import orjson

from server.core.batch import Batch, Decision, Item, held, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.kinds import DESK
from server.finance.receipt_keys import verify
from server.finance.till_kinds import RECEIPT_KIND, TEXT_KIND, TILL_KIND
from server.finance.till_recovery import recovered
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.text import text
from shared.finance.commands import TakePayment
from shared.finance.payment_rules import confirmation_of, payment_fault, receipt_id
from shared.finance.receipt_code import Facts, is_signed_by, read_words
from shared.finance.receipt_models import receipt_rows
from shared.finance.till_rules import receipt_number
from shared.finance.vocabulary import PAYMENT, Confirmation

_TAKEN = SetSql(
    "SELECT t.number, t.id FROM {rows} r {by} receipt t ON t.number = r.number WHERE t.organisation_id = :o",
    number="text",
)
Refusal = tuple[str, str]
UNKNOWN = "till_unknown"


def check(batch: Batch, items: Sequence[Item]) -> Mapping[str, Decision]:
    """Return by command id why a payment's receipt can't be: another's series, altered, or a number given before."""
    tills: dict[str, Body] = {}
    for till_id in sorted({item.payload.receipt.till_id for item in items}):
        tills |= TILL_KIND.read(batch, [till_id])
    lost = [item for item in items if item.payload.receipt.till_id not in tills]
    tills |= recovered(batch, lost) if lost else {}
    numbers = [{"number": item.payload.receipt.number} for item in items]
    rows = batch.db.rows(_TAKEN, o=batch.organisation_id, rows=orjson.dumps(numbers).decode())
    taken: dict[str, str] = {row[0]: row[1] for row in rows}
    found: dict[str, Decision] = {}
    for item in items:
        if payment_fault(item.payload) is not None:  # said where payments are taken
            continue
        receipt = item.payload.receipt
        # What was kept for the office comes back by the hand of whoever settled it.
        by = None if item.accepted else item.command.device_id
        fault = receipt_fault(item.payload, tills.get(receipt.till_id), by)
        own = receipt_id(item.target.id)
        if fault is not None and fault[0] == UNKNOWN and not item.accepted and batch.origin.device_id:
            # The money was taken: somebody looks at it, whatever became of the till.
            found[item.command.id] = held(*fault, PAYMENT, DESK, receipt.number)
        elif fault is not None:
            found[item.command.id] = rejected(item, *fault)
        elif taken.setdefault(receipt.number, own) != own:
            found[item.command.id] = _given_twice(item)
    return found


def receipt_fault(payment: TakePayment, till: Body | None, device_id: str | None) -> Refusal | None:
    """Return why no such receipt can have come out of this till, or None. It was printed: its time is no matter."""
    receipt = payment.receipt
    if till is None:
        return UNKNOWN, text("The receipt is of a till that the institute doesn't have.")
    number = receipt_number(till["code"], receipt.sequence)
    # Over REST a command bears a device of its own, which follows from that of the sign-in.
    own = (None, till["device_id"], derived_id("rest", till["device_id"]))
    if device_id not in own or (receipt.series, receipt.number) != (till["series"], number):
        return "receipt_of_another_till", text("The receipt's number is out of another till's series.")
    try:
        said = read_words(receipt.words)
    except CampusError as problem:
        return problem.code, problem.message
    if not is_signed_by(receipt.words, receipt.signature, base64.b64decode(till["public_key"]), verify):
        return "receipt_signature_wrong", text("The receipt isn't signed by its till.")
    return None if _says(said, payment) else ("receipt_differs", text("The receipt doesn't say what was paid."))


def _says(said: Facts, payment: TakePayment) -> bool:
    unconfirmed = confirmation_of(payment.tenders) is Confirmation.UNCONFIRMED
    methods = frozenset(tender.method for tender in payment.tenders)
    paid = (payment.receipt.number, payment.amount, payment.currency, unconfirmed, methods)
    return (said.number, said.amount, said.currency, said.unconfirmed, said.methods) == paid


def _given_twice(item: Item) -> Decision:
    number = item.payload.receipt.number
    if item.accepted:
        words = text("Receipt {number} is another payment's. Take this money at the desk again.", number=number)
        return rejected(item, "receipt_number_taken", words)
    words = text("Receipt {number} is another payment's. The money is kept for the office to look at.", number=number)
    return held("receipt_number_taken", words, PAYMENT, DESK, number)


def write(batch: Batch, taken: Sequence[tuple[Item, Body]]) -> None:
    """Keep the receipts of payments, and apart from them the words that can be erased."""
    rows = [receipt_rows(item.command) for item, _payment in taken]
    RECEIPT_KIND.insert(batch, [receipt for receipt, _words in rows])
    TEXT_KIND.insert(batch, [words for _receipt, words in rows])
