"""What people do to class sessions: plan one, make one on the spot, change, cancel and plan it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.permissions import may_add_unplanned, may_plan
from shared.timetable.rules import link_error, times_error
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState, SessionKind

FIELDS = (
    "starts_at",
    "ends_at",
    "room",
    "instructor_id",
    "title",
    "session_kind",
    "link",
    "credentials",
    "stand_in_id",
    "catches_up_id",
)
_PLAIN: dict[str, Any] = {
    "session_kind": str(SessionKind.CLASS),
    "link": "",
    "credentials": "",
    "stand_in_id": None,
    "catches_up_id": None,
}


@dataclass(frozen=True)
class Plan:
    """A class session as the form gives it; the times are instants."""

    cohort_id: str
    starts_at: str
    ends_at: str
    room: str = ""
    instructor_id: str | None = None
    title: str = ""
    session_kind: str = str(SessionKind.CLASS)
    link: str = ""
    credentials: str = ""
    stand_in_id: str | None = None
    catches_up_id: str | None = None

    def fields(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields as the class session has them; a time written otherwise but the same stays as shown."""
        wanted = {name: getattr(self, name) for name in FIELDS}
        for name in ("starts_at", "ends_at"):
            if parse_instant(wanted[name]) == parse_instant(shown[name]):
                wanted[name] = shown[name]
        for name, plain in _PLAIN.items():  # rows from before these fields don't have them
            if wanted[name] == plain and not shown.get(name):
                wanted[name] = shown.get(name)
        return wanted


def plan_session(desk: Desk, plan: Plan, *, despite_clash: bool = False) -> str:
    """Plan one class session; returns its id. Raises CampusError `not_allowed`, `times_invalid`, `link_invalid`."""
    check_planner(desk)
    return _add(desk, plan, unplanned=False, despite_clash=despite_clash)


def add_unplanned(desk: Desk, cohort_id: str, minutes: int, room: str, now: datetime) -> str:
    """Make a class session of a cohort that starts now, without a network too; returns its id."""
    if not may_add_unplanned(desk.actor, cohort_id):
        raise CampusError("not_allowed", text("You don't teach this cohort. Ask the office to plan the class."))
    start = now.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    plan = Plan(cohort_id, instant_text(start), instant_text(end), room.strip(), desk.actor.person_id)
    return _add(desk, plan, unplanned=True)


def _add(desk: Desk, plan: Plan, *, unplanned: bool, despite_clash: bool = False) -> str:
    _check_times(plan.starts_at, plan.ends_at)
    check_link(plan.link)
    session_id = desk.ids()
    payload: dict[str, Any] = {
        "cohort_id": plan.cohort_id,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "room": plan.room.strip(),
        "instructor_id": plan.instructor_id,
        "title": plan.title.strip(),
        "unplanned": unplanned,
        "session_kind": plan.session_kind,
        "link": plan.link.strip(),
        "credentials": plan.credentials.strip(),
        "catches_up_id": plan.catches_up_id,
    }
    if despite_clash:
        payload["despite_clash"] = True
    desk.commit([Ask("PlanClassSession", session_id, payload)])
    return session_id


def edit_session(
    desk: Desk, shown: Mapping[str, Any], wanted: Mapping[str, Any], *, despite_clash: bool = False
) -> bool:
    """Save the fields of `wanted` that differ from what was shown; False where nothing does."""
    check_planner(desk)
    changes = {
        name: {"old": shown.get(name), "new": wanted[name]}
        for name in (*FIELDS, "state", "cancel_reason")
        if name in wanted and wanted[name] != shown.get(name)
    }
    if not changes:
        return False
    if "starts_at" in changes or "ends_at" in changes:
        _check_times(wanted.get("starts_at", shown["starts_at"]), wanted.get("ends_at", shown["ends_at"]))
    check_link(str(wanted.get("link") or ""))
    payload: dict[str, Any] = {"changes": changes}
    if despite_clash:
        payload["despite_clash"] = True
    desk.commit([Ask("EditClassSession", shown["id"], payload, base=shown["revision"])])
    return True


def put_back(desk: Desk, before: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Give fields of a session the values that they had before, whatever they meet there: it was so."""
    now = desk.store.get(CLASS_SESSION, before["id"])
    return now is not None and edit_session(desk, now, {name: before.get(name) for name in names}, despite_clash=True)


def cancel_session(desk: Desk, shown: Mapping[str, Any], reason: str = "") -> bool:
    """Cancel a class session for a reason, which may be empty; it stays in the list."""
    wanted = {"state": str(ClassSessionState.CANCELLED)}
    return edit_session(desk, shown, wanted | ({"cancel_reason": reason.strip()} if reason.strip() else {}))


def plan_again(desk: Desk, shown: Mapping[str, Any], *, despite_clash: bool = False) -> bool:
    """Take a cancellation back."""
    wanted = {"state": str(ClassSessionState.SCHEDULED)}
    return edit_session(desk, shown, wanted, despite_clash=despite_clash)


def check_planner(desk: Desk) -> None:
    """Let those who plan go on. Raises CampusError `not_allowed`."""
    if not may_plan(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't plan classes. Ask the office."))


def check_link(link: str) -> None:
    """Raise CampusError `link_invalid` for a meeting link that isn't an address on the web."""
    fault = link_error(link)
    if fault is not None:
        raise CampusError("link_invalid", fault)


def _check_times(starts_at: str, ends_at: str) -> None:
    fault = times_error(starts_at, ends_at)
    if fault is not None:
        raise CampusError("times_invalid", fault)
