"""Finds what a field was before an entry of the audit log changed it: as the change before that set it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from server.core.database import Db, Row
from server.core.sql import SetSql

FEW = 500
"""So many rows are looked up one by one; the history of more is read through once."""
LINKS_AT_ONCE = 1_000
"""So many links of the chain are in memory at a time."""
# The sign keeps SQLite from the index of the numbers, by which it would read the whole log for each row.
_OF_FEW = SetSql(
    "SELECT c.target_id, c.id, c.detail FROM {ids} i {by} command_log c ON c.target_id = i.id"
    " WHERE c.organisation_id = :o AND c.verdict IN ('applied', 'agreed') AND c.detail IS NOT NULL"
    " AND +c.audit_seq <= :until ORDER BY c.audit_seq, c.id"
)
_OF_ALL = """
SELECT c.target_id, c.id, c.detail FROM command_log c
WHERE c.organisation_id = :o AND c.verdict IN ('applied', 'agreed') AND c.detail IS NOT NULL
AND c.audit_seq > :after AND c.audit_seq <= :last ORDER BY c.audit_seq, c.id
"""


def changes_of(detail: str | None) -> list[dict[str, Any]]:
    """Return what a command asked for, field by field, with before where the person saw one; empty once erased."""
    if detail is None:
        return []
    payload = orjson.loads(detail)["payload"]
    if isinstance(payload.get("changes"), dict):
        edits = payload["changes"].items()
        return [{"field": name, "before": one.get("old"), "after": one.get("new")} for name, one in edits]
    return [
        {"field": name, "before": payload.get(f"old_{name}"), "after": value}
        for name, value in payload.items()
        if not name.startswith("old_") and name != "supersedes"
    ]


def fill_in(db: Db, organisation_id: str, entries: Mapping[str, dict[str, Any]]) -> None:
    """Fill in each `before` that whoever changed the field didn't say; `entries` are by their command's id.

    The history is read once, however many entries there are, and of each row only the last values are kept.
    """
    unknown = {key: one for key, one in entries.items() if any(change["before"] is None for change in one["changes"])}
    if not unknown:
        return
    ids, until = {one["entity_id"] for one in unknown.values()}, max(one["audit_seq"] for one in unknown.values())
    stood: dict[str, dict[str, Any]] = {}
    for entity_id, command_id, detail in _history(db, organisation_id, ids, until):
        if entity_id not in ids:
            continue
        fields = stood.setdefault(entity_id, {})
        for change in unknown.get(command_id, {}).get("changes", ()):
            if change["before"] is None:
                change["before"] = fields.get(change["field"])
        fields.update({change["field"]: change["after"] for change in changes_of(detail)})


def _history(db: Db, organisation_id: str, ids: Iterable[str], until: int) -> Iterator[Row]:
    wanted = sorted(ids)
    if len(wanted) <= FEW:
        yield from db.rows(_OF_FEW, o=organisation_id, ids=orjson.dumps(wanted).decode(), until=until)
        return
    for after in range(0, until, LINKS_AT_ONCE):
        yield from db.rows(_OF_ALL, o=organisation_id, after=after, last=min(after + LINKS_AT_ONCE, until))
