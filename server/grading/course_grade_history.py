"""The history of course grades: one step for each time that a grade was published, numbered in the order accepted."""

from collections.abc import Sequence
from typing import Any

import orjson

from server.core.batch import Batch, Item
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.tables import COURSE_GRADE_ENTRY
from shared.core.clock import instant_text, parse_instant
from shared.grading import vocabulary
from shared.grading.ids import course_grade_entry_id

_GIVEN = tuple(str(column.name) for column in COURSE_GRADE_ENTRY.c if column.name not in ("organisation_id", "ordinal"))
_ADD = SetSql(
    f"INSERT INTO course_grade_entry (organisation_id, {', '.join(_GIVEN)}, ordinal)"  # noqa: S608 - our own column names
    f" SELECT CAST(:organisation_id AS varchar), {', '.join(f'r.{name}' for name in _GIVEN)},"
    " 1 + (SELECT count(*) FROM course_grade_entry e WHERE e.organisation_id = CAST(:organisation_id AS varchar)"
    " AND e.grade_id = r.grade_id)"
    " FROM {rows} r WHERE true RETURNING id, ordinal",
    **dict.fromkeys(_GIVEN, "text"),
)


def step(item: Item, grade: Body) -> dict[str, Any]:
    """Return the step that an item makes of a grade's new state."""
    return {
        "id": course_grade_entry_id(grade["id"], item.command.id),
        "revision": item.command.id,
        "grade_id": grade["id"],
        "cohort_id": grade["cohort_id"],
        "person_id": grade["person_id"],
        "result": grade["result"],
        "word": grade["word"],
        "reason": item.payload.reason.strip(),
        "by_id": item.author.person_id,
        "by_name": item.author.name,
        "at": instant_text(parse_instant(item.command.observed_at)),
    }


def add(batch: Batch, steps: Sequence[dict[str, Any]]) -> None:
    """Add steps, at most one for each grade, and show them to the student and to whoever teaches the class."""
    if not steps:
        return
    packed = orjson.dumps(sorted(steps, key=lambda one: str(one["id"]))).decode()
    ordinals = {row[0]: row[1] for row in batch.db.rows(_ADD, organisation_id=batch.organisation_id, rows=packed)}
    for one in steps:
        scopes = f"cohort:{one['cohort_id']}", f"person:{one['person_id']}"
        batch.changed(vocabulary.COURSE_GRADE_ENTRY, {**one, "ordinal": ordinals[one["id"]]}, *scopes, one["grade_id"])
