"""The files kept on this computer: sealed under the store's key, found by their hash, whole or not there at all."""

import hashlib
import hmac
import io
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from desktop.core.connections import told_of
from desktop.core.disk import sync_folder
from desktop.core.sealed_file import RandomBytes, SealedReader, SealedWriter
from desktop.core.transport import Cancel, Progress
from shared.core.errors import CampusError
from shared.core.file_contents import HEAD_BYTES, TAIL_BYTES, Sample
from shared.core.text import text

KEEP_FREE = 500_000_000
"""How many bytes of the disk are left for everything else: the outbox must always find room."""
_BLOCK = 1 << 20
_PART, _NEW = ".part", ".new"


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class FileStore:
    """Files by SHA-256 (64 hex digits) in a folder beside the store. Names there tell nothing without the key.

    Calls block and are safe on any thread; two threads don't write the same file.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        free: Callable[[Path], int] = _free,
        keep_free: int = KEEP_FREE,
        random_bytes: RandomBytes = os.urandom,
    ) -> None:
        self._folder, self._key = folder, key
        self._free, self._keep_free, self._random = free, keep_free, random_bytes

    def _place(self, sha256: str) -> Path:
        return self._folder / hmac.digest(self._key, f"file {sha256}".encode(), "sha256").hex()[:40]

    def _made(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder

    def check_room(self, size: int) -> None:
        """Raise CampusError `disk_full` where `size` bytes more would leave too little for everything else."""
        free = self._free(self._made())
        if free - size < self._keep_free:
            message = text(
                "This needs {size} MB, and this computer's disk has {free} MB left, of which {kept} MB stay free for"
                " your work. Make room, then try again.",
                size=-(-size // 1_000_000),
                free=free // 1_000_000,
                kept=self._keep_free // 1_000_000,
            )
            raise CampusError("disk_full", message, {"needed": size, "free": free})

    def put(self, source: Path, on_progress: Progress | None = None, cancel: Cancel | None = None) -> str:
        """Keep a copy of a file as it is now; returns its hash. It is on disk when this returns.

        Raises CampusError `disk_full`, `cancelled`, `file_changed`, `file_unreadable`; then nothing of it was kept.
        """
        try:
            with source.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                sha256 = _hash(file, cancel)
                if not self.exists(sha256):
                    self.check_room(size)
                    file.seek(0)
                    self._seal(file, sha256, size, on_progress, cancel)
        except OSError as problem:
            told = told_of(problem)
            if told is None:
                raise unreadable(source) from problem
            raise told from problem
        return sha256

    def put_content(self, content: bytes) -> str:
        """Keep what is held in memory as a file; returns its hash. It is on disk when this returns.

        Raises CampusError `disk_full`; then nothing of it was kept.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.exists(sha256):
            self.check_room(len(content))
            try:
                self._seal(io.BytesIO(content), sha256, len(content), None, None)
            except OSError as problem:
                told = told_of(problem)
                if told is None:
                    raise
                raise told from problem
        return sha256

    def _seal(
        self, file: BinaryIO, sha256: str, size: int, on_progress: Progress | None, cancel: Cancel | None
    ) -> None:
        draft = self._made() / f"{secrets.token_hex(8)}{_NEW}"
        try:
            with closing(SealedWriter(draft, self._key, sha256, size, self._random)) as writer:
                while block := file.read(_BLOCK):
                    if cancel is not None:
                        cancel.check()
                    writer.write(block)
                    if on_progress is not None:
                        on_progress(writer.at, size)
                writer.finish()
            self._name(draft, sha256)
        except CampusError as problem:
            if problem.code != "file_hash_wrong":
                raise
            message = text(
                "The file was changed while it was read. Close it in the other program, then choose it again."
            )
            raise CampusError("file_changed", message) from problem
        finally:
            draft.unlink(missing_ok=True)

    def _name(self, finished: Path, sha256: str) -> None:
        finished.replace(self._place(sha256))
        sync_folder(self._folder)

    def begin(self, sha256: str, size: int) -> SealedWriter:
        """Return what takes a file that comes in pieces; one that was begun earlier goes on where it stood.

        Raises CampusError `disk_full`.
        """
        part = self._part(sha256)
        there = part.stat().st_size if part.exists() else 0
        self.check_room(max(0, size - there))
        return SealedWriter(part, self._key, sha256, size, self._random)

    def keep(self, writer: SealedWriter) -> None:
        """Give a file that has come whole its name. Raises CampusError `file_hash_wrong`; its pieces are gone then."""
        try:
            writer.finish()
        except CampusError:
            self.drop_part(writer.sha256)
            raise
        finally:
            writer.close()
        self._name(writer.path, writer.sha256)

    def drop_part(self, sha256: str) -> None:
        """Forget what has come of a file."""
        self._part(sha256).unlink(missing_ok=True)

    def _part(self, sha256: str) -> Path:
        return self._made() / f"{self._place(sha256).name}{_PART}"

    def part_bytes(self, sha256: str) -> int:
        """Return about how many bytes of a file have come; 0 where none have."""
        part = self._folder / f"{self._place(sha256).name}{_PART}"
        return part.stat().st_size if part.exists() else 0

    def exists(self, sha256: str) -> bool:
        """Tell whether a file is here, whole."""
        return self._place(sha256).exists()

    def open(self, sha256: str) -> SealedReader:
        """Return a file for reading from any place. Raises CampusError `file_missing`, `file_damaged`."""
        try:
            return SealedReader(self._place(sha256), self._key, sha256)
        except FileNotFoundError:
            raise CampusError("file_missing", text("This file isn't on this computer yet. Fetch it first.")) from None

    def sample(self, sha256: str) -> Sample:
        """Return the two ends of a file, by which its type is told."""
        with self.open(sha256) as file:
            return sample_of(file, file.size)

    def remove(self, sha256: str) -> None:
        """Delete a file here, and what has come of it."""
        self._place(sha256).unlink(missing_ok=True)
        self.drop_part(sha256)

    def used(self) -> int:
        """Return how many bytes all files take here."""
        return sum(one.stat().st_size for one in self._folder.iterdir()) if self._folder.exists() else 0

    def tidy(self) -> None:
        """Delete what a crash left of files that were being copied in; nobody was told that these are kept."""
        for one in self._folder.glob(f"*{_NEW}"):
            one.unlink(missing_ok=True)


def sample_of(file: "BinaryIO | SealedReader", size: int) -> Sample:
    """Return the two ends of an open file."""
    file.seek(0)
    head = _read(file, HEAD_BYTES)
    file.seek(max(0, size - TAIL_BYTES))
    return Sample(size, head, _read(file, TAIL_BYTES))


def _read(file: "BinaryIO | SealedReader", most: int) -> bytes:
    """Read as much as is asked for, or to the end: a raw file may give less at a time."""
    parts: list[bytes] = []
    while most and (part := file.read(most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _hash(file: BinaryIO, cancel: Cancel | None) -> str:
    digest = hashlib.sha256()
    while block := file.read(_BLOCK):
        if cancel is not None:
            cancel.check()
        digest.update(block)
    return digest.hexdigest()


def unreadable(source: Path) -> CampusError:
    """Return the error for a file that can't be opened or read."""
    message = text("“{name}” can't be read. Look whether it is still there, and close it in other programs.",
                   name=source.name)  # fmt: skip
    return CampusError("file_unreadable", message)
