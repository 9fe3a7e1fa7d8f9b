"""Keeps what a request with an `Idempotency-Key` came to, for acts that are no commands: asked twice, done once."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.database import Database, Db
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.text import text

KEPT = timedelta(days=7)
"""How long a repeat gets the first answer; nobody's network is away for longer with a request under way."""
_CLAIM = """
INSERT INTO kept_answer (organisation_id, person_id, digest, content, made_at, answer)
VALUES (:organisation_id, :person_id, :digest, :content, :now, NULL) ON CONFLICT DO NOTHING
"""
_PLACE = "organisation_id = :organisation_id AND person_id = :person_id AND digest = :digest"
_READ = f"SELECT content, answer FROM kept_answer WHERE {_PLACE}"
_KEEP = f"UPDATE kept_answer SET answer = :answer WHERE {_PLACE}"
_DROP = f"DELETE FROM kept_answer WHERE {_PLACE}"
_OLD = "DELETE FROM kept_answer WHERE organisation_id = :organisation_id AND made_at < :before"


class KeptAnswers:
    """Does the work of a keyed request once for each person, route and key."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def once(
        self,
        known: CurrentSignIn,
        key: str | None,
        asked: tuple[str, Any],
        work: Callable[[], Any],
        *,
        secret: bool = False,
    ) -> Any:
        """Return what `work` gives, or gave the first time that this key came; without a key it is done each time.

        `asked` is what tells requests apart: the route, and what it was given. A `secret` answer isn't kept. Raises
        CampusError `repeated` where the first one is under way or its answer isn't kept, `command_id_reused` where the
        key came with another request.
        """
        if not key:
            return work()
        route, given = asked
        places = {
            "organisation_id": known.actor.organisation_id,
            "person_id": known.actor.person_id,
            "digest": _digest([route, key]),
        }
        content = _digest(given)
        if not self._database.write(lambda db: self._claim(db, places, content)):
            return self._first(places, content)
        try:
            told = work()
        except BaseException:
            # What failed was not done: the same key may try again.
            self._database.write(lambda db: db.run(_DROP, **places))
            raise
        kept = orjson.dumps(None if secret else {"data": told}).decode()
        self._database.write(lambda db: db.run(_KEEP, answer=kept, **places))
        return told

    def _claim(self, db: Db, places: dict[str, str], content: str) -> int:
        now = self._clock.now()
        db.run(_OLD, organisation_id=places["organisation_id"], before=instant_text(now - KEPT))
        return int(db.run(_CLAIM, **places, content=content, now=instant_text(now)))

    def _first(self, places: dict[str, str], content: str) -> Any:
        with self._database.read() as db:
            row = db.one(_READ, **places)
        if row is not None and row[0] != content:
            message = text("This Idempotency-Key was used for another request. Make a new one for each.")
            raise CampusError("command_id_reused", message)
        kept = orjson.loads(row[1]) if row is not None and row[1] else None
        if kept is None:
            message = text("This was asked before and isn't done a second time. Look at what it came to.")
            raise CampusError("repeated", message)
        return kept["data"]


def _digest(content: Any) -> str:
    packed = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(packed).hexdigest()
