"""What taking a payment does: payment, entries, allocations and receipt in one transaction, whatever happened."""

from collections.abc import Callable, Mapping, Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.finance.ground import Ledgers, day_of, ledgers_of, unknown
from server.finance.kinds import ALLOCATION_KIND, DESK, PAYMENT_KIND
from server.finance.ledger_writing import write_entries
from shared.core.text import text
from shared.finance.commands import PAYLOADS
from shared.finance.entry_rules import Posting, money_by_share, paid_postings
from shared.finance.ledger_rules import clipped
from shared.finance.models import PaymentRows, allocation_body, payment_rows
from shared.finance.payment_rules import payment_fault
from shared.finance.permissions import may_take_payment
from shared.finance.vocabulary import PAYMENT

Taken = Sequence[tuple[Item, Body]]
"""Items with the payments that they make."""
CheckReceipts = Callable[[Batch, Sequence[Item]], Mapping[str, Decision]]
"""Says by command id which receipts aren't a till's own."""
WriteReceipts = Callable[[Batch, Taken], None]
"""Adds the receipts of payments that were just taken, in the same transaction."""


def command(check: CheckReceipts | None = None, write: WriteReceipts | None = None) -> CommandType:
    """Return `TakePayment`, with what checks and keeps its receipts."""

    def take(batch: Batch, items: Sequence[Item]) -> list[Decision]:
        refused = dict(check(batch, items)) if check else {}
        decisions, taken = _take(batch, items, refused)
        if write and taken:
            write(batch, taken)
        return decisions

    return CommandType("TakePayment", PAYLOADS["TakePayment"], take)


def _take(batch: Batch, items: Sequence[Item], refused: Mapping[str, Decision]) -> tuple[list[Decision], Taken]:
    ledgers = ledgers_of(batch, (one.person_id for item in items for one in item.payload.paid_for))
    present = PAYMENT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    taken: list[tuple[Item, PaymentRows]] = []
    allocations: list[Body] = []
    for item in items:
        before = present.get(item.target.id)
        decision = agreed(before["revision"]) if before else _fault(item) or refused.get(item.command.id)
        decision = decision or _refusal(batch, item, ledgers)
        if decision is None:
            by = (item.author.person_id, item.author.name)
            rows = payment_rows(item.command, item.payload, by, day_of(batch, item.command.observed_at))
            paid = _allocated(item, rows, ledgers)
            ledgers.add(rows.entries, paid)
            allocations += paid
            taken.append((item, rows))
            credit = rows.payment["amount"] - sum(one["amount"] for one in paid)
            decision = applied(item.command.id, reference=rows.payment["reference"], credit=credit)
        decisions.append(decision)
    _write(batch, [rows for _, rows in taken], allocations)
    return decisions, [(item, rows.payment) for item, rows in taken]


def _allocated(item: Item, rows: PaymentRows, ledgers: Ledgers) -> list[Body]:
    """Pay the charges that the till named, as far as they are still owed; the rest is credit."""
    found: list[Body] = []
    for entry in rows.entries:
        open_ = ledgers.account(entry["person_id"], entry["currency"]).open
        for charge_id, amount in clipped(rows.wanted[entry["id"]], open_, -entry["amount"]):
            found.append(allocation_body(item.command, entry["person_id"], entry["id"], charge_id, amount))
    return found


def _write(batch: Batch, taken: Sequence[PaymentRows], allocations: Sequence[Body]) -> None:
    if len(PAYMENT_KIND.insert(batch, [rows.payment for rows in taken])) < len(taken):
        raise RepeatTransactionError
    entries: list[Body] = []
    postings: dict[str, list[Posting]] = {}
    for rows in taken:
        money = money_by_share([-one["amount"] for one in rows.entries], rows.tenders)
        postings |= {one["id"]: paid_postings(parts) for one, parts in zip(rows.entries, money, strict=True)}
        entries += rows.entries
    write_entries(batch, entries, postings)
    ALLOCATION_KIND.insert(batch, allocations)


def _fault(item: Item) -> Decision | None:
    fault = payment_fault(item.payload)
    return rejected(item, *fault) if fault else None


def _refusal(batch: Batch, item: Item, ledgers: Ledgers) -> Decision | None:
    if not item.accepted and not may_take_payment(item.author):
        message = text("Your role doesn't take payments. Ask the bursar.")
        if not batch.origin.device_id:
            return rejected(item, "not_allowed", message)
        return held("not_allowed", message, PAYMENT, DESK, item.payload.receipt.number)
    if any(one.person_id not in ledgers.names for one in item.payload.paid_for):
        return unknown(PAYMENT)
    return None
