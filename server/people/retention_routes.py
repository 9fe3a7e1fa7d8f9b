"""The REST face of retention: periods, a trial that only counts, and reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.responses import answer
from server.core.routing import Router
from server.people.fresh_sign_in import need_fresh
from server.people.retention_service import LONGEST, RetentionService
from shared.core.errors import CampusError
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.people.vocabulary import Permission

_EXAMPLE = {"name": "notices", "days": 365, "default": 365, "least": 30, "too_old": 14}
_RUN = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "trial": False,
    "ran_at": "2026-11-20T02:00:00.000Z",
    "counts": {"notices": 14, "deliveries": 3},
}


class Period(StrictModel):
    """Days that a class is kept; null keeps it for ever."""

    model_config = ConfigDict(extra="forbid")

    days: int | None = Field(ge=1, le=LONGEST)


class Trial(StrictModel):
    """Periods to try out; classes left out are counted by theirs."""

    model_config = ConfigDict(extra="forbid")

    days: dict[str, Annotated[int, Field(ge=1, le=LONGEST)] | None] = Field(default_factory=dict, max_length=50)


def retention_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/retention", tags=["organisations"])
    service = RetentionService(context)
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    def check(known: CurrentSignIn) -> str:
        if not known.actor.may(Permission.PEOPLE_ERASE):
            raise CampusError("not_allowed", text("Only a data officer sets how long data is kept."))
        return known.actor.organisation_id

    @router.get("", summary="Read how long each class of data is kept", **described(None, {"classes": [_EXAMPLE]}))
    def read(request: Request, known: ready) -> Response:
        return answer(request, {"classes": service.shown(check(known))})

    @router.put("/{name}", summary="Set how long a class is kept", **described(None, {"classes": [_EXAMPLE]}))
    def put(name: str, known: ready, given: Annotated[Period, Given(examples=[{"days": 365}])]) -> Response:
        """Asks for a sign-in of the last ten minutes; the next night goes by it."""
        organisation_id = check(known)
        with context.database.read() as db:
            need_fresh(db, known, context.clock.now())
        service.set_days(known.actor, name, given.days)
        return answer(None, {"classes": service.shown(organisation_id)})

    @router.post("/trial", summary="Count what periods would remove", **described(None, {"counts": _RUN["counts"]}))
    def trial(known: ready, given: Annotated[Trial, Given(examples=[{"days": {"notices": 90}}])]) -> Response:
        check(known)
        return answer(None, {"counts": service.trial(known.actor, dict(given.days))})

    @router.get("/runs", summary="Read what the nights removed", **described(None, {"runs": [_RUN]}))
    def runs(request: Request, known: ready) -> Response:
        return answer(request, {"runs": service.runs(check(known))})

    return router
