"""The REST face of a person's figures: courses, work, average grade, attendance, and the last day of learning."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from server.attendance.report_queries import Scope, marks_by_enrolment
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.resources import read_row
from server.core.responses import answer
from server.core.routing import Router
from server.people.routes import USERS
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.grading.permissions import may_see_transcript
from shared.grading.person_figures import person_figures

_OWN = "WHERE organisation_id = :o AND person_id = :person_id"
_ENROLMENTS = f"SELECT id, state FROM enrolment {_OWN} AND testing = false"  # noqa: S608 - our own words
_WORK = f"SELECT assignment_id, state, handed_in_at FROM submission {_OWN}"  # noqa: S608 - our own words
_GRADES = f"SELECT result FROM course_grade {_OWN}"  # noqa: S608 - our own words
_EVER = ("2000-01-01T00:00:00.000Z", "2200-01-01T00:00:00.000Z")
_EXAMPLE = {
    "courses": 3,
    "completed": 1,
    "handed_in": 14,
    "grade": "72.8",
    "attendance": 91,
    "last_learned_at": "2026-11-20T08:30:00.000Z",
}


class Figures(StrictModel):
    """Counts, the average of published course grades and of attendance in percent, and the last class or work."""

    courses: int
    completed: int
    handed_in: int
    grade: str | None
    attendance: int | None
    last_learned_at: str | None


def routers(context: Context) -> list[APIRouter]:
    """Return the routes."""
    router = Router(prefix="/api/v1", tags=["profile"])
    current = context.auth.current

    @router.get("/profile/figures", summary="Read one's own figures", **described(Figures, _EXAMPLE))
    def own(request: Request, known: Annotated[CurrentSignIn, Depends(current)]) -> Response:
        home, person_id = known.actor.organisation_id, known.actor.person_id
        return answer(request, context.reports.read(home, lambda db: _figures(db, home, person_id)))

    @router.get("/users/{person_id}/figures", summary="Read someone's figures", **described(Figures, _EXAMPLE))
    def read(request: Request, person_id: Id, known: Annotated[CurrentSignIn, Depends(current)]) -> Response:
        """For whoever may read the transcript."""
        with context.database.read() as db:
            _check(db, known.actor, person_id)
        home = known.actor.organisation_id
        return answer(request, context.reports.read(home, lambda db: _figures(db, home, person_id)))

    return [router]


def _check(db: Db, actor: Actor, person_id: str) -> None:
    if actor.person_id == person_id:
        return
    read_row(db, USERS, actor, person_id)
    if not may_see_transcript(actor, person_id):
        raise CampusError(
            "not_allowed", text("Figures with grades are for the person and for those who see all marks.")
        )


def _figures(db: Db, organisation_id: str, person_id: str) -> dict[str, Any]:
    places = {"o": organisation_id, "person_id": person_id}
    classes = {
        enrolment_id: [(mark.starts_at, mark.state) for mark in marks]
        for enrolment_id, _, marks in marks_by_enrolment(db, Scope(organisation_id, *_EVER, person_id=person_id))
    }
    told = person_figures(
        [{"id": row[0], "state": row[1]} for row in db.rows(_ENROLMENTS, **places)],
        [dict(zip(("assignment_id", "state", "handed_in_at"), row, strict=True)) for row in db.rows(_WORK, **places)],
        [row[0] for row in db.rows(_GRADES, **places)],
        classes,
    )
    return {**asdict(told), "grade": None if told.grade is None else str(told.grade)}
