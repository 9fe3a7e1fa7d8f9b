"""Uploads that go on where they were cut, in the way of tus 1.0: creation, pieces, checksums, termination, expiry."""

import base64
import re
from collections.abc import Callable
from email.utils import format_datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.direct_uploads import DirectUploads
from server.core.errors import NO_CONTENT, error_answer
from server.core.openapi import described
from server.core.responses import answer
from server.core.routing import Router
from server.core.upload_book import RECEIVING, Upload, UploadAsk, UploadBook, limits_of
from server.core.upload_lock import PartLock, Turn, Turns
from server.core.upload_writing import CHECKSUMS, Checksum, Finisher, PartWriter
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.core.file_limits import FilePurpose, purpose_of
from shared.core.strict import StrictModel
from shared.core.text import text

PREFIX = "/api/v1/uploads"
VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
_TUS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
_HASH = re.compile(r"[0-9a-f]{64}")


class UploadShown(StrictModel):
    """An upload. `state` is receiving, stored or quarantined; `code` and `sentence` say why it was put aside.

    `direct`: a link may be asked for by which the whole goes to the store itself, in place of pieces.
    """

    id: str
    name: str
    sha256: str
    kind: str
    size: int
    offset: int
    state: str
    code: str = ""
    sentence: str = ""
    expires_at: str = Field(examples=["2026-11-27T08:30:00.000Z"])
    direct: bool = False


EXAMPLE = {
    "id": "01a1f7f8-3000-7672-874a-d4a8ff8edb60",
    "name": "essay.pdf",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "kind": "pdf",
    "size": 48_231,
    "offset": 0,
    "state": "receiving",
    "code": "",
    "sentence": "",
    "expires_at": "2026-11-27T08:30:00.000Z",
    "direct": False,
}


class LimitShown(StrictModel):
    """What holds for files of one purpose: the largest size in bytes, the words of types (none: all)."""

    largest: int
    kinds: list[str]
    may: bool


class LimitsShown(StrictModel):
    """What holds by purpose."""

    limits: dict[FilePurpose, LimitShown]


LIMITS_EXAMPLE = {"limits": {"photo": {"largest": 5_242_880, "kinds": ["jpeg", "png"], "may": True}}}


