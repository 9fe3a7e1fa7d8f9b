"""What taking a payment does: payment, entries, allocations and receipt in one transaction, whatever happened."""

from collections.abc import Callable, Mapping, Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body
from server.finance.ground import Ledgers, day_of, ledgers_of, unknown
from server.finance.kinds import DESK, PAYMENT_KIND
from server.finance.money_came import Coming, money_came
from shared.core.text import text
from shared.finance.commands import PAYLOADS
from shared.finance.models import PaymentRows, payment_rows
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
    decisions: dict[str, Decision] = {}
    taken: list[tuple[Item, PaymentRows]] = []
    for item in items:
        before = present.get(item.target.id)
        decision = agreed(before["revision"]) if before else _fault(item) or refused.get(item.command.id)
        decision = decision or _refusal(batch, item, ledgers)
        if decision is None:
            by = (item.author.person_id, item.author.name)
            taken.append((item, payment_rows(item.command, item.payload, by, day_of(batch, item.command.observed_at))))
        else:
            decisions[item.command.id] = decision
    decisions |= _booked(batch, ledgers, taken)
    return [decisions[item.command.id] for item in items], [(item, rows.payment) for item, rows in taken]


def _booked(batch: Batch, ledgers: Ledgers, taken: Sequence[tuple[Item, PaymentRows]]) -> dict[str, Decision]:
    """Pay the charges that the till named, as far as they are still owed; the rest is credit."""
    if len(PAYMENT_KIND.insert(batch, [rows.payment for _, rows in taken])) < len(taken):
        raise RepeatTransactionError
    comings = [Coming(item.command, rows.entries, rows.wanted, rows.tenders) for item, rows in taken]
    decisions: dict[str, Decision] = {}
    for (item, rows), paid in zip(taken, money_came(batch, ledgers, comings), strict=True):
        credit = rows.payment["amount"] - sum(one["amount"] for one in paid)
        decisions[item.command.id] = applied(item.command.id, reference=rows.payment["reference"], credit=credit)
    return decisions


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
