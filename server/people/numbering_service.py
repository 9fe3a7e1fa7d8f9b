"""Student numbers: the rule that an administrator sets, and the next number of its series, given once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, EntityKind, edit, missing, settler_of
from server.core.sql import SetSql
from server.people.card_tables import NUMBERING_RULE
from server.people.person_kind import PERSON_KIND
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.people import vocabulary
from shared.people.card_commands import PAYLOADS
from shared.people.numbering import DEFAULT_RULE, FIELDS, count_of, numbered, numbering_id, rule_error, series
from shared.people.permissions import may_edit_people, may_set_numbering
from shared.people.rules import fold
from shared.people.vocabulary import ORGANISATION, Role

_RULE = """
SELECT r.prefix, r.year, r.digits, r.start, o.time_zone FROM numbering_rule r
JOIN organisation o ON o.id = r.organisation_id WHERE r.organisation_id = :organisation_id
"""
# The row's lock makes concurrent batches wait here, so that no count is given twice.
_TAKE = """
INSERT INTO number_series (organisation_id, series, last_count)
VALUES (:organisation_id, :series, CAST(:least AS bigint) + :n)
ON CONFLICT (organisation_id, series) DO UPDATE SET last_count =
CASE WHEN number_series.last_count < CAST(:least AS bigint) THEN CAST(:least AS bigint)
ELSE number_series.last_count END + :n
RETURNING last_count
"""
_TAKEN = SetSql(
    "SELECT p.number_folded FROM {ids} i {by} person p ON p.number_folded = i.id"
    " WHERE p.organisation_id = :organisation_id"
)
_OF_SERIES = """
SELECT number FROM person WHERE organisation_id = :organisation_id AND number_folded LIKE :series ESCAPE '!'
"""


class _RuleKind(EntityKind):
    """One row for each organisation at most, which everybody sees."""

    def publish(self, batch: Batch, body: Body) -> None:
        batch.changed(self.kind, body, f"{ORGANISATION}:{batch.organisation_id}")


RULE_KIND = _RuleKind(
    kind=vocabulary.NUMBERING_RULE,
    table=NUMBERING_RULE,
    body_columns=FIELDS,
    scopes=lambda _body: ("all", None),
    title=lambda _body: "",
)


def fill_in(batch: Batch, bodies: Sequence[Body]) -> set[str]:
    """Give a number to each student among new `bodies` who has none; returns the ids of those who got one.

    Nothing happens without a rule. Someone added at a class waits for the office first.
    """
    wanting = [
        body
        for body in bodies
        if not body.get("number") and Role.STUDENT in body["roles"] and not body.get("provisional")
    ]
    if not wanting:
        return set()
    numbers = next_numbers(batch, len(wanting))
    for body, number in zip(wanting, numbers, strict=False):
        body["number"] = number
    return {body["id"] for body in wanting if body["number"]}


def next_numbers(batch: Batch, count: int) -> list[str]:
    """Return the next `count` numbers that nobody has; an empty list while there is no rule."""
    row = batch.db.one(_RULE, organisation_id=batch.organisation_id)
    if row is None:
        return []
    rule = dict(zip(FIELDS, row[:4], strict=True))
    year = _year(batch.now, row[4])
    found = _take(batch, rule, year, count, int(rule["start"]) - 1)
    if _any_taken(batch, found):
        # Numbers of the series were typed by hand or imported: go on behind the highest of them.
        before = fold(series(rule, year)).replace("!", "!!").replace("%", "!%").replace("_", "!_")
        rows = batch.db.rows(_OF_SERIES, organisation_id=batch.organisation_id, series=f"{before}%")
        highest = max((count_of(rule, year, str(one[0])) or 0 for one in rows), default=0)
        found = _take(batch, rule, year, count, highest)
    return found


def _year(now: str, time_zone: str) -> int:
    at: datetime = parse_instant(now)
    return at.astimezone(ZoneInfo(time_zone)).year


def _take(batch: Batch, rule: Mapping[str, Any], year: int, count: int, least: int) -> list[str]:
    place = {"organisation_id": batch.organisation_id, "series": series(rule, year)}
    row = batch.db.one(_TAKE, **place, least=least, n=count)
    last = int(row[0]) if row else least + count
    return [numbered(rule, year, at) for at in range(last - count + 1, last + 1)]


def next_count(batch: Batch, of: str) -> int:
    """Return the next count of a series that other areas keep (`application:2026`), from 1 on."""
    row = batch.db.one(_TAKE, organisation_id=batch.organisation_id, series=of, least=0, n=1)
    return int(row[0]) if row else 1


def _any_taken(batch: Batch, numbers: Sequence[str]) -> bool:
    ids = orjson.dumps([fold(number) for number in numbers]).decode()
    return bool(batch.db.rows(_TAKEN, organisation_id=batch.organisation_id, ids=ids))


def give(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give the next numbers to people without one, in the order of the targets."""
    present = PERSON_KIND.read(batch, (item.target.id for item in items))
    wanting: list[Item] = []
    decisions: dict[tuple[str, str], Decision] = {}
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions[item.key] = missing(batch, item, vocabulary.PERSON)
        elif not item.accepted and not may_edit_people(item.author):
            decisions[item.key] = rejected(item, "not_allowed", text("Your role doesn't give numbers. Ask the office."))
        elif body.get("number"):
            decisions[item.key] = agreed(body["revision"])
        else:
            wanting.append(item)
    numbers = next_numbers(batch, len(wanting)) if wanting else []
    written = []
    for place, item in enumerate(wanting):
        if numbers:
            written.append({**present[item.target.id], "number": numbers[place], "revision": item.command.id})
            decisions[item.key] = applied(item.command.id)
        else:
            decisions[item.key] = rejected(item, "no_numbering", _no_rule())
    PERSON_KIND.update(batch, written)
    return [decisions[item.key] for item in items]


