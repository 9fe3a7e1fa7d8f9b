"""What pending commands of second marking, and of asking again, make of the rows on screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading.ids import mark_id
from shared.grading.mark_rules import tidied
from shared.grading.moderation_vocabulary import MARK_PART, REGRADE, Part, RegradeOutcome, RegradeState
from shared.grading.vocabulary import ASSIGNMENT
from shared.learning.vocabulary import ENROLMENT

Body = dict[str, Any]


def part_body(command: Command, cohort_id: str, present: Mapping[str, Any] | None, name: str = "") -> Body:
    """Return the part that a `RecordMarkPart` makes; which one it is, the server says."""
    payload, before = command.payload, present or {}
    judgement = {
        "status": payload.get("status", "marked"),
        "score": payload.get("score"),
        "levels": [dict(one) for one in payload.get("levels") or ()],
        "feedback": payload.get("feedback") or "",
        "finished": payload.get("finished", True) and payload.get("status", "marked") == "marked",
    }
    return {
        "id": command.target_id,
        "revision": command.id,
        "mark_id": mark_id(payload["assignment_id"], payload["enrolment_id"]),
        "assignment_id": payload["assignment_id"],
        "cohort_id": cohort_id,
        "enrolment_id": payload["enrolment_id"],
        "submission_id": payload.get("submission_id") or before.get("submission_id"),
        **tidied(judgement),
        "part": str(before.get("part") or Part.NONE),
        "open": bool(before.get("open")),
        "by_id": payload["marker_id"],
        "by_name": name or payload.get("author_name", ""),
        "at": instant_text(parse_instant(command.observed_at)),
    }


def _record(command: Command, read: ReadRow) -> Sequence[Draft]:
    assignment = read(ASSIGNMENT, command.payload["assignment_id"])
    if assignment is None:
        return []
    body = part_body(command, assignment["cohort_id"], read(MARK_PART, command.target_id))
    return [Draft(MARK_PART, body["id"], body, body["mark_id"])]


def request_body(command: Command, enrolment: Mapping[str, Any]) -> Body:
    """Return the request that an `AskRegrade` makes."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "mark_id": mark_id(payload["assignment_id"], payload["enrolment_id"]),
        "assignment_id": payload["assignment_id"],
        "cohort_id": enrolment["cohort_id"],
        "enrolment_id": payload["enrolment_id"],
        "person_id": enrolment["person_id"],
        "reason": payload["reason"].strip(),
        "asked_at": instant_text(parse_instant(command.observed_at)),
        "state": str(RegradeState.OPEN),
        "outcome": str(RegradeOutcome.NONE),
        "answer": "",
        "answered_by": "",
        "answered_by_name": "",
        "answered_at": None,
    }


def _ask(command: Command, read: ReadRow) -> Sequence[Draft]:
    enrolment = read(ENROLMENT, command.payload["enrolment_id"])
    if enrolment is None:
        return []
    body = request_body(command, enrolment)
    return [Draft(REGRADE, body["id"], body, body["mark_id"])]


def answered(
    request: Mapping[str, Any], revision: str, at: str, outcome: RegradeOutcome, answer: str, by: tuple[str, str]
) -> Body:
    """Return a request with its answer; `by` is the id and name of whoever gives it."""
    return {
        **request,
        "revision": revision,
        "state": str(RegradeState.ANSWERED),
        "outcome": str(outcome),
        "answer": answer.strip(),
        "answered_by": by[0],
        "answered_by_name": by[1],
        "answered_at": at,
    }


def _answer(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(REGRADE, command.target_id)
    if present is None:
        return []
    at, by = instant_text(parse_instant(command.observed_at)), ("", command.payload.get("author_name", ""))
    body = answered(present, command.id, at, RegradeOutcome.KEPT, command.payload["answer"], by)
    return [Draft(REGRADE, body["id"], body, body["mark_id"])]


PROJECTIONS: dict[str, Projection] = {"RecordMarkPart": _record, "AskRegrade": _ask, "AnswerRegrade": _answer}
