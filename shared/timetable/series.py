"""Series of class sessions: which sessions a rule gives, and what a change of the rule does to them; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.text import text
from shared.timetable.recurrence import is_endless, lasting, occurrences, rule_parts
from shared.timetable.vocabulary import ClassSessionState, SeriesState, SessionKind

MOST_SESSIONS = 400
LONGEST = timedelta(days=3 * 366)
"""How long after its start a series may go on."""
COPIED = ("cohort_id", "room", "instructor_id", "title", "session_kind", "link", "credentials")
"""What each session takes from its series."""
SEQUENCE_FIELDS = ("starts_at", "ends_at", "room", "state")
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_TIMES_OF_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
ReadSession = Callable[[str], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Meeting:
    """One time that a series gives: its day on the series' clocks, and both instants as text."""

    day: str
    starts_at: str
    ends_at: str


def session_id(series_id: str, day: str) -> str:
    """Return the id of a series' session on a day, the same on every machine."""
    return derived_id("series_session", series_id, day)


def next_sequence(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """Return iCalendar's SEQUENCE of a session after a change: it grows with its time, room or state."""
    present = int(before.get("sequence") or 0)
    return present + any(before.get(name) != after.get(name) for name in SEQUENCE_FIELDS)


def kept_reason(body: Mapping[str, Any]) -> str:
    """Return why a session is cancelled; empty where nobody said it, and where it takes place."""
    return str(body.get("cancel_reason") or "") if body.get("state") == ClassSessionState.CANCELLED else ""


def zone_named(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name. Raises CampusError `time_zone_unknown`."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError) as failure:  # an unknown zone is a KeyError with a file behind it, or a bad path
        raise _zone_unknown(name) from failure
    except KeyError as failure:
        raise _zone_unknown(name) from failure


def _zone_unknown(name: str) -> CampusError:
    return CampusError("time_zone_unknown", text("{name} is not a time zone. Choose another one.", name=name))


def meetings(series: Mapping[str, Any]) -> list[Meeting]:
    """Return the times of a series, the days of `except_dates` left out.

    Raises CampusError `rule_invalid`, `rule_endless`, `series_too_long`, `series_empty`, `times_invalid`,
    `time_zone_unknown`.
    """
    zone = zone_named(series["time_zone"])
    rule, until = series["rule"], series.get("until")
    parts = rule_parts(rule)
    if parts["FREQ"] not in _FREQUENCIES or parts.keys() & _TIMES_OF_DAY:
        raise CampusError("rule_invalid", text("A series repeats by days, weeks, months or years. Choose one of them."))
    if until is None and is_endless(rule):
        raise CampusError("rule_endless", text("The series has no end. Say until which day it goes."))
    try:
        start = datetime.fromisoformat(series["starts_at_local"])
        last = date.fromisoformat(until) if until else date.max
        bound = min(last, start.date() + LONGEST)
    except (OverflowError, ValueError) as failure:
        raise CampusError(
            "times_invalid", text("The day of the series can't be read. Enter its first day and its last day again.")
        ) from failure
    if last < start.date():
        raise CampusError("times_invalid", text("The series ends before it starts. Set a later last day."))
    found = occurrences(rule, start, zone, bound, most=MOST_SESSIONS + 1)
    if len(found) > MOST_SESSIONS:
        message = text("The series has more than {most} classes. Choose an earlier last day.", most=MOST_SESSIONS)
        raise CampusError("series_too_long", message)
    left_out = set(series.get("except_dates") or ())
    made = [_meeting(one, int(series["minutes"]), zone) for one in found if one.date().isoformat() not in left_out]
    if not made:
        raise CampusError("series_empty", text("The series has no class. Choose other days or a later last day."))
    return made


def _meeting(local: datetime, minutes: int, zone: ZoneInfo) -> Meeting:
    begins, ends = lasting(local, minutes, zone)
    return Meeting(local.date().isoformat(), instant_text(begins), instant_text(ends))


def session_of(series: Mapping[str, Any], meeting: Meeting, revision: str) -> dict[str, Any]:
    """Return the class session that a series gives at a time."""
    return {
        "id": session_id(series["id"], meeting.day),
        "revision": revision,
        **_given(series, meeting),
        "state": str(ClassSessionState.SCHEDULED),
        "unplanned": False,
        "series_id": series["id"],
        "stand_in_id": None,
        "catches_up_id": None,
        "cancel_reason": "",
        "sequence": 0,
    }


def _given(series: Mapping[str, Any], meeting: Meeting) -> dict[str, Any]:
    copied = {name: series.get(name) for name in COPIED}
    copied["session_kind"] = str(copied["session_kind"] or SessionKind.CLASS)
    return {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, **copied}


def living_meetings(series: Mapping[str, Any]) -> dict[str, Meeting]:
    """Return the times of a series by day; a cancelled one has none."""
    if series.get("state") == SeriesState.CANCELLED:
        return {}
    return {one.day: one for one in meetings(series)}


def changed_days(before: Mapping[str, Any], after: Mapping[str, Any], from_day: str) -> list[str]:
    """Return the days from `from_day` on that the series has before or after a change."""
    return sorted(day for day in {*living_meetings(before), *living_meetings(after)} if day >= from_day)


def changed_sessions(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    from_day: str,
    read: ReadSession,
    revision: str,
    reason: str = "",
) -> list[dict[str, Any]]:
    """Return the sessions that a change of a series makes or changes, by `read(session id)` of the present ones.

    What someone changed at a single session stays as it is there. A day that the series no longer has is cancelled
    for `reason`.
    """
    old, new = living_meetings(before), living_meetings(after)
    made: list[dict[str, Any]] = []
    for day in changed_days(before, after, from_day):
        present = read(session_id(after["id"], day))
        if present is None:
            if day in new:
                made.append(session_of(after, new[day], revision))
            continue
        was = _given(before, old[day]) if day in old else {}
        changed = {**present, **_wanted(present, was, _given(after, new[day]) if day in new else None, reason)}
        if changed != present:
            made.append({**changed, "revision": revision, "sequence": next_sequence(present, changed)})
    return made


def _wanted(
    present: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any] | None, reason: str
) -> Mapping[str, Any]:
    if now is None:
        if present.get("state") == ClassSessionState.CANCELLED:
            return {}
        return {"state": str(ClassSessionState.CANCELLED), "cancel_reason": reason}
    if not was:
        return {**now, "state": str(ClassSessionState.SCHEDULED), "cancel_reason": ""}
    return {name: value for name, value in now.items() if was[name] != value and present.get(name) == was[name]}


def days_of(holidays: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of holidays by day, `2027-03-06`; removed ones are left out."""
    found: dict[str, str] = {}
    for holiday in holidays:
        if holiday.get("state", "active") != "active":
            continue
        day, last = date.fromisoformat(holiday["starts_on"]), date.fromisoformat(holiday["ends_on"])
        while day <= last:
            found.setdefault(day.isoformat(), holiday["name"])
            day += timedelta(days=1)
    return found
