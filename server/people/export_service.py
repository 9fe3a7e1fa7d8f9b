"""Packages of someone's data: asked for, made by a job, sealed, taken once, and gone after a day."""

import base64
import contextlib
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from server.core.area import Job
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.file_store import FileStore, make_private
from server.core.file_stores import make_file_store
from server.core.isolation import each_organisation
from server.core.sealed_packages import opened, seal
from server.people.export_content import Content, content_of
from server.people.export_paper import paper
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import Permission

KEPT = timedelta(hours=24)
AGAIN = timedelta(minutes=15)
"""How long a package can be taken again after its first time, for a line that broke."""
MOST_A_DAY = 3
_GIVEN_UP = timedelta(minutes=30)
_COLUMNS = "id, person_id, state, progress, bytes, made_at, ready_at, taken_at, expires_at"
_NAMES = tuple(_COLUMNS.split(", "))
_PUT = """
INSERT INTO data_export (organisation_id, id, person_id, asked_by, reason, state, progress, bytes, made_at, expires_at)
VALUES (:o, :id, :p, :by, :reason, 'waiting', 0, 0, :now, :until)
"""
_LATEST = (
    "SELECT {columns} FROM data_export WHERE organisation_id = :o AND person_id = :p ORDER BY made_at DESC LIMIT 1"
)
_SINCE = "SELECT count(*) FROM data_export WHERE organisation_id = :o AND person_id = :p AND made_at > :since"
_WAITING = """
SELECT id, person_id FROM data_export WHERE organisation_id = :o
AND (state = 'waiting' OR (state = 'making' AND began_at < :given_up)) ORDER BY made_at
"""
_BEGIN = (
    "UPDATE data_export SET state = 'making', began_at = :now, progress = 5 WHERE organisation_id = :o AND id = :id"
)
_STEP = "UPDATE data_export SET progress = :progress WHERE organisation_id = :o AND id = :id"
_READY = """
UPDATE data_export SET state = 'ready', progress = 100, sha256 = :sha, bytes = :bytes, sealed_key = :key,
ready_at = :now, expires_at = :until WHERE organisation_id = :o AND id = :id
"""
_TAKE = """
UPDATE data_export SET taken_at = coalesce(taken_at, :now), expires_at = CASE WHEN taken_at IS NULL THEN :again
ELSE expires_at END WHERE organisation_id = :o AND id = :id AND person_id = :p AND state = 'ready' AND expires_at > :now
RETURNING sha256, sealed_key, bytes
"""
_OVER = """
SELECT id, sha256 FROM data_export WHERE organisation_id = :o AND state IN ('ready', 'waiting', 'making')
AND expires_at <= :now
"""
_FORGET = (
    "UPDATE data_export SET state = 'gone', sealed_key = NULL, sha256 = NULL WHERE organisation_id = :o AND id = :id"
)
_WHO = """
SELECT p.given_name, p.family_name, o.name FROM person p JOIN organisation o ON o.id = p.organisation_id
WHERE p.organisation_id = :o AND p.id = :p
"""


@dataclass(frozen=True)
class Package:
    """A sealed package on its way to whoever asked for it."""

    blocks: Iterator[bytes]
    bytes: int


