"""The REST face of what each instructor may do in a course."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import failures
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.learning.course_rights import RIGHT_KIND
from server.learning.routes import COURSES
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.learning.course_rights import ALL_RIGHTS, CourseRight, course_right_id, tidy_rights
from shared.learning.permissions import may_set_course_rights

_ERRORS = failures(400, 401, 403, 404, 409, 422, 429, 500, 503)
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_EXAMPLE = {"course_id": _ID, "person_id": _ID, "name": "Ama Owusu", "rights": ["edit", "mark", "attend"]}
_OF_COURSE = f"""
SELECT i.person_id, p.given_name, p.other_names, p.family_name, r.rights FROM (
SELECT DISTINCT ci.organisation_id, ci.person_id FROM cohort c JOIN cohort_instructor ci
ON ci.organisation_id = c.organisation_id AND ci.cohort_id = c.id
WHERE c.organisation_id = :o AND c.course_id = :course_id) i
JOIN person p ON p.organisation_id = i.organisation_id AND p.id = i.person_id
LEFT JOIN {RIGHT_KIND.table.name} r ON r.organisation_id = i.organisation_id AND r.person_id = i.person_id
AND r.course_id = :course_id ORDER BY p.sort_name, p.id
"""  # noqa: S608 - our own table's name
_REVISION = "SELECT revision FROM course_right WHERE organisation_id = :o AND id = :id"


class Rights(StrictModel):
    """All that the instructor may do in the course."""

    model_config = ConfigDict(extra="forbid")

    rights: list[CourseRight] = Field(max_length=20)


def right_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/courses/{course_id}/rights", tags=["courses"])
    _add_list(router, context)
    _add_change(router, context, Submission(context.door, context.clock, context.new_id))
    return router


def _rights(context: Context, actor: Actor, course_id: str) -> list[dict[str, Any]]:
    with context.database.read() as db:
        read_row(db, COURSES, actor, course_id)
        rows = db.rows(_OF_COURSE, o=actor.organisation_id, course_id=course_id)
    shown = []
    for person_id, given, other, family, rights in rows:
        name = " ".join(part for part in (given, other, family) if part)
        held = list(orjson.loads(rights)) if rights else list(ALL_RIGHTS)
        shown.append({"course_id": course_id, "person_id": person_id, "name": name, "rights": held})
    return shown


def _add_list(router: APIRouter, context: Context) -> None:
    @router.get(
        "",
        response_model=Answer[list[dict[str, Any]]],
        responses=_ERRORS | {200: {"content": {"application/json": {"example": {"data": [_EXAMPLE]}}}}},
        summary="List what each instructor may do in a course; instructors see their own line",
    )
    def listed(
        request: Request, course_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        lines = _rights(context, known.actor, course_id)
        if not may_set_course_rights(known.actor):
            lines = [line for line in lines if line["person_id"] == known.actor.person_id]
            if not lines:
                raise CampusError(
                    "not_allowed", text("Your role doesn't say who does what in a course. Ask the office.")
                )
        return answer(request, lines)


def _add_change(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.put(
        "/{person_id}",
        response_model=Answer[dict[str, Any]],
        responses=_ERRORS | {200: {"content": {"application/json": {"example": {"data": _EXAMPLE}}}}},
        summary="Say what an instructor may do in a course",
    )
    def change(
        course_id: str,
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        wanted: Annotated[Rights, Given(examples=[{"rights": ["edit", "mark", "attend"]}])],
        key: IdempotencyKey = None,
    ) -> Response:
        with context.database.read() as db:
            read_row(db, COURSES, known.actor, course_id)
            present = db.one(_REVISION, o=known.actor.organisation_id, id=course_right_id(course_id, person_id))
        rights = tidy_rights(map(str, wanted.rights))
        payload = {"course_id": course_id, "person_id": person_id, "rights": rights}
        base = str(present[0]) if present else None
        submission.put(known, key, Wish("SetCourseRights", course_right_id(course_id, person_id), payload, base))
        return answer(None, payload)
