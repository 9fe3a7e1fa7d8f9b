"""Sends a kept file to the server in pieces, in the way of tus 1.0: from where the server says that it stands."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from desktop.core.api_client import API, ApiClient
from desktop.core.api_errors import ApiError, unexpected
from desktop.core.direct_upload import DirectSender
from desktop.core.file_pace import Pace
from desktop.core.file_queue import AGAIN, DIRECT, PIECES, REFUSED, SENT, FileQueue, Sent, Transfer
from desktop.core.file_store import FileStore
from desktop.core.store_line import StoreLine
from desktop.core.transport import Cancel, Progress, Reply
from shared.core.clock import Clock

MOST_PIECE = 8 * 1024 * 1024
_TUS = {"Tus-Resumable": "1.0.0"}
_PIECE = {**_TUS, "Content-Type": "application/offset+octet-stream"}
_MOST_TRIES = 3
_REFUSALS = frozenset(
    {
        "file_empty",
        "file_too_large",
        "file_type_unknown",
        "file_type_lies",
        "file_has_macros",
        "file_infected",
        "file_fetches",
        "file_purpose_unknown",
        "not_allowed",
        "picture_too_large",
        "file_unpacks_too_large",
        "file_quota_full",
    }
)
"""What the server says of a file that sending it again doesn't change."""
_LOST = frozenset({404, 410})
_DIRECTLY = frozenset({DIRECT, AGAIN, SENT})


class Uploader:
    """Moves one piece of one file with each call; what it must know after a crash is in the queue or at the server."""

    def __init__(
        self, client: ApiClient, files: FileStore, queue: FileQueue, clock: Clock, line: StoreLine | None = None
    ) -> None:
        self._client, self._files, self._queue, self._clock = client, files, queue, clock
        self._direct = DirectSender(client, files, queue, line)
        self._pace = Pace(MOST_PIECE)
        self._offsets: dict[str, int] = {}

    def step(self, transfer: Transfer, on_progress: Progress, cancel: Cancel) -> Sent:
        """Move one piece. Raises ApiError where the network or the server stands in the way: try again later."""
        try:
            if not transfer.place:
                transfer = self._begin(transfer)
            mover = self._direct.step if transfer.way in _DIRECTLY else self._move
            return mover(transfer, on_progress, cancel)
        except ApiError as problem:
            # Whatever became of the piece: the server is asked where it stands before the next one goes.
            self._offsets.pop(transfer.sha256, None)
            return self._after(transfer, problem)
        except BaseException:
            self._offsets.pop(transfer.sha256, None)
            raise

    def _after(self, transfer: Transfer, problem: ApiError) -> Sent:
        if problem.code in _REFUSALS:
            told = {"code": problem.code, "sentence": problem.message}
            return Sent(self._queue.change(transfer, state=REFUSED, **told), 0, ended=True)
        if transfer.place and problem.status in _LOST:
            return Sent(self._queue.change(transfer, place=""), 0, ended=False)
        if problem.code in {"file_hash_wrong", "file_size_wrong"}:
            tries = transfer.tries + 1
            if tries >= _MOST_TRIES:
                told = {"code": problem.code, "sentence": problem.message}
                return Sent(self._queue.change(transfer, state=REFUSED, place="", **told), 0, ended=True)
            return Sent(self._queue.change(transfer, place="", tries=tries), 0, ended=False)
        if problem.code in {"upload_offset_wrong", "upload_checksum_wrong"} and transfer.tries < 10 * _MOST_TRIES:
            self._pace.failed()
            return Sent(self._queue.change(transfer, tries=transfer.tries + 1), 0, ended=False)
        if problem.may_retry:
            self._pace.failed()
        raise problem

    def _begin(self, transfer: Transfer) -> Transfer:
        told = {"filename": transfer.name, "sha256": transfer.sha256, "purpose": str(transfer.purpose)}
        packed = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())
        headers = {**_TUS, "Upload-Length": str(transfer.size), "Upload-Metadata": packed}
        reply = self._ask("POST", f"{API}/uploads", headers)
        place = reply.headers.get("location", "")
        if not place.startswith(f"{API}/uploads/"):
            raise unexpected(place)
        return self._queue.change(transfer, place=place, way=_way_of(reply))

    def _ask(self, method: str, place: str, headers: Mapping[str, str], body: bytes = b"", **more: Any) -> Reply:
        return self._client.upload(place, body, len(body), headers, method=method, **more)

    def _move(self, transfer: Transfer, on_progress: Progress, cancel: Cancel) -> Sent:
        offset = self._offsets.get(transfer.sha256)
        if offset is None:
            offset = self._offset_at(self._ask("HEAD", transfer.place, _TUS))
            if offset >= transfer.size:
                return self._ended(transfer)
        with self._files.open(transfer.sha256) as file:
            file.seek(offset)
            piece = _read(file, min(self._pace.size, transfer.size - offset))
        packed = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        headers = {**_PIECE, "Upload-Offset": str(offset), "Upload-Checksum": f"sha256 {packed}"}

        def told(count: int, _total: int | None) -> None:
            on_progress(offset + count, transfer.size)

        began = self._clock.monotonic()
        reply = self._ask("PATCH", transfer.place, headers, piece, on_progress=told, cancel=cancel)
        self._pace.moved(len(piece), self._clock.monotonic() - began)
        reached = self._offsets[transfer.sha256] = self._offset_at(reply)
        return Sent(transfer, reached, ended=reached >= transfer.size)

    def _ended(self, transfer: Transfer) -> Sent:
        """All bytes are there: ask how it ended, and have the server look at them where it hasn't yet."""
        shown = orjson.loads(self._ask("GET", transfer.place, _TUS).body)["data"]
        if shown["state"] == "receiving":
            self._ask("PATCH", transfer.place, {**_PIECE, "Upload-Offset": str(transfer.size)})
        elif shown["state"] != "stored":
            told = {"code": shown["code"], "sentence": shown["sentence"]}
            return Sent(self._queue.change(transfer, state=REFUSED, **told), transfer.size, ended=True)
        return Sent(transfer, transfer.size, ended=True)

    @staticmethod
    def _offset_at(reply: Reply) -> int:
        told = reply.headers.get("upload-offset", "")
        if not told.isdecimal():
            raise unexpected(f"offset {told!r}")
        return int(told)

    def give_up(self, transfer: Transfer) -> None:
        """Tell the server, as far as it can be reached, that nobody sends the rest."""
        self._offsets.pop(transfer.sha256, None)
        self._direct.let_go(transfer.sha256)
        if transfer.place:
            try:
                self._ask("DELETE", transfer.place, _TUS)
            except ApiError:
                return  # it runs out there by itself

    def let_go(self) -> None:
        """Break off what is under way beside the pieces; it is sent anew."""
        self._direct.let_go()


def _way_of(reply: Reply) -> str:
    """Return which way a file goes that the server has just begun: what has come of it already isn't sent again."""
    try:
        shown = orjson.loads(reply.body)["data"]
        return DIRECT if shown["direct"] and not shown["offset"] else PIECES
    except (ValueError, KeyError, TypeError):
        return PIECES


def _read(file: Any, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count and (part := file.read(count - len(parts))):
        parts += part
    return bytes(parts)
