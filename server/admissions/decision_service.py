"""What decisions do: offer a place, decline, use the waiting list; take that back; settle what two decided at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.admissions import application_service, enrolling, fees
from server.admissions.ground import Places, refused
from server.admissions.kinds import APPLICATION_KIND, EVENT_KIND, event
from server.admissions.review_service import not_allowed
from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body, chosen_values, missing
from shared.admissions.commands import PAYLOADS
from shared.admissions.form_rules import words_fault
from shared.admissions.permissions import is_own, may_decide
from shared.admissions.projections import decided, reason_of, undecided, with_answers
from shared.admissions.rules import Refusal, decision_refusal, offer_refusal, own_refusal, undo_refusal
from shared.admissions.vocabulary import APPLICATION, DECISIONS, EVENT_OF, ApplicationState, EventKind
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text

DECISION = "decision"
"""The group and the field of conflicts between two who decided."""


def decide(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Decide about applications; each offer makes a student, an enrolment and charges in this transaction."""
    present = APPLICATION_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    places = Places(batch, [one for one in map(_cohort_of(present), items) if one])
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, APPLICATION))
            continue
        decision = _refusal(batch, item, body, places, stale=standing.stale)
        if decision is None:
            after = decided(body, item.command, item.author.name)
            _carry_out(batch, item, after, places, item.payload.reason)
            decision = applied(item.command.id)
        decisions.append(decision)
    return decisions


def _cohort_of(present: Mapping[str, Body]) -> Any:
    def cohort(item: Item) -> str | None:
        given: str | None = item.payload.cohort_id
        return given or present.get(item.target.id, {}).get("cohort_id")

    return cohort


def _refusal(batch: Batch, item: Item, body: Body, places: Places, *, stale: bool) -> Decision | None:
    wanted = item.payload.decision
    if not item.accepted and not may_decide(item.author):
        return not_allowed(item)
    if is_own(item.author, body):
        return refused(item, own_refusal())
    for words in (item.payload.words, item.payload.reason):
        fault = words_fault(words, 2000, lines=True)
        if fault:
            return rejected(item, "field_invalid", fault)
    if wanted in DECISIONS and body["state"] == wanted:
        return agreed(body["revision"])
    # What an applicant or another reviewer did meanwhile is told apart: only two decisions disagree.
    if stale and body["state"] in DECISIONS and item.payload.old_state != body["state"] and wanted in DECISIONS:
        return _two_decisions(batch, item, body)
    fault_found = decision_refusal(body, wanted, item.payload.reason)
    if fault_found is None and wanted == ApplicationState.APPROVED:
        fault_found = place_refusal(body, item.payload.cohort_id or body["cohort_id"], places)
    return refused(item, fault_found) if fault_found else None


def place_refusal(body: Body, cohort_id: str | None, places: Places) -> Refusal | None:
    """Return why no place can be offered in a cohort, or None."""
    if cohort_id is None or places.course_of(cohort_id) != body["course_id"]:
        return Refusal("cohort_missing", text("Choose a cohort of this course first."))
    return offer_refusal(body, places.left(cohort_id))


def _carry_out(batch: Batch, item: Item, after: Body, places: Places, reason: str) -> None:
    """Write a decision with everything that follows from it."""
    if after["state"] == ApplicationState.APPROVED:
        after = enrolling.enrol(batch, item, after)
        places.take(after["cohort_id"])
    APPLICATION_KIND.update(batch, [after])
    told = event(item, after, EVENT_OF[ApplicationState(after["state"])])
    why = reason_of(after, item.command, reason, (item.author.person_id, item.author.name))
    EVENT_KIND.insert(batch, [told, *why])


