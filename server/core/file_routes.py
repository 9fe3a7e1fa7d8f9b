"""Gives files out, in ranges too, to whoever an area says may read them; and puts the parts of files together."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from server.core.area import Area, SettledFile
from server.core.context import Context
from server.core.direct_routes import direct_router
from server.core.direct_uploads import DirectUploads
from server.core.file_answers import file_answer
from server.core.file_link_routes import link_router
from server.core.file_preview_routes import preview_router
from server.core.file_rights import FileRights
from server.core.file_scan import make_scanner
from server.core.file_store import FileStore
from server.core.file_stores import make_file_store
from server.core.film_copies import picked
from server.core.film_giving import given
from server.core.film_routes import film_router
from server.core.routing import Router
from server.core.upload_book import Upload, UploadBook, limits_of
from server.core.upload_routes import UploadDesk, upload_router
from server.core.upload_writing import Finisher
from shared.core.film_quality import FilmQuality

PREFIX = "/api/v1/files"
_QUALITIES = frozenset(FilmQuality)


def file_routers(context: Context, areas: Sequence[Area]) -> list[APIRouter]:
    """Return the routes of uploads and files over the store that the settings name."""
    store = make_file_store(context.settings)
    listeners = [area.file_settled for area in areas if area.file_settled is not None]

    def settled(upload: Upload) -> None:
        names = ("organisation_id", "person_id", "sha256", "name", "kind", "state", "code", "sentence")
        told = SettledFile(**{name: getattr(upload, name) for name in names}, bytes=upload.size)
        for listener in listeners:
            listener(context, told)

    book = UploadBook(context.database, context.settings, context.clock, context.new_id)
    scanner = make_scanner(context.settings)
    # How large this one may be was asked when it was begun; no part is longer than was said then.
    largest = max(limit.largest for limit in limits_of(context.settings).values())
    finisher = Finisher(book, store, scanner, largest, settled)
    direct = DirectUploads(context, book, finisher, store.landing)
    desk = UploadDesk(context, book, finisher, direct)
    rights = FileRights([reader for area in areas for reader in area.file_readers])
    return [
        upload_router(context, desk),
        direct_router(context, direct, desk),
        file_router(context, store, rights),
        film_router(context, rights),
        preview_router(context, store, rights),
        link_router(context, store, rights),
    ]


def file_router(context: Context, store: FileStore, rights: FileRights) -> APIRouter:
    """Return the route that gives files out."""
    router = Router(tags=["files"])

    def serve(request: Request, sha256: str, quality: FilmQuality) -> Response:
        with context.database.read() as db:
            file = rights.found(db, context.auth.within(db, request).actor, sha256)
            wanted = picked(db, file, quality)
        return given(context, store, wanted, file, lambda one, opened: file_answer(request, one, opened))

    async def head(request: Request) -> Response:
        said = request.query_params.get("quality", "")
        quality = FilmQuality(said) if said in _QUALITIES else FilmQuality.ORIGINAL
        return await run_in_threadpool(serve, request, request.path_params["sha256"], quality)

    router.add_route(f"{PREFIX}/{{sha256}}", head, methods=["HEAD"])

    @router.get(f"{PREFIX}/{{sha256}}", response_class=StreamingResponse, summary="Read a file, or a range of it")
    def read(request: Request, sha256: str, quality: FilmQuality = FilmQuality.ORIGINAL) -> Response:
        """The file with this SHA-256, for whoever sees a row that names it; `Range` gives a part of it.

        `quality` picks a film's copy, where it is there; the `ETag` tells which was given.
        """
        return serve(request, sha256, quality)

    return router
