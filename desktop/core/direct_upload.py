"""Sends a kept file straight to the store by the server's link, beside the thread that syncs, which gets its turns."""

import threading
from collections.abc import Iterator

import orjson
from pydantic import ValidationError

from desktop.core.api_client import ApiClient
from desktop.core.api_errors import ApiError, unexpected
from desktop.core.file_queue import AGAIN, DIRECT, PIECES, SENT, FileQueue, Sent, Transfer
from desktop.core.file_store import FileStore
from desktop.core.store_line import StoreLine, StoreLink
from desktop.core.transport import Cancel, Progress

_PIECE = 256 * 1024
_LOOKS, _LOOK_SECONDS = 20, 0.1
"""After two seconds of waiting syncing gets its turn; the file goes on meanwhile."""
_PATIENCE = 5.0
_ELSEWHERE = {"upload_chunked": PIECES, "upload_settled": SENT}


class Sending:
    """One file on its way to the store, in a thread of its own; `problem` says what it ended with."""

    def __init__(self, line: StoreLine, link: StoreLink, transfer: Transfer, files: FileStore) -> None:
        self.sha256, self.done = transfer.sha256, 0
        self.problem: BaseException | None = None
        self._line, self._link, self._size, self._files = line, link, transfer.size, files
        self._cancel = Cancel()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="direct upload", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._line.send(self._link, self._pieces(), self._size, self._moved, self._cancel)
        except BaseException as problem:  # noqa: BLE001 - whoever waits for this thread is told
            self.problem = problem
        finally:
            self._ended.set()

    def _pieces(self) -> Iterator[bytes]:
        with self._files.open(self.sha256) as file:
            while piece := file.read(_PIECE):
                yield piece

    def _moved(self, done: int, _size: int | None) -> None:
        self.done = done

    def wait(self, on_progress: Progress, cancel: Cancel) -> bool:
        """Wait a while, telling how far it is; True once it has ended."""
        for _ in range(_LOOKS):
            over = self._ended.wait(_LOOK_SECONDS)
            on_progress(self.done, self._size)
            if over or cancel.is_set:
                break
        return self._ended.is_set()

    def end(self) -> None:
        """Break it off, where it still goes on."""
        self._cancel()
        self._thread.join(_PATIENCE)


class DirectSender:
    """Asks for links and follows them; which way a file goes is remembered with it, its link never is."""

    def __init__(self, client: ApiClient, files: FileStore, queue: FileQueue, line: StoreLine | None = None) -> None:
        self._client, self._files, self._queue = client, files, queue
        self._line = line or StoreLine()
        self._sending: Sending | None = None

    def step(self, transfer: Transfer, on_progress: Progress, cancel: Cancel) -> Sent:
        """Move on for a moment. Raises ApiError where the server stands in the way, CampusError `cancelled`.

        A store that can't be reached from here, or refuses, is tried once more by another link; then the file goes in
        pieces.
        """
        try:
            if transfer.way == SENT:
                return self._finish(transfer)
            return self._send(transfer, on_progress, cancel)
        except ApiError as problem:
            if problem.code == "upload_not_arrived":
                return self._otherwise(transfer)
            if problem.code not in _ELSEWHERE:
                raise
            return Sent(self._queue.change(transfer, way=_ELSEWHERE[problem.code]), 0, ended=False)

    def _send(self, transfer: Transfer, on_progress: Progress, cancel: Cancel) -> Sent:
        sending = self._sending
        if sending is None or sending.sha256 != transfer.sha256:
            self.let_go()
            link = self._link(transfer)
            if link is None:
                return Sent(self._queue.change(transfer, way=PIECES), 0, ended=False)
            sending = self._sending = Sending(self._line, link, transfer, self._files)
        ended = sending.wait(on_progress, cancel)
        if cancel.is_set:
            self.let_go()
            cancel.check()
        if not ended:
            return Sent(transfer, sending.done, ended=False)
        self._sending = None
        if sending.problem is None:
            # On disk before the server is asked: after a crash nothing of it is sent again.
            return Sent(self._queue.change(transfer, way=SENT), transfer.size, ended=False)
        if isinstance(sending.problem, ApiError):
            return self._otherwise(transfer)
        raise sending.problem

    def _otherwise(self, transfer: Transfer) -> Sent:
        way = AGAIN if transfer.way == DIRECT else PIECES
        return Sent(self._queue.change(transfer, way=way), 0, ended=False)

    def _link(self, transfer: Transfer) -> StoreLink | None:
        """Return the server's link, None where it is none that this program follows."""
        reply = self._client.upload(f"{transfer.place}/link", b"", 0, {}, method="POST")
        try:
            return StoreLink.model_validate(orjson.loads(reply.body)["data"])
        except (ValidationError, ValueError, KeyError, TypeError):
            return None

    def _finish(self, transfer: Transfer) -> Sent:
        """Have the server look at what came."""
        reply = self._client.upload(f"{transfer.place}/arrived", b"", 0, {}, method="POST")
        try:
            state = orjson.loads(reply.body)["data"]["state"]
        except (ValueError, KeyError, TypeError) as problem:
            raise unexpected(problem) from problem
        if state != "stored":
            raise unexpected(state)
        return Sent(transfer, transfer.size, ended=True)

    def let_go(self, sha256: str = "") -> None:
        """Break off what is on its way, or this file alone; it is sent anew by another link."""
        if self._sending is not None and sha256 in {"", self._sending.sha256}:
            self._sending.end()
            self._sending = None
