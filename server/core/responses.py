"""Success answers as ready bytes: `{"data", "pagination"?, "message"?}`, with ETag and compression."""

import gzip
import hashlib
from typing import Any, Generic, TypeVar

import orjson
from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from server.core.errors import CREATED, NO_CONTENT, NOT_MODIFIED, OK
from shared.core.strict import StrictModel

T = TypeVar("T")
COMPRESS_FROM = 1_000
"""Smaller bodies gain nothing from compression."""


class Pagination(StrictModel):
    """Where a page of a list stands; `page` counts from 1."""

    page: int
    limit: int
    totalCount: int  # noqa: N815 - the wire's own name
    totalPages: int  # noqa: N815 - same
    hasNext: bool  # noqa: N815 - same
    hasPrev: bool  # noqa: N815 - same


class Answer(StrictModel, Generic[T]):
    """The shape of a success, for the published description."""

    data: T
    message: str | None = None


class PageAnswer(StrictModel, Generic[T]):
    """The shape of one page of a list, for the published description."""

    data: list[T]
    pagination: Pagination


class Failure(StrictModel):
    """The shape of every error: `error` is for people, `code` for programs."""

    error: str
    code: str
    details: dict[str, Any] = Field(default_factory=dict)
    request_id: str


def pagination(page: int, limit: int, total: int) -> Pagination:
    """Return where `page` of a list of `total` rows stands."""
    pages = -(-total // limit)
    return Pagination(
        page=page, limit=limit, totalCount=total, totalPages=pages, hasNext=page < pages, hasPrev=page > 1
    )


def packed(data: object, *, page: Pagination | None = None, message: str | None = None) -> bytes:
    """Return the body of a success. `data` as bytes is JSON already and goes in as it is."""
    ready = data if isinstance(data, bytes) else orjson.dumps(data, default=_plain)
    more = b""
    if page is not None:
        more += b',"pagination":' + orjson.dumps(page.model_dump())
    if message is not None:
        more += b',"message":' + orjson.dumps(message)
    return b'{"data":' + ready + more + b"}"


def _plain(value: object) -> object:
    if isinstance(value, StrictModel):
        return value.model_dump(mode="json")
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError


def answer(
    request: Request | None,
    data: object,
    *,
    page: Pagination | None = None,
    message: str | None = None,
    created: bool = False,
    etag: str | None = None,
) -> Response:
    """Return a success; call it in the endpoint's own thread, where compressing holds nobody up.

    With `etag` (without quotes) a caller that has this version already gets 304 and no body.
    """
    return ready(request, packed(data, page=page, message=message), created=created, etag=etag)


def ready(request: Request | None, body: bytes, *, created: bool = False, etag: str | None = None) -> Response:
    """Return a body that is JSON already, compressed where the caller takes it."""
    headers = {"Cache-Control": "no-store"}
    if etag is not None:
        headers |= {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache"}
        if request is not None and has_version(request, etag):
            return Response(status_code=NOT_MODIFIED, headers=headers)
    if len(body) >= COMPRESS_FROM:
        headers["Vary"] = "Accept-Encoding"
        if request is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, compresslevel=1, mtime=0)
    return Response(body, CREATED if created else OK, headers, media_type="application/json")


def nothing() -> Response:
    """Return the answer that has no body."""
    return Response(status_code=NO_CONTENT)


def version_of(body: bytes) -> str:
    """Return an ETag for a body that has no cheaper version."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def has_version(request: Request, etag: str) -> bool:
    """Tell whether the caller has this version already."""
    known = [word.strip().removeprefix("W/").strip('"') for word in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known
