"""The REST face of "my data": ask for a package, see how far it is, take it once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Body as Given
from pydantic import ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.openapi import described
from server.core.resources import read_row
from server.core.responses import answer
from server.core.routing import Router
from server.people.access_notes import note_export
from server.people.export_service import ExportService
from server.people.routes import USERS
from server.people.seen_words import SeenText
from shared.core.strict import StrictModel

_EXAMPLE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb2f",
    "person_id": "01a1f7f8-3000-7672-874a-d4a8ff8edb30",
    "state": "ready",
    "progress": 100,
    "bytes": 482113,
    "made_at": "2026-11-20T08:30:00.000Z",
    "ready_at": "2026-11-20T08:30:12.000Z",
    "taken_at": None,
    "expires_at": "2026-11-21T08:30:12.000Z",
}


class ExportAsk(StrictModel):
    """Why, where it is someone else's data."""

    model_config = ConfigDict(extra="forbid")

    reason: SeenText = Field(default="", max_length=500)


def export_router(context: Context) -> APIRouter:
    """Return the routes."""
    router = Router(prefix="/api/v1/users/{person_id}/data-export", tags=["users"])
    service = ExportService(context)
    ready = Annotated[CurrentSignIn, Depends(context.auth.current)]

    def check(known: CurrentSignIn, person_id: str, reason: str) -> None:
        service.check_may(known, person_id, reason)
        if person_id != known.actor.person_id:
            with context.database.read() as db:
                read_row(db, USERS, known.actor, person_id)

    @router.post("", summary="Ask for a package of someone's data", **described(None, _EXAMPLE))
    def ask(person_id: str, known: ready, given: Annotated[ExportAsk, Given(examples=[{"reason": ""}])]) -> Response:
        """One's own, or another person's with `people.export` and a reason; made within minutes."""
        check(known, person_id, given.reason)
        return answer(None, service.ask(known, person_id, given.reason.strip()))

    @router.get("", summary="See how far the latest package is", **described(None, _EXAMPLE))
    def state(request: Request, person_id: str, known: ready) -> Response:
        check(known, person_id, "seen")
        return answer(request, service.state(known.actor.organisation_id, person_id))

    @router.get("/{export_id}/package", response_class=StreamingResponse, summary="Take a package")
    def take(person_id: str, export_id: str, known: ready) -> Response:
        """A zip with data.json, data.pdf and files; it can be taken once, and again for 15 minutes after that."""
        check(known, person_id, "taken")
        package = service.take(known.actor.organisation_id, person_id, export_id)
        note_export(context, known, "data_package", 1, person_id)
        headers = {
            "Content-Disposition": 'attachment; filename="my-data.zip"',
            "Content-Length": str(package.bytes),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return StreamingResponse(package.blocks, headers=headers, media_type="application/zip")

    return router
