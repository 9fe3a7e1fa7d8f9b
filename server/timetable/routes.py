"""The REST face of the timetable: class sessions, series, live sessions, rooms, holidays and calendars."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.resource_routes import resource_router
from server.core.resources import Resource
from server.core.submission import Submission
from server.timetable import calendar_routes, kit_routes, live_routes, planning_routes
from server.timetable.kinds import CLASS_SESSION_KIND, HOLIDAY_KIND, ROOM_KIND

CLASS_SESSIONS = Resource(
    family="class-sessions",
    kind=CLASS_SESSION_KIND,
    add="PlanClassSession",
    edit="",  # the area's own: a change may be made despite a clash
    filters={
        "cohort_id": "cohort_id",
        "instructor_id": "instructor_id",
        "stand_in_id": "stand_in_id",
        "series_id": "series_id",
        "session_kind": "session_kind",
        "state": "state",
        "room": "room",
    },
    sorts=("starts_at", "ends_at", "room"),
    default_sort="starts_at",
    name="class",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
        "cohort_id": "01a1f7f8-3000-7672-874a-d4aa4c9175c7",
        "starts_at": "2026-11-20T08:30:00.000Z",
        "ends_at": "2026-11-20T10:00:00.000Z",
        "room": "Studio 2",
    },
)
ROOMS = Resource(
    family="rooms",
    kind=ROOM_KIND,
    add="AddRoom",
    edit="EditRoom",
    filters={"state": "state", "branch": "branch"},
    sorts=("name", "branch"),
    default_sort="name",
    name="room",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb40",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
        "name": "Studio 2",
        "branch": "Main building",
        "capacity": 24,
    },
)
HOLIDAYS = Resource(
    family="holidays",
    kind=HOLIDAY_KIND,
    add="AddHoliday",
    edit="EditHoliday",
    filters={"state": "state", "uid": "uid"},
    sorts=("starts_on", "ends_on", "name"),
    default_sort="starts_on",
    name="holiday",
    example={
        "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb41",
        "revision": "01a1f7f8-3000-7672-874a-d4a9f55daf8f",
        "name": "Independence Day",
        "starts_on": "2027-03-06",
        "ends_on": "2027-03-06",
    },
)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the timetable; those with a name of their own stand before those with an id."""
    submission = Submission(context.door, context.clock, context.new_id)
    return [
        *calendar_routes.routers(context),
        *planning_routes.routers(context, CLASS_SESSIONS, submission),
        resource_router(CLASS_SESSIONS, context, submission),
        *live_routes.routers(context, CLASS_SESSIONS, submission),
        resource_router(ROOMS, context, submission),
        resource_router(HOLIDAYS, context, submission),
        *kit_routes.routers(context),
    ]
