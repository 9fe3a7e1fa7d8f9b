"""The REST face of courses, cohorts, enrolments and terms."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resource_routes import IdempotencyKey, IfMatch, base_of, resource_router
from server.core.resources import Resource, read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.learning.enrolment_service import ENROLMENT_KIND
from server.learning.service import COHORT_KIND, COURSE_KIND, TERM_KIND
from server.people.routes import USERS, search_router
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.learning.vocabulary import EnrolmentState

_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"

COURSES = Resource(
    family="courses",
    kind=COURSE_KIND,
    add="AddCourse",
    edit="EditCourse",
    filters={
        "code": "code",
        "category": "category",
        "difficulty": "difficulty",
        "mode": "mode",
        "archived": "archived",
    },
    sorts=("code", "title", "category", "difficulty"),
    default_sort="code",
    search=("title", str),
    name="course",
    example={"id": _ID, "revision": _ID, "code": "PHOTO", "title": "Photography", "category": "media"},
)
COHORTS = Resource(
    family="cohorts",
    kind=COHORT_KIND,
    add="AddCohort",
    edit="EditCohort",
    filters={"code": "code", "course_id": "course_id", "room": "room", "archived": "archived"},
    sorts=("code", "name", "starts_on", "ends_on"),
    default_sort="code",
    search=("name", str),
    name="cohort",
    example={"id": _ID, "revision": _ID, "course_id": _ID, "code": "PHOTO-1", "name": "Photography 1"},
)
TERMS = Resource(
    family="academic-terms",
    kind=TERM_KIND,
    add="AddAcademicTerm",
    edit="EditAcademicTerm",
    filters={"name": "name"},
    sorts=("starts_on", "name"),
    default_sort="starts_on",
    name="term",
    example={"id": _ID, "revision": _ID, "name": "Term 3", "starts_on": "2026-09-07", "ends_on": "2026-12-18"},
)
ENROLMENTS = Resource(
    family="enrolments",
    kind=ENROLMENT_KIND,
    add="EnrolPerson",
    edit="",
    filters={"cohort_id": "cohort_id", "person_id": "person_id", "state": "state"},
    sorts=("enrolled_on", "state"),
    default_sort="id",
    name="enrolment",
    example={"id": _ID, "revision": _ID, "cohort_id": _ID, "person_id": _ID, "state": "active"},
)


class EnrolmentChange(StrictModel):
    """The state that an enrolment is to have."""

    model_config = ConfigDict(extra="forbid")

    state: EnrolmentState
    reason: str = Field(default="", max_length=500)


class Confirmation(StrictModel):
    """Who a walk-in is: nobody named confirms the person as typed, a known person takes the enrolment over."""

    model_config = ConfigDict(extra="forbid")

    person_id: Id | None = None


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the learning area."""
    submission = Submission(context.door, context.clock, context.new_id)
    enrolments = Router(prefix="/api/v1/enrolments", tags=["enrolments"])
    _add_enrolment_writes(enrolments, context, submission)
    plain = [resource_router(one, context, submission) for one in (COURSES, COHORTS, TERMS, ENROLMENTS)]
    searched = {"users": USERS, "courses": COURSES, "cohorts": COHORTS}
    return [enrolments, *plain, search_router(context, searched)]


def _add_enrolment_writes(router: APIRouter, context: Context, submission: Submission) -> None:
    def shown(known: CurrentSignIn, row_id: str) -> Response:
        with context.database.read() as db:
            body = read_row(db, ENROLMENTS, known.actor, row_id)
        return answer(None, body, etag=body["revision"])

    @router.patch("/{row_id}", response_model=Answer[dict[str, Any]], summary="Change the state of an enrolment")
    def change(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        wanted: EnrolmentChange,
        key: IdempotencyKey = None,
        if_match: IfMatch = None,
    ) -> Response:
        base = base_of(if_match)
        with context.database.read() as db:
            read_row(db, ENROLMENTS, known.actor, row_id)
        payload = {"state": str(wanted.state), "reason": wanted.reason}
        submission.put(known, key, Wish("SetEnrolmentState", row_id, payload, base))
        return shown(known, row_id)

    @router.post("/{row_id}/confirmation", response_model=Answer[dict[str, Any]], summary="Confirm a walk-in")
    def confirm(
        row_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        wanted: Confirmation,
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            before = read_row(db, ENROLMENTS, known.actor, row_id)
        wish = Wish("ConfirmEnrolment", row_id, wanted.model_dump(), before["revision"])
        outcome = submission.put(known, key, wish)[0]
        return shown(known, outcome.details.get("existing_id", row_id))
