"""Uploads that clients bring to the store themselves: links for them, and the look at what has come."""

from datetime import timedelta
from typing import Any

from server.core.context import Context
from server.core.database import Db
from server.core.direct_links import Arrival, DirectLink, Landing, landing_name
from server.core.file_store import BLOCK, told_when_full
from server.core.isolation import each_organisation
from server.core.upload_book import RECEIVING, STORED, Upload, UploadBook
from server.core.upload_lock import PartLock
from server.core.upload_writing import Finisher, open_part
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.file_types import TYPES
from shared.core.text import text

AFTER_THE_END = timedelta(days=1)
"""What was begun before a link ended may go on coming for hours; after this nothing does."""
_AT_ONCE = 500
_NOTE = (
    "INSERT INTO upload_link (organisation_id, upload_id, ends_at) VALUES (:o, :id, :ends)"
    " ON CONFLICT (organisation_id, upload_id) DO UPDATE SET ends_at = excluded.ends_at"
)
_LEFT = (
    "SELECT l.upload_id, l.ends_at FROM upload_link l WHERE l.organisation_id = :o AND l.ends_at <= :before"
    " AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.organisation_id = :o AND u.id = l.upload_id"
    " AND u.state = 'receiving') ORDER BY l.ends_at LIMIT :rows"
)
# A link that was given meanwhile has another end, and its row stays.
_DONE = "DELETE FROM upload_link WHERE organisation_id = :o AND upload_id = :id AND ends_at = :ends"


class DirectUploads:
    """What may be brought to the store itself, over one book of uploads. `landing` is None where nothing may be."""

    def __init__(self, context: Context, book: UploadBook, finisher: Finisher, landing: Landing | None) -> None:
        self._database, self._clock = context.database, context.clock
        self._life = timedelta(seconds=context.settings.upload_link_seconds)
        self._book, self._finisher = book, finisher
        self._landing = landing if context.settings.direct_uploads else None

    def takes(self, upload: Upload) -> bool:
        """Tell whether a link may be asked for."""
        return self._landing is not None and upload.state == RECEIVING and upload.size <= self._landing.largest

    def link(self, actor: Actor, upload_id: str) -> dict[str, Any]:
        """Return a request that brings the actor's own upload to the store, and when it ends.

        A later link of the same upload leads to the same place. Raises CampusError `not_found`, `gone`,
        `upload_chunked` where the file is to come in pieces, `upload_settled`, and what the file was put aside for.
        """
        upload = self._book.find(actor, upload_id)
        if upload.problem is not None:
            raise upload.problem
        if upload.state == STORED:
            raise CampusError("upload_settled", text("“{name}” is here already.", name=upload.name))
        landing = self._landing
        if landing is None or not self.takes(upload):
            raise chunked()
        ends = instant_text(self._clock.now() + self._life)
        # Written down first: whatever comes by this link is found again.
        self._database.write(lambda db: db.run(_NOTE, o=upload.organisation_id, id=upload.id, ends=ends))
        self._book.keep_longer(upload)
        return {**vars(self._signed(landing, upload)), "expires_at": ends}

    def _signed(self, landing: Landing, upload: Upload) -> DirectLink:
        media = TYPES[upload.kind].media
        return landing.link(Arrival(_name(upload), upload.size, media, upload.sha256), self._life)

    def finish(self, actor: Actor, upload_id: str) -> Upload:
        """Look at what has come for the actor's own upload, and keep it or put it aside; a second time changes nothing.

        Raises CampusError `upload_not_arrived`, `upload_busy` while another request does this, `file_size_wrong` and
        what `Finisher.finish` does, `file_store_away`, `server_disk_full`, and what the file was put aside for.
        """
        upload = self._book.find(actor, upload_id)
        landing = self._landing
        if upload.state == RECEIVING:
            if landing is None or not self.takes(upload):
                raise chunked()
            with PartLock(self._book.lock(upload)):
                # Once more: whoever held the lock may have finished it.
                upload = self._book.find(actor, upload_id)
                if upload.state == RECEIVING:
                    upload = self._finish(landing, upload)
        if upload.problem is not None:
            raise upload.problem
        return upload

    def _finish(self, landing: Landing, upload: Upload) -> Upload:
        # All bytes may be here since an earlier look that was cut short, or that the scanner had no time for.
        if self._book.offset(upload) < upload.size:
            self._fetch(landing, upload)
        try:
            ended = self._finisher.finish(upload)
        except CampusError as problem:
            if problem.code == "file_hash_wrong":
                _remove(landing, upload)
            raise
        _remove(landing, upload)
        return ended

    def _fetch(self, landing: Landing, upload: Upload) -> None:
        """Copy what has come to where nobody but this server writes: what is looked at is what is kept."""
        name = _name(upload)
        came = landing.size(name)
        if came is None:
            message = text("“{name}” hasn't arrived at the store yet. Send it, then ask again.", name=upload.name)
            raise CampusError("upload_not_arrived", message)
        if came != upload.size:
            self._book.drop(upload)
            _remove(landing, upload)
            message = text("“{name}” came with {came} bytes in place of {size}. It is sent again.",
                           name=upload.name, came=came, size=upload.size)  # fmt: skip
            raise CampusError("file_size_wrong", message, {"came": came, "size": upload.size})
        self._book.check_room(came)
        with told_when_full(), landing.open(name, came) as source, open_part(self._book.part(upload), 0) as part:
            part.truncate(0)
            while block := source.read(BLOCK):
                part.write(block)


def _name(upload: Upload) -> str:
    return landing_name(upload.organisation_id, upload.id)


def _remove(landing: Landing, upload: Upload) -> None:
    try:
        landing.remove(_name(upload))
    except CampusError:
        return  # `clean_up` looks for it again


def chunked() -> CampusError:
    """Return what is said where a file is to come in pieces."""
    message = text("Files come to this server in pieces. Go on from where the upload stands.")
    return CampusError("upload_chunked", message)


def clean_up(context: Context, landing: Landing | None) -> int:
    """Remove what came to the store and was never looked at, or came once more; returns how many links were settled.

    Each is settled once: when its last link has ended for a day and nobody can finish it any more.
    """
    before = instant_text(context.clock.now() - AFTER_THE_END)
    done = 0
    for organisation_id in each_organisation(context.database):
        while left := _left(context, organisation_id, before):
            done += sum(_settled(context, landing, organisation_id, *one) for one in left)
    return done


def _left(context: Context, organisation_id: str, before: str) -> list[tuple[str, str]]:
    with context.database.read() as db:
        rows = db.rows(_LEFT, o=organisation_id, before=before, rows=_AT_ONCE)
    return [(str(row[0]), str(row[1])) for row in rows]


def _settled(context: Context, landing: Landing | None, organisation_id: str, upload_id: str, ends: str) -> int:
    if landing is not None:
        landing.remove(landing_name(organisation_id, upload_id))

    def work(db: Db) -> int:
        return db.run(_DONE, o=organisation_id, id=upload_id, ends=ends)

    return int(context.database.write(work))
