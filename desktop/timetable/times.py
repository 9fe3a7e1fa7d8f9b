"""Times as people at the institute read and type them: its own zone, 24 hours, short names of days."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desktop.core.desk import Desk
from shared.core import days
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text
from shared.people.vocabulary import ORGANISATION

_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h ]\s*(\d{2}))?")
_DIGITS = re.compile(r"(\d{1,2})(\d{2})")
_AFTER = re.compile(r"\+\s*(\d{1,4})")
short_day = days.short_day


def zone_of(desk: Desk) -> ZoneInfo:
    """Return the zone of the institute; UTC where it isn't known."""
    organisation = desk.store.get(ORGANISATION, desk.actor.organisation_id) or {}
    try:
        return ZoneInfo(organisation.get("time_zone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(instant: str, zone: ZoneInfo) -> datetime:
    """Return an instant as the institute's clocks show it."""
    return parse_instant(instant).astimezone(zone)


def local_now(desk: Desk, zone: ZoneInfo) -> datetime:
    """Return the present as the institute's clocks show it."""
    return desk.clock.now().astimezone(zone)


def today(desk: Desk) -> date:
    """Return the institute's day."""
    return local_now(desk, zone_of(desk)).date()


def instant_of(day: date, at: time, zone: ZoneInfo) -> str:
    """Return day and time of the institute's clocks as an instant."""
    return instant_text(datetime.combine(day, at, zone))


def clock_words(moment: datetime) -> str:
    """Return `08:30`."""
    return f"{moment:%H:%M}"


def day_words(day: date) -> str:
    """Return `Fri 20 Nov`."""
    return text("{weekday} {day}", weekday=_weekdays()[day.weekday()], day=short_day(day))


def near_day(day: date, today: date) -> str:
    """Return `today`, `yesterday`, `tomorrow`, or `Fri 20 Nov`."""
    near = {0: text("today"), -1: text("yesterday"), 1: text("tomorrow")}
    return near.get((day - today).days) or day_words(day)


def moment_words(moment: datetime, today: date) -> str:
    """Return `08:36` for today, `yesterday 08:36`, or `Fri 20 Nov, 08:36`."""
    if moment.date() == today:
        return clock_words(moment)
    if (today - moment.date()).days == 1:
        return text("yesterday {time}", time=clock_words(moment))
    return text("{day}, {time}", day=day_words(moment.date()), time=clock_words(moment))


def day_range(first: date, last: date, zone: ZoneInfo) -> tuple[str, str]:
    """Return the instants from the start of `first` to the end of `last`, the end left out."""
    return instant_of(first, time(), zone), instant_of(last + timedelta(days=1), time(), zone)


def read_time(value: str) -> time | None:
    """Return the time that was typed: `8`, `8:30`, `8.30`, `830` and `0830` are understood; None where it is none."""
    typed = value.strip().lower()
    match = _CLOCK.fullmatch(typed) or _DIGITS.fullmatch(typed)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_end(value: str, start: time) -> time | None:
    """Return the end that was typed: a time, or `+90` for minutes after the start."""
    typed = value.strip()
    after = _AFTER.fullmatch(typed)
    if after is not None:
        minutes = int(after[1])
        return (datetime.combine(date.min, start) + timedelta(minutes=minutes)).time() if 0 < minutes < 960 else None
    return read_time(typed)


def _weekdays() -> tuple[str, ...]:
    return (text("Mon"), text("Tue"), text("Wed"), text("Thu"), text("Fri"), text("Sat"), text("Sun"))
