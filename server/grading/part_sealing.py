"""Comments and notes of one of two markers: sealed from the other until both are done."""

from collections.abc import Iterable, Mapping, Sequence

from server.core.batch import Batch, Decision
from server.core.entities import EntityKind
from server.core.sql import SetSql
from server.grading.ground import packed
from server.grading.kinds import COMMENT_KIND, NOTE_KIND
from shared.core.outcome import Verdict

_BY_TWO = SetSql(
    "SELECT t.id FROM {ids} i {by} assignment t ON t.organisation_id = :o AND t.id = i.id WHERE t.markers > 1"
)
_KNOWN = SetSql(
    "SELECT m.id FROM {ids} i {by} mark m ON m.organisation_id = :o AND m.id = i.id"
    " WHERE (m.finished = true AND m.status <> 'none') OR EXISTS (SELECT 1 FROM mark_part p"
    " WHERE p.organisation_id = m.organisation_id AND p.mark_id = m.id AND p.open = true)"
)


def _unseal(kind: EntityKind) -> SetSql:
    columns = kind.selected().replace("t.", "")
    return SetSql(
        f"UPDATE {kind.table.name} AS t SET sealed = false WHERE t.organisation_id = :o AND t.sealed = true"  # noqa: S608 - our own column names
        f" AND t.mark_id IN (SELECT id FROM {{ids}} i) RETURNING {columns}"
    )


_UNSEAL = {kind.kind: _unseal(kind) for kind in (COMMENT_KIND, NOTE_KIND)}


def hushed(decision: Decision, cohort_id: str) -> Decision:
    """Return a decision whose held command the other marker isn't shown: it has what one of two gave."""
    if decision.verdict is Verdict.HELD:
        decision.scope = f"moderated:{cohort_id}"
    return decision


def sealed_marks(batch: Batch, marks: Mapping[str, str]) -> set[str]:
    """Return the marks whose markers don't know of each other yet; `marks` is assignment id by mark id."""
    if not marks:
        return set()
    by_two = {row[0] for row in batch.db.rows(_BY_TWO, o=batch.organisation_id, ids=packed(marks.values()))}
    found = {mark for mark, assignment in marks.items() if assignment in by_two}
    if found:
        found -= {row[0] for row in batch.db.rows(_KNOWN, o=batch.organisation_id, ids=packed(found))}
    return found


def unseal(batch: Batch, mark_ids: Iterable[str]) -> None:
    """Let the class's staff see what both markers wrote on these marks."""
    ids: Sequence[str] = sorted(set(mark_ids))
    if not ids:
        return
    for kind in (COMMENT_KIND, NOTE_KIND):
        for row in batch.db.rows(_UNSEAL[kind.kind], o=batch.organisation_id, ids=packed(ids)):
            kind.publish(batch, kind.body_of(row))
