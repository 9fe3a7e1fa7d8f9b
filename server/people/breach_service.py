"""Keeps the register of breaches: entries and their lines are added, and nothing of them is changed or removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.database import Db
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.people.breaches import PAYLOADS, BreachStep, tell_by
from shared.people.consent import may_keep_consents

_FIELDS = ("id", "title", "what", "whom", "people", "noticed_at", "made_at", "author_name")
_LINE = ("id", "breach_id", "step", "words", "happened_at", "made_at", "author_name")
_PUT = f"""
INSERT INTO breach (organisation_id, author_id, {", ".join(_FIELDS)})
VALUES (:o, :author_id, {", ".join(f":{name}" for name in _FIELDS)}) ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own column names
_PUT_LINE = f"""
INSERT INTO breach_line (organisation_id, author_id, {", ".join(_LINE)})
VALUES (:o, :author_id, {", ".join(f":{name}" for name in _LINE)}) ON CONFLICT DO NOTHING
"""  # noqa: S608 - same
_ALL = f"SELECT {', '.join(_FIELDS)} FROM breach WHERE organisation_id = :o ORDER BY noticed_at DESC, id"  # noqa: S608 - same
_LINES = f"SELECT {', '.join(_LINE)} FROM breach_line WHERE organisation_id = :o ORDER BY happened_at, made_at, id"  # noqa: S608 - same
_KNOWN = "SELECT id FROM breach WHERE organisation_id = :o AND id = :id"


def note(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Enter breaches."""
    return [_refusal(item) or _note(batch, item) for item in items]


def _refusal(item: Item) -> Decision | None:
    if may_keep_consents(item.author):
        return None
    return rejected(item, "not_allowed", text("Only a data officer keeps the register of breaches."))


def _author(batch: Batch, item: Item) -> dict[str, Any]:
    by = {"author_id": item.author.person_id, "author_name": item.author.name}
    return {"o": batch.organisation_id, "id": item.target.id, "made_at": batch.now, **by}


def _note(batch: Batch, item: Item) -> Decision:
    payload = item.payload
    if parse_instant(payload.noticed_at) > parse_instant(batch.now):
        message = text("A breach is noticed before it is entered. Correct the time.")
        return rejected(item, "field_invalid", message)
    places = {**_author(batch, item), "title": payload.title, "what": payload.what, "whom": payload.whom}
    made = batch.db.run(_PUT, **places, people=payload.people, noticed_at=payload.noticed_at)
    return applied(item.command.id) if made else agreed(None)


def add_lines(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add lines to breaches."""
    return [_refusal(item) or _add_line(batch, item) for item in items]


def _add_line(batch: Batch, item: Item) -> Decision:
    payload = item.payload
    if batch.db.one(_KNOWN, o=batch.organisation_id, id=payload.breach_id) is None:
        message = text("This breach hasn't been entered yet. The office decides about both.")
        return held("waits_for_creation", message, "breach")
    if payload.step == BreachStep.NOTED:
        return rejected(item, "field_invalid", text("That it was noticed stands in the entry itself."))
    places = {"breach_id": payload.breach_id, "step": str(payload.step), "words": payload.words}
    made = batch.db.run(_PUT_LINE, **_author(batch, item), **places, happened_at=payload.happened_at)
    return applied(item.command.id) if made else agreed(None)


def register(db: Db, organisation_id: str) -> list[dict[str, Any]]:
    """Return the register, the newest breach first, each with its lines and until when the authority is to be told."""
    lines: dict[str, list[Mapping[str, Any]]] = {}
    for row in db.rows(_LINES, o=organisation_id):
        line = dict(zip(_LINE, row, strict=True))
        lines.setdefault(line["breach_id"], []).append(line)
    entries = [dict(zip(_FIELDS, row, strict=True)) for row in db.rows(_ALL, o=organisation_id)]
    return [_shown(one, lines.get(one["id"], [])) for one in entries]


def _shown(entry: dict[str, Any], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    told = [one["happened_at"] for one in lines if one["step"] == BreachStep.TOLD_AUTHORITY]
    return {
        **entry,
        "tell_by": tell_by(entry["noticed_at"]).isoformat(),
        "told_at": min(told, default=None),
        "closed": any(one["step"] == BreachStep.CLOSED for one in lines),
        "lines": lines,
    }


COMMANDS = (
    CommandType("NoteBreach", PAYLOADS["NoteBreach"], note),
    CommandType("AddBreachLine", PAYLOADS["AddBreachLine"], add_lines),
)
