"""Takes the bytes of an upload in as they come, checks the whole, and stores it or puts it aside."""

import base64
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from server.core.file_scan import Scanner, check_scanned
from server.core.file_store import BLOCK, FileStore, told_when_full
from server.core.isolation import acting_for
from server.core.office_links import check_office_links
from server.core.upload_book import QUARANTINED, STORED, Upload, UploadBook
from server.core.upload_lock import Turn
from shared.core.errors import CampusError
from shared.core.file_contents import HEAD_BYTES, TAIL_BYTES, Sample
from shared.core.file_types import check_file
from shared.core.text import text

CHECKSUMS = ("sha256", "sha1", "md5")
"""What a piece may be checked with, beside the hash of the whole, which always counts."""


class Digest(Protocol):
    """What hashlib gives."""

    def update(self, data: bytes, /) -> None:
        """Take more."""

    def digest(self) -> bytes:
        """Return what it comes to."""


@dataclass(frozen=True)
class Checksum:
    """What a piece must come to."""

    digest: Digest
    wanted: bytes

    @classmethod
    def read(cls, header: str) -> "Checksum | None":
        """Return what an `Upload-Checksum` header asks for, None without one. Raises CampusError `malformed`."""
        if not header:
            return None
        name, _, packed = header.partition(" ")
        try:
            wanted = base64.b64decode(packed, validate=True)
        except ValueError:
            wanted = b""
        if name not in CHECKSUMS or not wanted:
            raise CampusError("malformed", text("The checksum can't be understood."))
        return cls(hashlib.new(name, usedforsecurity=False), wanted)

    def check(self) -> None:
        """Raise CampusError `upload_checksum_wrong` where the piece came to something else."""
        if self.digest.digest() != self.wanted:
            message = text("A piece of the file was damaged on its way. It is sent again.")
            raise CampusError("upload_checksum_wrong", message)


class PartWriter:
    """Writes one piece at the end of a part, in blocks and off the event loop; what is too much is refused whole."""

    def __init__(self, part: Path, start: int, end: int, checksum: Checksum | None) -> None:
        self._part, self._start, self._end, self._checksum = part, start, end, checksum
        self._at = start

    async def take(self, pieces: AsyncIterator[bytes], turn: Turn) -> bool:
        """Write what comes; True when the piece came to its end. What came of one that was cut is kept.

        Raises CampusError `too_large`, `upload_checksum_wrong` (nothing of the piece is kept), `server_disk_full`.
        """
        held = bytearray()
        whole = False
        file = await run_in_threadpool(open_part, self._part, self._start)
        try:
            with suppress(ClientDisconnect, TimeoutError):
                while (piece := await _next(pieces, turn)) is not None:
                    held += piece
                    if len(held) >= BLOCK:
                        await run_in_threadpool(self._write, file, bytes(held))
                        held.clear()
                whole = True
            await run_in_threadpool(self._finish, file, bytes(held), whole)
        finally:
            await run_in_threadpool(file.close)
        return whole

    def _write(self, file: IO[bytes], block: bytes) -> None:
        if self._at + len(block) > self._end:
            file.truncate(self._start)
            raise CampusError("too_large", text("More came than the upload was to have. Begin it again."))
        with told_when_full():
            file.write(block)
        self._at += len(block)
        if self._checksum is not None:
            self._checksum.digest.update(block)

    def _finish(self, file: IO[bytes], rest: bytes, whole: bool) -> None:
        self._write(file, rest)
        if whole and self._checksum is not None:
            try:
                self._checksum.check()
            except CampusError:
                file.truncate(self._start)
                raise
        with told_when_full():
            os.fsync(file.fileno())


async def _next(pieces: AsyncIterator[bytes], turn: Turn) -> bytes | None:
    # The limit is on waiting alone: a write that is under way in its thread is never left behind.
    async with turn.waiting():
        return await anext(pieces, None)


def open_part(part: Path, start: int) -> IO[bytes]:
    """Open a part for writing at `start`, in whole blocks; only the server's own account reads it."""
    handle = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    os.lseek(handle, start, os.SEEK_SET)
    return os.fdopen(handle, "r+b", buffering=0, closefd=True)


class Finisher:
    """Decides about uploads whose bytes are all there; `settled` tells the areas."""

    def __init__(
        self,
        book: UploadBook,
        store: FileStore,
        scanner: Scanner,
        largest: int,
        settled: Callable[[Upload], None],
    ) -> None:
        self._book, self._store, self._scanner = book, store, scanner
        self._largest, self._settled = largest, settled

    def finish(self, upload: Upload) -> Upload:
        """Check the whole and return the upload as it is then: stored, or quarantined with a sentence.

        Raises CampusError `file_hash_wrong`: nothing is kept, and it is to be begun again. `scanner_away` and
        `file_store_away`: all bytes stay as they came, and an empty piece at their end asks again.
        """
        part = self._book.part(upload)
        digest, sample = look_at(part)
        if digest != upload.sha256:
            self._book.drop(upload)
            message = text("“{name}” didn't arrive as it was sent. It is sent again.", name=upload.name)
            raise CampusError("file_hash_wrong", message)
        try:
            kind = check_file(upload.name, sample, largest=self._largest)
            check_office_links(kind, upload.name, part)
            check_scanned(upload.name, self._scanner.scan(part))
        except CampusError as problem:
            if problem.code == "scanner_away":
                raise
            self._book.put_aside(upload)
            ended = self._book.settle(upload, QUARANTINED, problem)
        else:
            # First the file, then the row: a crash between them is made good by doing both again.
            self._store.put(upload.organisation_id, upload.sha256, part)
            ended = self._book.settle(upload, STORED)
        self._book.clear(upload)
        self.announce(ended)
        return ended

    def announce(self, upload: Upload) -> None:
        """Tell the areas of a settled upload."""
        self._settled(upload)
        self._book.announced(upload)

    def tidy(self) -> None:
        """Clear away what has run out, and tell of what a crash came between."""
        self._book.sweep()
        for upload in self._book.unannounced():
            with acting_for(upload.organisation_id):
                self.announce(upload)


def look_at(part: Path) -> tuple[str, Sample]:
    """Return a file's hash (64 hex digits) and its sample, read block by block."""
    digest = hashlib.sha256()
    with part.open("rb") as file:
        head = file.read(HEAD_BYTES)
        digest.update(head)
        while block := file.read(BLOCK):
            digest.update(block)
        size = file.tell()
        file.seek(max(0, size - TAIL_BYTES))
        return digest.hexdigest(), Sample(size, head, file.read(TAIL_BYTES))
