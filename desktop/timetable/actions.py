"""What people do to class sessions: plan one, make one on the spot, change, cancel and plan it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.permissions import may_add_unplanned, may_plan
from shared.timetable.rules import times_error
from shared.timetable.vocabulary import ClassSessionState

FIELDS = ("starts_at", "ends_at", "room", "instructor_id", "title")


@dataclass(frozen=True)
class Plan:
    """A class session as the form gives it; the times are instants."""

    cohort_id: str
    starts_at: str
    ends_at: str
    room: str = ""
    instructor_id: str | None = None
    title: str = ""

    def fields(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields as the class session has them; a time written otherwise but the same stays as shown."""
        wanted = {name: getattr(self, name) for name in FIELDS}
        for name in ("starts_at", "ends_at"):
            if parse_instant(wanted[name]) == parse_instant(shown[name]):
                wanted[name] = shown[name]
        return wanted


def plan_session(desk: Desk, plan: Plan) -> str:
    """Plan one class session; returns its id. Raises CampusError `not_allowed` and `times_invalid`."""
    _check_planner(desk)
    return _add(desk, plan, unplanned=False)


def add_unplanned(desk: Desk, cohort_id: str, minutes: int, room: str, now: datetime) -> str:
    """Make a class session of a cohort that starts now, without a network too; returns its id."""
    if not may_add_unplanned(desk.actor, cohort_id):
        raise CampusError("not_allowed", text("You don't teach this cohort. Ask the office to plan the class."))
    start = now.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    plan = Plan(cohort_id, instant_text(start), instant_text(end), room.strip(), desk.actor.person_id)
    return _add(desk, plan, unplanned=True)


def _add(desk: Desk, plan: Plan, *, unplanned: bool) -> str:
    _check_times(plan.starts_at, plan.ends_at)
    session_id = desk.ids()
    payload = {
        "cohort_id": plan.cohort_id,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "room": plan.room.strip(),
        "instructor_id": plan.instructor_id,
        "title": plan.title.strip(),
        "unplanned": unplanned,
    }
    desk.commit([Ask("PlanClassSession", session_id, payload)])
    return session_id


def edit_session(desk: Desk, shown: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Save the fields of `wanted` that differ from what was shown; False where nothing does."""
    _check_planner(desk)
    changes = {
        name: {"old": shown.get(name), "new": wanted[name]}
        for name in (*FIELDS, "state")
        if name in wanted and wanted[name] != shown.get(name)
    }
    if not changes:
        return False
    if "starts_at" in changes or "ends_at" in changes:
        _check_times(wanted.get("starts_at", shown["starts_at"]), wanted.get("ends_at", shown["ends_at"]))
    desk.commit([Ask("EditClassSession", shown["id"], {"changes": changes}, base=shown["revision"])])
    return True


def cancel_session(desk: Desk, shown: Mapping[str, Any]) -> bool:
    """Cancel a class session; it stays in the list."""
    return edit_session(desk, shown, {"state": str(ClassSessionState.CANCELLED)})


def plan_again(desk: Desk, shown: Mapping[str, Any]) -> bool:
    """Take a cancellation back."""
    return edit_session(desk, shown, {"state": str(ClassSessionState.SCHEDULED)})


def _check_planner(desk: Desk) -> None:
    if not may_plan(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't plan classes. Ask the office."))


def _check_times(starts_at: str, ends_at: str) -> None:
    fault = times_error(starts_at, ends_at)
    if fault is not None:
        raise CampusError("times_invalid", fault)