class UploadDesk:
    """What the routes do, over one book of uploads."""

    def __init__(self, context: Context, book: UploadBook, finisher: Finisher, direct: DirectUploads) -> None:
        self._context, self.book, self._finisher, self._direct = context, book, finisher, direct
        self._turns = Turns(context.settings.upload_idle_seconds)

    def create(self, request: Request, known: CurrentSignIn) -> Response:
        """Begin an upload; beginning the same one again gives the same place."""
        check_version(request)
        if self.book.is_sweep_due():
            self._finisher.tidy()
        upload = self.book.begin(known.actor, _ask_of(request))
        made = answer(None, self.shown(upload), created=True)
        made.headers.update({**self._marks(upload), "Location": f"{PREFIX}/{upload.id}"})
        return made

    def shown(self, upload: Upload) -> dict[str, Any]:
        """Return an upload as it is told."""
        names = ("id", "name", "sha256", "kind", "size", "state", "code", "sentence", "expires_at")
        told = {name: getattr(upload, name) for name in names}
        return {**told, "offset": self.book.offset(upload), "direct": self._direct.takes(upload)}

    def _marks(self, upload: Upload, offset: int | None = None, expires_at: str | None = None) -> dict[str, str]:
        at = self.book.offset(upload) if offset is None else offset
        marks = {**_TUS, "Upload-Offset": str(at)}
        if upload.state == RECEIVING:
            ends = parse_instant(expires_at or upload.expires_at)
            marks["Upload-Expires"] = format_datetime(ends, usegmt=True)
        return marks

    def head(self, request: Request, known: CurrentSignIn) -> Response:
        """Tell how far an upload is."""
        check_version(request)
        upload = self.book.find(known.actor, request.path_params["upload_id"])
        return Response(headers={**self._marks(upload), "Upload-Length": str(upload.size)})

    def read(self, upload_id: str, known: CurrentSignIn) -> Response:
        """Tell all of an upload."""
        return answer(None, self.shown(self.book.find(known.actor, upload_id)))

    def end(self, request: Request, upload_id: str, known: CurrentSignIn) -> Response:
        """Forget an upload; what is stored stays."""
        check_version(request)
        upload = self.book.find(known.actor, upload_id)
        if upload.state == RECEIVING:
            with PartLock(self.book.lock(upload)):
                self.book.drop(upload)
        return Response(status_code=NO_CONTENT, headers=_TUS)

    async def take(self, request: Request, upload_id: str, known: CurrentSignIn) -> Response:
        """Write a piece at the end, and finish the upload with its last one."""
        check_version(request)
        offset = _offset_of(request)
        checksum = Checksum.read(request.headers.get("upload-checksum", ""))
        find = partial(self.book.find, known.actor, upload_id)
        await run_in_threadpool(find)
        turn = await self._turns.begin(upload_id)
        try:
            upload = await run_in_threadpool(find)
            lock = PartLock(self.book.lock(upload))
            await run_in_threadpool(lock.__enter__)
            try:
                # Once more: whoever held the lock may have finished it.
                upload = await run_in_threadpool(find)
                return await self._take(request, upload, offset, checksum, turn)
            finally:
                await run_in_threadpool(lock.__exit__)
        finally:
            self._turns.end(upload_id, turn)

    async def _take(
        self, request: Request, upload: Upload, offset: int, checksum: Checksum | None, turn: Turn
    ) -> Response:
        at = await run_in_threadpool(self.book.offset, upload)
        if offset != at:
            message = text("The upload stands elsewhere. Ask where, and go on from there.")
            raise CampusError("upload_offset_wrong", message, {"offset": at})
        if upload.state == RECEIVING:
            if at + int(request.headers.get("content-length") or 0) > upload.size:
                raise CampusError("too_large", text("More comes than the upload was to have. Begin it again."))
            writer = PartWriter(self.book.part(upload), at, upload.size, checksum)
            await writer.take(request.stream(), turn)
            return await run_in_threadpool(self._after_piece, upload)
        if upload.problem is not None:
            raise upload.problem
        return Response(status_code=NO_CONTENT, headers=self._marks(upload))

    def _after_piece(self, upload: Upload) -> Response:
        offset, ends = self.book.offset(upload), None
        if offset == upload.size:
            upload = self._finisher.finish(upload)
            if upload.problem is not None:
                raise upload.problem
        else:
            ends = self.book.keep_longer(upload)
        return Response(status_code=NO_CONTENT, headers=self._marks(upload, offset, ends))


def check_version(request: Request) -> None:
    """Raise CampusError `tus_version_unknown` where a caller speaks another version of the protocol."""
    if request.headers.get("tus-resumable") != VERSION:
        message = text("Uploads here follow version {version} of tus.", version=VERSION)
        raise CampusError("tus_version_unknown", message, {"versions": [VERSION]})


def _number(value: str, most: int = 1 << 50) -> int:
    if not value.isdecimal() or not value.isascii() or int(value[:20]) > most:
        raise CampusError("malformed", text("The upload's headers can't be understood."))
    return int(value)


def _offset_of(request: Request) -> int:
    if request.headers.get("content-type") != PIECE:
        raise CampusError("media_type_unknown", text("Pieces of a file come as {media}.", media=PIECE))
    return _number(request.headers.get("upload-offset", ""))


