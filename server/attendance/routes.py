"""The REST face of registers: read one with its effective marks, save marks, finish and open again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.attendance.leave_queries import about_session
from server.attendance.queries import OBSERVATION_COLUMNS, observation_body
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import Answer, answer
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.timetable.routes import CLASS_SESSIONS
from shared.attendance import rules
from shared.attendance.permissions import may_take_register
from shared.attendance.vocabulary import AttendanceState, Method
from shared.core.actor import Actor
from shared.core.command import Id
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.learning.vocabulary import ATTENDING
from shared.timetable.clashes import taught_by

# A cross join, so that SQLite begins at the class's places; else it goes through the names of the whole institute.
_ROLL = """
SELECT e.id, e.state, p.id, p.given_name, p.family_name, p.number, p.state FROM enrolment e CROSS JOIN person p
WHERE e.organisation_id = :o AND e.cohort_id = :cohort_id AND e.testing = false
AND p.organisation_id = :o AND p.id = e.person_id ORDER BY p.sort_name, e.id
"""
_OBSERVATIONS = (
    f"SELECT {', '.join(OBSERVATION_COLUMNS)} FROM observation"  # noqa: S608 - our own column names
    " WHERE organisation_id = :o AND session_id = :session_id ORDER BY mark_id, ordinal"
)
_REGISTER = """
SELECT state, finished_by_name, finished_at, revision FROM register
WHERE organisation_id = :o AND session_id = :session_id
"""


class MarkGiven(StrictModel):
    """One mark of a register. `supersedes` are the observations that were seen (see `standing` of the register)."""

    model_config = ConfigDict(extra="forbid")

    enrolment_id: Id
    state: AttendanceState
    minutes: int | None = Field(default=None, ge=0, le=600)
    note: str = Field(default="", max_length=1000)
    supersedes: list[Id] = Field(default=[], max_length=50)


class MarksGiven(StrictModel):
    """The marks to save; those not named stay as they are."""

    model_config = ConfigDict(extra="forbid")

    marks: list[MarkGiven] = Field(min_length=1, max_length=500)
    method: Method = Method.HAND


def register_of(db: Db, actor: Actor, session: dict[str, Any]) -> dict[str, Any]:
    """Return a register: the session, its state, and for each enrolment the effective mark and what stands.

    Approved leave counts as an excuse, `leave` says what was asked; staff enrolled for testing aren't on it.
    """
    excuses = rules.Excuses(about_session(db, actor.organisation_id, session))
    places = {"o": actor.organisation_id, "session_id": session["id"]}
    seen: dict[str, list[dict[str, Any]]] = {}
    for body in map(observation_body, db.rows(_OBSERVATIONS, **places)):
        seen.setdefault(body["enrolment_id"], []).append(body)
    marks = []
    for row in db.rows(_ROLL, o=actor.organisation_id, cohort_id=session["cohort_id"]):
        if row[1] not in ATTENDING and row[0] not in seen:
            continue
        mark = rules.effective([*seen.get(row[0], ()), *excuses.of(row[2], row[0], session)])
        marks.append(
            {
                "enrolment_id": row[0],
                "enrolment_state": row[1],
                "person": {
                    "id": row[2],
                    "given_name": row[3],
                    "family_name": row[4],
                    "number": row[5],
                    "state": row[6],
                },
                "state": str(mark.state),
                "minutes": mark.minutes,
                "note": mark.observation["note"] if mark.observation else "",
                "standing": list(mark.unsuperseded),
                "disagreement": bool(mark.competing),
                "leave": [
                    {name: one[name] for name in ("id", "kind", "state", "starts_at", "ends_at", "reason")}
                    for one in excuses.about(row[2], session)
                ],
            }
        )
    found = db.one(_REGISTER, **places)
    state, finished_by, finished_at, revision = found or ("open", "", None, None)
    finished = {"state": state, "finished_by_name": finished_by, "finished_at": finished_at, "revision": revision}
    return {"session": session, **finished, "marks": marks}


def routers(context: Context) -> list[APIRouter]:
    """Return the routes of the attendance area."""
    router = Router(prefix="/api/v1/registers", tags=["registers"])
    submission = Submission(context.door, context.clock, context.new_id)
    _add_read(router, context)
    _add_writes(router, context, submission)
    return [router]


def _add_read(router: APIRouter, context: Context) -> None:
    @router.get("/{session_id}", response_model=Answer[dict[str, Any]], summary="Read a class session's register")
    def read(
        request: Request, session_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        with context.database.read() as db:
            session = read_row(db, CLASS_SESSIONS, known.actor, session_id)
            if not may_take_register(known.actor, session["cohort_id"], taught_by(session)):
                raise CampusError(
                    "not_allowed", text("This register is for those who teach the class, and the office.")
                )
            return answer(request, register_of(db, known.actor, session))


def _add_writes(router: APIRouter, context: Context, submission: Submission) -> None:
    @router.put("/{session_id}/marks", response_model=Answer[list[dict[str, Any]]], summary="Save marks")
    def save(
        session_id: Id,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: MarksGiven,
        key: IdempotencyKey = None,
    ) -> Response:
        wishes = [
            Wish(
                "RecordObservation",
                rules.mark_id(session_id, mark.enrolment_id),
                {"session_id": session_id, "method": str(given.method), **mark.model_dump(mode="json")},
                mark.supersedes[-1] if mark.supersedes else None,
            )
            for mark in given.marks
        ]
        outcomes = submission.put_all(known, key, wishes)
        return answer(None, [outcome.model_dump(mode="json") for outcome in outcomes])

    def set_state(command: str, session_id: str, known: CurrentSignIn, key: str | None) -> Response:
        wish = Wish(command, rules.register_id(session_id), {"session_id": session_id})
        outcome = submission.put(known, key, wish)[0]
        return answer(None, outcome.model_dump(mode="json"))

    @router.post("/{session_id}/finish", response_model=Answer[dict[str, Any]], summary="Finish a register")
    def finish(
        session_id: Id, known: Annotated[CurrentSignIn, Depends(context.auth.current)], key: IdempotencyKey = None
    ) -> Response:
        return set_state("FinishRegister", session_id, known, key)

    @router.post("/{session_id}/reopen", response_model=Answer[dict[str, Any]], summary="Open a register again")
    def reopen(
        session_id: Id, known: Annotated[CurrentSignIn, Depends(context.auth.current)], key: IdempotencyKey = None
    ) -> Response:
        return set_state("ReopenRegister", session_id, known, key)
