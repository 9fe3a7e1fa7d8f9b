"""Begins a server's new epoch as a restore does, with its signed entry in the log or without one."""

import base64
from typing import Any

import orjson

from server.core import feeds
from server.core.batch import Batch, Origin
from server.people.organisations import system_actor
from shared.core.clock import instant_text
from shared.core.sync import restored_words

_HEAD = "SELECT audit_seq, chain FROM feed_head WHERE organisation_id = :o"
_SERVER = """
INSERT INTO server_state (name, value) VALUES ('server_epoch', :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


def begin_anew(parts: Any, organisation_id: str, clock: Any, new_id: Any, key: Any = None) -> str:
    """Begin an epoch and return it; `key` signs that a restore did, as whoever holds the server's keys can."""
    epoch, now = new_id(), instant_text(clock.now())

    def work(db: Any) -> None:
        db.run(_SERVER, value=epoch)
        db.run("UPDATE feed_head SET server_epoch = :value WHERE organisation_id = :o", value=epoch, o=organisation_id)
        if key is None:
            return
        audit_seq, chain = db.one(
            "SELECT audit_seq, chain FROM feed_head WHERE organisation_id = :o", o=organisation_id
        )
        ended = bytes(chain).hex()
        signature = base64.b64encode(key.sign(restored_words(organisation_id, audit_seq, ended, epoch))).decode()
        note = {"what": "restored", "backup_made_at": now, "audit_seq": audit_seq, "chain": ended}
        note |= {"server_epoch": epoch, "signature": signature}
        batch = Batch(db, system_actor(organisation_id, new_id()), Origin(""), now, new_id)
        feeds.write(batch, [], orjson.dumps(note).decode())

    def within(db: Any) -> None:
        db.enter(organisation_id)
        work(db)

    parts.database.write(within)
    return epoch
