"""Fetches a file from the server in ranges, seals it as it comes, and goes on where it stood after any cut."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.core.api_client import API, ApiClient
from desktop.core.api_errors import ApiError
from desktop.core.connections import told_of
from desktop.core.file_pace import Pace
from desktop.core.file_queue import REFUSED, FileQueue, Transfer
from desktop.core.file_sealing import Sealing
from desktop.core.file_store import FileStore
from desktop.core.sealed_file import SealedWriter
from desktop.core.transport import Cancel, Progress, Take
from shared.core.clock import Clock
from shared.core.errors import CampusError

_MOST_TRIES = 3
_PARTIAL, _WHOLE = 206, 200


@dataclass(frozen=True)
class Fetched:
    """How a file is after one step: `offset` bytes are here; `ended` when there is nothing more to do."""

    transfer: Transfer
    offset: int
    ended: bool


class Downloader:
    """Moves one range of one file with each call; how far it is stands in the part itself."""

    def __init__(self, client: ApiClient, files: FileStore, queue: FileQueue, clock: Clock) -> None:
        self._client, self._files, self._queue, self._clock = client, files, queue, clock
        self._pace = Pace()
        self._open: SealedWriter | None = None

    def step(self, transfer: Transfer, on_progress: Progress, cancel: Cancel) -> Fetched:
        """Move one range. Raises ApiError where the network or the server stands in the way, `disk_full`."""
        if self._files.exists(transfer.sha256):
            return Fetched(transfer, transfer.size, ended=True)
        try:
            return self._move(transfer, self._writer(transfer), on_progress, cancel)
        except ApiError as problem:
            self.let_go()
            if problem.may_retry:
                self._pace.failed()
            if problem.status == 404:
                told = {"code": problem.code, "sentence": problem.message}
                return Fetched(self._queue.change(transfer, state=REFUSED, **told), 0, ended=True)
            raise
        except OSError as problem:
            self.let_go()
            told_error = told_of(problem)
            if told_error is None:
                raise
            # What was taken is given back: the outbox needs the room more.
            self._files.drop_part(transfer.sha256)
            raise told_error from problem
        except CampusError as problem:
            self.let_go()
            if problem.code != "file_hash_wrong":
                raise
            return self._begin_again(transfer, problem)

    def _begin_again(self, transfer: Transfer, problem: CampusError) -> Fetched:
        self._files.drop_part(transfer.sha256)
        if transfer.tries + 1 >= _MOST_TRIES:
            told = {"code": problem.code, "sentence": problem.message}
            return Fetched(self._queue.change(transfer, state=REFUSED, **told), 0, ended=True)
        return Fetched(self._queue.change(transfer, tries=transfer.tries + 1), 0, ended=False)

    def _writer(self, transfer: Transfer) -> SealedWriter:
        if self._open is None or self._open.sha256 != transfer.sha256:
            self.let_go()
            self._open = self._files.begin(transfer.sha256, transfer.size)
        return self._open

    def _move(self, transfer: Transfer, writer: SealedWriter, on_progress: Progress, cancel: Cancel) -> Fetched:
        start = writer.at
        end = min(transfer.size, start + self._pace.size)

        def taker(status: int, _headers: Mapping[str, str]) -> Take | None:
            # A server that gives the whole instead of a range is read from its beginning only when that is wanted.
            return take if status == _PARTIAL or (status == _WHOLE and start == 0) else None

        def take(piece: bytes) -> None:
            sealing.put(piece)
            on_progress(sealing.taken, transfer.size)

        if start < transfer.size:
            began = self._clock.monotonic()
            with Sealing(writer) as sealing:
                self._client.fetch_range(f"{API}/files/{transfer.sha256}", start, end, taker, cancel)
            self._pace.moved(writer.at - start, self._clock.monotonic() - began)
        if writer.at < transfer.size:
            return Fetched(transfer, writer.at, ended=False)
        self._open = None
        self._files.keep(writer)
        return Fetched(transfer, transfer.size, ended=True)

    def let_go(self) -> None:
        """Close what is being written; it goes on from its last whole piece."""
        if self._open is not None:
            self._open.close()
            self._open = None
