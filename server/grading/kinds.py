"""The rows of marking as the feed carries them, and who sees them: a student nothing of a mark before its release."""

from collections.abc import Sequence
from typing import Any

from server.core.area import AccessPart
from server.core.batch import Batch
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.grading import skill_kinds, tables
from shared.core.actor import Actor
from shared.grading import vocabulary as words

_TAUGHT = """
SELECT DISTINCT c.course_id FROM cohort_instructor i JOIN cohort c
ON c.organisation_id = i.organisation_id AND c.id = i.cohort_id
WHERE i.organisation_id = :o AND i.person_id = :person_id
"""
_USED = """
SELECT DISTINCT a.rubric_version_id FROM enrolment e JOIN assignment a
ON a.organisation_id = e.organisation_id AND a.cohort_id = e.cohort_id
WHERE e.organisation_id = :o AND e.person_id = :person_id AND a.shown = true AND a.rubric_version_id IS NOT NULL
AND e.state IN ('pending', 'active', 'suspended', 'completed')
"""
_IN_GROUPS = """
SELECT m.group_id FROM work_group_member m JOIN assignment a
ON a.organisation_id = m.organisation_id AND a.id = m.assignment_id
WHERE m.organisation_id = :o AND m.person_id = :person_id AND a.shown = true AND a.group_mode = 'groups'
"""


def _staff(body: Body) -> tuple[str, str | None]:
    return f"cohort:{body['cohort_id']}", None


def _staff_and_student(body: Body) -> tuple[str, str | None]:
    return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"


def _once_handed_in(body: Body) -> tuple[str, str | None]:
    """Work that somebody is still at is his or her own."""
    if body["state"] == words.SubmissionState.IN_PROGRESS:
        return f"person:{body['person_id']}", None
    return _staff_and_student(body)


def _once_released(body: Body) -> tuple[str, str | None]:
    return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}" if body["released_at"] else None


def _unless_sealed(body: Body) -> tuple[str, str | None]:
    """What one of two markers writes the other sees once both are done."""
    if body["sealed"]:
        return f"person:{body['author_id']}", f"moderated:{body['cohort_id']}"
    return _staff(body)


def _once_shown(body: Body) -> tuple[str, str | None]:
    if body["sealed"] and not body["shown"]:
        return _unless_sealed(body)
    return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}" if body["shown"] else None


class _CommentKind(EntityKind):
    """Comments at a place, which is an object or nothing."""

    def body_of(self, row: Sequence[Any]) -> Body:
        """Return a row of `selected()` as the feed carries it."""
        body = super().body_of(row)
        return {**body, "place": body["place"] or None}


