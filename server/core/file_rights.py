"""Who may have which file: whoever an area says yes to, and nobody else; the same for what was made of the file."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.area import FileReader
from server.core.database import Db
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.film_quality import FilmQuality
from shared.core.text import text

_HASH = re.compile(r"[0-9a-f]{64}")
_NO_PREVIEW = "none"
_FILMS = (
    "SELECT sha256, quality, bytes FROM film_copy WHERE organisation_id = :o AND copy_sha256 = :sha256"
    " AND state = 'made' ORDER BY sha256"
)
_KIND = "SELECT kind, bytes, preview FROM stored_file WHERE organisation_id = :o AND sha256 = :sha256"


@dataclass(frozen=True)
class StoredFile:
    """A file in the store: its type word, its size in bytes, and how it is with its small picture."""

    organisation_id: str
    sha256: str
    kind: str
    bytes: int
    preview: str
    film: str = ""
    """The hash of the film that this is a copy of."""
    kept_as: str = ""
    """What it is called in the store where that isn't its hash."""

    @property
    def place(self) -> str:
        """What it is called in the store."""
        return self.kept_as or self.sha256


def copy_name(sha256: str, quality: FilmQuality) -> str:
    """Return what a film's copy is called in the store: a hash that no file has, so that it goes with its film."""
    return hashlib.sha256(f"film {quality} {sha256}".encode()).hexdigest()


class FileRights:
    """Asks the areas."""

    def __init__(self, readers: Sequence[FileReader]) -> None:
        self._readers = tuple(readers)

    def found(self, db: Db, actor: Actor, sha256: str) -> StoredFile:
        """Return a file that the actor may have.

        Raises CampusError `not_found`, the same for a file that isn't there and for one that is none of the caller's
        business.
        """
        row = None
        if _HASH.fullmatch(sha256):
            if self._may(db, actor, sha256):
                row = db.one(_KIND, o=actor.organisation_id, sha256=sha256)
            if row is None and (copy := self._copy(db, actor, sha256)) is not None:
                return copy
        if row is None:
            raise CampusError("not_found", text("This file isn't here, or isn't for you."))
        return StoredFile(actor.organisation_id, sha256, str(row[0]), int(row[1]), str(row[2]))

    def _may(self, db: Db, actor: Actor, sha256: str) -> bool:
        return any(reader(db, actor, sha256) for reader in self._readers)

    def _copy(self, db: Db, actor: Actor, sha256: str) -> StoredFile | None:
        """A copy of a film is for whoever may have the film."""
        for film, quality, size in db.rows(_FILMS, o=actor.organisation_id, sha256=sha256):
            if self._may(db, actor, str(film)):
                kept_as = copy_name(str(film), FilmQuality(quality))
                return StoredFile(actor.organisation_id, sha256, "mp4", int(size), _NO_PREVIEW, str(film), kept_as)
        return None
