"""What happens to money that lies on a ledger: credit pays charges, and what is on the wrong student is moved."""

from collections.abc import Iterable, Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, missing
from server.finance.ground import Ledgers, day_of, ledgers_of, owners_of, unknown
from server.finance.kinds import ALLOCATION_KIND
from server.finance.ledger_writing import note, postings_of, reverse, write_entries
from shared.core.text import text
from shared.finance.commands import PAYLOADS, GoesTo
from shared.finance.ledger_rules import clipped
from shared.finance.models import allocation_body
from shared.finance.permissions import may_approve, may_charge, may_take_payment
from shared.finance.projections import moved_body
from shared.finance.vocabulary import LEDGER_ENTRY, EntryKind


def pay_with(
    batch: Batch, item: Item, ledgers: Ledgers, entry: Body, goes_to: Iterable[GoesTo], most: int
) -> list[Body]:
    """Let an entry pay charges of the same person, nothing above what is owed and `most` in all."""
    open_ = ledgers.account(entry["person_id"], entry["currency"]).open
    paid = [
        allocation_body(item.command, entry["person_id"], entry["id"], charge_id, amount)
        for charge_id, amount in clipped(((one.entry_id, one.amount) for one in goes_to), open_, most)
    ]
    ALLOCATION_KIND.insert(batch, paid)
    ledgers.add([], paid)
    return paid


def allocate(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Let credit pay charges, as far as there is credit and something is owed."""
    ledgers = ledgers_of(batch, owners_of(batch, (item.target.id for item in items)).values())
    decisions: list[Decision] = []
    for item in items:
        entry = ledgers.entries.get(item.target.id)
        if entry is None:
            decisions.append(missing(batch, item, LEDGER_ENTRY))
            continue
        free = ledgers.account(entry["person_id"], entry["currency"]).credit.get(entry["id"], 0)
        if not item.accepted and not (may_take_payment(item.author) or may_charge(item.author)):
            words = text("Your role doesn't use credit. Ask the bursar.")
            decisions.append(rejected(item, "not_allowed", words))
        elif not free:
            words = text("Nothing is left of this payment.")
            decisions.append(rejected(item, "no_credit", words))
        else:
            paid = pay_with(batch, item, ledgers, entry, item.payload.goes_to, free)
            decisions.append(applied(item.command.id, used=sum(one["amount"] for one in paid)))
    return decisions


def move(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Move money that was put on the wrong student: a reversal here, the same amount there."""
    owners = owners_of(batch, (item.target.id for item in items))
    ledgers = ledgers_of(batch, {*owners.values(), *(item.payload.to_person_id for item in items)})
    decisions: list[Decision] = []
    for item in items:
        entry = ledgers.entries.get(item.target.id)
        decision = missing(batch, item, LEDGER_ENTRY) if entry is None else _immovable(item, ledgers, entry)
        if decision is None and entry is not None:
            decision = _moved(batch, item, ledgers, entry)
        decisions.append(decision or applied(item.command.id))
    return decisions


def _immovable(item: Item, ledgers: Ledgers, entry: Body) -> Decision | None:
    if not item.accepted and not may_approve(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't move money. Ask the bursar."))
    if item.payload.to_person_id not in ledgers.names:
        return unknown(LEDGER_ENTRY)
    if entry["kind"] != EntryKind.PAYMENT:
        return rejected(item, "entry_not_movable", text("Only a payment is moved. Reverse a charge instead."))
    if item.payload.to_person_id == entry["person_id"]:
        return agreed(entry["revision"])
    if ledgers.reversal_of(entry["id"]) is not None:
        words = text("This money isn't on the ledger any more: it was moved or taken back before.")
        return rejected(item, "entry_reversed", words)
    return None


def _moved(batch: Batch, item: Item, ledgers: Ledgers, entry: Body) -> Decision:
    day = day_of(batch, item.command.observed_at)
    backs = reverse(batch, item, ledgers, [entry], day)
    there = put_elsewhere(batch, item, ledgers, [entry], item.payload.to_person_id, day)
    paid = pay_with(batch, item, ledgers, there[0], item.payload.goes_to, -entry["amount"])
    note(batch, item, [*backs, *there], item.payload.reason)
    credit = -entry["amount"] - sum(one["amount"] for one in paid)
    return applied(item.command.id, moved_id=there[0]["id"], credit=credit)


def put_elsewhere(
    batch: Batch, item: Item, ledgers: Ledgers, entries: Sequence[Body], person_id: str, day: str
) -> list[Body]:
    """Book entries once more, on another person's ledger; returns the new ones in the same order."""
    posted = postings_of(batch, (one["id"] for one in entries))
    made = [moved_body(item.command, one, person_id, item.author.person_id, day) for one in entries]
    write_entries(batch, made, {new["id"]: posted[old["id"]] for new, old in zip(made, entries, strict=True)})
    ledgers.add(made)
    return made


COMMANDS = (
    CommandType("AllocateCredit", PAYLOADS["AllocateCredit"], allocate),
    CommandType("MovePayment", PAYLOADS["MovePayment"], move),
)
