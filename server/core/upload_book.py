"""The uploads: who brings in what, how far it is, what may still come, and what has run out."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from server.core.database import Database, Db
from server.core.file_store import make_private, server_disk_full
from server.core.isolation import acting_for, each_organisation
from server.core.settings import Settings
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.file_limits import FileLimit, FilePurpose, check_purpose, limits_with
from shared.core.file_names import safe_name
from shared.core.ids import IdMaker, is_id
from shared.core.text import text

RECEIVING, STORED, QUARANTINED = "receiving", "stored", "quarantined"
_SWEEP_EVERY = 600.0
_COLUMNS = "id, organisation_id, person_id, sha256, name, kind, bytes, state, code, sentence, expires_at"
_OWN = f"SELECT {_COLUMNS} FROM upload WHERE organisation_id = :o AND person_id = :p AND id = :id"
_SAME = (
    f"SELECT {_COLUMNS} FROM upload WHERE organisation_id = :o AND person_id = :p AND sha256 = :sha256"
    " AND name = :name AND bytes = :size AND (state = 'stored' OR state = 'receiving' AND expires_at > :now)"
    " ORDER BY state DESC, id"
)
_ADD = (
    "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence, announced,"
    " made_at, expires_at) VALUES (:o, :id, :p, :sha256, :name, :kind, :size, 'receiving', '', '', false, :now, :ends)"
)
_USED = (
    "SELECT (SELECT coalesce(sum(bytes), 0) FROM upload WHERE organisation_id = :o AND person_id = :p"
    " AND state IN ('receiving', 'stored')),"
    " (SELECT coalesce(sum(bytes), 0) FROM stored_file WHERE organisation_id = :o)"
    " + (SELECT coalesce(sum(bytes), 0) FROM film_copy WHERE organisation_id = :o)"
)
_LONGER = "UPDATE upload SET expires_at = :ends WHERE organisation_id = :o AND id = :id AND state = 'receiving'"
_SETTLE = (
    "UPDATE upload SET state = :state, code = :code, sentence = :sentence"
    " WHERE organisation_id = :o AND id = :id AND state = 'receiving'"
)
_KEEP = (
    "INSERT INTO stored_file (organisation_id, sha256, kind, bytes, stored_at) VALUES (:o, :sha256, :kind, :size, :now)"
    " ON CONFLICT (organisation_id, sha256) DO NOTHING"
)
_ANNOUNCED = "UPDATE upload SET announced = true WHERE organisation_id = :o AND id = :id"
_UNANNOUNCED = (
    f"SELECT {_COLUMNS} FROM upload WHERE organisation_id = :o"
    " AND state IN ('stored', 'quarantined') AND announced = false ORDER BY id LIMIT 100"
)
_RECEIVING = "SELECT id FROM upload WHERE organisation_id = :o AND state = 'receiving'"
_OVER = (
    f"SELECT {_COLUMNS} FROM upload"
    " WHERE organisation_id = :o AND state = 'receiving' AND expires_at <= :now ORDER BY id LIMIT 1000"
)
_DROP = "DELETE FROM upload WHERE organisation_id = :o AND id = :id AND state = 'receiving'"
_STATES = SetSql(
    "SELECT u.sha256, u.state FROM {ids} i {by} upload u ON u.sha256 = i.id AND u.organisation_id = :o"
    " WHERE u.person_id = :p AND u.state IN ('stored', 'quarantined')"
)


@dataclass(frozen=True)
class UploadAsk:
    """What someone wants to bring in: the name as it was given, the size in bytes, the hash of the whole, what for."""

    name: str
    size: int
    sha256: str
    purpose: FilePurpose = FilePurpose.HAND_IN


@dataclass(frozen=True)
class Upload:
    """One file on its way in, or how that ended; `sentence` says why it was put aside."""

    id: str
    organisation_id: str
    person_id: str
    sha256: str
    name: str
    kind: str
    size: int
    state: str
    code: str
    sentence: str
    expires_at: str

    @property
    def problem(self) -> CampusError | None:
        """Why the file wasn't kept, or None."""
        return CampusError(self.code, self.sentence) if self.code else None


