"""What charging does: adds charges with their invoice numbers, and takes them back as a whole."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, missing
from server.finance.ground import Ledgers, day_of, ledgers_of, owners_of, unknown
from server.finance.kinds import ENTRY_KIND
from server.finance.ledger_writing import charged, next_numbers, note, reverse, write_entries
from shared.core.text import text
from shared.finance.commands import PAYLOADS
from shared.finance.models import charge_body
from shared.finance.permissions import may_charge
from shared.finance.vocabulary import LEDGER_ENTRY, EntryKind

REVERSIBLE = frozenset({EntryKind.CHARGE, EntryKind.DISCOUNT, EntryKind.SCHOLARSHIP})
"""What is taken back by itself; money is moved, voided or refunded."""


def charge(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Charge students."""
    ledgers = ledgers_of(batch, (item.payload.person_id for item in items))
    present = ENTRY_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    made: list[Body] = []
    for item in items:
        decision = _refusal(item, ledgers, present.get(item.target.id))
        if decision is None:
            day = day_of(batch, item.command.observed_at)
            made.append(charge_body(item.command, item.payload, item.author.person_id, day))
        decisions.append(decision or applied(item.command.id))
    add_charges(batch, made)
    return decisions


def add_charges(batch: Batch, bodies: Sequence[Body], documents: Sequence[str] = ()) -> None:
    """Add charges; those with the same word in `documents` stand on one invoice, without it each has its own."""
    keys = list(documents) or [one["id"] for one in bodies]
    firsts = {key: body["day"] for key, body in zip(reversed(keys), reversed(bodies), strict=True)}
    in_order = list(dict.fromkeys(keys))
    numbers = dict(zip(in_order, next_numbers(batch, [firsts[key] for key in in_order]), strict=True))
    entries = [{**body, "number": numbers[key]} for key, body in zip(keys, bodies, strict=True)]
    write_entries(batch, entries, {one["id"]: charged(one) for one in entries})


def _refusal(item: Item, ledgers: Ledgers, before: Body | None) -> Decision | None:
    asked = item.payload
    if not item.accepted and not may_charge(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't charge students. Ask the bursar."))
    if before is not None:
        return agreed(before["revision"])
    if asked.person_id not in ledgers.names:
        return unknown(LEDGER_ENTRY)
    if sum(tax.amount for tax in asked.taxes) > asked.amount:
        return rejected(item, "taxes_exceed", text("The taxes are more than the charge. Check the amounts."))
    return None


def reverse_entries(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take charges, discounts and scholarships back; what was paid on them becomes credit."""
    owners = owners_of(batch, (item.target.id for item in items))
    ledgers = ledgers_of(batch, owners.values())
    decisions: list[Decision] = []
    for item in items:
        entry = ledgers.entries.get(item.target.id)
        decision = missing(batch, item, LEDGER_ENTRY) if entry is None else _irreversible(item, ledgers, entry)
        if decision is None and entry is not None:
            made = reverse(batch, item, ledgers, [entry], day_of(batch, item.command.observed_at))
            note(batch, item, made, item.payload.reason)
            decision = applied(item.command.id, reversal_id=made[0]["id"])
        decisions.append(decision or applied(item.command.id))
    return decisions


def _irreversible(item: Item, ledgers: Ledgers, entry: Body) -> Decision | None:
    if not item.accepted and not may_charge(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't reverse charges. Ask the bursar."))
    back = ledgers.reversal_of(entry["id"])
    if back is not None:
        return agreed(back["revision"], reversal_id=back["id"])
    if entry["kind"] not in REVERSIBLE:
        words = text("Only a charge, a discount or a scholarship is reversed here. Void a payment by its receipt.")
        return rejected(item, "entry_not_reversible", words)
    return None


COMMANDS = (
    CommandType("ChargeStudent", PAYLOADS["ChargeStudent"], charge),
    CommandType("ReverseEntry", PAYLOADS["ReverseEntry"], reverse_entries),
)
