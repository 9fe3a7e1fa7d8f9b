"""What planning would do, before anything is saved: the sessions, the holidays left out, and every clash."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.database import Db
from server.people.institute_day import zone_of
from server.timetable.clash_check import describe, met_by, removed_rooms
from server.timetable.series_service import holidays_between, without_holidays
from shared.core.actor import Actor
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable import series as rules
from shared.timetable.clashes import Slot, Timetable, room_key, slot_of, taught_by
from shared.timetable.permissions import may_plan
from shared.timetable.rules import times_error


def check_planner(actor: Actor) -> None:
    """Let those who plan go on. Raises CampusError `not_allowed`."""
    if not may_plan(actor):
        raise CampusError("not_allowed", text("Your role doesn't plan classes. Ask the office."))


def preview_session(db: Db, actor: Actor, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what planning or moving one session would meet; with the id of one that is there it is that one.

    Raises CampusError `not_allowed`, `times_invalid`.
    """
    check_planner(actor)
    fault = times_error(wanted["starts_at"], wanted["ends_at"])
    if fault is not None:
        raise CampusError("times_invalid", fault)
    times = {name: instant_text(parse_instant(wanted[name])) for name in ("starts_at", "ends_at")}
    slot = Slot(
        wanted.get("id") or "",
        wanted["cohort_id"],
        times["starts_at"],
        times["ends_at"],
        wanted.get("room") or "",
        taught_by(wanted),
    )
    zone = zone_of(db, actor.organisation_id)
    first, last = (parse_instant(one).astimezone(zone).date().isoformat() for one in times.values())
    holidays = holidays_between(db, actor.organisation_id, first, last)
    met = [{"day": day, "name": name} for day, name in sorted(holidays.items()) if first <= day <= last]
    return {"sessions": [times], "skipped": [], "holidays": met, **_met(db, actor, [slot])}


def preview_series(db: Db, actor: Actor, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what planning a series would do. Raises CampusError `not_allowed` and as `series.meetings` does."""
    check_planner(actor)
    whole = {"id": "", "except_dates": (), "skip_holidays": True, "until": None, "state": "active", **wanted}
    series, skipped = without_holidays(db, actor.organisation_id, whole)
    meetings = rules.meetings(series)
    sessions = [rules.session_of(series, one, "") for one in meetings]
    slots = [slot for body in sessions if (slot := slot_of(body))]
    shown = [{"day": one.day, "starts_at": one.starts_at, "ends_at": one.ends_at} for one in meetings]
    return {"sessions": shown, "skipped": skipped, "holidays": [], **_met(db, actor, slots)}


def _met(db: Db, actor: Actor, slots: Sequence[Slot]) -> dict[str, Any]:
    timetable = Timetable(met_by(db, actor.organisation_id, slots))
    clashes = [clash for slot in slots for clash in timetable.clashes_of(slot)]
    removed = removed_rooms(db, actor.organisation_id, (one.room for one in slots))
    told = describe(db, actor.organisation_id, clashes) if clashes else None
    return {
        "clashes": told.entries if told else [],
        "count": len(clashes),
        "sentence": told.sentence if told else "",
        "removed_rooms": sorted({one.room for one in slots if room_key(one.room) in removed}),
    }
