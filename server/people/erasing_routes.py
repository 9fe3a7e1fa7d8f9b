"""The REST face of anonymising: what it would do, doing it with a fresh sign-in, and legal holds."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.openapi import described
from server.core.resource_routes import IdempotencyKey
from server.core.resources import read_row
from server.core.responses import answer, nothing
from server.core.routing import Router
from server.core.submission import Submission, Wish
from server.people.erasing import Erasing
from server.people.fresh_sign_in import need_fresh
from server.people.routes import USERS
from server.people.seen_words import SeenText
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.vocabulary import Permission

_HELD = "SELECT reason, set_at FROM legal_hold WHERE organisation_id = :o AND person_id = :p"
_HOLD = """
INSERT INTO legal_hold (organisation_id, person_id, reason, set_by, set_at) VALUES (:o, :p, :reason, :by, :now)
ON CONFLICT (organisation_id, person_id) DO UPDATE SET reason = excluded.reason, set_by = excluded.set_by,
set_at = excluded.set_at
"""
_RELEASE = "DELETE FROM legal_hold WHERE organisation_id = :o AND person_id = :p"
_KNOWN = "SELECT label, done_at FROM erasure WHERE organisation_id = :o AND person_id = :p"
_EXAMPLE: dict[str, Any] = {
    "label": None,
    "hold": None,
    "goes": {"profile": 1, "credential": 1, "notice": 14},
    "emptied": {"submission": 6, "observation": 88},
    "stays": {"enrolment": 2, "course_grade": 1},
    "obstacles": [],
}


class Reasoned(StrictModel):
    """Why; it is kept with what was done."""

    model_config = ConfigDict(extra="forbid")

    reason: SeenText = Field(min_length=1, max_length=500)


def erasing_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/users", tags=["users"])
    erasing = Erasing(context.personal, context.keeps_person)
    _add_outlook(router, context, erasing)
    _add_erasure(router, context)
    _add_holds(router, context)
    return router


def _check(known: CurrentSignIn) -> None:
    if not known.actor.may(Permission.PEOPLE_ERASE):
        raise CampusError("not_allowed", text("Only a data officer anonymises people."))


def _outlook(db: Db, erasing: Erasing, known: CurrentSignIn, person_id: str) -> dict[str, Any]:
    organisation_id = known.actor.organisation_id
    read_row(db, USERS, known.actor, person_id)
    told = erasing.outlook(db, organisation_id, person_id)
    done = db.one(_KNOWN, o=organisation_id, p=person_id)
    hold = db.one(_HELD, o=organisation_id, p=person_id)
    return {
        "label": done[0] if done else None,
        "hold": {"reason": hold[0], "set_at": hold[1]} if hold else None,
        "goes": dict(told.goes),
        "emptied": dict(told.emptied),
        "stays": dict(told.stays),
        "obstacles": list(told.obstacles),
    }


def _add_outlook(router: APIRouter, context: Context, erasing: Erasing) -> None:
    @router.get("/{person_id}/erasure", summary="See what anonymising someone would do", **described(None, _EXAMPLE))
    def outlook(
        request: Request, person_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]
    ) -> Response:
        """Rows by table: what goes, what loses its words, what stays, and what stands against it."""
        _check(known)
        with context.database.read() as db:
            return answer(request, _outlook(db, erasing, known, person_id))


def _add_erasure(router: APIRouter, context: Context) -> None:
    submission = Submission(context.door, context.clock, context.new_id)
    example = Given(examples=[{"reason": "Asked for in writing on 3 November"}])

    @router.post(
        "/{person_id}/erase",
        summary="Anonymise someone for good",
        **described(None, {"label": "Former student 0042"}),
    )
    def erase(
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Reasoned, example],
        key: IdempotencyKey = None,
    ) -> Response:
        """Asks for a sign-in of the last ten minutes; it can't be undone."""
        _check(known)
        with context.database.read() as db:
            need_fresh(db, known, context.clock.now())
            read_row(db, USERS, known.actor, person_id)
        outcome = submission.put(known, key, Wish("ErasePerson", person_id, {"reason": given.reason}))[0]
        return answer(None, {"label": outcome.details.get("label")})


def _add_holds(router: APIRouter, context: Context) -> None:
    example = Given(examples=[{"reason": "A dispute about fees before the court"}])

    @router.put("/{person_id}/legal-hold", summary="Keep someone's data", **described(None, {}))
    def hold(
        person_id: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        given: Annotated[Reasoned, example],
    ) -> Response:
        """Neither retention nor anyone takes anything of this person away until the hold is lifted."""
        _check(known)
        with context.database.read() as db:
            read_row(db, USERS, known.actor, person_id)
        places = {"o": known.actor.organisation_id, "p": person_id}
        context.database.write(
            lambda db: db.run(
                _HOLD,
                **places,
                reason=given.reason,
                by=known.actor.person_id,
                now=instant_text(context.clock.now()),
            )
        )
        return answer(None, {"reason": given.reason})

    @router.delete("/{person_id}/legal-hold", status_code=204, summary="Lift a legal hold")
    def release(person_id: str, known: Annotated[CurrentSignIn, Depends(context.auth.current)]) -> Response:
        _check(known)
        places = {"o": known.actor.organisation_id, "p": person_id}
        context.database.write(lambda db: db.run(_RELEASE, **places))
        return nothing()
