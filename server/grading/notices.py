"""What people are told of work and marks, and when: students of what is new to them, with no word of a mark in it."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from server.core.batch import Batch, ChangedRow
from server.core.entities import Body
from server.core.sql import SetSql
from server.grading.ground import packed
from server.messaging.service import NewNotice, notify
from server.people.institute_day import zone_of
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.grading.moderation_vocabulary import REGRADE, RegradeState
from shared.grading.vocabulary import (
    ASSIGNMENT,
    COURSE_GRADE,
    EXTENSION,
    MARK,
    PEER_REVIEW,
    SUBMISSION,
    AssignmentState,
    ReviewState,
    SubmissionState,
    WorkKind,
)
from shared.learning.vocabulary import ATTENDING
from shared.messaging.vocabulary import NoticePriority

OPEN_WORK, OPEN_MARKS = "work", "own_marks"
"""What a notice about work opens: the page on which it is handed in, or the student's own marks."""
_WORK = SetSql(
    "SELECT a.id, a.title, a.work_kind, a.due_at FROM {ids} i"
    " {by} assignment a ON a.organisation_id = :o AND a.id = i.id"
)
_STUDENTS = SetSql(
    "SELECT e.cohort_id, e.person_id FROM {ids} i"  # noqa: S608 - our own words
    " {by} enrolment e ON e.organisation_id = :o AND e.cohort_id = i.id"
    f" WHERE e.state IN ({', '.join(repr(str(state)) for state in sorted(ATTENDING))}) ORDER BY e.id"
)


def link_of(work: Body) -> dict[str, Any]:
    """Return what a notice about a piece of work opens, and the words of that."""
    if work["work_kind"] == WorkKind.HANDED_IN:
        return {"action": text("Open the work"), "link_kind": OPEN_WORK, "link_id": work["id"]}
    return to_marks()


def to_marks() -> dict[str, Any]:
    """Return a notice's way to the student's own marks."""
    return {"action": text("Open my marks"), "link_kind": OPEN_MARKS}


def when_words(instant: str, zone: tzinfo) -> str:
    """Return an instant as "Fri 27 Nov, 17:00"."""
    at: datetime = parse_instant(instant).astimezone(zone)
    return f"{at:%a} {at.day} {at:%b}, {at:%H:%M}"


def _work(batch: Batch, rows: Sequence[ChangedRow]) -> dict[str, Body]:
    ids = packed(str((row.body or {})["assignment_id"]) for row in rows)
    names = ("id", "title", "work_kind", "due_at")
    return {
        row[0]: dict(zip(names, row, strict=True)) for row in batch.db.rows(_WORK, o=batch.organisation_id, ids=ids)
    }


