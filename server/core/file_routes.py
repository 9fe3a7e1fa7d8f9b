"""Gives files out, in ranges too, to whoever an area says may read them; and puts the parts of files together."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, BinaryIO

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from server.core.area import Area, FileReader, SettledFile
from server.core.context import Context
from server.core.errors import NOT_MODIFIED, OK, error_answer
from server.core.file_scan import make_scanner
from server.core.file_store import BLOCK, FileStore
from server.core.file_stores import make_file_store
from server.core.responses import has_version
from server.core.routing import Router
from server.core.upload_book import Upload, UploadBook
from server.core.upload_routes import upload_router
from server.core.upload_writing import Finisher
from shared.core.errors import CampusError
from shared.core.file_types import TYPES
from shared.core.text import text

PREFIX = "/api/v1/files"
_PARTIAL = 206
_HASH = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_KIND = "SELECT kind, bytes FROM stored_file WHERE organisation_id = :o AND sha256 = :sha256"
# A file is data and never a page: whatever is in it, a browser saves it and runs nothing.
_HARMLESS = {"Content-Security-Policy": "sandbox", "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes"}


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
    finisher = Finisher(book, store, scanner, context.settings.largest_file_bytes, settled)
    readers = [reader for area in areas for reader in area.file_readers]
    return [upload_router(context, book, finisher), file_router(context, store, readers)]


def file_router(context: Context, store: FileStore, readers: Sequence[FileReader]) -> APIRouter:
    """Return the route that gives files out."""
    router = Router(tags=["files"])

    def serve(request: Request, sha256: str) -> Response:
        with context.database.read() as db:
            actor = context.auth.within(db, request).actor
            found = None
            if _HASH.fullmatch(sha256) and any(reader(db, actor, sha256) for reader in readers):
                found = db.one(_KIND, o=actor.organisation_id, sha256=sha256)
        if found is None:
            # The same for a file that isn't there and for one that is none of the caller's business.
            raise CampusError("not_found", text("This file isn't here, or isn't for you."))
        headers = {**_HARMLESS, **_named(sha256, found[0]), "ETag": f'"{sha256}"'}
        if has_version(request, sha256):
            return Response(status_code=NOT_MODIFIED, headers=headers)
        return _given(request, headers, int(found[1]), lambda: store.open(actor.organisation_id, sha256))

    async def head(request: Request) -> Response:
        return await run_in_threadpool(serve, request, request.path_params["sha256"])

    router.add_route(f"{PREFIX}/{{sha256}}", head, methods=["HEAD"])

    @router.get(f"{PREFIX}/{{sha256}}", response_class=StreamingResponse, summary="Read a file, or a range of it")
    def read(request: Request, sha256: str) -> Response:
        """The file with this SHA-256, for whoever sees a row that names it; `Range` gives a part of it."""
        return serve(request, sha256)

    return router


def _named(sha256: str, kind: str) -> dict[str, str]:
    known = TYPES.get(kind)
    media = known.media if known else "application/octet-stream"
    ending = known.endings[0] if known else "bin"
    return {"Content-Type": media, "Content-Disposition": f'attachment; filename="{sha256[:12]}.{ending}"'}


def _given(request: Request, headers: dict[str, str], size: int, opened: Any) -> Response:
    asked = wanted_range(request.headers.get("range", ""), request.headers.get("if-range", ""), headers["ETag"], size)
    if asked is None:
        message = text("The file has {size} bytes, and nothing where you asked.", size=size)
        problem = CampusError("range_unsatisfiable", message)
        return error_answer(problem, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
    start, end = asked
    status = OK
    if (start, end) != (0, size):
        status = _PARTIAL
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(_blocks(opened(), start, end), status, headers)


def wanted_range(header: str, if_range: str, etag: str, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last of what is asked for; None where the file has none of it.

    What isn't one range in bytes, or is of another version of the file, asks for the whole.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", "") or (if_range and if_range != etag):
        return 0, size
    first, last = found.groups()
    if first == "":
        start, end = size - min(int(last), size), size
    else:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < int(first):
            return 0, size
    return (start, end) if start < end else None


async def _blocks(file: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        await run_in_threadpool(file.seek, start)
        left = end - start
        while left:
            block = await run_in_threadpool(file.read, min(BLOCK, left))
            if not block:
                message = "A stored file is shorter than it was."
                raise OSError(message)
            left -= len(block)
            yield block
    finally:
        file.close()
