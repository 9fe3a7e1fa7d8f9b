"""What pending commands about marks and comments make of the rows on screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading.ids import mark_id
from shared.grading.mark_rules import cell_set, is_graded, tidied
from shared.grading.vocabulary import (
    ASSIGNMENT,
    MARK,
    MARK_NOTE,
    SAVED_COMMENT,
    SUBMISSION,
    WORK_COMMENT,
    KeptState,
)
from shared.learning.vocabulary import ENROLMENT

Body = dict[str, Any]


def judgements_asked(command: Command) -> dict[str, Mapping[str, Any]]:
    """Return by enrolment what a `RecordMark`, `CorrectMark`, `SetMarks` or `RecordGroupMark` gives."""
    payload = command.payload
    if command.type == "RecordGroupMark":
        return {one["enrolment_id"]: {**payload, **one} for one in payload["members"]}
    rows = payload["marks"] if command.type == "SetMarks" else (payload,)
    return {one["enrolment_id"]: one for one in rows}


def wanted_judgement(command: Command, given: Mapping[str, Any], present: Mapping[str, Any] | None) -> Body:
    """Return the judgement that one of `judgements_asked` stands for."""
    if command.type == "SetMarks":
        return cell_set(present, given.get("status", "marked"), given.get("score"))
    return {
        "status": given.get("status", "marked"),
        "score": given.get("score"),
        "levels": [dict(one) for one in given.get("levels") or ()],
        "feedback": given.get("feedback") or "",
        "finished": given.get("finished", True),
    }


def mark_body(
    command: Command,
    assignment: Mapping[str, Any],
    enrolment: Mapping[str, Any],
    present: Mapping[str, Any] | None,
    judgement: Mapping[str, Any],
    by: tuple[str, str] = ("", ""),
    seen: str | None = None,
) -> Body:
    """Return a mark with a new judgement; where the work's marks aren't held, a finished one shows at once.

    `seen` is the attempt that was looked at.
    """
    at = instant_text(parse_instant(command.observed_at))
    before = present or {}
    shows = is_graded(judgement) and not assignment["hold_marks"]
    return {
        "id": mark_id(assignment["id"], enrolment["id"]),
        "revision": command.id,
        "assignment_id": assignment["id"],
        "cohort_id": assignment["cohort_id"],
        "enrolment_id": enrolment["id"],
        "person_id": enrolment["person_id"],
        "submission_id": seen or before.get("submission_id"),
        **judgement,
        "marked_by": by[0],
        "marked_by_name": by[1] or command.payload.get("author_name", ""),
        "marked_at": at,
        "released_at": before.get("released_at") or (at if shows else None),
    }


def _judged(command: Command, read: ReadRow) -> Sequence[Draft]:
    assignment = read(ASSIGNMENT, command.payload["assignment_id"])
    found: list[Draft] = []
    for enrolment_id, given in judgements_asked(command).items():
        enrolment = read(ENROLMENT, enrolment_id)
        if assignment is None or enrolment is None:
            continue
        present = read(MARK, mark_id(assignment["id"], enrolment_id))
        judgement = tidied(wanted_judgement(command, given, present))
        body = mark_body(command, assignment, enrolment, present, judgement, seen=given.get("submission_id"))
        found.append(Draft(MARK, body["id"], body, assignment["id"]))
    return found


def released(mark: Mapping[str, Any], revision: str, at: str) -> Body:
    """Return a mark that its student sees from an instant on."""
    return {**mark, "revision": revision, "released_at": at}


def _release(command: Command, read: ReadRow) -> Sequence[Draft]:
    at = instant_text(parse_instant(command.observed_at))
    marks = [read(MARK, target.id) for target in command.targets]
    waiting = [one for one in marks if one is not None and is_graded(one) and not one["released_at"]]
    return [Draft(MARK, one["id"], released(one, command.id, at), one["assignment_id"]) for one in waiting]


def note_body(command: Command, cohort_id: str, by: tuple[str, str] = ("", "")) -> Body:
    """Return the private note that an `AddMarkNote` makes."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "mark_id": mark_id(payload["assignment_id"], payload["enrolment_id"]),
        "cohort_id": cohort_id,
        "text": payload["text"].strip(),
        **_author(command, by),
        "sealed": False,
    }


def _author(command: Command, by: tuple[str, str]) -> Body:
    name = by[1] or command.payload.get("author_name", "")
    at = instant_text(parse_instant(command.observed_at))
    return {"author_id": by[0], "author_name": name, "at": at}


def _add_note(command: Command, read: ReadRow) -> Sequence[Draft]:
    assignment = read(ASSIGNMENT, command.payload["assignment_id"])
    if assignment is None:
        return []
    body = note_body(command, assignment["cohort_id"])
    return [Draft(MARK_NOTE, body["id"], body, body["mark_id"])]


def comment_body(command: Command, submission: Mapping[str, Any], by: tuple[str, str] = ("", "")) -> Body:
    """Return the comment that an `AddWorkComment` makes."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "submission_id": submission["id"],
        "mark_id": mark_id(submission["assignment_id"], submission["enrolment_id"]),
        "cohort_id": submission["cohort_id"],
        "person_id": submission["person_id"],
        "sha256": payload.get("sha256") or "",
        "place": payload.get("place"),
        "time_code_ms": payload.get("time_code_ms"),
        "text": payload["text"].strip(),
        **_author(command, by),
        "state": str(KeptState.KEPT),
        "shown": False,
        "sealed": False,
    }


def _add_comment(command: Command, read: ReadRow) -> Sequence[Draft]:
    submission = read(SUBMISSION, command.payload["submission_id"])
    return [] if submission is None else [_comment_draft(comment_body(command, submission))]


def _comment_draft(body: Body) -> Draft:
    return Draft(WORK_COMMENT, body["id"], body, body["submission_id"])


def _edit_comment(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(WORK_COMMENT, command.target_id)
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    return [] if present is None else [_comment_draft({**present, **new, "revision": command.id})]


def _remove_comment(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(WORK_COMMENT, command.target_id)
    state = command.payload.get("state", str(KeptState.REMOVED))
    return [] if present is None else [_comment_draft({**present, "state": state, "revision": command.id})]


def saved_comment_body(command: Command, owner_id: str = "") -> Body:
    """Return the sentence that a `SaveComment` keeps."""
    return {
        "id": command.target_id,
        "revision": command.id,
        "owner_id": owner_id or command.payload.get("owner_id", ""),
        "text": command.payload["text"].strip(),
        "state": str(KeptState.REMOVED if command.payload.get("removed") else KeptState.KEPT),
    }


def _save_comment(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return [Draft(SAVED_COMMENT, command.target_id, saved_comment_body(command))]


PROJECTIONS: dict[str, Projection] = {
    "RecordMark": _judged,
    "CorrectMark": _judged,
    "SetMarks": _judged,
    "RecordGroupMark": _judged,
    "ReleaseMarks": _release,
    "AddMarkNote": _add_note,
    "AddWorkComment": _add_comment,
    "EditWorkComment": _edit_comment,
    "RemoveWorkComment": _remove_comment,
    "SaveComment": _save_comment,
}
