"""The REST face of the server's own work: what ran, when, how much it did and what went wrong."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from server.core import job_claims
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.resources import DEFAULT_LIMIT, LARGEST_PAGE
from server.core.responses import PageAnswer, answer, pagination
from server.core.routing import Router
from shared.core.errors import CampusError
from shared.core.text import text

_SEES = "organisation.edit"
_EXAMPLE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "name": "letters",
    "began_at": "2026-11-20T08:30:00.000Z",
    "ended_at": "2026-11-20T08:30:01.250Z",
    "done": 3,
    "problem": "",
}
_LISTED = {"data": [_EXAMPLE], "pagination": pagination(1, DEFAULT_LIMIT, 1).model_dump()}


def job_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/jobs", tags=["jobs"])

    def administrator(request: Request) -> CurrentSignIn:
        known = context.auth.current(request)
        if not known.actor.may(_SEES):
            raise CampusError("not_allowed", text("Your role doesn't see the server's own work."))
        return known

    @router.get(
        "/runs",
        response_model=PageAnswer[dict[str, Any]],
        responses={200: {"content": {"application/json": {"example": _LISTED}}}},
        summary="List what the server did by itself, the newest first",
    )
    def listed(
        request: Request,
        _known: Annotated[CurrentSignIn, Depends(administrator)],
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_LIMIT,
    ) -> Response:
        with context.database.read() as db:
            found, total = job_claims.runs(db, limit, (page - 1) * limit)
        return answer(request, found, page=pagination(page, limit, total))

    return router
