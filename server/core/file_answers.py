"""How a stored file is answered: as data that no browser runs, whole or a range of it."""

import re
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from server.core.errors import NOT_MODIFIED, OK, error_answer
from server.core.file_rights import StoredFile
from server.core.file_store import BLOCK
from server.core.responses import has_version
from shared.core.errors import CampusError
from shared.core.file_types import TYPES
from shared.core.text import text

_PARTIAL = 206
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
KEPT_NOWHERE = "private, no-cache"
# A file is data and never a page: whatever is in it, a browser saves it and runs nothing.
_HARMLESS = {"Content-Security-Policy": "sandbox", "Accept-Ranges": "bytes"}


def file_answer(
    request: Request, file: StoredFile, opened: Callable[[], BinaryIO], kept: str = KEPT_NOWHERE
) -> Response:
    """Return the answer for a file that whoever asks may have; `kept` is how long what lies between may keep it."""
    headers = {**_HARMLESS, **named(file), "Cache-Control": kept, "ETag": f'"{file.sha256}"'}
    if has_version(request, file.sha256):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return _given(request, headers, file.bytes, opened)


def named(file: StoredFile) -> dict[str, str]:
    """Return the headers that name a file: by its hash, never by what a person called it."""
    known = TYPES.get(file.kind)
    media = known.media if known else "application/octet-stream"
    ending = known.endings[0] if known else "bin"
    return {"Content-Type": media, "Content-Disposition": f'attachment; filename="{file.sha256[:12]}.{ending}"'}


def _given(request: Request, headers: dict[str, str], size: int, opened: Callable[[], BinaryIO]) -> Response:
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
