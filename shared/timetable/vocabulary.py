"""The words of the timetable area."""

from enum import StrEnum

CLASS_SESSION = "class_session"
SESSION_SERIES = "session_series"
ROOM = "room"
HOLIDAY = "holiday"
LIVE_VISIT = "live_visit"
OFFICE_BOOKING = "office_booking"


class ClassSessionState(StrEnum):
    """Where a class session stands; `ongoing` and `completed` follow from the clock and are never stored."""

    SCHEDULED = "scheduled"
    ONGOING = "ongoing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class SessionKind(StrEnum):
    """What a class session is: in a room, over a link, in place of another one, or an instructor's office hours."""

    CLASS = "class"
    LIVE = "live"
    CATCH_UP = "catch_up"
    OFFICE_HOURS = "office_hours"


class RoomState(StrEnum):
    """A removed room stays known for the classes that were in it; nothing new is planned there."""

    ACTIVE = "active"
    REMOVED = "removed"


class HolidayState(StrEnum):
    """A removed holiday is one that classes take place on after all."""

    ACTIVE = "active"
    REMOVED = "removed"


class SeriesState(StrEnum):
    """A cancelled series has no classes from the day on from which it was cancelled."""

    ACTIVE = "active"
    CANCELLED = "cancelled"


class BookingState(StrEnum):
    """Where a booking of office hours stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class ClashReason(StrEnum):
    """What two classes can't share at one time."""

    ROOM = "room"
    INSTRUCTOR = "instructor"
    COHORT = "cohort"
