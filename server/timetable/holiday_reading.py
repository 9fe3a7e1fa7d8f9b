"""Reads holidays from an iCalendar file, whoever wrote it: every event counts for itself, and none keeps it long."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.core.errors import CampusError
from shared.core.text import text
from shared.timetable.recurrence import occurrences, rule_parts
from shared.timetable.rules import days_error, file_error

MOST_EVENTS = 3_000
MOST_REPEATING = 500
MOST_OF_ONE = 100
"""How often one event may repeat within the years that are read."""
_FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
_LONGEST_NAME, _LONGEST_UID = 100, 300
_FREQUENCIES = frozenset({"WEEKLY", "MONTHLY", "YEARLY"})


@dataclass(frozen=True)
class FoundHoliday:
    """One holiday of a file. `key` tells it from the others of its `uid`: its first day where the event repeats."""

    uid: str
    key: str
    name: str
    starts_on: str
    ends_on: str
    cancelled: bool = False


@dataclass(frozen=True)
class EventFault:
    """What is wrong with an event; `event` counts from 1."""

    event: int
    code: str
    sentence: str


@dataclass
class Reading:
    """What a file holds."""

    events: int = 0
    holidays: list[FoundHoliday] = field(default_factory=list)
    faults: list[EventFault] = field(default_factory=list)


def read_holidays(content: bytes, zone: ZoneInfo, first: date, last: date) -> Reading:
    """Return the holidays that touch the days `first` to `last`; an endless one is read as far as that.

    Times count by their day on the clocks of `zone`; one without zone is a time of the institute. Raises CampusError
    `too_large`, `calendar_unreadable`, `too_many_events`.
    """
    sentence = file_error(len(content))
    if sentence is not None:
        raise CampusError("too_large", sentence)
    try:
        whole = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise _unreadable() from failure
    if "BEGIN:VCALENDAR" not in whole[:2_000].upper():
        raise _unreadable()
    reading, repeating = Reading(), 0
    for lines, broken in _events(_FOLD.sub("", whole).splitlines()):
        reading.events += 1
        repeating += any(line.upper().startswith("RRULE") for line in lines)
        if reading.events > MOST_EVENTS or repeating > MOST_REPEATING:
            message = text("The file has more than {most} events. Export the holidays alone.", most=MOST_EVENTS)
            raise CampusError("too_many_events", message)
        if broken:
            sentence = text("Event {n}: a line of it is broken, so its name may be cut.", n=reading.events)
            reading.faults.append(EventFault(reading.events, "line_broken", sentence))
        try:
            reading.holidays += _understood(lines, zone, first, last)
        except CampusError as fault:
            sentence = text("Event {n}: {fault}", n=reading.events, fault=fault.message)
            reading.faults.append(EventFault(reading.events, fault.code, sentence))
    return reading


def _unreadable() -> CampusError:
    return CampusError("calendar_unreadable", text("This is not an iCalendar file. Choose a file that ends in .ics."))


def _events(lines: Iterable[str]) -> Iterator[tuple[list[str], bool]]:
    """Yield each event's own lines, and whether one of them is broken.

    What stands within an event (alarms) or beside it (time zones, whose rules could be endless, too) is left out.
    """
    event: list[str] | None = None
    inner: list[str] = []
    broken = False
    for line in lines:
        name, colon, value = line.partition(":")
        word, what = name.strip().upper(), value.strip().upper()
        if event is None:
            if (word, what) == ("BEGIN", "VEVENT"):
                event, broken, inner = [], False, []
        elif word == "BEGIN":
            inner.append(what)
        elif word == "END" and inner:
            inner.pop()
        elif word == "END":
            yield event, broken
            event = None
        elif not inner and colon:
            event.append(line)
        elif not inner and line.strip():
            broken = True
    if event is not None:
        yield event, True


def _understood(lines: list[str], zone: ZoneInfo, first: date, last: date) -> list[FoundHoliday]:
    try:
        return _holidays(_parsed(lines), zone, first, last)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as failure:
        # The library hands broken values out as they are asked for, and says so in many ways.
        raise CampusError("event_unreadable", text("it can't be read.")) from failure


def _holidays(event: Any, zone: ZoneInfo, first: date, last: date) -> list[FoundHoliday]:
    start = _moment(event, "DTSTART", zone)
    if start is None:
        raise CampusError("days_invalid", text("it has no first day."))
    length = _length(event, start, zone)
    name = _CONTROL.sub(" ", str(event.get("SUMMARY") or "")).strip()[:_LONGEST_NAME]
    if not name:
        raise CampusError("name_missing", text("it has no name."))
    uid = _CONTROL.sub("", str(event.get("UID") or "")).strip()[:_LONGEST_UID]
    cancelled = str(event.get("STATUS") or "").upper() == "CANCELLED"
    fault = days_error(start.date().isoformat(), (start.date() + length).isoformat())
    if fault is not None:
        raise CampusError("days_invalid", fault)
    repeats = "RRULE" in event or "RDATE" in event
    found = []
    for day in _days(event, start, zone, first - length, last):
        key = day.isoformat() if repeats or "RECURRENCE-ID" in event or not uid else ""
        ends = day + length
        if ends >= first and day <= last:
            found.append(FoundHoliday(uid, key, name, day.isoformat(), ends.isoformat(), cancelled))
    return found


def _parsed(lines: list[str]) -> Any:
    import icalendar

    return icalendar.Event.from_ical("\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", "")))


def _local(value: Any, zone: ZoneInfo) -> datetime | None:
    """Return a day or a time as a time on the institute's clocks, without zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    return datetime.combine(value, time()) if isinstance(value, date) else None