def _no_rule() -> str:
    return text("There is no rule for student numbers yet. An administrator sets it under ID cards.")


def set_rule(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Set the rule; its row appears with the first change."""
    known = RULE_KIND.read(batch, [numbering_id(batch.organisation_id)])
    decisions = {item.key: _first(batch, item) for item in items if not known}
    rest = [item for item in items if decisions.get(item.key) is None]
    decisions |= {item.key: made for item, made in zip(rest, edit(batch, RULE_KIND, rest, _check), strict=True)}
    return [decision for item in items if (decision := decisions[item.key]) is not None]


def _first(batch: Batch, item: Item) -> Decision | None:
    """Make the rule's row of the first change; None where it isn't that."""
    if item.target.id != numbering_id(batch.organisation_id):
        return None
    wanted = {name: change.new for name, change in item.payload.changes.items()}
    body = {**DEFAULT_RULE, **wanted, "id": item.target.id, "revision": item.command.id}
    refusal = _check(batch, item, DEFAULT_RULE, wanted)
    if refusal is not None:
        return refusal
    return applied(item.command.id) if RULE_KIND.insert(batch, [body]) else None


def _may_set(item: Item) -> bool:
    return item.accepted or may_set_numbering(item.author)


def _check(_batch: Batch, item: Item, body: Mapping[str, Any], wanted: Mapping[str, Any]) -> Decision | None:
    if not _may_set(item):
        return rejected(item, "not_allowed", text("Only an administrator sets the rule for student numbers."))
    if not set(wanted) <= set(FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    fault = rule_error({**body, **wanted})
    return rejected(item, "field_invalid", fault) if fault else None


settle = settler_of(RULE_KIND)
"""Writes the chosen values of the rule."""


COMMANDS = (
    CommandType("SetNumbering", PAYLOADS["SetNumbering"], set_rule),
    CommandType("GiveNumbers", PAYLOADS["GiveNumbers"], give),
)
