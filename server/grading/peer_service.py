"""What the commands of reviews by students do: share them out, assign one by hand, take one away, and write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.grading import whole_rows
from server.grading.ground import (
    Set,
    archived_fault,
    in_the_way,
    packed,
    read_enrolments,
    read_sets,
    refused,
)
from server.grading.kinds import SUBMISSION_KIND
from server.grading.peer_kinds import REVIEW_KIND, give_feedback, publish, released
from shared.core.conflict import Conflict
from shared.core.text import text
from shared.grading.commands import PAYLOADS
from shared.grading.peer_projections import review_body, written
from shared.grading.peer_rules import allotted, has_reviews, review_fault
from shared.grading.permissions import may_edit_assignments, may_hand_in
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import PEER_REVIEW, AssignmentState, ReviewState
from shared.learning.vocabulary import ATTENDING
from shared.people.vocabulary import Permission

_OF_WORK = SetSql(
    f"SELECT {REVIEW_KIND.selected()} FROM {{ids}} i {{by}} peer_review t"  # noqa: S608 - our own column names
    " ON t.organisation_id = :o AND t.assignment_id = i.id ORDER BY t.id {lock}",
    lock="t",
)
_HANDED_IN = SetSql(
    "SELECT s.assignment_id, s.enrolment_id, s.id, s.person_id, e.state FROM {ids} i {by} submission s"
    " ON s.organisation_id = :o AND s.assignment_id = i.id"
    " JOIN enrolment e ON e.organisation_id = :o AND e.id = s.enrolment_id"
    " WHERE s.state = 'submitted' ORDER BY s.handed_in_at, s.id"
)
_OF_AUTHORS = SetSql(
    f"SELECT {REVIEW_KIND.selected()} FROM {{ids}} i {{by}} mark m ON m.organisation_id = :o AND m.id = i.id"  # noqa: S608 - same
    " JOIN peer_review t ON t.organisation_id = :o AND t.assignment_id = m.assignment_id"
    " AND t.author_enrolment_id = m.enrolment_id WHERE t.state = 'sent'"
)
_COMPARED = ("levels", "text", "state")


def show_to_authors(batch: Batch, mark_ids: Sequence[str]) -> None:
    """Bring the reviews that were sent to those whose marks were released just now."""
    rows = batch.db.rows(_OF_AUTHORS, o=batch.organisation_id, ids=packed(mark_ids))
    give_feedback(batch, [REVIEW_KIND.body_of(row) for row in rows])


def share_out(batch: Batch, works: Sequence[Body], revision: str) -> int:
    """Give everybody who handed in as many reviews as the work says; returns how many were added."""
    ids = packed(one["id"] for one in works)
    pairs: dict[str, set[tuple[str, str]]] = {}
    for row in batch.db.rows(_OF_WORK, o=batch.organisation_id, ids=ids):
        body = REVIEW_KIND.body_of(row)
        pair = body["reviewer_enrolment_id"], body["author_enrolment_id"]
        pairs.setdefault(body["assignment_id"], set()).add(pair)
    handed_in: dict[str, dict[str, Body]] = {}
    for work, enrolment, submission, person, state in batch.db.rows(_HANDED_IN, o=batch.organisation_id, ids=ids):
        if state in ATTENDING:
            given = {"id": enrolment, "person_id": person, "submission_id": submission}
            handed_in.setdefault(work, {})[enrolment] = given
    made: list[Body] = []
    for work in works:
        there = handed_in.get(work["id"], {})
        for one, other in allotted(there, work["peer_reviews"], pairs.get(work["id"], ()), work["id"]):
            author = there[other]
            made.append(review_body(batch.new_id(), revision, work, there[one], author, author["submission_id"]))
    REVIEW_KIND.insert(batch, made)
    publish(batch, made)
    return len(made)


def share(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Share reviews out; asked again it changes nothing."""
    sets = read_sets(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        known = sets.get(item.target.id)
        refusal = _refusal(batch, item, known)
        if refusal is not None or known is None:
            decisions.append(refusal or _waits())
            continue
        added = share_out(batch, [known.body], item.command.id)
        decisions.append(applied(item.command.id, added=added) if added else agreed(None, added=0))
    return decisions


def _waits() -> Decision:
    message = text("The work of these reviews hasn't been accepted yet. The office decides about both.")
    return held("waits_for_creation", message, PEER_REVIEW)


def _refusal(batch: Batch, item: Item, known: Set | None) -> Decision | None:
    """Why someone can't say who reviews whom."""
    if known is None:
        return _waits()
    cohort_id, title = str(known.body["cohort_id"]), str(known.body["title"])
    if not item.accepted and not may_edit_assignments(item.author, cohort_id):
        if item.author.may(Permission.ASSIGNMENTS_EDIT):
            message = text("You no longer teach this class. It is kept for the office.")
            return held("not_teaching", message, PEER_REVIEW, f"cohort:{cohort_id}", title)
        return rejected(item, "not_allowed", text("Your role doesn't set work. Ask whoever teaches the class."))
    if known.archived and not item.accepted:
        return in_the_way(batch, item, archived_fault(), PEER_REVIEW, cohort_id, title)
    if not has_reviews(known.body):
        return refused(item, Fault("no_reviews", text("Students don't review this work. Change that first.")))
    return None


def assign(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Have one student review another's attempt."""
    sets = read_sets(batch, (item.payload.assignment_id for item in items))
    people = (one for item in items for one in (item.payload.reviewer_enrolment_id, item.payload.author_enrolment_id))
    enrolments = read_enrolments(batch, set(people))
    work = SUBMISSION_KIND.read(batch, (item.payload.submission_id for item in items))
    decisions: dict[str, Decision] = {}
    made: list[Body] = []
    for item in items:
        known = sets.get(item.payload.assignment_id)
        refusal = _refusal(batch, item, known) or _pair_fault(item, enrolments, work)
        decisions[item.command.id] = refusal or applied(item.command.id)
        if refusal is None and known is not None:
            reviewer = enrolments[item.payload.reviewer_enrolment_id]
            author = enrolments[item.payload.author_enrolment_id]
            seen = item.payload.submission_id
            made.append(review_body(item.target.id, item.command.id, known.body, reviewer, author, seen))
    inserted = REVIEW_KIND.insert(batch, made)
    for one in made:
        if one["id"] not in inserted:
            decisions[one["revision"]] = _twice(next(item for item in items if item.command.id == one["revision"]))
    publish(batch, [one for one in made if one["id"] in inserted])
    return [decisions[item.command.id] for item in items]


def _twice(item: Item) -> Decision:
    return refused(item, Fault("review_twice", text("This student reviews this work already.")))


def _pair_fault(item: Item, enrolments: Mapping[str, Body], work: Mapping[str, Body]) -> Decision | None:
    payload = item.payload
    reviewer, author = enrolments.get(payload.reviewer_enrolment_id), enrolments.get(payload.author_enrolment_id)
    attempt = work.get(payload.submission_id)
    fits = attempt is not None and (attempt["assignment_id"], attempt["enrolment_id"]) == (
        payload.assignment_id,
        payload.author_enrolment_id,
    )
    if reviewer is None or author is None or attempt is None or not fits:
        return refused(item, Fault("attempt_unknown", text("The work to review isn't on the server yet.")))
    if reviewer["cohort_id"] != attempt["cohort_id"]:
        name = reviewer["name"]
        return refused(item, Fault("not_in_cohort", text("{name} isn't in the class of this work.", name=name)))
    if reviewer["id"] == author["id"]:
        return refused(item, Fault("own_review", text("Nobody reviews the own work. Choose somebody else.")))
    return None


def remove(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take reviews away that aren't written yet."""
    present = REVIEW_KIND.read(batch, (item.target.id for item in items))
    sets = read_sets(batch, (one["assignment_id"] for one in present.values()))
    decisions: list[Decision] = []
    gone: list[Body] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, PEER_REVIEW))
            continue
        refusal = _refusal(batch, item, sets.get(body["assignment_id"]))
        if refusal is None and body["state"] == ReviewState.SENT:
            words = text("This review is written and sent, so it stays.")
            refusal = refused(item, Fault("review_sent", words))
        if refusal is not None or body["state"] == ReviewState.REMOVED:
            decisions.append(refusal or agreed(body["revision"]))
            continue
        gone.append({**body, "state": str(ReviewState.REMOVED), "revision": item.command.id})
        decisions.append(applied(item.command.id))
    REVIEW_KIND.update(batch, gone)
    publish(batch, gone)
    return decisions


@dataclass
class _Desk:
    """What one run of writing stands on, and what becomes of the reviews."""

    present: Mapping[str, Body]
    sets: Mapping[str, Set]
    seen: set[str]
    made: dict[str, Body] = field(default_factory=dict)


def save(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Write reviews; two different ones from two machines of one student are both kept until someone chooses."""
    present = REVIEW_KIND.read(batch, (item.target.id for item in items))
    sets = read_sets(batch, (one["assignment_id"] for one in present.values()))
    desk = _Desk(present, sets, released(batch, list(present.values())))
    decisions = whole_rows.put(batch, REVIEW_KIND, items, partial(_saved, batch, desk), _COMPARED)
    wrote = [one.revision for one in decisions]
    publish(batch, [body for body in desk.made.values() if body["revision"] in wrote])
    return decisions


def _saved(batch: Batch, desk: _Desk, item: Item, before: Body | None) -> Body | Decision:
    if before is None:
        return missing(batch, item, PEER_REVIEW)
    known = desk.sets[before["assignment_id"]]
    if not item.accepted and not may_hand_in(item.author, before["reviewer_id"]):
        return rejected(item, "not_allowed", text("This review is somebody else's to write."))
    body = {**before, **written(before, item.command)}
    fault = review_fault({**body, "sent": item.payload.sent}, known.criteria)
    if fault is not None:
        return refused(item, fault)
    late = _why_over(known, before, desk)
    if late is not None and not item.accepted:
        return in_the_way(batch, item, late, PEER_REVIEW, before["cohort_id"], str(known.body["title"]))
    sent = before["sent_at"] or batch.now
    desk.made[item.command.id] = {**body, "sent_at": sent if body["state"] == ReviewState.SENT else None}
    return desk.made[item.command.id]


def _why_over(known: Set, review: Body, desk: _Desk) -> Fault | None:
    if known.archived:
        return archived_fault()
    if known.body["state"] == AssignmentState.REMOVED or review["state"] == ReviewState.REMOVED:
        return Fault("review_removed", text("This review isn't wanted any more."))
    if review["id"] in desk.seen and review["state"] == ReviewState.SENT:
        return Fault("review_seen", text("The author has seen this review, so it stays as it is."))
    return None


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Give a review the values of the chosen side, for all who see it."""
    whole_rows.settler(REVIEW_KIND)(batch, item, conflict, choices)
    publish(batch, list(REVIEW_KIND.read(batch, [conflict.entity_id]).values()))


COMMANDS = (
    CommandType("ShareOutReviews", PAYLOADS["ShareOutReviews"], share),
    CommandType("AssignReview", PAYLOADS["AssignReview"], assign),
    CommandType("RemoveReview", PAYLOADS["RemoveReview"], remove),
    CommandType("SaveReview", PAYLOADS["SaveReview"], save),
)
