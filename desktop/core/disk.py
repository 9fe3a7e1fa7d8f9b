"""The disk as an argument: how the store opens its database and its journal, so that a test can lose what it likes."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from shared.core.errors import CampusError
from shared.core.text import text


class Rows(Protocol):
    """What a statement gives back."""

    rowcount: int

    def fetchone(self) -> Any:
        """Return the next row as a tuple, or None."""

    def fetchall(self) -> list[Any]:
        """Return all remaining rows."""

    def __iter__(self) -> Iterator[Any]: ...


class Db(Protocol):
    """A database connection in autocommit mode."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> Rows:
        """Run one statement for each parameter row."""

    def close(self) -> None:
        """Give the file back."""


class LogFile(Protocol):
    """A file that grows at its end."""

    def append(self, data: bytes) -> None:
        """Write at the end and wait until it is on disk; when this raises OSError nothing was added."""

    def take_back(self) -> None:
        """Cut off what the last `append` added."""

    def close(self) -> None:
        """Give the file back."""


Connect = Callable[[Path, bytes], Db]
"""Opens (path, store key of 32 bytes)."""


class AppendFile:
    """A real file opened for appending, synced with every write."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._end = os.lseek(self._file, 0, os.SEEK_END)
        self._before = self._end

    def append(self, data: bytes) -> None:
        """Write and sync; on failure cut the file back to what it was."""
        try:
            rest = memoryview(data)
            os.lseek(self._file, self._end, os.SEEK_SET)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._end)
            raise
        self._before, self._end = self._end, self._end + len(data)

    def take_back(self) -> None:
        """Cut the file back to what it was before the last write."""
        os.ftruncate(self._file, self._before)
        self._end = self._before

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def replace_file(path: Path, data: bytes, reached: Callable[[bool], None] = lambda _in_place: None) -> None:
    """Put `data` in place of the file at `path` so that a crash leaves either the old or the new one, whole.

    `reached` is told False when the new file is synced and True when it is in place.
    """
    fresh = path.with_name(path.name + ".new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    finally:
        os.close(file)
    reached(False)
    fresh.replace(path)
    sync_folder(path.parent)
    reached(True)


def not_written(path: Path) -> CampusError:
    """Return the refusal of a place that a person chose for a file and that takes none."""
    message = text("{name} can’t be written. Close it in other programs, or choose another folder.", name=path.name)
    return CampusError("file_not_written", message)


def sync_folder(folder: Path) -> None:
    """Make a renamed file's new name survive power loss; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Disk:
    """The seams to the disk that a test or the simulator replaces."""

    connect: Connect
    open_log: Callable[[Path], LogFile] = AppendFile
    replace: Callable[[Path, bytes, Callable[[bool], None]], None] = replace_file
