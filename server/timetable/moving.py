"""What of the timetable follows a merged person: classes taught, kit, visits, bookings and calendar links."""

from server.core.person_moves import Owned, moved_rows
from shared.core.text import plural


def _classes(n: int) -> str:
    return plural("{n} class has another instructor by now.", "{n} classes have another instructor by now.", n)


def _kit(n: int) -> str:
    return plural("{n} loan or booking is gone by now.", "{n} loans or bookings are gone by now.", n)


MOVES = (
    moved_rows(
        "classes taught",
        _classes,
        Owned("class_session", "instructor_id"),
        Owned("class_session", "stand_in_id"),
        Owned("class_session", "taught_by"),
        Owned("session_series", "instructor_id"),
    ),
    moved_rows(
        "kit",
        _kit,
        Owned("kit_loan", name="person_name"),
        Owned("kit_booking", name="person_name"),
        Owned("kit_photo"),
        Owned("live_visit", name="person_name"),
        Owned("office_booking", name="person_name"),
        Owned("calendar_link"),
    ),
)
