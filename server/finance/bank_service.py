"""What keeping layouts and importing statements does: lines become rows of a list, and nothing is booked."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.database import RepeatTransactionError
from server.core.entities import Body, keep, settler_of
from server.core.sql import SetSql
from server.finance.bank_kinds import LAYOUT_KIND, LINE_KIND, STATEMENT_KIND
from server.finance.ground import day_of, packed
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.core.text import plural, text
from shared.finance.bank_commands import PAYLOADS, ImportStatement
from shared.finance.bank_models import line_body, statement_body
from shared.finance.permissions import may_approve
from shared.finance.statement_layouts import FIRST, layout_fault
from shared.finance.statement_reading import Statement, StatementRow, fingerprints, read_statement, totals_fault

ACTIVE, RETIRED = "active", "retired"
_MOST_SHOWN = 50
_LEAST_REASON = 3
_KNOWN = SetSql(
    "SELECT t.fingerprint FROM {ids} i {by} statement_line t ON t.fingerprint = i.id WHERE t.organisation_id = :o"
)
_NEW_LAYOUT: Body = {"name": "", "rules": dict(FIRST), "state": ACTIVE}


def save_layout(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep layouts; two people who change one differently keep both until someone decides."""
    return keep(batch, LAYOUT_KIND, items, _NEW_LAYOUT, _unkept, _unmade)


def _unmade(batch: Batch, item: Item, made: Body, _others: Sequence[Body]) -> Decision | None:
    return _unkept(batch, item, _NEW_LAYOUT, {name: made[name] for name in item.payload.changes})


def _unkept(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    if not item.accepted and not may_approve(item.author):
        return rejected(item, "not_allowed", _not_yours())
    after = {**body, **wanted}
    if set(wanted) - set(_NEW_LAYOUT) or not str(after["name"]).strip() or after["state"] not in (ACTIVE, RETIRED):
        return rejected(item, "field_invalid", text("Give the layout a name."))
    fault = layout_fault(after["rules"]) if isinstance(after["rules"], Mapping) else text("A layout needs its rules.")
    return rejected(item, "field_invalid", fault) if fault else None


settle = settler_of(LAYOUT_KIND)
"""Writes the chosen values of a layout."""


def _not_yours() -> str:
    return text("Your role doesn't reconcile money. Ask the bursar.")


def bring_in(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Import statements one after the other, each as a whole or not at all."""
    present = STATEMENT_KIND.read(batch, (item.target.id for item in items))
    return [_brought(batch, item, present.get(item.target.id)) for item in items]


def _brought(batch: Batch, item: Item, before: Body | None) -> Decision:
    asked: ImportStatement = item.payload
    if not item.accepted and not may_approve(item.author):
        return rejected(item, "not_allowed", _not_yours())
    if before is not None:
        return agreed(before["revision"])
    fault = layout_fault(asked.rules)
    if fault is not None:
        return rejected(item, "field_invalid", fault)
    try:
        read = read_statement(asked.content, asked.rules, asked.currency, day_of(batch, item.command.observed_at))
    except CampusError as refused:
        return rejected(item, refused.code, refused.message, **(refused.details or {}))
    missed = totals_fault(read, asked.opening, asked.closing)
    if missed and len(asked.reason.strip()) < _LEAST_REASON:
        return rejected(item, "statement_totals", totals_words(missed, asked.currency))
    return _kept(batch, item, read, twins=missed == 0)


def totals_words(missed: int, currency: str) -> str:
    """Return what is said of a statement whose lines don't lead from its opening to its closing balance."""
    return text(
        "Opening balance and lines miss the closing balance by {amount}. Check that no line is missing, or say why.",
        amount=money_text(missed, currency),
    )


def _kept(batch: Batch, item: Item, read: Statement, *, twins: bool) -> Decision:
    """Keep the lines that are new; those that the file or an earlier one has already are counted and named."""
    marked, again = split_twins(read.rows, twins=twins)
    rows = batch.db.rows(_KNOWN, o=batch.organisation_id, ids=packed(mark for _, mark in marked))
    known = {str(row[0]) for row in rows}
    fresh = [(row, mark) for row, mark in marked if mark not in known]
    earlier = [row.line for row, mark in marked if mark in known]
    by = (item.author.person_id, item.author.name)
    digest = hashlib.sha256(item.payload.content.encode()).hexdigest()
    skipped = {"in_file": again[:_MOST_SHOWN], "earlier": earlier[:_MOST_SHOWN]}
    counts = {"taken": len(fresh), "skipped": len(again) + len(earlier)}
    if not fresh:
        words = plural(
            "The {n} line of this file was imported before.",
            "All {n} lines of this file were imported before.",
            len(read.rows),
        )
        return rejected(item, "statement_known", words, **skipped, **counts)
    body = statement_body(item.command, item.payload, read, digest, by)
    if not STATEMENT_KIND.insert(batch, [{**body, **counts}]):
        raise RepeatTransactionError
    bodies = [line_body(item.command, row, mark, item.payload.currency) for row, mark in fresh]
    if len(LINE_KIND.insert(batch, bodies)) < len(bodies):
        raise RepeatTransactionError
    return applied(item.command.id, **counts, **skipped, without_amount=read.without_amount)


def split_twins(rows: Sequence[StatementRow], *, twins: bool) -> tuple[list[tuple[StatementRow, str]], list[int]]:
    """Return rows with their fingerprints, and the file's lines that repeat another one.

    Lines that are the same twice are real (`twins`) only where the balances prove both of them.
    """
    seen: Counter[str] = Counter()
    found: list[tuple[StatementRow, str]] = []
    again: list[int] = []
    for row, mark in zip(rows, fingerprints(rows), strict=True):
        n = seen[mark]
        seen[mark] += 1
        if n and not twins:
            again.append(row.line)
        else:
            found.append((row, hashlib.sha256(f"{mark}{n}".encode()).hexdigest() if n else mark))
    return found, again


COMMANDS = (
    CommandType("SaveBankLayout", PAYLOADS["SaveBankLayout"], save_layout),
    CommandType("ImportStatement", PAYLOADS["ImportStatement"], bring_in),
)
