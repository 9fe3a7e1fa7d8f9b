"""Times as the shell prints them: "today 11:20", "yesterday", "20 Nov", in the institute's zone."""

from datetime import date, datetime, timedelta, tzinfo

from desktop.core.desk import Desk
from shared.core.clock import instant_text, parse_instant
from shared.core.text import text


def zone_of(desk: Desk) -> tzinfo:
    """Return the institute's time zone, UTC while it isn't known."""
    return desk.store.zone()


def local_now(desk: Desk) -> datetime:
    """Return the present in the institute's zone."""
    return desk.clock.now().astimezone(zone_of(desk))


def clock_words(moment: datetime) -> str:
    """Return `08:30`."""
    return f"{moment:%H:%M}"


def moment_words(moment: datetime, now: datetime) -> str:
    """Return "today 11:20", "yesterday 11:20" or "20 Nov 11:20"; both in the same zone."""
    days = (now.date() - moment.date()).days
    clock = clock_words(moment)
    if days == 0:
        return text("today {time}", time=clock)
    if days == 1:
        return text("yesterday {time}", time=clock)
    return text("{day} {time}", day=short_date(moment.date(), now.date()), time=clock)


def instant_words(instant: str, zone: tzinfo, now: datetime) -> str:
    """Return an instant as `moment_words` prints it."""
    return moment_words(parse_instant(instant).astimezone(zone), now.astimezone(zone))


def short_date(day: date, today: date) -> str:
    """Return "20 Nov", with the year where it is another one."""
    month = month_name(day.month)[:3]
    if day.year == today.year:
        return text("{day} {month}", day=day.day, month=month)
    return text("{day} {month} {year}", day=day.day, month=month, year=day.year)


def long_date(day: date) -> str:
    """Return "Friday 20 November 2026"."""
    return text(
        "{weekday} {day} {month} {year}",
        weekday=weekday_name(day.weekday()),
        day=day.day,
        month=month_name(day.month),
        year=day.year,
    )


def weekday_name(number: int) -> str:
    """Return the name of a weekday, 0 is Monday."""
    return (
        text("Monday"), text("Tuesday"), text("Wednesday"), text("Thursday"), text("Friday"), text("Saturday"),
        text("Sunday"),
    )[number]  # fmt: skip


def month_name(number: int) -> str:
    """Return the name of a month, 1 is January."""
    return (
        text("January"), text("February"), text("March"), text("April"), text("May"), text("June"), text("July"),
        text("August"), text("September"), text("October"), text("November"), text("December"),
    )[number - 1]  # fmt: skip


def day_span(day: date, zone: tzinfo) -> tuple[str, str]:
    """Return the instants at which a day begins and ends in a zone."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    after = day + timedelta(days=1)
    return instant_text(start), instant_text(datetime(after.year, after.month, after.day, tzinfo=zone))


def left_words(left: timedelta) -> str:
    """Return a length of time in days or hours: "13 days", "5 hours", "less than an hour"."""
    if left >= timedelta(days=2):
        return text("{n} days", n=left.days)
    hours = int(left.total_seconds() // 3600)
    return text("{n} hours", n=hours) if hours > 1 else text("less than 2 hours")
