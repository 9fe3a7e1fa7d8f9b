"""The REST face of course grades: what is published of a cohort's grades, and publishing them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.responses import answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.grading.course_grade_kinds import COURSE_GRADE_KIND
from server.people.fresh_sign_in import need_fresh
from shared.core.command import MAX_TARGETS, Id
from shared.core.strict import StrictModel
from shared.grading.course_grade_commands import GradeSeen
from shared.grading.ids import course_grade_id
from shared.grading.permissions import may_see_gradebook

_ROWS = f"SELECT {COURSE_GRADE_KIND.selected()} FROM course_grade t WHERE t.organisation_id = :o AND"  # noqa: S608 - our own column names
_OF_COHORT = f"{_ROWS} t.cohort_id = :id ORDER BY t.id"
_OF_PERSON = f"{_ROWS} t.cohort_id = :id AND t.person_id = :person_id ORDER BY t.id"
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"
_WORK = {"assignment_id": _ID, "title": "Portraits", "status": "marked", "counts": "40.5", "points": "50"}
_LINE = {"category_id": "", "name": "", "share": "100", "earned": "40.5", "possible": "50", "percent": "81"}
_GRADE = {
    "id": _ID,
    "revision": _ID,
    "cohort_id": _ID,
    "enrolment_id": _ID,
    "person_id": _ID,
    "course_id": _ID,
    "course_code": "PHOTO",
    "course_title": "Photography",
    "cohort_name": "Photography 1",
    "result": "81.0",
    "word": "A",
    "scale": "letters",
    "lines": [{**_LINE, "work": [{**_WORK, "dropped": False, "extra_credit": False}]}],
    "published_by": _ID,
    "published_by_name": "Efua Sarpong",
    "published_at": "2026-11-20T08:30:00.000Z",
}


class PublishedGrades(StrictModel):
    """Published grades of a cohort: the percentage as a text, its word, and the work that it comes from."""

    grades: list[dict[str, Any]]


class GradeGiven(GradeSeen):
    """The grade of one student as it was seen; `base` is the revision of the published one that was."""

    model_config = ConfigDict(extra="forbid")

    base: Id | None = None


class GradesGiven(StrictModel):
    """The grades to publish; `reason` is needed where a published one changes."""

    model_config = ConfigDict(extra="forbid")

    grades: list[GradeGiven] = Field(min_length=1, max_length=MAX_TARGETS)
    reason: str = Field(default="", max_length=300)


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of course grades."""
    router = Router(prefix="/api/v1", tags=["marks"])
    _add_read(router, context)
    _add_write(router, context, Submission(context.door, context.clock, context.new_id))
    return [router]


def _add_read(router: APIRouter, context: Context) -> None:
    @router.get(
        "/cohorts/{cohort_id}/course-grades",
        summary="List published grades",
        **described(PublishedGrades, {"grades": [_GRADE]}),
    )
    def published(
        request: Request, cohort_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        actor = known.actor
        places = {"o": actor.organisation_id, "id": cohort_id}
        with context.database.read() as db:
            if may_see_gradebook(actor, cohort_id):
                rows = db.rows(_OF_COHORT, **places)
            else:  # students see their own, whoever else asks none
                rows = db.rows(_OF_PERSON, person_id=actor.person_id, **places)
        return answer(request, {"grades": [COURSE_GRADE_KIND.body_of(row) for row in rows]})


def _add_write(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.post("/cohorts/{cohort_id}/course-grades", summary="Publish grades", **described(None, {"outcomes": []}))
    def publish(
        cohort_id: Id,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: GradesGiven,
        key: IdempotencyKey = None,
    ) -> Response:
        """Asks for a sign-in of the last ten minutes."""
        with context.database.read() as db:
            need_fresh(db, known, context.clock.now())
        targets = [(course_grade_id(one.enrolment_id), one.base) for one in given.grades]
        grades = [one.model_dump(mode="json", exclude={"base"}) for one in given.grades]
        (target, base), *more = targets
        payload = {"cohort_id": cohort_id, "grades": grades, "reason": given.reason}
        outcomes = submission.put_all(known, key, [Wish("PublishGrades", target, payload, base, more)])
        return answer(None, {"outcomes": [one.model_dump(mode="json") for one in outcomes]})
