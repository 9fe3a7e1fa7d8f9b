"""Pure decisions about leave requests: their checks, what an answer meets, and what pending commands show."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.attendance.absence_rules import DEFAULT_POLICY
from shared.attendance.vocabulary import ATTENDANCE_POLICY, LEAVE_REQUEST, LeaveKind, LeaveState
from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.fields import FieldChange, Merge, merge_fields
from shared.core.projection import Draft, Projection, ReadRow
from shared.core.text import text

LONGEST_LEAVE = timedelta(days=366)


def leave_error(kind: str, starts_at: str, ends_at: str, reason: str) -> tuple[str, str] | None:
    """Return (code, sentence) for a request that can't be, or None: `leave_times_invalid`, `leave_reason_missing`."""
    try:
        length = parse_instant(ends_at) - parse_instant(starts_at)
    except ValueError:
        return "leave_times_invalid", text("The days can't be read. Enter the first and the last day again.")
    if length <= timedelta(0):
        return "leave_times_invalid", text("It ends before it begins. Set a later end.")
    if length > LONGEST_LEAVE:
        return "leave_times_invalid", text("It lasts longer than a year. Check the last day.")
    if kind == LeaveKind.LEAVE and not reason.strip():
        return "leave_reason_missing", text("Leave needs a reason. Write it in a few words.")
    return None


def why_not_asked(
    request: Mapping[str, Any], own: Sequence[Mapping[str, Any]], now: datetime
) -> tuple[str, str] | None:
    """Return (code, sentence) when a student can't ask for this himself at `now`, or None.

    `own` are the requests that the student has made already. Only the device asks this: what was asked in time stays
    good, however late it reaches the server.
    """
    if parse_instant(request["ends_at"]) <= now:
        return "leave_in_past", text("This time is over. Bring your reason to the office.")
    times = ("kind", "cohort_id", "starts_at", "ends_at")
    living = [one for one in own if one["state"] in (LeaveState.ASKED, LeaveState.APPROVED)]
    if any(all(one.get(name) == request.get(name) for name in times) for one in living):
        return "leave_asked_already", text("You have asked for this already. The office sees it.")
    return None


def meet(request: Mapping[str, Any], payload: Mapping[str, Any], *, stale: bool) -> Merge:
    """Compare an answer or a withdrawal with the request as it stands.

    State and answer are one judgement: where the state clashes it is the one thing to decide, and its answer goes with
    it. An answer in words that the author left as it was says nothing.
    """
    changes = {"state": FieldChange(old=str(payload["old_state"]), new=str(payload["state"]))}
    old, new = payload.get("old_answer") or "", payload.get("answer")
    if new is not None and new != old:
        changes["answer"] = FieldChange(old=old, new=new)
    merge = merge_fields(request, changes, stale=stale)
    return Merge(clashing=("state",)) if "state" in merge.clashing else merge


def answered(request: Mapping[str, Any], values: Mapping[str, Any], by: tuple[str, str], at: str) -> dict[str, Any]:
    """Return a request with new `state` and perhaps `answer`, decided `by` (id, name) `at` an instant.

    Asked anew, nobody has decided; withdrawn, it keeps who had.
    """
    body = {**request, **values}
    if "state" not in values or values["state"] == LeaveState.WITHDRAWN:
        return body
    if values["state"] == LeaveState.ASKED:
        return {**body, "answer": "", "decided_by": None, "decided_by_name": "", "decided_at": None}
    return {**body, "decided_by": by[0], "decided_by_name": by[1], "decided_at": at}


def new_request(command: Command, asked_by: str, asked_by_name: str) -> dict[str, Any]:
    """Return the row that a `RequestLeave` makes."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "person_id": payload["person_id"],
        "kind": str(payload["kind"]),
        "cohort_id": payload.get("cohort_id"),
        "starts_at": instant_text(parse_instant(payload["starts_at"])),
        "ends_at": instant_text(parse_instant(payload["ends_at"])),
        "reason": str(payload.get("reason") or "").strip(),
        "state": str(LeaveState.ASKED),
        "asked_by": asked_by,
        "asked_by_name": asked_by_name,
        "asked_at": command.observed_at,
        "decided_by": None,
        "decided_by_name": "",
        "decided_at": None,
        "answer": "",
    }


def _author(command: Command) -> tuple[str, str]:
    return command.payload.get("author_id") or "", command.payload.get("author_name") or ""


def _project_request(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = new_request(command, *_author(command))
    return [Draft(LEAVE_REQUEST, command.target_id, body, body["person_id"])]


def _project_state(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(LEAVE_REQUEST, command.target_id)
    if present is None:
        return []
    names = ("state", "answer")
    values = {str(name): command.payload[name] for name in names if name in command.payload}
    body = answered(present, values, _author(command), command.observed_at)
    return [Draft(LEAVE_REQUEST, command.target_id, {**body, "revision": command.id}, present["person_id"])]


def _project_policy(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ATTENDANCE_POLICY, command.target_id) or DEFAULT_POLICY
    new = {name: change.get("new") for name, change in command.payload["changes"].items()}
    body = {**present, **new, "id": command.target_id, "revision": command.id}
    return [Draft(ATTENDANCE_POLICY, command.target_id, body)]


PROJECTIONS: dict[str, Projection] = {
    "RequestLeave": _project_request,
    "AnswerLeave": _project_state,
    "WithdrawLeave": _project_state,
    "SetAttendancePolicy": _project_policy,
}
