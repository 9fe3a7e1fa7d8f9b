"""The list of who was anonymised that lies beside the database: a backup from before can't bring anyone back."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from server.core.file_store import make_private, sync_folder

NAME = "erased.jsonl"


@dataclass(frozen=True)
class ErasedLine:
    """One person who was anonymised: ids and the label, nothing that names anyone."""

    organisation_id: str
    person_id: str
    label: str
    at: str


class ErasedList:
    """Lines in a file of the server's own folder; added and never taken away."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def lines(self) -> list[ErasedLine]:
        """Return all lines in the order in which they were added; a torn last one is left out."""
        if not self._path.exists():
            return []
        found = []
        for packed in self._path.read_bytes().splitlines():
            try:
                found.append(ErasedLine(**orjson.loads(packed)))
            except (ValueError, TypeError):
                continue
        return found

    def add(self, lines: list[ErasedLine]) -> None:
        """Add those that aren't there yet, on disk when this returns."""
        known = {(one.organisation_id, one.person_id) for one in self.lines()}
        new = [one for one in lines if (one.organisation_id, one.person_id) not in known]
        if not new:
            return
        make_private(self._path.parent)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as stream:
            for one in new:
                stream.write(b"\n" + orjson.dumps(asdict(one)) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(self._path.parent)
