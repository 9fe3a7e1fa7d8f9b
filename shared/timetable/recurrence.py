"""Repeat rules of RFC 5545 as local times, by dateutil; no rule keeps it busy for long, however it was written."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from shared.core.errors import CampusError
from shared.core.text import text

MOST = 5_000
"""How many occurrences one expansion gives at most."""
_MOST_SKIPPED = 50_000
_LONGEST_YEARS = 60
_CYCLE = 28
_LAST_YEAR = 9999
_FIRST_YEAR = 1901
_PARTS = frozenset(
    {
        *("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS", "BYSECOND", "BYMINUTE", "BYHOUR"),
        *("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"),
    }
)
_VALUE = re.compile(r"[A-Z0-9,+-]+")
_WITHIN_DAYS = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})


def rule_parts(rule: str) -> dict[str, str]:
    """Return a rule such as `FREQ=WEEKLY;BYDAY=MO` by its parts. Raises CampusError `rule_invalid`."""
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name not in _PARTS or name in parts or not _VALUE.fullmatch(value):
            raise _invalid()
        parts[name] = value
    whole = [parts.get("INTERVAL", "1"), parts.get("COUNT", "1")]
    if "FREQ" not in parts or not all(one.isdecimal() and 0 < int(one) <= 100_000 for one in whole):
        raise _invalid()
    if "COUNT" in parts and "UNTIL" in parts:
        raise _invalid()
    if "BYSETPOS" in parts and parts["FREQ"] in _WITHIN_DAYS:
        raise _invalid()
    return parts


def is_endless(rule: str) -> bool:
    """Tell whether a rule says neither how often nor until when. Raises CampusError `rule_invalid`."""
    parts = rule_parts(rule)
    return "COUNT" not in parts and "UNTIL" not in parts


def occurrences(
    rule: str, start: datetime, zone: ZoneInfo, last: date, *, first: date = date.min, most: int = MOST
) -> list[datetime]:
    """Return the occurrences from `start` on, as local times without zone, on the days `first` to `last`.

    `start` is a local time without zone; it counts only where the rule names it. At most `most` are given: ask for
    one more to learn that there are more. Raises CampusError `rule_invalid`.
    """
    parts = rule_parts(rule)
    count = int(parts.pop("COUNT", "0")) or None
    end = min(_until(parts.pop("UNTIL", ""), zone), datetime.combine(last, time.max))
    start = _brought_near(start, first, parts, count)
    if end < start:
        return []
    shift = _shift(start.year, end.year)
    stop = _moved(end, shift)
    among = takewhile(lambda one: one <= stop, _rule(parts, _moved(start, shift)))
    counted = (_moved(one, -shift) for one in islice(among, min(count or _MOST_SKIPPED, _MOST_SKIPPED)))
    return list(islice((one for one in counted if one.date() >= first), most))


def _rule(parts: dict[str, str], start: datetime) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr

    try:
        made: Any = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
        yield from made
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as failure:
        raise _invalid() from failure


def _shift(first: int, last: int) -> int:
    """Return how many years to move a rule, so that it ends in the last years that there are.

    dateutil gives a fruitless rule up at the year 9999 alone: three million days of `FREQ=DAILY;BYMONTH=2;
    BYMONTHDAY=30` from now on, some thousand from here. Days of the week and leap years fall alike after 28 years,
    but for 1900 and 2100; 2000 is like 10000.
    """
    if not _FIRST_YEAR <= first <= last < 2100 or last - first > _LONGEST_YEARS:
        raise _invalid()
    cycles = -(-(last + 8_000 - _LAST_YEAR) // _CYCLE)
    return 8_000 - _CYCLE * cycles


def _moved(moment: datetime, years: int) -> datetime:
    return moment.replace(year=moment.year + years)


def _brought_near(start: datetime, first: date, parts: dict[str, str], count: int | None) -> datetime:
    """Return a start of long ago (a day of independence) some cycles later, where that changes nothing after it."""
    if count is not None or int(parts.get("INTERVAL", "1")) != 1:
        return start
    cycles = max(0, (first.year - 1 - start.year) // _CYCLE)
    return _moved(start, cycles * _CYCLE) if start.year + cycles * _CYCLE >= _FIRST_YEAR else start


def _until(value: str, zone: ZoneInfo) -> datetime:
    """Return an UNTIL as a local time: an instant in UTC, a local time, or a day, which counts whole."""
    if not value:
        return datetime.combine(date.max, time.max)
    try:
        if "T" not in value:
            return datetime.combine(datetime.strptime(value, "%Y%m%d").date(), time.max)  # noqa: DTZ007 - a day has no zone
        moment = datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - it is given below
    except ValueError as failure:
        raise _invalid() from failure
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if value.endswith("Z") else moment


def at_zone(local: datetime, zone: ZoneInfo) -> datetime:
    """Return a local time as an instant in UTC, as RFC 5545 reads it.

    A time that clocks skip counts by the offset before they are put forward, one that comes twice is the first.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def lasting(local: datetime, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return start and end, as instants, of what begins at a local time and lasts some minutes."""
    begins = at_zone(local, zone)
    return begins, begins + timedelta(minutes=minutes)


def _invalid() -> CampusError:
    return CampusError("rule_invalid", text("The repeat rule can't be read. Choose how the class repeats again."))