def limits_of(settings: Settings) -> dict[FilePurpose, FileLimit]:
    """Return how large files may be, by what they are for, as the settings say."""
    own: dict[str, int] = {FilePurpose.HAND_IN: settings.largest_file_bytes}
    return limits_with(own | {str(name): size for name, size in settings.largest_file_bytes_for.items()})


class UploadBook:
    """Rows in the database, and the parts that have come in a folder beside it.

    How far an upload is is the length of its part: what is on disk counts, whatever became of the server meanwhile.
    """

    def __init__(self, database: Database, settings: Settings, clock: Clock, new_id: IdMaker) -> None:
        self._database, self._settings, self._clock, self._new_id = database, settings, clock, new_id
        self._incoming = settings.files_path / "incoming"
        self._aside = settings.files_path / "quarantine"
        self._swept: float | None = None

    def begin(self, actor: Actor, ask: UploadAsk) -> Upload:
        """Return a fresh upload, or the same person's earlier one of the same file that is stored or goes on.

        Raises what `check_purpose` does, CampusError `file_quota_full`, `server_disk_full`.
        """
        name = safe_name(ask.name)
        kind = check_purpose(actor, name, ask.size, limits_of(self._settings)[ask.purpose])
        self.check_room(ask.size)
        now = self._clock.now()
        places: dict[str, Any] = {
            "o": actor.organisation_id,
            "p": actor.person_id,
            "sha256": ask.sha256,
            "name": name,
            "size": ask.size,
            "now": instant_text(now),
        }

        def work(db: Db) -> Upload:
            known = db.one(_SAME, **places)
            if known is not None:
                return Upload(*known)
            self._check_quota(db, actor, ask.size)
            upload_id = self._new_id()
            db.run(_ADD, **places, id=upload_id, kind=kind, ends=self._ends())
            return _own(db, actor, upload_id)

        return self._database.write(work)

    def check_room(self, size: int) -> None:
        """Raise CampusError `server_disk_full` where so many bytes would leave too little of the disk."""
        make_private(self._incoming)
        free = disk_free(self._incoming)
        if free - size < self._settings.files_keep_free_bytes:
            raise server_disk_full()

    def _check_quota(self, db: Db, actor: Actor, size: int) -> None:
        used = db.one(_USED, o=actor.organisation_id, p=actor.person_id) or (0, 0)
        settings = self._settings
        if used[0] + size > settings.person_file_bytes:
            message = text("You have brought in as many files as one person may. Ask the office to make room.")
            raise CampusError("file_quota_full", message)
        if used[1] + size > settings.organisation_file_bytes:
            message = text("The institute's room for files is full. Your file waits on this computer; tell the office.")
            raise CampusError("file_quota_full", message, {"retry_after": 3_600})

    def _ends(self) -> str:
        return instant_text(self._clock.now() + timedelta(days=self._settings.upload_days))

    def find(self, actor: Actor, upload_id: str) -> Upload:
        """Return the actor's own upload. Raises CampusError `not_found`, and `gone` once its time has run out."""
        with self._database.read() as db:
            upload = _own(db, actor, upload_id)
        if upload.state == RECEIVING and upload.expires_at <= instant_text(self._clock.now()):
            raise CampusError("gone", text("This upload was left for too long. Begin it again."))
        return upload

    def part(self, upload: Upload) -> Path:
        """Return where the bytes that have come lie."""
        return self._incoming / f"{upload.id}.part"

    def lock(self, upload: Upload) -> Path:
        """Return the file whose lock means that one process writes to the part."""
        return self._incoming / f"{upload.id}.lock"

    def offset(self, upload: Upload) -> int:
        """Return how many bytes have come."""
        if upload.state in {STORED, QUARANTINED}:
            return upload.size
        part = self.part(upload)
        return min(part.stat().st_size, upload.size) if part.exists() else 0

    def keep_longer(self, upload: Upload) -> str:
        """Count the days anew from now; returns when they are over."""
        ends = self._ends()
        self._database.write(lambda db: db.run(_LONGER, o=upload.organisation_id, id=upload.id, ends=ends))
        return ends

    def settle(self, upload: Upload, state: str, problem: CampusError | None = None) -> Upload:
        """Write down how an upload ended; returns it as it is then."""
        told = {"code": problem.code, "sentence": problem.message} if problem else {"code": "", "sentence": ""}
        place = {"o": upload.organisation_id}

        def work(db: Db) -> None:
            db.run(_SETTLE, **place, id=upload.id, state=state, **told)
            if state == STORED:
                now = instant_text(self._clock.now())
                db.run(_KEEP, **place, sha256=upload.sha256, kind=upload.kind, size=upload.size, now=now)

        self._database.write(work)
        return Upload(**{**vars(upload), "state": state, **told})

    def put_aside(self, upload: Upload) -> None:
        """Move a part to where nobody is given it."""
        make_private(self._aside)
        part = self.part(upload)
        if part.exists():
            part.replace(self._aside / upload.id)

    def announced(self, upload: Upload) -> None:
        """Note that the areas know of it."""
        self._database.write(lambda db: db.run(_ANNOUNCED, o=upload.organisation_id, id=upload.id))

    def unannounced(self) -> list[Upload]:
        """Return settled uploads, of whichever institute, that a crash came between."""
        return self._everywhere(_UNANNOUNCED)

    def _everywhere(self, sql: str, **places: Any) -> list[Upload]:
        """Return uploads of all institutes, one institute after another."""
        found: list[Upload] = []
        for organisation_id in each_organisation(self._database):
            with self._database.read() as db:
                found += [Upload(*row) for row in db.rows(sql, o=organisation_id, **places)]
        return found

    def drop(self, upload: Upload) -> None:
        """Forget an upload that isn't settled, with its bytes."""
        self._database.write(lambda db: db.run(_DROP, o=upload.organisation_id, id=upload.id))
        self.clear(upload)

    def clear(self, upload: Upload) -> None:
        """Delete the bytes that have come."""
        self.part(upload).unlink(missing_ok=True)
        self.lock(upload).unlink(missing_ok=True)

    def is_sweep_due(self) -> bool:
        """Tell, at most every ten minutes, that it is time to clear away what has run out."""
        now = self._clock.monotonic()
        due = self._swept is None or now - self._swept >= _SWEEP_EVERY
        if due:
            self._swept = now
        return due

    def sweep(self) -> int:
        """Drop uploads whose time has run out; returns how many they were."""
        make_private(self._incoming)
        over = self._everywhere(_OVER, now=instant_text(self._clock.now()))
        for upload in over:
            with acting_for(upload.organisation_id):
                self.drop(upload)
        found = [path for path in self._incoming.iterdir() if path.suffix in {".part", ".lock"}]
        going_on: set[str] = set()
        for organisation_id in each_organisation(self._database):
            with self._database.read() as db:
                # Read after the folder: a row is there before its part is.
                going_on |= {str(row[0]) for row in db.rows(_RECEIVING, o=organisation_id)}
        for path in found:
            if path.stem not in going_on:
                path.unlink(missing_ok=True)  # a crash came between the end of an upload and this
        return len(over)


def _own(db: Db, actor: Actor, upload_id: str) -> Upload:
    found = None
    if is_id(upload_id):
        found = db.one(_OWN, o=actor.organisation_id, p=actor.person_id, id=upload_id)
    if found is None:
        raise CampusError("not_found", text("There is no such upload of yours. Begin it again."))
    return Upload(*found)


def uploaded_states(db: Db, organisation_id: str, person_id: str, hashes: Collection[str]) -> dict[str, str]:
    """Return "stored" or "quarantined" for those of `hashes` that this person brought in whole; one statement."""
    ids = orjson.dumps(sorted(set(hashes))).decode()
    rows = db.rows(_STATES, o=organisation_id, p=person_id, ids=ids)
    # Brought in twice, once under a name that lied: the honest one counts.
    return {str(row[0]): str(row[1]) for row in sorted(rows, key=lambda row: str(row[1]))}


def disk_free(folder: Path) -> int:
    """Return how many bytes the disk of a folder has left."""
    return shutil.disk_usage(folder).free
