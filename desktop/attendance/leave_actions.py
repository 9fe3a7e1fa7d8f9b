"""What people do about leave: ask, answer, withdraw, and take each back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.attendance.leave_store import attended_by
from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.core.queries import Where
from shared.attendance.absence_rules import DEFAULT_POLICY, policy_error, policy_id
from shared.attendance.leave_permissions import (
    may_answer_leave,
    may_request_leave,
    may_set_policy,
    may_withdraw_leave,
)
from shared.attendance.leave_rules import leave_error, why_not_asked
from shared.attendance.vocabulary import ATTENDANCE_POLICY, LEAVE_REQUEST, LeaveState
from shared.core.errors import CampusError
from shared.core.text import text

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What the form of a request says; instants in UTC, `cohort_id` None for all classes."""

    person_id: str
    kind: str
    starts_at: str
    ends_at: str
    reason: str = ""
    cohort_id: str | None = None
    approved: bool = False
    """Staff who may answer it approve it in the same save."""


def ask_leave(desk: Desk, wanted: Wanted) -> str:
    """Ask for leave; returns the request's id.

    Raises CampusError `leave_times_invalid`, `leave_reason_missing`, `leave_in_past`, `leave_asked_already`,
    `not_allowed`, besides what `Desk.commit` raises.
    """
    fault = leave_error(wanted.kind, wanted.starts_at, wanted.ends_at, wanted.reason)
    if fault is not None:
        raise CampusError(*fault)
    if not may_request_leave(desk.actor, wanted.person_id, wanted.cohort_id):
        message = text("You enter leave for your own classes. Choose one of them, or ask the office.")
        raise CampusError("not_allowed", message)
    payload = {
        "person_id": wanted.person_id,
        "kind": wanted.kind,
        "starts_at": wanted.starts_at,
        "ends_at": wanted.ends_at,
        "reason": wanted.reason.strip(),
        "cohort_id": wanted.cohort_id,
        **_author(desk),
    }
    if wanted.person_id == desk.actor.person_id:
        own = desk.store.page(LEAVE_REQUEST, [Where("person_id", "=", wanted.person_id)], limit=-1)
        reason = why_not_asked(payload, own, desk.clock.now())
        if reason is not None:
            raise CampusError(*reason)
    request_id = desk.ids()
    asks = [Ask("RequestLeave", request_id, payload)]
    if wanted.approved:
        asks.append(Ask("AnswerLeave", request_id, {"state": "approved", "old_state": "asked", **_author(desk)}))
    desk.commit(asks)
    return request_id


def answer_leave(desk: Desk, shown: Body, state: LeaveState, words: str = "") -> None:
    """Approve or decline a request, or take the answer back (`asked`). Raises CampusError `not_allowed`."""
    if not may_answer_leave(desk.actor, shown, attended_by(desk, [shown["person_id"]]).get(shown["person_id"], ())):
        message = text("You answer for your own classes. The office answers this one.")
        raise CampusError("not_allowed", message)
    payload = {
        "state": str(state),
        "old_state": shown["state"],
        "answer": words.strip(),
        "old_answer": shown.get("answer") or "",
        **_author(desk),
    }
    desk.commit([Ask("AnswerLeave", shown["id"], payload, base=shown["revision"])])


def withdraw_leave(desk: Desk, shown: Body, state: LeaveState = LeaveState.WITHDRAWN) -> None:
    """Withdraw a request, or ask again (`asked`). Raises CampusError `not_allowed`."""
    if not may_withdraw_leave(desk.actor, shown, attended_by(desk, [shown["person_id"]]).get(shown["person_id"], ())):
        raise CampusError("not_allowed", text("Whoever asked may withdraw it, and the office."))
    payload = {"state": str(state), "old_state": shown["state"], **_author(desk)}
    desk.commit([Ask("WithdrawLeave", shown["id"], payload, base=shown["revision"])])


def take_back(desk: Desk, request_id: str, before: Body) -> None:
    """Undo the last answer or withdrawal of a request: it is again as `before`, where this person may say so.

    A student who takes back the withdrawal of an approved request asks anew.
    """
    shown = desk.store.get(LEAVE_REQUEST, request_id)
    if shown is None:
        return
    state = LeaveState(before["state"])
    attended = attended_by(desk, [shown["person_id"]]).get(shown["person_id"], ())
    if shown["state"] == LeaveState.WITHDRAWN:
        withdraw_leave(desk, shown, LeaveState.ASKED)
        shown = desk.store.get(LEAVE_REQUEST, request_id) or shown
    if state != shown["state"] and may_answer_leave(desk.actor, shown, attended):
        answer_leave(desk, shown, state, str(before.get("answer") or ""))


def policy_of(desk: Desk) -> dict[str, Any]:
    """Return when attendance warns here: `threshold` in whole percent and `streak` in classes."""
    return {**DEFAULT_POLICY, **(desk.store.get(ATTENDANCE_POLICY, policy_id(desk.actor.organisation_id)) or {})}


def set_policy(desk: Desk, values: Mapping[str, int]) -> bool:
    """Set when attendance warns; False where nothing differs. Raises CampusError `not_allowed`, `field_invalid`."""
    if not may_set_policy(desk.actor):
        raise CampusError("not_allowed", text("Only an administrator sets when attendance warns."))
    fault = policy_error(values)
    if fault is not None:
        raise CampusError("field_invalid", fault)
    present = policy_of(desk)
    changes = {name: {"old": present[name], "new": value} for name, value in values.items() if present[name] != value}
    if changes:
        target = policy_id(desk.actor.organisation_id)
        desk.commit([Ask("SetAttendancePolicy", target, {"changes": changes}, base=present.get("revision"))])
    return bool(changes)


def _author(desk: Desk) -> dict[str, str]:
    return {"author_id": desk.actor.person_id, "author_name": desk.actor.name}
