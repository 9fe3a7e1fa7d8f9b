"""A disk that remembers what was written and not yet synced, so that a power cut can take any of it away."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from desktop.core.disk import AppendFile, Disk, replace_file
from desktop.core.store_file import prepare

SECTOR = 512
Image = dict[str, bytes]
"""The files of one folder, by name."""


@dataclass
class _Written:
    """One write since the last sync, with what it replaced; `data` None is a truncation to `offset`."""

    offset: int
    data: bytes | None
    before: bytes
    length: int


@dataclass
class _Tracked:
    unsynced: list[_Written] = field(default_factory=list)


_files: dict[str, _Tracked] = {}
"""What is unsynced, by path; one disk for the whole process."""


def forget_all(folder: Path) -> None:
    """Let go of every file in and below a folder: a run is over."""
    for path in [path for path in _files if Path(path).is_relative_to(folder)]:
        del _files[path]


class _File(apsw.VFSFile):
    """A file that passes everything on and notes what isn't synced yet."""

    def __init__(self, base: str, name: Any, flags: list[int]) -> None:
        super().__init__(base, name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._tracked = _files.setdefault(str(path), _Tracked())

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's own names
        length = self.xFileSize()
        before = self.xRead(min(len(data), length - offset), offset) if offset < length else b""
        self._tracked.unsynced.append(_Written(offset, bytes(data), before, length))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802 - the name that the library calls
        length = self.xFileSize()
        before = self.xRead(length - size, size) if size < length else b""
        self._tracked.unsynced.append(_Written(size, None, before, length))
        super().xTruncate(size)

    def xSync(self, _flags: int) -> None:  # noqa: N802 - the name that the library calls
        self._tracked.unsynced.clear()


class _FileSystem(apsw.VFS):
    def __init__(self) -> None:
        super().__init__("simulated", "")

    def xOpen(self, name: Any, flags: list[int]) -> _File:  # noqa: N802 - the name that the library calls
        return _File("", name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802 - the name that the library calls
        _files.pop(name, None)
        super().xDelete(name, False)


_file_system = _FileSystem()


class SimulatedRows:
    """A cursor with the count that the other drivers give."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, cursor: Any, connection: Any) -> None:
        self._cursor, self._connection = cursor, connection

    @property
    def rowcount(self) -> int:
        """Rows that the statement touched; asked for before the next one runs."""
        return int(self._connection.changes())

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return list(self._cursor.fetchall())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor)


class SimulatedConnection:
    """SQLite on the simulated disk, with the face of both drivers that the product uses."""

    def __init__(self, path: Path, *, watched: bool) -> None:
        vfs = "simulated" if watched else None
        self._db = apsw.Connection(str(path), vfs=vfs, statementcachesize=512)
        # Else statements on tables with partial indexes are prepared anew for each value that they are given.
        self._db.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)

    @property
    def in_transaction(self) -> bool:
        return bool(self._db.in_transaction)

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = (), /) -> SimulatedRows:
        return SimulatedRows(self._db.execute(sql, parameters), self._db)

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> SimulatedRows:
        return SimulatedRows(self._db.executemany(sql, parameters), self._db)

    def create_function(self, name: str, arguments: int, function: Any, *, deterministic: bool) -> None:
        self._db.create_scalar_function(name, function, arguments, deterministic=deterministic)

    def close(self) -> None:
        self._db.close()


class SimulatedDisk:
    """The disk of one device's folder; `image` is what a crash leaves.

    Only a `watched` one, which is slower, knows what a power cut may take away.
    """

    def __init__(self, folder: Path, *, watched: bool) -> None:
        self.folder, self._watched = folder, watched
        self._logs: Image = {}

    def seams(self) -> Disk:
        """Return what the local store is handed."""
        return Disk(connect=self._connect, open_log=self._open_log, replace=self._replace)

    def _connect(self, path: Path, _key: bytes) -> Any:
        connection: Any = SimulatedConnection(path, watched=self._watched)
        prepare(connection)
        return connection

    def _open_log(self, path: Path) -> "_Log":
        return _Log(path, self._logs)

    def _replace(self, path: Path, data: bytes, reached: Callable[[bool], None]) -> None:
        def note(in_place: bool) -> None:
            if in_place:
                self._logs[path.name] = data
            reached(in_place)

        if path.exists():
            self._logs.setdefault(path.name, path.read_bytes())
        replace_file(path, data, note)

    def image(self, lose: random.Random | None = None) -> Image:
        """Return what a restart finds; with `lose` the power went: any write since the last sync may be missing."""
        found: Image = {}
        for path in sorted(self.folder.iterdir()):
            if path.name.endswith("-shm"):
                continue
            data = path.read_bytes()
            if lose is not None:
                data = self._after_power_loss(path, data, lose)
            found[path.name] = data
        return found

    def _after_power_loss(self, path: Path, data: bytes, lose: random.Random) -> bytes:
        tracked = _files.get(str(path))
        if tracked is not None and tracked.unsynced:
            return _without(data, tracked.unsynced, lose)
        if path.name in self._logs:
            return lose.choice((self._logs[path.name], data))
        return data

    def unsynced(self) -> int:
        """Return how many writes a power cut could take away now."""
        return sum(len(one.unsynced) for path, one in _files.items() if Path(path).parent == self.folder)

    def forget(self) -> None:
        """Let go of what is remembered about this folder's files."""
        for path in [path for path in _files if Path(path).parent == self.folder]:
            del _files[path]


class _Log(AppendFile):
    """The journal's file, whose synced content is remembered."""

    def __init__(self, path: Path, synced: Image) -> None:
        super().__init__(path)
        self._path, self._synced = path, synced

    def append(self, data: bytes) -> None:
        super().append(data)
        self._synced[self._path.name] = self._path.read_bytes()

    def take_back(self) -> None:
        super().take_back()
        # Cutting the file back isn't synced: after a power cut the longer one may be there again.


def _without(data: bytes, unsynced: Sequence[_Written], lose: random.Random) -> bytes:
    """Return `data` with any of the unsynced writes missing, or written by half."""
    content = bytearray(data)
    for one in reversed(unsynced):
        if one.data is None:
            content[one.offset :] = one.before
        else:
            content[one.offset : one.offset + len(one.before)] = one.before
            del content[one.length :]
    for one in unsynced:
        fate = lose.random()
        if fate < 0.4:
            continue
        if one.data is None:
            del content[one.offset :]
            continue
        kept = one.data if fate > 0.6 else one.data[: lose.randrange(0, len(one.data) + 1, min(SECTOR, len(one.data)))]
        if len(content) < one.offset:
            content.extend(bytes(one.offset - len(content)))
        content[one.offset : one.offset + len(kept)] = kept
    return bytes(content)


def put_image(folder: Path, image: Image) -> None:
    """Write the files of an image into a fresh folder."""
    folder.mkdir(parents=True)
    for name, data in image.items():
        (folder / name).write_bytes(data)


def remove_folder(folder: Path) -> None:
    """Remove a folder of plain files."""
    for path in folder.iterdir():
        path.unlink()
    with suppress(OSError):
        folder.rmdir()
