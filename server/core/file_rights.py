"""Who may have which file: whoever an area says yes to, and nobody else; the same for what was made of the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from server.core.area import FileReader
from server.core.database import Db
from shared.core.actor import Actor
from shared.core.errors import CampusError
from shared.core.text import text

_HASH = re.compile(r"[0-9a-f]{64}")
_KIND = "SELECT kind, bytes, preview FROM stored_file WHERE organisation_id = :o AND sha256 = :sha256"


@dataclass(frozen=True)
class StoredFile:
    """A file in the store: its type word, its size in bytes, and how it is with its small picture."""

    organisation_id: str
    sha256: str
    kind: str
    bytes: int
    preview: str


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
        if _HASH.fullmatch(sha256) and any(reader(db, actor, sha256) for reader in self._readers):
            row = db.one(_KIND, o=actor.organisation_id, sha256=sha256)
        if row is None:
            raise CampusError("not_found", text("This file isn't here, or isn't for you."))
        return StoredFile(actor.organisation_id, sha256, str(row[0]), int(row[1]), str(row[2]))