def _two_decisions(batch: Batch, item: Item, body: Body) -> Decision:
    """Keep both decisions until someone chooses; the first one stands meanwhile."""
    wanted = str(item.payload.decision)
    mine = {DECISION: wanted, "cohort_id": item.payload.cohort_id, "reason": item.payload.reason}
    theirs = {DECISION: body["state"], "cohort_id": body["cohort_id"], "reason": ""}
    known = conflicts.find_open(batch, APPLICATION, body["id"], DECISION)
    before = None if known else conflicts.side_from_log(batch, body["revision"], theirs)
    subject = APPLICATION_KIND.subject(body, DECISION)
    # The applicant is told of a decision, not of a quarrel about it.
    subject = conflicts.Subject(subject.kind, subject.entity_id, DECISION, subject.title, subject.scope)
    conflict_id = conflicts.open_conflict(
        batch, subject, before, conflicts.side_of(batch, item, mine), (DECISION,), "two_decisions"
    )
    message = text("{name} was decided otherwise meanwhile. Both decisions are kept until someone chooses.",
                   name=body["name"])  # fmt: skip
    details = {"fields": (DECISION,)}
    return Decision(Verdict.CONFLICT, body["revision"], conflict_id, "decided_twice", message, details)


# ------------------------------------------------------------------------------------------------------ taking back


def undo(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take decisions back, as long as no money has moved."""
    present = APPLICATION_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, APPLICATION))
        elif not item.accepted and not may_decide(item.author):
            decisions.append(not_allowed(item))
        elif is_own(item.author, body):
            decisions.append(refused(item, own_refusal()))
        else:
            fault = _take_back(batch, item, body)
            decisions.append(refused(item, fault) if fault else applied(item.command.id))
    return decisions


def _take_back(batch: Batch, item: Item, body: Body) -> Refusal | None:
    """Take a decision back, or return why it stays."""
    ledgers, charges = fees.read_charges(batch, body)
    fault = undo_refusal(body, moved=fees.has_moved(ledgers, charges))
    if fault is not None:
        return fault
    if body["state"] == ApplicationState.APPROVED:
        enrolling.leave(batch, item, body, charges, ledgers)
    APPLICATION_KIND.update(batch, [undecided(body, item.command.id)])
    EVENT_KIND.insert(batch, [event(item, body, EventKind.UNDONE)])
    return None


# --------------------------------------------------------------------------------------------------------- settling


def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen decision, or the chosen answers."""
    body = APPLICATION_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    if body is None:
        return
    if conflict.group == application_service.ANSWERS:
        chosen = chosen_values(conflict, choices)
        if any(application_service.bare(body["answers"].get(key)) != value for key, value in chosen.items()):
            APPLICATION_KIND.update(batch, [with_answers(body, chosen, item.command.id)])
        return
    side = next((one for one in conflict.sides if one.command_id == choices.get(DECISION)), None)
    if side is not None and side.values[DECISION] != body["state"]:
        _decide_anew(batch, item, body, side.values)


def _decide_anew(batch: Batch, item: Item, body: Body, wanted: Mapping[str, Any]) -> None:
    """Put the chosen decision in the place of the one that stood; where that can't be, a note says why."""
    places = Places(batch, [one for one in (wanted["cohort_id"], body["cohort_id"]) if one])
    reached = undecided(body, item.command.id)
    fault = None
    if wanted[DECISION] == ApplicationState.APPROVED:
        fault = place_refusal(reached, wanted["cohort_id"] or body["cohort_id"], places)
    fault = fault or _take_back(batch, item, body)
    if fault is not None:
        kept = event(item, body, EventKind.NOTE)
        EVENT_KIND.insert(batch, [{**kept, "words": fault.sentence}])
        return
    after = {
        **reached,
        "state": wanted[DECISION],
        "cohort_id": wanted["cohort_id"] or body["cohort_id"],
        "decided_at": batch.now,
        "decided_by": item.author.name,
    }
    _carry_out(batch, item, after, places, wanted["reason"])


COMMANDS = (
    CommandType("DecideApplication", PAYLOADS["DecideApplication"], decide),
    CommandType("UndoDecision", PAYLOADS["UndoDecision"], undo),
)