def tell_of_marks(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell students once that a mark of theirs is out; until its release nothing is said of it."""
    out = [row for row in rows if row.body is not None and row.body["released_at"]]
    if not out:
        return
    work = _work(batch, out)
    told = []
    for body in (dict(row.body or {}) for row in out):
        known = work[body["assignment_id"]]
        title = text("Marks of {work} are out", work=known["title"])
        words = text("Open it to see your mark and what was said of your work.")
        told.append(NewNotice(body["person_id"], ("marks_out", body["id"]), title, words, **link_of(known)))
    notify(batch, told)


def tell_of_hand_ins(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell students that their work was given back."""
    back = [row for row in rows if row.body is not None and row.body["state"] == SubmissionState.RETURNED]
    if not back:
        return
    work = _work(batch, back)
    told = []
    for body in (dict(row.body or {}) for row in back):
        known = work[body["assignment_id"]]
        title = text("{work} was given back", work=known["title"])
        words = body["returned_note"] or text("Open it to do it again and hand it in.")
        about = ("given_back", body["id"], body["revision"])
        told.append(NewNotice(body["person_id"], about, title, words, priority=NoticePriority.HIGH, **link_of(known)))
    notify(batch, told)


def tell_of_extensions(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell students that they have more time, or that it was taken back."""
    work, zone = _work(batch, rows), zone_of(batch.db, batch.organisation_id)
    told = []
    for body in (dict(row.body) for row in rows if row.body is not None):
        known = work[body["assignment_id"]]
        if body["due_at"]:
            title = text("More time for {work}", work=known["title"])
            words = text("It is due {when} now.", when=when_words(body["due_at"], zone))
        elif known["due_at"]:
            title = text("{work} is due at its first time again", work=known["title"])
            words = text(
                "The additional time was taken back. It is due {when}.", when=when_words(known["due_at"], zone)
            )
        else:
            continue
        about = ("extension", body["id"], body["revision"])
        told.append(NewNotice(body["person_id"], about, title, words, priority=NoticePriority.HIGH, **link_of(known)))
    notify(batch, told)


def tell_of_work(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell a class of new work, once; of a bare column, and of work that was due before it opened, nothing."""
    fresh = {row.id: dict(row.body) for row in rows if row.body is not None and _is_news(dict(row.body), batch.now)}
    if not fresh:
        return
    zone = zone_of(batch.db, batch.organisation_id)
    ids = packed(body["cohort_id"] for body in fresh.values())
    students = batch.db.rows(_STUDENTS, o=batch.organisation_id, ids=ids)
    notify(
        batch,
        (
            NewNotice(
                person_id,
                ("new_work", body["id"]),
                text("New work: {work}", work=body["title"]),
                _due_words(body, zone),
                **link_of(body),
            )
            for body in fresh.values()
            for cohort_id, person_id in students
            if cohort_id == body["cohort_id"]
        ),
    )


def _is_news(body: Body, now: str) -> bool:
    if body["state"] != AssignmentState.OPEN or body["work_kind"] == WorkKind.MANUAL:
        return False
    return body["due_at"] is None or body["due_at"] > now


def _due_words(body: Body, zone: tzinfo) -> str:
    return text("It is due {when}.", when=when_words(body["due_at"], zone)) if body["due_at"] else ""


def tell_of_grades(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell students that the grade of a course is out, and again when it is published anew."""
    words = text("Open it to see how it came about.")
    notify(
        batch,
        (
            NewNotice(
                body["person_id"],
                ("grade_out", body["id"], body["revision"]),
                text("Your grade in {course} is out", course=body["course_title"]),
                words,
                **to_marks(),
            )
            for body in (dict(row.body) for row in rows if row.body is not None)
        ),
    )


def tell_of_answers(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell students that what they asked about a mark is answered."""
    answered = [row for row in rows if row.body is not None and row.body["state"] == RegradeState.ANSWERED]
    if not answered:
        return
    work = _work(batch, answered)
    told = []
    for body in (dict(row.body or {}) for row in answered):
        known = work[body["assignment_id"]]
        title = text("Your question about {work} is answered", work=known["title"])
        words = text("Open it to read the answer.")
        told.append(NewNotice(body["person_id"], ("regrade", body["id"]), title, words, **link_of(known)))
    notify(batch, told)


def tell_of_reviews(batch: Batch, rows: Sequence[ChangedRow]) -> None:
    """Tell students once that they have work of others to review, without a word of whose."""
    given = [row for row in rows if row.body is not None and row.body["state"] == ReviewState.OPEN]
    if not given:
        return
    work = _work(batch, given)
    words = text("Open it to read what others handed in, and say what you think of it.")
    told = []
    for body in (dict(row.body or {}) for row in given):
        known = work[body["assignment_id"]]
        title = text("Work of others to review: {work}", work=known["title"])
        told.append(NewNotice(body["reviewer_id"], ("reviews", known["id"]), title, words, **link_of(known)))
    notify(batch, told)


FOLLOWERS = {
    MARK: tell_of_marks,
    SUBMISSION: tell_of_hand_ins,
    EXTENSION: tell_of_extensions,
    ASSIGNMENT: tell_of_work,
    COURSE_GRADE: tell_of_grades,
    REGRADE: tell_of_answers,
    PEER_REVIEW: tell_of_reviews,
}
