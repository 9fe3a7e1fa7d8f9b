"""The REST face of class sessions."""

from fastapi import APIRouter

from server.core.context import Context
from server.core.resource_routes import resource_router
from server.core.resources import Resource
from server.core.submission import Submission
from server.timetable.kinds import CLASS_SESSION_KIND

CLASS_SESSIONS = Resource(
    family="class-sessions",
    kind=CLASS_SESSION_KIND,
    add="PlanClassSession",
    edit="EditClassSession",
    filters={"cohort_id": "cohort_id", "instructor_id": "instructor_id", "state": "state", "room": "room"},
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


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the timetable."""
    submission = Submission(context.door, context.clock, context.new_id)
    return [resource_router(CLASS_SESSIONS, context, submission)]
