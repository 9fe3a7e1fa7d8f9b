"""Ready answers of the catalogue, kept as bytes by version: the feed place of the last change of their kind.

A change moves the version in its own transaction, so an answer is never older than the rows, with any number of
server processes. Each process keeps its own answers in memory.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from server.core.database import Db
from server.core.tables import CATALOGUE_KINDS, CATALOGUE_ONLY

LARGEST_BYTES = 32_000_000
_VERSIONS = {
    kind: (
        "SELECT max(seq) FROM feed_row WHERE organisation_id = :organisation_id"
        f" AND {CATALOGUE_ONLY} AND kind = '{kind}'"
    )
    for kind in CATALOGUE_KINDS
}


class AnswerCache:
    """Answers by key and version; the least recently used go first when they outgrow `largest_bytes`."""

    def __init__(self, largest_bytes: int = LARGEST_BYTES) -> None:
        self._largest = largest_bytes
        self._answers: OrderedDict[Hashable, tuple[int, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def version(self, db: Db, organisation_id: str, kind: str) -> int | None:
        """Return the present version of a kind's rows, or None for a kind that isn't kept."""
        sql = _VERSIONS.get(kind)
        if sql is None:
            return None
        row = db.one(sql, organisation_id=organisation_id)
        return int(row[0] or 0) if row else 0

    def get(self, key: Hashable, version: int) -> bytes | None:
        """Return the answer of this version."""
        with self._lock:
            known = self._answers.get(key)
            if known is None or known[0] != version:
                return None
            self._answers.move_to_end(key)
            return known[1]

    def put(self, key: Hashable, version: int, answer: bytes) -> None:
        """Keep an answer in the place of its older version."""
        if len(answer) > self._largest // 8:
            return
        with self._lock:
            before = self._answers.pop(key, (0, b""))
            self._answers[key] = (version, answer)
            self._bytes += len(answer) - len(before[1])
            while self._bytes > self._largest:
                _, (_, gone) = self._answers.popitem(last=False)
                self._bytes -= len(gone)
