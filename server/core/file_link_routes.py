"""Makes short-lived links to files, and opens those that this server gives out itself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.file_answers import KEPT_NOWHERE, file_answer
from server.core.file_links import PATH, FileLinks
from server.core.file_rights import FileRights
from server.core.file_store import FileStore
from server.core.film_copies import picked
from server.core.film_giving import given
from server.core.openapi import PUBLIC, described
from server.core.responses import answer
from server.core.routing import Router
from server.core.tokens import Claims
from shared.core.film_quality import FilmQuality
from shared.core.strict import StrictModel

_EXAMPLE = {"url": f"{PATH}/rL0cQ2hKZ1h0", "expires_at": "2026-11-21T08:35:00.000Z"}


class FileLink(StrictModel):
    """A link that opens a file until `expires_at`; where it begins with "/", at this server."""

    url: str
    expires_at: str = Field(examples=["2026-11-21T08:35:00.000Z"])


def link_router(context: Context, store: FileStore, rights: FileRights) -> APIRouter:
    """Return the routes."""
    router = Router(tags=["files"])
    links = FileLinks(context.settings, context.keys, context.clock, store)
    _add_making(router, context, links, rights)
    _add_opening(router, context, links, store, rights)
    return router


def _add_making(router: APIRouter, context: Context, links: FileLinks, rights: FileRights) -> None:
    @router.post(
        "/api/v1/files/{sha256}/links",
        status_code=201,
        summary="Make a short-lived link to a file",
        **described(FileLink, _EXAMPLE),
    )
    def make(
        sha256: str,
        known: Annotated[CurrentSignIn, Depends(context.auth.current)],
        quality: FilmQuality = FilmQuality.ORIGINAL,
    ) -> Response:
        """For the system's browser; whoever has the link can open it until it ends, so it is for the caller alone.

        `quality` picks a film's copy, where it is there.
        """
        actor = known.actor
        with context.database.read() as db:
            file = picked(db, rights.found(db, actor, sha256), quality)
        claims = Claims(actor.organisation_id, actor.person_id, known.sign_in_id, known.device_id, ())
        made = answer(None, links.made(claims, file), created=True)
        made.headers["Cache-Control"] = "no-store"
        return made


def _add_opening(router: APIRouter, context: Context, links: FileLinks, store: FileStore, rights: FileRights) -> None:
    def serve(request: Request, ticket: str) -> Response:
        link = links.read(ticket)
        with context.database.read() as db:
            # Whoever was suspended or lost the right since has lost the link, too.
            file = rights.found(db, context.auth.standing(db, link.claims), link.sha256)
        kept = KEPT_NOWHERE
        if context.settings.files_cdn_url:
            # A CDN keeps it under this address, which nobody else knows, and no longer than the link lives.
            kept = f"public, max-age={links.seconds_left(link)}"
        return given(context, store, file, None, lambda one, opened: file_answer(request, one, opened, kept))

    async def head(request: Request) -> Response:
        return await run_in_threadpool(serve, request, request.path_params["ticket"])

    router.add_route(f"{PATH}/{{ticket}}", head, methods=["HEAD"])

    @router.get(
        f"{PATH}/{{ticket}}",
        response_class=StreamingResponse,
        summary="Open a link to a file",
        openapi_extra=PUBLIC,
    )
    def read(request: Request, ticket: str) -> Response:
        """The file that the link was made for, or a range of it; `link_over` once its time has run out."""
        return serve(request, ticket)
