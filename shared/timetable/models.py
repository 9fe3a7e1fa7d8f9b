"""The timetable's rows as both sides know them."""

from shared.core.entity import Entity
from shared.timetable.vocabulary import (
    BookingState,
    ClassSessionState,
    HolidayState,
    RoomState,
    SeriesState,
    SessionKind,
)


class ClassSession(Entity):
    """One meeting of a cohort (the row's parent). `starts_at` and `ends_at` are instants, `2026-11-20T08:30:00.000Z`.

    An unplanned one was made on the spot by whoever takes its register. `stand_in_id` teaches it instead of the
    instructor; `sequence` grows when its time, room or state changes (iCalendar's SEQUENCE); `credentials` are what
    one needs to enter the meeting at `link`, and go to the class and its staff alone; `cancel_reason` is why it was
    cancelled.
    """

    cohort_id: str
    starts_at: str
    ends_at: str
    room: str = ""
    instructor_id: str | None = None
    title: str = ""
    state: ClassSessionState = ClassSessionState.SCHEDULED
    unplanned: bool = False
    series_id: str | None = None
    session_kind: SessionKind = SessionKind.CLASS
    link: str = ""
    credentials: str = ""
    stand_in_id: str | None = None
    catches_up_id: str | None = None
    cancel_reason: str = ""
    sequence: int = 0


class SessionSeries(Entity):
    """Class sessions that follow a rule. `starts_at_local` is `2026-09-01T08:00` on the clocks of `time_zone`.

    `rule` is an RRULE of RFC 5545 without its name; the series ends with it or at `until` (a day). `except_dates` are
    days without class: holidays, and days that someone took out. Its sessions' ids follow from series and day.
    """

    cohort_id: str
    rule: str
    starts_at_local: str
    minutes: int
    time_zone: str
    room: str = ""
    instructor_id: str | None = None
    title: str = ""
    session_kind: SessionKind = SessionKind.CLASS
    link: str = ""
    credentials: str = ""
    until: str | None = None
    except_dates: tuple[str, ...] = ()
    skip_holidays: bool = True
    state: SeriesState = SeriesState.ACTIVE


class Room(Entity):
    """A place for classes; class sessions hold its name."""

    name: str
    branch: str = ""
    capacity: int | None = None
    state: RoomState = RoomState.ACTIVE


class Holiday(Entity):
    """Days without classes, both ends included, `2027-03-06`; `uid` is the one of the calendar it came from."""

    name: str
    starts_on: str
    ends_on: str
    uid: str = ""
    state: HolidayState = HolidayState.ACTIVE


class LiveVisit(Entity):
    """Someone in a live session (the row's parent): when he or she joined and left, by the device's clock."""

    session_id: str
    person_id: str
    person_name: str = ""
    joined_at: str
    left_at: str | None = None


class OfficeBooking(Entity):
    """A time of an instructor's office hours (a class session, the row's parent) that someone took."""

    session_id: str
    person_id: str
    person_name: str = ""
    starts_at: str
    ends_at: str
    topic: str = ""
    state: BookingState = BookingState.BOOKED
