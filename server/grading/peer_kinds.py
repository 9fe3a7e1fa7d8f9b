"""Reviews by students as the feed carries them: whole for those who mark, without the other's name for students."""

from collections.abc import Sequence

from server.core.batch import Batch
from server.core.entities import Body, EntityKind
from server.core.sql import SetSql
from server.grading import tables
from server.grading.ground import packed
from server.grading.kinds import SUBMISSION_KIND
from shared.core.file_names import ending_of
from shared.core.ids import derived_id
from shared.core.text import text
from shared.grading.vocabulary import PEER_FEEDBACK, PEER_REVIEW, PEER_TASK, ReviewState

REVIEW_KIND = EntityKind(
    kind=PEER_REVIEW,
    table=tables.PEER_REVIEW,
    body_columns=(
        *("assignment_id", "cohort_id", "reviewer_enrolment_id", "reviewer_id", "author_enrolment_id", "author_id"),
        *("submission_id", "state", "score", "levels", "text", "sent_at"),
    ),
    scopes=lambda body: (f"cohort:{body['cohort_id']}", None),
    title=lambda body: str(body["text"][:60]),
    parent="assignment_id",
    json_columns=frozenset({"levels"}),
)
_SAID = ("assignment_id", "cohort_id", "score", "levels", "text")
_RELEASED = SetSql(
    "SELECT DISTINCT p.id FROM {ids} i {by} peer_review p ON p.organisation_id = :o AND p.id = i.id"
    " JOIN mark m ON m.organisation_id = :o AND m.assignment_id = p.assignment_id"
    " AND m.enrolment_id = p.author_enrolment_id WHERE m.released_at IS NOT NULL"
)


def released(batch: Batch, reviews: Sequence[Body]) -> set[str]:
    """Return the ids of the reviews whose authors have seen their marks."""
    rows = batch.db.rows(_RELEASED, o=batch.organisation_id, ids=packed(one["id"] for one in reviews))
    return {row[0] for row in rows}


def publish(batch: Batch, reviews: Sequence[Body]) -> None:
    """Bring reviews to their reviewers, and what was sent to authors who have seen their marks."""
    if not reviews:
        return
    rows = batch.db.rows(_WORK, o=batch.organisation_id, ids=packed(one["submission_id"] for one in reviews))
    work = {row[0]: SUBMISSION_KIND.body_of(row) for row in rows}
    for one in reviews:
        _give_task(batch, one, work.get(one["submission_id"], {}))
    give_feedback(batch, [one for one in reviews if one["id"] in released(batch, reviews)])


_WORK = SetSql(
    f"SELECT {SUBMISSION_KIND.selected()} FROM {{ids}} i {{by}} submission t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :o AND t.id = i.id"
)


def _give_task(batch: Batch, review: Body, work: Body) -> None:
    scope = f"person:{review['reviewer_id']}"
    if review["state"] == ReviewState.REMOVED:
        batch.removed(PEER_TASK, review["id"], review["revision"], scope)
        return
    files = [{**one, "name": _neutral(one["name"], at)} for at, one in enumerate(work.get("files") or (), 1)]
    body = {
        **{name: review[name] for name in ("id", "revision", *_SAID, "state")},
        "files": files,
        "answer": work.get("text") or "",
    }
    batch.changed(PEER_TASK, body, scope, None, review["assignment_id"])


def _neutral(name: str, at: int) -> str:
    ending = ending_of(name)
    return text("File {n}", n=at) + (f".{ending}" if ending else "")


def give_feedback(batch: Batch, reviews: Sequence[Body]) -> None:
    """Let authors see reviews that were sent; which of them somebody wrote can't be told from their ids."""
    for one in reviews:
        key, scope = derived_id(PEER_FEEDBACK, one["id"]), f"person:{one['author_id']}"
        body = {"id": key, "revision": one["revision"], **{name: one[name] for name in _SAID}}
        if one["state"] == ReviewState.SENT:
            batch.changed(PEER_FEEDBACK, body, scope, None, one["assignment_id"])
