"""What keeping discounts does, and granting one: an entry on the ledger that takes it off a charge."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, keep, settler_of
from server.core.sql import SetSql
from server.finance.ground import Ledgers, day_of, ledgers_of, owners_of, packed, unknown
from server.finance.kinds import ALLOCATION_KIND, ENTRY_KIND
from server.finance.ledger_writing import charged, write_entries
from server.finance.plan_kinds import DISCOUNT_KIND, USE_KIND
from shared.core.text import text
from shared.finance.discount_commands import PAYLOADS
from shared.finance.discount_rules import ACTIVE, FIRST, discount_amount, discount_fault, folded_code, refused
from shared.finance.permissions import may_approve, may_charge, may_manage_finance
from shared.finance.plan_projections import discount_rows
from shared.finance.vocabulary import LEDGER_ENTRY

_WITH_CODE = SetSql(
    "SELECT t.code, t.id FROM {ids} i {by} discount t ON t.code = i.id"
    " WHERE t.organisation_id = :o AND t.state = 'active' ORDER BY t.id"
)
_USES = SetSql(
    f"SELECT {USE_KIND.selected()} FROM {{ids}} i {{by}} discount_use t ON t.discount_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND NOT EXISTS (SELECT 1 FROM ledger_entry r"
    " WHERE r.organisation_id = t.organisation_id AND r.reverses_id = t.entry_id)"
)


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep discounts; two people who change one differently keep both until someone decides."""
    return keep(batch, DISCOUNT_KIND, items, FIRST, _unkept, _unmade)


def _unmade(batch: Batch, item: Item, made: Body, _others: Sequence[Body]) -> Decision | None:
    return _unkept(batch, item, {}, made)


def _unkept(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_manage_finance(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't keep discounts. Ask the bursar."))
    after = {**body, **wanted}
    fault = discount_fault(after)
    if fault is not None:
        return rejected(item, "field_invalid", fault)
    if any(name in wanted for name in ("course_id", "cohort_id")) and (lost := _no_place(batch, item, after)):
        return lost
    if after["code"] and after["state"] == ACTIVE:
        other = _by_code(batch, [after["code"]]).get(after["code"], item.target.id)
        if other != item.target.id:
            words = text("Another discount has this code. Choose a different one.")
            return rejected(item, "code_taken", words)
    return None


def _no_place(batch: Batch, item: Item, after: Mapping[str, Any]) -> Decision | None:
    """Refuse a discount of a course or class that isn't there."""
    for column, table in (("course_id", "course"), ("cohort_id", "cohort")):
        of_id = after[column]
        if of_id is None:
            continue
        sql = f"SELECT 1 FROM {table} WHERE organisation_id = :o AND id = :id"  # noqa: S608 - our own names
        if batch.db.one(sql, o=batch.organisation_id, id=of_id) is None:
            words = text("The course or class of this discount isn't there. Choose one from the list.")
            return rejected(item, "course_unknown", words)
    return None


def _by_code(batch: Batch, codes: Iterable[str]) -> dict[str, str]:
    rows = batch.db.rows(_WITH_CODE, o=batch.organisation_id, ids=packed(codes))
    return {row[0]: row[1] for row in rows}


settle = settler_of(DISCOUNT_KIND)
"""Writes the chosen values of a discount."""


def grant(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give discounts; each is locked until the transaction ends, so that the last one is given once."""
    codes = _by_code(batch, (folded_code(item.payload.code) for item in items))
    named = {item.command.id: item.payload.discount_id or codes.get(folded_code(item.payload.code)) for item in items}
    discounts = DISCOUNT_KIND.read(batch, filter(None, named.values()))
    ledgers = ledgers_of(batch, owners_of(batch, (item.payload.charge_id for item in items)).values())
    ids = packed(discounts)
    uses = [USE_KIND.body_of(row) for row in batch.db.rows(_USES, o=batch.organisation_id, ids=ids)]
    present = ENTRY_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        discount = discounts.get(named[item.command.id] or "")
        known, charge = present.get(item.target.id), ledgers.entries.get(item.payload.charge_id)
        decision = agreed(known["revision"]) if known else _ungranted(batch, item, ledgers, discount, uses)
        if decision is None and charge is not None and discount is not None:
            uses.append(_give(batch, item, ledgers, charge, discount))
        decisions.append(decision or applied(item.command.id))
    return decisions


def _ungranted(
    batch: Batch, item: Item, ledgers: Ledgers, discount: Body | None, uses: Sequence[Body]
) -> Decision | None:
    if not item.accepted and not may_charge(item.author):
        return rejected(item, "not_allowed", text("Your role doesn't give discounts. Ask the bursar."))
    charge = ledgers.entries.get(item.payload.charge_id)
    if charge is None:
        return unknown(LEDGER_ENTRY)
    if not item.accepted and discount and discount["needs_approval"] and not may_approve(item.author):
        words = text("{name} is given by someone who approves. Ask the bursar.", name=discount["name"])
        return rejected(item, "needs_approval", words)
    day = day_of(batch, item.command.observed_at)
    fault = refused(discount, charge, _left(ledgers, charge), day, uses, item.payload.amount)
    return rejected(item, fault.code, fault.message) if fault else None


def _left(ledgers: Ledgers, charge: Body) -> int:
    return ledgers.account(charge["person_id"], charge["currency"]).open.get(charge["id"], 0)


def _give(batch: Batch, item: Item, ledgers: Ledgers, charge: Body, discount: Body) -> Body:
    amount = discount_amount(discount, charge, _left(ledgers, charge), item.payload.amount)
    day = day_of(batch, item.command.observed_at)
    entry, allocation, use = discount_rows(item.command, discount, charge, amount, item.author.person_id, day)
    write_entries(batch, [entry], {entry["id"]: charged(entry)})
    ALLOCATION_KIND.insert(batch, [allocation])
    USE_KIND.insert(batch, [use])
    ledgers.add([entry], [allocation])
    return use


COMMANDS = (
    CommandType("SaveDiscount", PAYLOADS["SaveDiscount"], save),
    CommandType("GrantDiscount", PAYLOADS["GrantDiscount"], grant),
)