def _moment(event: Any, name: str, zone: ZoneInfo) -> datetime | None:
    try:
        moment = _local(getattr(event.get(name), "dt", None), zone)
    except (OverflowError, ValueError):
        return None
    return moment if moment is not None and 1901 <= moment.year < 2099 else None


def _length(event: Any, start: datetime, zone: ZoneInfo) -> timedelta:
    """Return how many days an event lasts after its first one. A day's end is the day after it, as iCalendar has it."""
    end = _moment(event, "DTEND", zone)
    duration = getattr(event.get("DURATION"), "dt", None)
    if end is None and isinstance(duration, timedelta) and timedelta(0) <= duration < timedelta(days=1_000):
        end = start + duration
    if end is None or end == start:
        return timedelta(0)
    if end < start:
        return end.date() - start.date() - timedelta(days=1)
    return (end - timedelta(microseconds=1)).date() - start.date()


def _days(event: Any, start: datetime, zone: ZoneInfo, first: date, last: date) -> list[date]:
    days = {start.date()}
    rule = event.get("RRULE")
    if rule is not None:
        given = "" if isinstance(rule, list) else rule.to_ical().decode()
        if not given or not _is_of_days(rule_parts(given)):
            raise CampusError("rule_invalid", text("its repeat rule is none of days, weeks, months or years."))
        days = {one.date() for one in occurrences(given, start, zone, last, first=first, most=MOST_OF_ONE + 1)}
        if len(days) > MOST_OF_ONE:
            raise CampusError("too_many_events", text("it repeats too often for a holiday."))
    days |= _dates(event.get("RDATE"), zone)
    return sorted(days - _dates(event.get("EXDATE"), zone))[:MOST_OF_ONE]


def _is_of_days(parts: Mapping[str, str]) -> bool:
    """Tell whether a rule is one of holidays; every day of some days is none, and takes the longest to be given up."""
    return parts["FREQ"] in _FREQUENCIES or (parts["FREQ"] == "DAILY" and not any(one[:2] == "BY" for one in parts))


def _dates(value: Any, zone: ZoneInfo) -> set[date]:
    lists = value if isinstance(value, list) else [value]
    entries = (entry for one in lists for entry in getattr(one, "dts", ()))
    moments = (_local(getattr(entry, "dt", None), zone) for entry in entries)
    return {moment.date() for moment in moments if moment is not None}
