"""Marks of a walk-in go to whoever the office says that he or she is; where that one has another, both are kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core import conflicts
from server.core.batch import Batch, ChangedRow
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading import mark_history
from server.grading.ground import packed
from server.grading.kinds import MARK_KIND
from server.learning.enrolment_service import ENROLMENT_KIND, aliases
from shared.core.conflict import Side
from shared.core.text import text
from shared.grading.ids import mark_entry_id, mark_id
from shared.grading.mark_rules import JUDGED, judgement_of
from shared.grading.vocabulary import JUDGEMENT, MARK, EntryKind, MarkStatus
from shared.learning.vocabulary import EnrolmentState

_OF = SetSql(
    "SELECT t.id FROM {ids} i {by} mark t ON t.organisation_id = :o AND t.enrolment_id = i.id WHERE t.status <> 'none'"
)
_TITLES = SetSql("SELECT a.id, a.title FROM {ids} i {by} assignment a ON a.organisation_id = :o AND a.id = i.id")


def enrolments_changed(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Move the marks of enrolments that stand for another one from now on."""
    gone = [row.id for row in rows if row.body is not None and row.body["state"] == EnrolmentState.CANCELLED]
    stands_for = aliases(batch, gone) if gone else {}
    if stands_for:
        move(batch, stands_for)


def move(batch: Batch, stands_for: Mapping[str, str]) -> None:
    """Bring the marks of enrolments to those that they stand for; the rows that were there stay as history."""
    ids = [row[0] for row in batch.db.rows(_OF, o=batch.organisation_id, ids=packed(stands_for))]
    if not ids:
        return
    moved = [_onto(body, stands_for) for body in MARK_KIND.read(batch, ids).values()]
    holders = ENROLMENT_KIND.read(batch, stands_for.values())
    present = MARK_KIND.read(batch, (body["id"] for body in moved))
    for body in moved:
        body["person_id"] = holders[body["enrolment_id"]]["person_id"]
    empty = [one for one in moved if judgement_of(present.get(one["id"]))["status"] == MarkStatus.NONE]
    MARK_KIND.insert(batch, [one for one in empty if one["id"] not in present])
    MARK_KIND.update(batch, [{**present[one["id"]], **one} for one in empty if one["id"] in present])
    mark_history.add(batch, [_step(batch, one) for one in empty])
    other = [one for one in moved if one not in empty and judgement_of(one) != judgement_of(present[one["id"]])]
    if other:
        works = packed(one["assignment_id"] for one in other)
        titles = {row[0]: row[1] for row in batch.db.rows(_TITLES, o=batch.organisation_id, ids=works)}
        for one in other:
            _dispute(batch, one, present[one["id"]], titles.get(one["assignment_id"], ""))


def _onto(body: Body, stands_for: Mapping[str, str]) -> Body:
    enrolment_id = stands_for[body["enrolment_id"]]
    return {**body, "id": mark_id(body["assignment_id"], enrolment_id), "enrolment_id": enrolment_id}


def _step(batch: Batch, mark: Body) -> dict[str, Any]:
    return {
        "id": mark_entry_id(mark["id"], mark["revision"]),
        "revision": mark["revision"],
        "mark_id": mark["id"],
        "cohort_id": mark["cohort_id"],
        "kind": str(EntryKind.RECORDED),
        **{name: judgement_of(mark)[name] for name in JUDGED},
        "part": "",
        "reason": text("Marked as a walk-in."),
        "by_id": mark["marked_by"],
        "by_name": mark["marked_by_name"],
        "device_name": "",
        "at": batch.now,
    }


def _dispute(batch: Batch, mark: Body, present: Body, title: str) -> None:
    """Let those who teach the class choose between a walk-in's mark and the one that was there."""
    subject = conflicts.Subject(MARK, mark["id"], JUDGEMENT, title, f"cohort:{mark['cohort_id']}", None)
    known = conflicts.find_open(batch, MARK, mark["id"], JUDGEMENT)
    theirs = None if known else _side(batch, present)
    conflicts.open_conflict(batch, subject, theirs, _side(batch, mark), (JUDGEMENT,))


def _side(batch: Batch, mark: Body) -> Side:
    judgement = judgement_of(mark)
    shown = judgement["score"] if judgement["score"] is not None else judgement["status"]
    places = {name: mark[name] for name in ("assignment_id", "enrolment_id", "submission_id")}
    side = conflicts.side_from_log(batch, mark["revision"], {JUDGEMENT: shown, **judgement, **places})
    return side.model_copy(update={"author_id": mark["marked_by"], "author_name": mark["marked_by_name"]})
