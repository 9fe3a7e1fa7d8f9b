"""Keeps files by their hash: the interface, and the folder on this machine that stands behind it."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from server.core.direct_links import Landing
from shared.core.errors import CampusError
from shared.core.text import text

BLOCK = 1 << 20
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC})
_NO_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EACCES, errno.ENOSYS})


class FileStore(Protocol):
    """Whole files by organisation and hash (64 hex digits); what has its final name is whole."""

    def put(self, organisation_id: str, sha256: str, finished: Path) -> None:
        """Keep what lies at `finished`, which has this hash and isn't written to any more; it stays where it is.

        Twice is once. Raises CampusError `server_disk_full`, and then nothing was kept.
        """

    def open(self, organisation_id: str, sha256: str) -> BinaryIO:
        """Return the file for reading from any place in it. Raises FileNotFoundError."""

    def size(self, organisation_id: str, sha256: str) -> int:
        """Return how many bytes it has. Raises FileNotFoundError."""

    def exists(self, organisation_id: str, sha256: str) -> bool:
        """Tell whether it is there."""

    def remove(self, organisation_id: str, sha256: str) -> None:
        """Delete it, where it is there."""

    def link(self, organisation_id: str, sha256: str, life: timedelta, named: Mapping[str, str]) -> str | None:
        """Return an address that opens the file for so long, answered under the headers `named`.

        None where this server itself gives it out.
        """

    @property
    def landing(self) -> Landing | None:
        """Where clients may bring files themselves; None where all come through this server."""


class FolderStore:
    """Files in a folder: `<organisation>/<first two digits>/<hash>`, which only the server's own account reads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _place(self, organisation_id: str, sha256: str) -> Path:
        return self._folder / organisation_id / sha256[:2] / sha256

    def put(self, organisation_id: str, sha256: str, finished: Path) -> None:
        """Give the finished file its final name: as a second name of it, or as a copy where a disk can't do that."""
        place = self._place(organisation_id, sha256)
        if place.exists():
            return
        with told_when_full():
            make_private(place.parent)
            sync_file(finished)
            try:
                place.hardlink_to(finished)
            except FileExistsError:
                return
            except OSError as problem:
                if problem.errno not in _NO_LINK:
                    raise
                _copy(finished, place)
            sync_folder(place.parent)

    def open(self, organisation_id: str, sha256: str) -> BinaryIO:
        """Open the file."""
        return self._place(organisation_id, sha256).open("rb")

    def size(self, organisation_id: str, sha256: str) -> int:
        """Look at the file."""
        return self._place(organisation_id, sha256).stat().st_size

    def exists(self, organisation_id: str, sha256: str) -> bool:
        """Look for the file."""
        return self._place(organisation_id, sha256).exists()

    def remove(self, organisation_id: str, sha256: str) -> None:
        """Delete the file."""
        self._place(organisation_id, sha256).unlink(missing_ok=True)

    def link(self, _organisation_id: str, _sha256: str, _life: timedelta, _named: Mapping[str, str]) -> None:
        """Nobody but this server reads the folder."""

    @property
    def landing(self) -> None:
        """And nobody else writes to it."""


def _copy(source: Path, place: Path) -> None:
    """Copy under a name that nobody asks for, and rename once it is on disk."""
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.new")
    try:
        with source.open("rb") as reading, draft.open("xb") as writing:
            shutil.copyfileobj(reading, writing, BLOCK)
            writing.flush()
            os.fsync(writing.fileno())
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def told_when_full() -> Iterator[None]:
    """Turn a full disk inside the `with` block into CampusError `server_disk_full`."""
    try:
        yield
    except OSError as problem:
        if problem.errno in _NO_SPACE:
            raise server_disk_full() from problem
        raise


def server_disk_full() -> CampusError:
    """Return what a person is told while the server has no room left."""
    message = text("The server's disk is full. Your file waits on this computer; tell the office.")
    return CampusError("server_disk_full", message, {"retry_after": 300})


def make_private(folder: Path) -> None:
    """Make a folder for the server's own account alone, as well as those above it that aren't there."""
    for one in (*reversed(folder.parents), folder):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


def sync_file(path: Path) -> None:
    """Wait until what was written to a file is on disk."""
    with path.open("rb+") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    """Make a file's new name survive power loss; Windows does so by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
