"""Class sessions as an iCalendar file that calendar programs subscribe to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from server.core.database import Db
from server.people.institute_day import zone_of
from server.timetable.calendar_subjects import Event, Subject, events_of, name_of
from shared.core.actor import Actor
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.timetable.vocabulary import ClassSessionState, SessionKind

if TYPE_CHECKING:
    import icalendar

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//Campusdesk//Timetable//EN"
_REFRESH = timedelta(hours=1)


def calendar_of(db: Db, actor: Actor, subject: Subject, now: datetime) -> bytes:
    """Return a calendar of class sessions as an iCalendar file, as far as the actor may see them.

    Each session keeps its UID for good, its SEQUENCE grows with its changes, and a cancelled one says so. Credentials
    of live sessions are never in it; their link is, but for a room's calendar. Raises CampusError `not_allowed`.
    """
    events = events_of(db, actor, subject, now)
    name, zone = name_of(db, actor.organisation_id, subject), zone_of(db, actor.organisation_id)
    return written(name, events, zone, with_links=subject.kind != "room")


def written(name: str, events: Sequence[Event], zone: ZoneInfo, *, with_links: bool = True) -> bytes:
    """Return events as an iCalendar file in a time zone; the same events give the same bytes."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_component(event, zone, with_links=with_links))
    if events:
        days = [parse_instant(event.starts_at).astimezone(zone).date() for event in events]
        year = timedelta(days=366)
        calendar.add_missing_timezones(first_date=min(days) - year, last_date=max(days) + year)
    return bytes(calendar.to_ical())


def _component(event: Event, zone: ZoneInfo, *, with_links: bool) -> "icalendar.Event":
    import icalendar

    made = icalendar.Event()
    made.add("uid", f"{event.id}@campusdesk")
    changed = parse_instant(event.changed_at)
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("sequence", event.sequence)
    # Named by us: the library takes zones that never leave Greenwich time for UTC, and so loses the institute's own.
    named = {} if zone.key == "UTC" else {"TZID": zone.key}
    for word, instant in (("dtstart", event.starts_at), ("dtend", event.ends_at)):
        local = parse_instant(instant).astimezone(zone)
        made.add(word, local.replace(tzinfo=None) if named else local, parameters=named)
    cancelled = event.state == ClassSessionState.CANCELLED
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    made.add("summary", _summary(event))
    if event.room:
        made.add("location", event.room)
    told = _description(event)
    if told:
        made.add("description", told)
    if with_links and event.link:
        made.add("url", event.link)
    return made


def _description(event: Event) -> str:
    lines = [text("With {name}", name=event.teacher)] if event.teacher else []
    if event.cancel_reason and event.state == ClassSessionState.CANCELLED:
        lines.append(text("Cancelled: {reason}", reason=event.cancel_reason))
    return "\n".join(lines)


def _summary(event: Event) -> str:
    title = event.title or event.course
    if event.session_kind == SessionKind.OFFICE_HOURS:
        title = event.title or text("Office hours")
    if event.session_kind == SessionKind.CATCH_UP:
        title = text("{title} (catch-up)", title=title)
    return text("{title}, {cohort}", title=title, cohort=event.cohort)