ASSIGNMENT_KIND = EntityKind(
    kind=words.ASSIGNMENT,
    table=tables.ASSIGNMENT,
    body_columns=(
        *("cohort_id", "title", "instructions", "work_kind", "takes", "points", "opens_at", "due_at", "cutoff_at"),
        *("allowed_types", "most_files", "most_bytes", "most_attempts", "late", "rubric_version_id", "category_id"),
        *(
            "group_mode",
            "anonymous",
            "markers",
            "peer_reviews",
            "hold_marks",
            "extra_credit",
            "attachments",
            "position",
            "state",
            "shown",
            "assigned_at",
        ),
    ),
    scopes=lambda body: (f"{'class' if body['shown'] else 'cohort'}:{body['cohort_id']}", None),
    title=lambda body: str(body["title"]),
    parent="cohort_id",
    json_columns=frozenset({"takes", "allowed_types", "late", "attachments"}),
)
RUBRIC_KIND = EntityKind(
    kind=words.RUBRIC,
    table=tables.RUBRIC,
    body_columns=("course_id", "name", "version_id", "version", "state"),
    scopes=lambda body: (f"rubrics:{body['course_id']}", None),
    title=lambda body: str(body["name"]),
    parent="course_id",
)
VERSION_KIND = EntityKind(
    kind=words.RUBRIC_VERSION,
    table=tables.RUBRIC_VERSION,
    body_columns=("rubric_id", "course_id", "name", "version", "criteria"),
    scopes=lambda body: (f"rubrics:{body['course_id']}", f"rubric:{body['id']}"),
    title=lambda body: str(body["name"]),
    parent="rubric_id",
    json_columns=frozenset({"criteria"}),
)
SUBMISSION_KIND = EntityKind(
    kind=words.SUBMISSION,
    table=tables.SUBMISSION,
    body_columns=(
        *("assignment_id", "cohort_id", "enrolment_id", "person_id", "attempt", "state", "files", "text", "message"),
        *("returned_note", "started_at", "handed_in_at", "received_at", "clock_suspect", "group_id", "source_id"),
        "brought_by",
    ),
    scopes=_once_handed_in,
    title=lambda body: str(body["attempt"]),
    parent="assignment_id",
    json_columns=frozenset({"files"}),
)
GROUP_KIND = EntityKind(
    kind=words.WORK_GROUP,
    table=tables.WORK_GROUP,
    body_columns=("assignment_id", "cohort_id", "name", "position", "members", "state"),
    scopes=lambda body: (f"cohort:{body['cohort_id']}", f"group:{body['id']}"),
    title=lambda body: str(body["name"]),
    parent="assignment_id",
    json_columns=frozenset({"members"}),
)
EXTENSION_KIND = EntityKind(
    kind=words.EXTENSION,
    table=tables.EXTENSION,
    body_columns=(
        *("assignment_id", "cohort_id", "enrolment_id", "person_id", "due_at", "reason", "granted_by"),
        "granted_by_name",
    ),
    scopes=_staff_and_student,
    title=lambda body: str(body["due_at"] or ""),
    parent="assignment_id",
)
MARK_KIND = EntityKind(
    kind=words.MARK,
    table=tables.MARK,
    body_columns=(
        *("assignment_id", "cohort_id", "enrolment_id", "person_id", "submission_id", "status", "score", "levels"),
        *("feedback", "finished", "marked_by", "marked_by_name", "marked_at", "released_at"),
    ),
    scopes=_once_released,
    title=lambda body: str(body["score"] or ""),
    parent="assignment_id",
    json_columns=frozenset({"levels"}),
)
NOTE_KIND = EntityKind(
    kind=words.MARK_NOTE,
    table=tables.MARK_NOTE,
    body_columns=("mark_id", "cohort_id", "text", "author_id", "author_name", "at", "sealed"),
    scopes=_unless_sealed,
    title=lambda _body: "",
    parent="mark_id",
)
COMMENT_KIND = _CommentKind(
    kind=words.WORK_COMMENT,
    table=tables.WORK_COMMENT,
    body_columns=(
        *("submission_id", "mark_id", "cohort_id", "person_id", "sha256", "place", "time_code_ms", "text"),
        *("author_id", "author_name", "at", "state", "shown", "sealed"),
    ),
    scopes=_once_shown,
    title=lambda body: str(body["text"][:60]),
    parent="submission_id",
    json_columns=frozenset({"place"}),
)
SAVED_KIND = EntityKind(
    kind=words.SAVED_COMMENT,
    table=tables.SAVED_COMMENT,
    body_columns=("owner_id", "text", "state"),
    scopes=lambda body: (f"person:{body['owner_id']}", None),
    title=lambda body: str(body["text"][:60]),
    parent="owner_id",
)
SCHEME_KIND = EntityKind(
    kind=words.GRADE_SCHEME,
    table=tables.GRADE_SCHEME,
    body_columns=("cohort_id", "categories", "scale", "bounds", "places", "state", "locked_by_name", "locked_at"),
    scopes=lambda body: (f"class:{body['cohort_id']}", None),
    title=lambda _body: "",
    parent="cohort_id",
    json_columns=frozenset({"categories", "bounds"}),
)
GUARDED = (
    *(words.WORK_GROUP, words.PEER_REVIEW, words.PEER_TASK, words.PEER_FEEDBACK),
    *(words.MARK, words.MARK_ENTRY, words.MARK_NOTE, words.SUBMISSION, words.EXTENSION, words.WORK_COMMENT),
    *(words.SAVED_COMMENT, words.COURSE_GRADE, words.COURSE_GRADE_ENTRY),
)
"""Kinds that aren't for everybody who sees the whole institute: the cash desk has no use for them."""


def open_rubrics(batch: Batch, bodies: Sequence[Body]) -> None:
    """Let students see the rubrics of assignments that were made or changed."""
    if any(body["rubric_version_id"] and body["shown"] for body in bodies):
        batch.access_changed = True


def access(db: Db, actor: Actor) -> AccessPart:
    """Whoever teaches a course sees its rubrics; students those of the work that they have, and their own groups."""
    places = {"o": actor.organisation_id, "person_id": actor.person_id}
    taught = {f"rubrics:{row[0]}" for row in db.rows(_TAUGHT, **places)}
    used = {f"rubric:{row[0]}" for row in db.rows(_USED, **places)}
    groups = {f"group:{row[0]}" for row in db.rows(_IN_GROUPS, **places)}
    return AccessPart(scopes=frozenset(taught | used | groups | skill_kinds.access(db, actor).scopes))