class ExportService:
    """Everything about packages; `store` holds them sealed, their keys lie in the database until they are taken."""

    def __init__(self, context: Context, store: FileStore | None = None) -> None:
        self._context = context
        self._store = store or make_file_store(context.settings)

    def check_may(self, known: CurrentSignIn, person_id: str, reason: str) -> None:
        """Let everybody ask for his or her own data, and a data officer with a reason. Raises CampusError."""
        if person_id == known.actor.person_id:
            return
        if not known.actor.may(Permission.PEOPLE_EXPORT):
            raise CampusError("not_allowed", text("You can take out your own data. Ask a data officer for others'."))
        if not reason.strip():
            raise CampusError("reason_missing", text("Say why someone else's data is taken out."))

    def ask(self, known: CurrentSignIn, person_id: str, reason: str) -> dict[str, Any]:
        """Queue a package; one that is under way is told of instead. Raises CampusError `too_many_exports`."""
        now = self._context.clock.now()
        organisation_id = known.actor.organisation_id

        def write(db: Db) -> None:
            latest = _latest(db, organisation_id, person_id)
            if latest is not None and latest["state"] in ("waiting", "making"):
                return
            since = instant_text(now - timedelta(days=1))
            row = db.one(_SINCE, o=organisation_id, p=person_id, since=since)
            if row and row[0] >= MOST_A_DAY:
                message = text("{n} packages a day are made of one person's data. Ask again tomorrow.", n=MOST_A_DAY)
                raise CampusError("too_many_exports", message, {"retry_after": 3600})
            db.run(
                _PUT,
                o=organisation_id,
                id=self._context.new_id(),
                p=person_id,
                by=known.actor.person_id,
                reason=reason,
                now=instant_text(now),
                until=instant_text(now + KEPT),
            )

        self._context.database.write(write)
        return self.state(organisation_id, person_id)

    def state(self, organisation_id: str, person_id: str) -> dict[str, Any]:
        """Return how far the latest package is. Raises CampusError `not_found`."""
        with self._context.database.read() as db:
            latest = _latest(db, organisation_id, person_id)
        if latest is None:
            raise CampusError("not_found", text("No package of this person's data was asked for."))
        if latest["expires_at"] <= instant_text(self._context.clock.now()):
            latest["state"] = "gone"
        return latest

    def take(self, organisation_id: str, person_id: str, export_id: str) -> Package:
        """Open a package for the one time that it can be taken. Raises CampusError `export_taken`."""
        now = self._context.clock.now()
        places = {"o": organisation_id, "id": export_id, "p": person_id}
        again = instant_text(now + AGAIN)
        row = self._context.database.write(lambda db: db.one(_TAKE, **places, now=instant_text(now), again=again))
        if row is None:
            raise CampusError("export_taken", text("This package was taken or is too old. Ask for a new one."))
        return Package(opened(self._store.open(organisation_id, str(row[0])), str(row[1])), int(row[2]))

    # ------------------------------------------------------------------------------------------------- the job

    def run(self) -> int:
        """Make what was asked for and drop what is over; returns how many packages that were."""
        done = 0
        for organisation_id in each_organisation(self._context.database):
            done += self._drop_old(organisation_id)
            given_up = instant_text(self._context.clock.now() - _GIVEN_UP)
            with self._context.database.read() as db:
                waiting = db.rows(_WAITING, o=organisation_id, given_up=given_up)
            for export_id, person_id in waiting:
                self._make(organisation_id, str(export_id), str(person_id))
                done += 1
        return done

    def _drop_old(self, organisation_id: str) -> int:
        now = instant_text(self._context.clock.now())
        with self._context.database.read() as db:
            old = db.rows(_OVER, o=organisation_id, now=now)
        for export_id, sha256 in old:
            if sha256:
                self._store.remove(organisation_id, str(sha256))
            self._write(_FORGET, organisation_id, str(export_id))
        return len(old)

    def _write(self, sql: str, organisation_id: str, export_id: str, **places: Any) -> None:
        self._context.database.write(lambda db: db.run(sql, o=organisation_id, id=export_id, **places))

    def _make(self, organisation_id: str, export_id: str, person_id: str) -> None:
        now = instant_text(self._context.clock.now())
        self._write(_BEGIN, organisation_id, export_id, now=now)
        with self._context.database.read() as db:
            content = content_of(db, organisation_id, self._context.personal, person_id)
            who = db.one(_WHO, o=organisation_id, p=person_id)
        self._write(_STEP, organisation_id, export_id, progress=40)
        name = " ".join(str(part) for part in (who or ())[:2] if part)
        folder = self._context.settings.files_path / "exports"
        make_private(folder)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            box = Path(place) / "package.zip"
            self._write_zip(box, organisation_id, content, str(who[2]) if who else "", name, now)
            self._write(_STEP, organisation_id, export_id, progress=80)
            sealed = Path(place) / "package.sealed"
            key, sha256 = seal(box, sealed)
            self._store.put(organisation_id, sha256, sealed)
            until = instant_text(self._context.clock.now() + KEPT)
            size = box.stat().st_size
            self._write(_READY, organisation_id, export_id, sha=sha256, bytes=size, key=key, now=now, until=until)

    def _write_zip(
        self, path: Path, organisation_id: str, content: Content, institute: str, name: str, now: str
    ) -> None:
        with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as box:
            told = {"made_at": now, "institute": institute, "person_id": content.person_id, "tables": content.tables}
            box.writestr("data.json", orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str))
            box.writestr("data.pdf", paper(content, institute, name, now))
            for number, photo in enumerate(content.photos, 1):
                box.writestr(f"files/photo-{number}.jpg", base64.b64decode(photo))
            for sha256, own_name in content.files.items():
                plain = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in own_name)[-80:]
                with contextlib.suppress(FileNotFoundError), self._store.open(organisation_id, sha256) as source:
                    box.writestr(f"files/{sha256[:8]}-{plain}", source.read())


def _latest(db: Db, organisation_id: str, person_id: str) -> dict[str, Any] | None:
    row = db.one(_LATEST.format(columns=_COLUMNS), o=organisation_id, p=person_id)
    return dict(zip(_NAMES, row, strict=True)) if row else None


def is_waiting(context: Context) -> bool:
    """Tell whether somebody waits for a package."""
    given_up = instant_text(context.clock.now() - _GIVEN_UP)
    for organisation_id in each_organisation(context.database):
        with context.database.read() as db:
            if db.rows(_WAITING, o=organisation_id, given_up=given_up):
                return True
    return False


JOB = Job("data exports", 600.0, lambda context: ExportService(context).run(), is_waiting)
