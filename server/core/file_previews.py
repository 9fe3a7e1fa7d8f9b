"""Small pictures of files, kept beside them: made after a file is stored, by one process, each once."""

import hashlib
import logging
import secrets
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.file_store import FileStore, make_private
from server.core.file_stores import make_file_store
from server.core.isolation import each_organisation
from server.core.picture_shrinking import PICTURES, shrunk
from server.core.video_frames import VIDEOS, FrameReader, frame_reader
from shared.core.errors import CampusError

_log = logging.getLogger(__name__)
EVERY_SECONDS = 20.0
_AT_ONCE = 200
_NEXT = (
    "SELECT sha256, kind, bytes FROM stored_file WHERE organisation_id = :o AND preview IN (:state, :also)"
    " ORDER BY sha256 LIMIT :most"
)
_SETTLE = (
    "UPDATE stored_file SET preview = :state WHERE organisation_id = :o AND sha256 = :sha256 AND preview <> :state"
)


class Preview(StrEnum):
    """How it is with a file's small picture."""

    WAITING = "waiting"
    MADE = "made"
    NONE = "none"
    """There is none: of another kind, broken, or too large to be unpacked."""
    NO_PROGRAM = "no_program"
    """A film, while this server has no program that reads films."""


def preview_name(sha256: str) -> str:
    """Return what the small picture of a file is called in the store: a hash that no file of anyone's has."""
    return hashlib.sha256(f"preview {sha256}".encode()).hexdigest()


def settle_preview(db: Db, organisation_id: str, sha256: str, state: Preview) -> None:
    """Write down how it is with a file's small picture."""
    db.run(_SETTLE, o=organisation_id, sha256=sha256, state=state)


class PreviewMaker:
    """Makes small pictures of pictures, and of films where the server has a program for them."""

    def __init__(self, store: FileStore, drafts: Path, frames: FrameReader | None) -> None:
        self._store, self._drafts, self._frames = store, drafts, frames

    def make(self, organisation_id: str, sha256: str, kind: str) -> Preview:
        """Make one and keep it; returns how it came out. Raises CampusError `file_store_away`, `server_disk_full`."""
        if kind in VIDEOS and self._frames is None:
            return Preview.NO_PROGRAM
        if kind not in PICTURES and kind not in VIDEOS:
            return Preview.NONE
        try:
            with self._store.open(organisation_id, sha256) as file:
                small = self._small(kind, file)
        except FileNotFoundError:
            return Preview.NONE
        if small is None:
            return Preview.NONE
        self._keep(organisation_id, preview_name(sha256), small)
        return Preview.MADE

    def _small(self, kind: str, file: BinaryIO) -> bytes | None:
        if kind in PICTURES:
            return shrunk(kind, file)
        return None if self._frames is None else self._frames.frame(kind, file)

    def _keep(self, organisation_id: str, name: str, small: bytes) -> None:
        make_private(self._drafts)
        draft = self._drafts / f"{secrets.token_hex(8)}.part"
        try:
            draft.write_bytes(small)
            self._store.put(organisation_id, name, draft)
        finally:
            draft.unlink(missing_ok=True)


def make_previews(context: Context) -> int:
    """Make what is missing, institute by institute; returns how many files were looked at."""
    drafts = context.settings.files_path / "previews"
    frames = frame_reader(drafts, context.settings.ffmpeg)
    maker = PreviewMaker(make_file_store(context.settings), drafts, frames)
    # Films that came in before there was a program for them get their turn once there is one.
    also = Preview.NO_PROGRAM if frames is not None else Preview.WAITING
    looked = 0
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            rows = db.rows(_NEXT, o=organisation_id, state=Preview.WAITING, also=also, most=_AT_ONCE)
        for sha256, kind, _size in rows:
            if not _one(context, maker, organisation_id, (str(sha256), str(kind))):
                return looked
            looked += 1
    return looked


def _one(context: Context, maker: PreviewMaker, organisation_id: str, file: tuple[str, str]) -> bool:
    """Make one; False where the store is away, and the rest waits for the next turn."""
    sha256, kind = file
    try:
        state = maker.make(organisation_id, sha256, kind)
    except CampusError as problem:
        _log.warning("Small pictures of files wait: %s", problem.code)
        return False
    context.database.write(lambda db: settle_preview(db, organisation_id, sha256, state))
    return True


JOB = Job("file previews", EVERY_SECONDS, make_previews)
