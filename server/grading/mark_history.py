"""The history of marks: one step for each change that took effect, numbered in the order accepted."""

from collections.abc import Sequence
from typing import Any

import orjson

from server.core.batch import Batch, Item
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.tables import MARK_ENTRY
from shared.core.clock import instant_text, parse_instant
from shared.grading import vocabulary
from shared.grading.ids import mark_entry_id
from shared.grading.mark_rules import JUDGED, judgement_of
from shared.grading.vocabulary import EntryKind

ENTRY_COLUMNS = tuple(str(column.name) for column in MARK_ENTRY.c if column.name != "organisation_id")
_GIVEN = tuple(name for name in ENTRY_COLUMNS if name != "ordinal")
_ADD = SetSql(
    f"INSERT INTO mark_entry (organisation_id, {', '.join(_GIVEN)}, ordinal)"  # noqa: S608 - our own column names
    f" SELECT CAST(:organisation_id AS varchar), {', '.join(f'r.{name}' for name in _GIVEN)},"
    " 1 + (SELECT count(*) FROM mark_entry e WHERE e.organisation_id = CAST(:organisation_id AS varchar)"
    " AND e.mark_id = r.mark_id)"
    " FROM {rows} r WHERE true RETURNING id, ordinal",
    **(dict.fromkeys(_GIVEN, "text") | {"finished": "boolean"}),
)


def step(
    item: Item, mark: Body, kind: EntryKind, reason: str = "", by: tuple[str, str] | None = None, part: str = ""
) -> dict[str, Any]:
    """Return the step that an item makes of a mark's new state; `part` says whose judgement it is of two."""
    author = by or (item.author.person_id, item.author.name)
    return {
        "id": mark_entry_id(mark["id"], item.command.id),
        "revision": item.command.id,
        "mark_id": mark["id"],
        "cohort_id": mark["cohort_id"],
        "kind": str(kind),
        **{name: judgement_of(mark)[name] for name in JUDGED},
        "part": part,
        "reason": reason,
        "by_id": author[0],
        "by_name": author[1],
        "device_name": item.device_name,
        "at": instant_text(parse_instant(item.command.observed_at)),
    }


def add(batch: Batch, steps: Sequence[dict[str, Any]]) -> None:
    """Add steps, at most one for each mark, and show them to whoever teaches the class."""
    if not steps:
        return
    rows = [{**one, "levels": orjson.dumps(one["levels"]).decode()} for one in sorted(steps, key=lambda one: one["id"])]
    packed = orjson.dumps(rows).decode()
    ordinals = {row[0]: row[1] for row in batch.db.rows(_ADD, organisation_id=batch.organisation_id, rows=packed)}
    for one in steps:
        body = {**one, "ordinal": ordinals[one["id"]]}
        batch.changed(vocabulary.MARK_ENTRY, body, f"cohort:{one['cohort_id']}", None, one["mark_id"])
