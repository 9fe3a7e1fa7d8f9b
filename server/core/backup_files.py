"""The files that people brought in, as a part of a backup: each under its hash, and checked whenever it is read."""

import hashlib
import re
import secrets
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from server.core.file_store import BLOCK, FileStore, make_private

_FOLDER = "files/"
_NAME = re.compile(r"files/([0-9a-f-]{36})/([0-9a-f]{64})")


class StoredName(NamedTuple):
    """What a stored file is known by."""

    organisation_id: str
    sha256: str


def write_files(box: zipfile.ZipFile, names: Iterable[StoredName], store: FileStore) -> tuple[int, list[str]]:
    """Copy files into a backup as they are; returns how many, and the hashes of those that aren't in the store.

    Nothing is compressed: pictures, recordings and PDF files are already.
    """
    written, missing = 0, []
    for name in names:
        try:
            source = store.open(*name)
        except FileNotFoundError:
            missing.append(name.sha256)
            continue
        with source, box.open(zipfile.ZipInfo(f"{_FOLDER}{'/'.join(name)}"), "w", force_zip64=True) as stream:
            for part in parts(source):
                stream.write(part)
        written += 1
    return written, missing


def names_in(box: zipfile.ZipFile) -> list[StoredName]:
    """Return the files that a backup holds under names as we give them."""
    return [StoredName(*found.groups()) for found in map(_NAME.fullmatch, box.namelist()) if found]


def damaged_in(box: zipfile.ZipFile) -> list[str]:
    """Return the names of the files in a backup that aren't what their hash says, or have no name of ours."""
    strange = [one for one in box.namelist() if one.startswith(_FOLDER) and not _NAME.fullmatch(one)]
    return strange + [f"{_FOLDER}{'/'.join(name)}" for name in names_in(box) if _digest(box, name) != name.sha256]


def put_files(box: zipfile.ZipFile, store: FileStore, drafts: Path) -> int:
    """Put the files of a backup into a store that may have some of them; returns how many. They pass through `drafts`.

    Raises CampusError `server_disk_full`; what was put until then is harmless.
    """
    make_private(drafts)
    names = names_in(box)
    for name in names:
        if store.exists(*name):
            continue
        draft = drafts / f"{secrets.token_hex(8)}.part"
        try:
            with draft.open("xb") as writing, _open(box, name) as source:
                for part in parts(source):
                    writing.write(part)
            store.put(*name, draft)
        finally:
            draft.unlink(missing_ok=True)
    return len(names)


def parts(stream: IO[bytes]) -> Iterator[bytes]:
    """Give a stream out in blocks."""
    return iter(lambda: stream.read(BLOCK), b"")


def _open(box: zipfile.ZipFile, name: StoredName) -> IO[bytes]:
    return box.open(f"{_FOLDER}{'/'.join(name)}")


def _digest(box: zipfile.ZipFile, name: StoredName) -> str:
    digest = hashlib.sha256()
    with _open(box, name) as stream:
        for part in parts(stream):
            digest.update(part)
    return digest.hexdigest()
