"""Ready answers of the catalogue, kept as bytes by version: the feed place of the last change of their kind.

A change moves the version in its own transaction, so an answer is never older than the rows, with any number of
server processes. Each process keeps its own answers in memory; with Redis they share them, too.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

import orjson

from server.core.database import Db
from server.core.redis_link import PREFIX, RedisLink
from server.core.tables import CATALOGUE_KINDS, CATALOGUE_ONLY

LARGEST_BYTES = 32_000_000
SHARED_SECONDS = 3_600
"""How long Redis keeps an answer that nobody replaces."""

_VERSIONS = {
    kind: (
        "SELECT (SELECT max(seq) FROM feed_row WHERE organisation_id = :organisation_id"
        f" AND {CATALOGUE_ONLY} AND kind = '{kind}'),"
        " (SELECT server_epoch FROM feed_head WHERE organisation_id = :organisation_id)"
    )
    for kind in CATALOGUE_KINDS
}


class AnswerCache:
    """Answers by key and version; the least recently used go first when they outgrow `largest_bytes`.

    Keys are of what JSON can hold. A server that was restored counts its places anew, so the epoch is in the version.
    """

    def __init__(self, largest_bytes: int = LARGEST_BYTES, link: RedisLink | None = None) -> None:
        self._largest = largest_bytes
        self._link = link
        self._answers: OrderedDict[Hashable, tuple[str, bytes]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def version(self, db: Db, organisation_id: str, kind: str) -> str | None:
        """Return the present version of a kind's rows, or None for a kind that isn't kept."""
        sql = _VERSIONS.get(kind)
        if sql is None:
            return None
        row = db.one(sql, organisation_id=organisation_id) or (None, None)
        return f"{row[0] or 0} {row[1]}"

    def get(self, key: Hashable, version: str) -> bytes | None:
        """Return the answer of this version."""
        with self._lock:
            known = self._answers.get(key)
            if known is not None and known[0] == version:
                self._answers.move_to_end(key)
                return known[1]
        shared = self._shared(key, version)
        if shared is not None:
            self._keep(key, version, shared)
        return shared

    def put(self, key: Hashable, version: str, answer: bytes) -> None:
        """Keep an answer in the place of its older version."""
        if len(answer) > self._largest // 8:
            return
        self._keep(key, version, answer)
        self._share(key, version, answer)

    def _keep(self, key: Hashable, version: str, answer: bytes) -> None:
        with self._lock:
            before = self._answers.pop(key, ("", b""))
            self._answers[key] = (version, answer)
            self._bytes += len(answer) - len(before[1])
            while self._bytes > self._largest:
                _, (_, gone) = self._answers.popitem(last=False)
                self._bytes -= len(gone)

    def _shared(self, key: Hashable, version: str) -> bytes | None:
        link = self._link
        if link is None or not link.is_up:
            return None
        try:
            found = link.keeping.get(_name(key))
        except link.failures as failure:
            link.failed(failure)
            return None
        link.worked()
        head, _, answer = (found or b"").partition(b"\n")
        return answer if head == version.encode() else None

    def _share(self, key: Hashable, version: str, answer: bytes) -> None:
        link = self._link
        if link is None or not link.is_up:
            return
        try:
            link.keeping.set(_name(key), version.encode() + b"\n" + answer, ex=SHARED_SECONDS)
        except link.failures as failure:
            link.failed(failure)


def _name(key: Hashable) -> str:
    return f"{PREFIX}:answer:{hashlib.blake2b(orjson.dumps(key), digest_size=16).hexdigest()}"