def _ask_of(request: Request) -> UploadAsk:
    """Read `Upload-Length` and `Upload-Metadata` with `filename` and `sha256`; raises CampusError `malformed`."""
    size = _number(request.headers.get("upload-length", ""))
    told: dict[str, str] = {}
    try:
        for pair in request.headers.get("upload-metadata", "").split(","):
            name, _, packed = pair.strip().partition(" ")
            told[name] = base64.b64decode(packed, validate=True).decode()
    except ValueError:
        told = {}
    if not told.get("filename") or _HASH.fullmatch(told.get("sha256", "")) is None:
        message = text("An upload names its file and the SHA-256 of the whole, both in base64.")
        raise CampusError("malformed", message)
    return UploadAsk(told["filename"], size, told["sha256"], purpose_of(told.get("purpose", "")))


def upload_router(context: Context, desk: UploadDesk) -> APIRouter:
    """Return the routes."""
    router = Router(prefix=PREFIX, tags=["files"])
    _add_asking(router, context, desk)
    _add_bringing(router, context, desk)
    return router


def _add_asking(router: APIRouter, context: Context, desk: UploadDesk) -> None:
    current = context.auth.current
    extensions = "creation,checksum,termination,expiration"
    spoken = {
        **_TUS,
        "Tus-Version": VERSION,
        "Tus-Extension": extensions,
        "Tus-Max-Size": str(max(limit.largest for limit in limits_of(context.settings).values())),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }

    async def options(_request: Request) -> Response:
        return Response(status_code=NO_CONTENT, headers=spoken)

    async def head(request: Request) -> Response:
        return await run_in_threadpool(lambda: _told(lambda: desk.head(request, current(request))))

    router.add_route(PREFIX, options, methods=["OPTIONS"])
    router.add_route(f"{PREFIX}/{{upload_id}}", options, methods=["OPTIONS"])
    router.add_route(f"{PREFIX}/{{upload_id}}", head, methods=["HEAD"])

    @router.get("/limits", summary="Read how large files may be", **described(LimitsShown, LIMITS_EXAMPLE))
    def limits(known: Annotated[CurrentSignIn, Depends(current)]) -> Response:
        """By what a file is for; `may` is whether the caller brings in such files."""
        found = {
            str(purpose): {
                "largest": limit.largest,
                "kinds": sorted(limit.kinds),
                "may": not limit.asks or any(known.actor.may(one) for one in limit.asks),
            }
            for purpose, limit in limits_of(context.settings).items()
        }
        return answer(None, {"limits": found})

    @router.get("/{upload_id}", summary="Read how an upload is", **described(UploadShown, EXAMPLE))
    def read(upload_id: str, known: Annotated[CurrentSignIn, Depends(current)]) -> Response:
        return desk.read(upload_id, known)


def _add_bringing(router: APIRouter, context: Context, desk: UploadDesk) -> None:
    signed_in = Annotated[CurrentSignIn, Depends(context.auth.current)]

    @router.post("", status_code=201, summary="Begin an upload", **described(UploadShown, EXAMPLE))
    def create(request: Request, known: signed_in) -> Response:
        """`Upload-Length` is the size; `Upload-Metadata` has `filename`, the whole's `sha256`, maybe `purpose`."""
        return _told(lambda: desk.create(request, known))

    @router.patch("/{upload_id}", status_code=NO_CONTENT, response_class=Response, summary="Bring a piece in")
    async def patch(request: Request, upload_id: str, known: signed_in) -> Response:
        """The body is the piece that begins at `Upload-Offset`; `Upload-Checksum` lets it be checked by itself."""
        try:
            return await desk.take(request, upload_id, known)
        except CampusError as problem:
            return _refused(problem)

    @router.delete("/{upload_id}", status_code=NO_CONTENT, response_class=Response, summary="Forget an upload")
    def end(request: Request, upload_id: str, known: signed_in) -> Response:
        return _told(lambda: desk.end(request, upload_id, known))


def _told(work: Callable[[], Response]) -> Response:
    try:
        return work()
    except CampusError as problem:
        return _refused(problem)


def _refused(problem: CampusError) -> Response:
    """Return an error with the headers that tus wants on every answer."""
    more = {"Tus-Version": VERSION} if problem.code == "tus_version_unknown" else {}
    return error_answer(problem, headers={**_TUS, **more})
