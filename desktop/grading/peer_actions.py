"""What is done with reviews by students: writing one, and saying who reviews whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.grading.peer_store import ReviewDesk, handed_in, reviews_of
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.peer_rules import allotted, review_fault
from shared.grading.permissions import may_edit_assignments
from shared.grading.vocabulary import ReviewState

Body = Mapping[str, Any]


def save_review(desk: Desk, review: ReviewDesk, levels: Sequence[Body], words: str, *, sent: bool) -> bool:
    """Keep a review, or send it; False where nothing differs. Raises CampusError with the codes of `review_fault`."""
    task = review.task
    wanted = {"levels": [dict(one) for one in levels], "text": words.strip(), "sent": sent}
    fault = review_fault(wanted, review.bench.criteria)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    was = task["levels"], task["text"], task["state"] == ReviewState.SENT
    if (wanted["levels"], wanted["text"], sent) == (list(was[0]), was[1], was[2]):
        return False
    desk.commit([Ask("SaveReview", task["id"], wanted, base=task["revision"])])
    return True


def may_share(desk: Desk, assignment: Body) -> bool:
    """Tell whether this person says who reviews whom."""
    return may_edit_assignments(desk.actor, str(assignment["cohort_id"]))


def _check(desk: Desk, assignment: Body) -> None:
    if not may_share(desk, assignment):
        raise CampusError("not_allowed", text("Your role doesn't set work in this cohort."))


def share_out(desk: Desk, assignment: Body) -> int:
    """Ask for reviews to be shared out; returns how many there would be by what this computer knows.

    Raises CampusError `not_allowed`, `nobody_to_review`.
    """
    _check(desk, assignment)
    pairs = [(one["reviewer_enrolment_id"], one["author_enrolment_id"]) for one in reviews_of(desk, assignment["id"])]
    there = handed_in(desk, assignment)
    if len(there) < 2:
        raise CampusError("nobody_to_review", text("Two students have to hand in before one can review the other."))
    more = allotted(there, int(assignment["peer_reviews"]), pairs, str(assignment["id"]))
    desk.commit([Ask("ShareOutReviews", assignment["id"], {})])
    return len(more)


def assign(desk: Desk, assignment: Body, reviewer: str, author: str) -> None:
    """Have one student review another, both by their enrolments.

    Raises CampusError `not_allowed`, `own_review`, `review_twice`, `attempt_unknown`.
    """
    _check(desk, assignment)
    if reviewer == author:
        raise CampusError("own_review", text("Nobody reviews the own work. Choose somebody else."))
    known = reviews_of(desk, assignment["id"])
    if any((one["reviewer_enrolment_id"], one["author_enrolment_id"]) == (reviewer, author) for one in known):
        raise CampusError("review_twice", text("This student reviews this work already."))
    attempt = handed_in(desk, assignment).get(author)
    if attempt is None:
        raise CampusError("attempt_unknown", text("This student hasn't handed in, so there is nothing to review."))
    payload = {
        "assignment_id": assignment["id"],
        "reviewer_enrolment_id": reviewer,
        "author_enrolment_id": author,
        "submission_id": attempt,
    }
    desk.commit([Ask("AssignReview", desk.ids(), payload)])


def take_away(desk: Desk, assignment: Body, review: Body) -> None:
    """Take a review away that isn't written yet. Raises CampusError `not_allowed`, `review_sent`."""
    _check(desk, assignment)
    if review["state"] == ReviewState.SENT:
        raise CampusError("review_sent", text("This review is written and sent, so it stays."))
    desk.commit([Ask("RemoveReview", review["id"], {}, base=review["revision"])])
