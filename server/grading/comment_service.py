"""What the commands of notes and comments do: private notes, comments on work, sentences kept to use again."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, edit, missing, settler_of
from server.core.sql import SetSql
from server.grading import group_comments, part_sealing, whole_rows
from server.grading.ground import not_teaching, packed, read_sets
from server.grading.kinds import COMMENT_KIND, NOTE_KIND, SAVED_KIND, SUBMISSION_KIND
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.mark_commands import COMMENT_FIELDS
from shared.grading.mark_projections import comment_body, note_body, saved_comment_body
from shared.grading.models import WorkComment
from shared.grading.permissions import marks_work, may_mark, moderates_marks
from shared.grading.vocabulary import MARK_NOTE, WORK_COMMENT

_WORK = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()}, m.released_at FROM {{ids}} i"  # noqa: S608 - our own column names
    " {by} submission t ON t.organisation_id = :o AND t.id = i.id LEFT JOIN mark m ON m.organisation_id = :o"
    " AND m.assignment_id = t.assignment_id AND m.enrolment_id = t.enrolment_id"
)


def _waits(kind: str) -> Decision:
    message = text("The work hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, kind)


def add_notes(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add private notes."""
    sets = read_sets(batch, (item.payload.assignment_id for item in items))
    decisions: list[Decision] = []
    bodies: list[Body] = []
    marks: dict[str, str] = {}
    for item in items:
        known = sets.get(item.payload.assignment_id)
        if known is None:
            decisions.append(_waits(MARK_NOTE))
            continue
        cohort_id = known.body["cohort_id"]
        if not item.accepted and not may_mark(item.author, cohort_id):
            decisions.append(not_teaching(item, MARK_NOTE, cohort_id))
            continue
        body = note_body(item.command, cohort_id, (item.author.person_id, item.author.name))
        marks[body["mark_id"]] = known.body["id"]
        bodies.append(body)
        decisions.append(applied(item.command.id))
    NOTE_KIND.insert(batch, _sealed(batch, items, bodies, marks))
    return decisions


def add(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Add comments; those on work whose mark is released show at once."""
    ids = packed(item.payload.submission_id for item in items)
    work = {row[0]: row for row in batch.db.rows(_WORK, o=batch.organisation_id, ids=ids)}
    decisions: list[Decision] = []
    bodies: list[Body] = []
    marks: dict[str, str] = {}
    for item in items:
        row = work.get(item.payload.submission_id)
        if row is None:
            decisions.append(_waits(WORK_COMMENT))
            continue
        submission = SUBMISSION_KIND.body_of(row[:-1])
        if not item.accepted and not may_mark(item.author, submission["cohort_id"]):
            decisions.append(not_teaching(item, WORK_COMMENT, submission["cohort_id"]))
            continue
        body = comment_body(item.command, submission, (item.author.person_id, item.author.name))
        marks[body["mark_id"]] = submission["assignment_id"]
        bodies.append({**body, "shown": row[-1] is not None})
        decisions.append(applied(item.command.id))
    bodies = _sealed(batch, items, bodies, marks)
    COMMENT_KIND.insert(batch, bodies)
    of_groups = {row[0] for row in work.values() if SUBMISSION_KIND.body_of(row[:-1])["group_id"]}
    group_comments.follow(batch, [body for body in bodies if body["submission_id"] in of_groups])
    return decisions


def _sealed(batch: Batch, items: Sequence[Item], bodies: Sequence[Body], marks: Mapping[str, str]) -> list[Body]:
    """Return what is written, sealed where one of two markers writes who doesn't know the other's mark yet."""
    found = part_sealing.sealed_marks(batch, marks)
    moderators = {item.author.person_id for item in items if moderates_marks(item.author)}
    return [{**one, "sealed": one["mark_id"] in found and one["author_id"] not in moderators} for one in bodies]


def change(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Change comments field by field."""
    decisions = edit(batch, COMMENT_KIND, items, _check)
    changed = [batch.changes.get((WORK_COMMENT, item.target.id)) for item in items]
    group_comments.follow(batch, [dict(row.body) for row in changed if row is not None and row.body is not None])
    return decisions


def _check(_batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> Decision | None:
    refusal = _not_ours(item, body)
    if refusal is not None:
        return refusal
    if not set(wanted) <= set(COMMENT_FIELDS):
        return rejected(item, "field_unknown", text("This can't be set here."))
    after = {**body, **wanted}
    both = after["place"] is not None and after["time_code_ms"] is not None
    fits = isinstance(after["text"], str) and 0 < len(after["text"].strip()) <= 5000
    if both or not fits or not _is_comment(after):
        return rejected(item, "field_invalid", text("A value can't be kept. Check what you entered."))
    return None


def _is_comment(body: Body) -> bool:
    try:
        WorkComment.model_validate(body)
    except ValueError:
        return False
    return True


def _not_ours(item: Item, body: Body) -> Decision | None:
    if item.accepted or may_mark(item.author, body["cohort_id"]):
        return None
    return not_teaching(item, WORK_COMMENT, body["cohort_id"])


def remove(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take comments off, or put them back."""
    present = COMMENT_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    written: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, WORK_COMMENT))
            continue
        refusal = _not_ours(item, body)
        if refusal is not None:
            decisions.append(refusal)
        elif body["state"] == item.payload.state:
            decisions.append(agreed(body["revision"]))
        else:
            written.append({**body, "state": item.payload.state, "revision": item.command.id})
            decisions.append(applied(item.command.id))
    COMMENT_KIND.update(batch, written)
    group_comments.follow(batch, written)
    return decisions


settle = settler_of(COMMENT_KIND)
"""Writes the chosen values of a comment."""


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep sentences to use again; they are their writer's alone."""
    return whole_rows.put(batch, SAVED_KIND, items, _saved, ("text", "state"))


def _saved(item: Item, before: Body | None) -> Body | Decision:
    own = before is None or before["owner_id"] == item.author.person_id
    if not own or not marks_work(item.author):
        return rejected(item, "not_allowed", text("Sentences are kept by those who mark work, each for himself."))
    body = saved_comment_body(item.command, item.author.person_id)
    if not body["text"]:
        return rejected(item, "field_invalid", text("Write a sentence first."))
    return body


COMMANDS = (
    CommandType("AddMarkNote", PAYLOADS["AddMarkNote"], add_notes),
    CommandType("AddWorkComment", PAYLOADS["AddWorkComment"], add),
    CommandType("EditWorkComment", PAYLOADS["EditWorkComment"], change),
    CommandType("RemoveWorkComment", PAYLOADS["RemoveWorkComment"], remove),
    CommandType("SaveComment", PAYLOADS["SaveComment"], save),
)
