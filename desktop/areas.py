"""The areas of the desktop, and which page shows which kind of row: the only list of them."""

from desktop.core.area import DesktopArea
from desktop.people.area import area as people
from desktop.timetable.area import area as timetable


def areas() -> tuple[DesktopArea, ...]:
    """Return all areas, lowest first."""
    return (people(), timetable())


OPENS = {
    "person": "people.person",
    "course": "learning.course",
    "cohort": "learning.cohort",
    "class_session": "attendance.register",
    "register": "attendance.register",
}
"""The page that opens one row of a kind, for search results and conflicts."""
