"""What pending commands about reviews by students make of the rows on screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading.peer_rules import review_score, review_state
from shared.grading.vocabulary import ASSIGNMENT, PEER_REVIEW, PEER_TASK, ReviewState
from shared.learning.vocabulary import ENROLMENT

Body = dict[str, Any]


def review_body(
    review_id: str,
    revision: str,
    assignment: Mapping[str, Any],
    reviewer: Mapping[str, Any],
    author: Mapping[str, Any],
    submission_id: str,
) -> Body:
    """Return a review that isn't written yet; `reviewer` and `author` are enrolments."""
    return {
        "id": review_id,
        "revision": revision,
        "assignment_id": assignment["id"],
        "cohort_id": assignment["cohort_id"],
        "reviewer_enrolment_id": reviewer["id"],
        "reviewer_id": reviewer["person_id"],
        "author_enrolment_id": author["id"],
        "author_id": author["person_id"],
        "submission_id": submission_id,
        "state": str(ReviewState.OPEN),
        "score": None,
        "levels": [],
        "text": "",
        "sent_at": None,
    }


def written(review: Mapping[str, Any], command: Command) -> Body:
    """Return a review, or the reviewer's row of one, with what a `SaveReview` says."""
    payload = command.payload
    levels = [dict(one) for one in payload.get("levels") or ()]
    return {
        **review,
        "revision": command.id,
        "levels": levels,
        "text": (payload.get("text") or "").strip(),
        "score": review_score(levels),
        "state": str(review_state({"sent": bool(payload.get("sent"))})),
    }


def _save(command: Command, read: ReadRow) -> Sequence[Draft]:
    task = read(PEER_TASK, command.target_id)
    return [] if task is None else [Draft(PEER_TASK, task["id"], written(task, command), task["assignment_id"])]


def _assign(command: Command, read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    assignment = read(ASSIGNMENT, payload["assignment_id"])
    reviewer = read(ENROLMENT, payload["reviewer_enrolment_id"])
    author = read(ENROLMENT, payload["author_enrolment_id"])
    if assignment is None or reviewer is None or author is None:
        return []
    body = review_body(command.target_id, command.id, assignment, reviewer, author, payload["submission_id"])
    return [Draft(PEER_REVIEW, body["id"], body, assignment["id"])]


def _remove(command: Command, read: ReadRow) -> Sequence[Draft]:
    review = read(PEER_REVIEW, command.target_id)
    if review is None:
        return []
    body = {**review, "state": str(ReviewState.REMOVED), "revision": command.id}
    return [Draft(PEER_REVIEW, body["id"], body, body["assignment_id"])]


def _share_out(_command: Command, _read: ReadRow) -> Sequence[Draft]:
    """The server alone knows who has handed in; the pairs come with its answer."""
    return []


PROJECTIONS: dict[str, Projection] = {
    "ShareOutReviews": _share_out,
    "AssignReview": _assign,
    "RemoveReview": _remove,
    "SaveReview": _save,
}
