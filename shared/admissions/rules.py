"""Pure decisions about applications: allowed moves, what a decision stands on, its steps, scores and number."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from shared.admissions.form_rules import is_empty
from shared.admissions.vocabulary import (
    DECIDED,
    DECISIONS,
    OPEN_STATES,
    ApplicationState,
    DocumentCheck,
    EventKind,
)
from shared.core.clock import parse_instant
from shared.core.text import text

Body = Mapping[str, Any]
_S = ApplicationState
MOVES: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _S.DRAFT: frozenset({_S.PENDING, _S.WITHDRAWN}),
    _S.PENDING: frozenset({_S.UNDER_REVIEW, _S.WITHDRAWN, *DECISIONS}),
    _S.UNDER_REVIEW: frozenset({_S.WITHDRAWN, *DECISIONS}),
    _S.WAITING_LIST: frozenset({_S.UNDER_REVIEW, _S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.UNDER_REVIEW}),
    _S.REJECTED: frozenset({_S.UNDER_REVIEW}),
    _S.WITHDRAWN: frozenset(),
}
"""From what state an application gets where; back to the review only by undoing a decision."""
ENOUGH_DIGITS = 4


class Refusal(NamedTuple):
    """Why something can't be done: a stable code and the sentence for the person."""

    code: str
    sentence: str


class Step(StrEnum):
    """The five steps of an application."""

    RECEIVED = "received"
    DOCUMENTS = "documents"
    INTERVIEW = "interview"
    DECISION = "decision"
    ENROLLED = "enrolled"


def may_move(old: str, new: str) -> bool:
    """Tell whether an application gets from one state to another in one step."""
    return ApplicationState(new) in MOVES[ApplicationState(old)]


def application_number(year: int, count: int) -> str:
    """Return the number of an application: `A-2026-0731`."""
    return f"A-{year}-{count:0{ENOUGH_DIGITS}d}"


def documents_done(application: Body) -> bool:
    """Tell whether each document that must be there was looked at and is fine."""
    wanted = [one["key"] for one in application["content"]["documents"] if one.get("required")]
    return all(application["document_checks"].get(key) == DocumentCheck.CHECKED for key in wanted)


def documents_there(application: Body) -> tuple[int, int]:
    """Return how many of the documents that are wanted came in, and how many are wanted."""
    wanted = application["content"]["documents"]
    return sum(not is_empty(application["answers"].get(one["key"])) for one in wanted), len(wanted)


def step_of(application: Body, now: str) -> Step | None:
    """Return the step that an application has come to; None once it is enrolled, or before it is sent."""
    state = application["state"]
    if state == _S.DRAFT:
        return Step.RECEIVED
    if state in (_S.APPROVED, _S.REJECTED, _S.WITHDRAWN):
        return None
    if not documents_done(application):
        return Step.DOCUMENTS
    planned = application.get("interview_at")
    return Step.INTERVIEW if planned and planned > now else Step.DECISION


def checks_left(application: Body) -> list[Body]:
    """Return the checks that nobody has done yet."""
    return [one for one in application["content"]["checks"] if one["key"] not in application["checks"]]


def offer_refusal(application: Body, places_left: int | None) -> Refusal | None:
    """Return why no place can be offered yet; `places_left` None: the cohort takes everybody."""
    if checks_left(application):
        return Refusal("checks_open", text("Offer a place becomes available when all checks are done."))
    if places_left is not None and places_left <= 0:
        return Refusal("no_place_left", text("No place is left in this cohort. Use the waiting list."))
    return None


def decision_refusal(application: Body, decision: str, reason: str) -> Refusal | None:
    """Return why an application can't be decided like that, whoever does it; checks and places are `offer_refusal`."""
    if decision not in DECISIONS:
        return Refusal("decision_unknown", text("Offer a place, decline, or use the waiting list."))
    if application["state"] in DECIDED:
        return Refusal("application_decided", text("This application is decided already. Undo that first."))
    if not may_move(application["state"], decision):
        return Refusal("application_not_open", text("This application can't be decided now. Look at its state."))
    if decision == _S.REJECTED and not reason.strip():
        return Refusal("reason_missing", text("Enter why it is declined. Only staff read this."))
    return None


def own_refusal() -> Refusal:
    """Return why nobody decides about his or her own application."""
    return Refusal("own_application", text("This application is your own. Somebody else decides about it."))


def submit_refusal(application: Body) -> Refusal | None:
    """Return why an application can't be sent for its state or its fee, or None."""
    if application["state"] != _S.DRAFT:
        return Refusal("application_sent", text("This application was sent already."))
    return fee_refusal(application)


def fee_refusal(application: Body) -> Refusal | None:
    """Return why the form is locked still, or None."""
    if application["fee"] > 0 and not application["fee_paid"]:
        return Refusal("fee_unpaid", text("The form opens once the application fee is paid."))
    return None


def withdraw_refusal(application: Body) -> Refusal | None:
    """Return why an application can't be taken back, or None."""
    if may_move(application["state"], _S.WITHDRAWN):
        return None
    return Refusal("application_settled", text("This application is settled. Ask the office."))


def undo_refusal(application: Body, *, moved: bool) -> Refusal | None:
    """Return why a decision can't be taken back; `moved`: money was paid on what the approval charged."""
    if application["state"] not in DECISIONS:
        return Refusal("not_decided", text("There is no decision to undo."))
    if moved:
        return Refusal("money_moved", text("Money was paid since. Withdraw the enrolment and refund instead."))
    return None


def days_waiting(application: Body, now: str) -> int:
    """Return for how many whole days an application waits for the institute."""
    sent = application.get("submitted_at")
    return max(0, (parse_instant(now) - parse_instant(sent)).days) if sent else 0


def average_score(events: Sequence[Body]) -> int | None:
    """Return the mean of each reviewer's latest score, half a point counting as a whole one; None without any."""
    latest: dict[str, int] = {}
    for one in sorted(events, key=lambda event: (event["at"], event["id"])):
        if one["kind"] == EventKind.NOTE and one.get("score") is not None:
            latest[one["by_id"]] = int(one["score"])
    return (2 * sum(latest.values()) + len(latest)) // (2 * len(latest)) if latest else None


def waits_for_office(application: Body) -> bool:
    """Tell whether the institute has something to do."""
    return application["state"] in OPEN_STATES
