"""Conflicts on the server: opening, joining and settling them; at most one is open per row and group."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from server.core.batch import Batch, Item
from server.core.database import RepeatTransactionError
from shared.core.clock import is_clock_off, parse_instant
from shared.core.conflict import KIND, Conflict, Side

_OPEN = """
SELECT id, body FROM conflict WHERE organisation_id = :organisation_id AND kind = :kind AND entity_id = :entity_id
AND fields_group = :fields_group AND state = 'open'
"""
_BY_ID = "SELECT body, scope, also FROM conflict WHERE organisation_id = :organisation_id AND id = :id"
_INSERT = """
INSERT INTO conflict (organisation_id, id, kind, entity_id, fields_group, state, scope, also, revision, body)
VALUES (:organisation_id, :id, :kind, :entity_id, :fields_group, :state, :scope, :also, :revision, :body)
ON CONFLICT DO NOTHING
"""
_UPDATE = """
UPDATE conflict SET state = :state, revision = :revision, body = :body
WHERE organisation_id = :organisation_id AND id = :id
"""
_AUTHOR = """
SELECT c.actor_id, p.given_name, p.family_name, d.name, c.received_at, c.detail FROM command_log c
LEFT JOIN person p ON p.organisation_id = c.organisation_id AND p.id = c.actor_id
LEFT JOIN device d ON d.organisation_id = c.organisation_id AND d.id = c.device_id
WHERE c.organisation_id = :organisation_id AND c.id = :id
"""


@dataclass(frozen=True)
class Subject:
    """What a conflict is about, and who sees it."""

    kind: str
    entity_id: str
    group: str
    title: str
    scope: str
    also: str | None = None


def side_of(batch: Batch, item: Item, values: Mapping[str, Any]) -> Side:
    """Return the side of an item that is being decided now."""
    command = item.command
    return Side(
        command_id=command.id,
        author_id=item.author.person_id,
        author_name=item.author.name,
        device_name=item.device_name,
        observed_at=command.observed_at,
        received_at=batch.now,
        clock_flagged=is_clock_off(command.observed_at, command.clock_offset, parse_instant(batch.now)),
        values=dict(values),
    )


def side_from_log(batch: Batch, command_id: str, values: Mapping[str, Any]) -> Side:
    """Return the side of an earlier command, its author and device read from the command log."""
    found = batch.db.one(_AUTHOR, organisation_id=batch.organisation_id, id=command_id)
    if found is None:
        return Side(command_id=command_id, author_id="", author_name="", observed_at="", values=dict(values))
    actor_id, given, family, device, received, detail = found
    name = " ".join(part for part in (given, family) if part)
    observed = json.loads(detail).get("observed_at", received) if detail else received
    return Side(
        command_id=command_id,
        author_id=actor_id or "",
        author_name=name,
        device_name=device or "",
        observed_at=observed,
        received_at=received,
        values=dict(values),
    )


def open_conflict(
    batch: Batch,
    subject: Subject,
    standing: Side | None,
    new: Side,
    fields: Sequence[str],
    reason: str | None = None,
) -> str:
    """Open a conflict, or put the new side into the one that is open; returns its id."""
    known = find_open(batch, subject.kind, subject.entity_id, subject.group)
    if known is not None:
        return _join(batch, subject, known, [standing, new], fields)
    conflict = Conflict(
        id=batch.new_id(),
        revision=new.command_id,
        kind=subject.kind,
        entity_id=subject.entity_id,
        group=subject.group,
        title=subject.title,
        sides=(new,) if standing is None else (standing, new),
        fields=tuple(fields),
        effective=standing.command_id if standing else "",
        reason=reason,
    )
    inserted = batch.db.run(
        _INSERT,
        organisation_id=batch.organisation_id,
        id=conflict.id,
        kind=subject.kind,
        entity_id=subject.entity_id,
        fields_group=subject.group,
        state=conflict.state,
        scope=subject.scope,
        also=subject.also,
        revision=conflict.revision,
        body=_text(conflict),
    )
    if not inserted:
        raise RepeatTransactionError
    batch.changed(KIND, conflict.model_dump(mode="json"), subject.scope, subject.also, subject.entity_id)
    return conflict.id


def _join(batch: Batch, subject: Subject, known: Conflict, new: Sequence[Side | None], fields: Sequence[str]) -> str:
    """Put sides into an open conflict; a side that was there already takes its new values."""
    standing, latest = new
    sides = {side.command_id: side for side in known.sides}
    if standing is not None:
        sides.setdefault(standing.command_id, standing)
    if latest is not None:
        sides[latest.command_id] = latest
    merged = tuple(dict.fromkeys((*known.fields, *fields)))
    revision = latest.command_id if latest else known.revision
    joined = known.model_copy(update={"sides": tuple(sides.values()), "fields": merged, "revision": revision})
    store(batch, joined, subject.scope, subject.also)
    return known.id


def find(batch: Batch, conflict_id: str) -> tuple[Conflict, str, str | None] | None:
    """Return (conflict, scope, also), locked until the transaction ends, or None."""
    lock = "" if batch.db.dialect == "sqlite" else " FOR UPDATE"
    found = batch.db.one(_BY_ID + lock, organisation_id=batch.organisation_id, id=conflict_id)
    return (Conflict.model_validate_json(found[0]), found[1], found[2]) if found else None


def find_open(batch: Batch, kind: str, entity_id: str, group: str) -> Conflict | None:
    """Return the open conflict of a row and group, or None."""
    found = batch.db.one(
        _OPEN, organisation_id=batch.organisation_id, kind=kind, entity_id=entity_id, fields_group=group
    )
    return Conflict.model_validate_json(found[1]) if found else None


def store(batch: Batch, conflict: Conflict, scope: str, also: str | None) -> None:
    """Write a conflict's new state and put it into the feed."""
    batch.db.run(
        _UPDATE,
        organisation_id=batch.organisation_id,
        id=conflict.id,
        state=conflict.state,
        revision=conflict.revision,
        body=_text(conflict),
    )
    batch.changed(KIND, conflict.model_dump(mode="json"), scope, also, conflict.entity_id)


def settled(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> Conflict:
    """Return `conflict` as settled by the item's author."""
    return conflict.model_copy(
        update={
            "state": "settled",
            "revision": item.command.id,
            "settled_by": item.author.person_id,
            "settled_by_name": item.author.name,
            "settled_at": batch.now,
            "choices": dict(choices),
        }
    )


def _text(conflict: Conflict) -> str:
    return orjson.dumps(conflict.model_dump(mode="json")).decode()
