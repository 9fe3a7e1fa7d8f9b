"""Ending sign-ins: each end has a reason that its device is told, and a line in the security log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from server.core.database import Db, Row
from server.core.sql import SetSql
from server.people.security_log import SecurityEvent, put_event
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.people.security import SUSPICIOUS_ENDS, SecurityKind

_OF_PEOPLE = SetSql(
    "UPDATE sign_in SET state = 'ended', ended_reason = :reason, ended_at = :now WHERE organisation_id ="
    " :organisation_id AND state = 'open' AND id <> :but AND person_id IN (SELECT id FROM {ids} i)"
    " RETURNING id, person_id, device_id, last_address"
)
_ONE = """
UPDATE sign_in SET state = 'ended', ended_reason = :reason, ended_at = :now
WHERE organisation_id = :organisation_id AND id = :id AND state = 'open'
RETURNING id, person_id, device_id, last_address
"""
_ON_DEVICE = """
UPDATE sign_in SET state = 'ended', ended_reason = :reason, ended_at = :now
WHERE organisation_id = :organisation_id AND device_id = :device_id AND state = 'open'
RETURNING id, person_id, device_id, last_address
"""
_OLDEST = """
UPDATE sign_in SET state = 'ended', ended_reason = 'too_many', ended_at = :now
WHERE organisation_id = :organisation_id AND state = 'open' AND id IN (SELECT id FROM sign_in
WHERE organisation_id = :organisation_id AND person_id = :person_id AND state = 'open' AND id <> :but
ORDER BY last_used_at DESC, id DESC LIMIT 1000000 OFFSET :kept) RETURNING id, person_id, device_id, last_address
"""


@dataclass(frozen=True)
class Ending:
    """Why sign-ins end, and who ends them where that is somebody."""

    reason: str
    now: datetime | str
    actor_id: str | None = None

    @property
    def at(self) -> str:
        """The moment as text."""
        return self.now if isinstance(self.now, str) else instant_text(self.now)


def end_one(db: Db, organisation_id: str, sign_in_id: str, ending: Ending) -> bool:
    """End a sign-in; tells whether it was open."""
    rows = db.rows(_ONE, organisation_id=organisation_id, id=sign_in_id, reason=ending.reason, now=ending.at)
    return _noted(db, organisation_id, rows, ending) > 0


def end_of_people(db: Db, organisation_id: str, person_ids: Sequence[str], ending: Ending, but: str = "") -> int:
    """End all sign-ins of people, except the one `but`; returns how many were open."""
    ids = orjson.dumps(sorted(person_ids)).decode()
    rows = db.rows(_OF_PEOPLE, organisation_id=organisation_id, ids=ids, but=but, reason=ending.reason, now=ending.at)
    return _noted(db, organisation_id, rows, ending)


def end_on_device(db: Db, organisation_id: str, device_id: str, ending: Ending) -> int:
    """End the sign-ins on a device; returns how many were open."""
    rows = db.rows(
        _ON_DEVICE, organisation_id=organisation_id, device_id=device_id, reason=ending.reason, now=ending.at
    )
    return _noted(db, organisation_id, rows, ending)


def end_oldest(db: Db, organisation_id: str, person_id: str, kept: int, but: str, now: datetime) -> int:
    """End what a person has open beyond the newest `kept` sign-ins, `but` left out; returns how many."""
    places = {"organisation_id": organisation_id, "person_id": person_id, "but": but, "kept": kept}
    rows = db.rows(_OLDEST, now=instant_text(now), **places)
    return _noted(db, organisation_id, rows, Ending("too_many", now))


def _noted(db: Db, organisation_id: str, rows: Sequence[Row], ending: Ending) -> int:
    for sign_in_id, person_id, device_id, address in rows:
        kind = SecurityKind.SIGN_IN_ENDED
        if ending.reason == "signed_out":
            kind = SecurityKind.SIGNED_OUT
        elif ending.reason in SUSPICIOUS_ENDS:
            kind = SecurityKind.SUSPICIOUS
        event = SecurityEvent(
            organisation_id,
            kind,
            person_id,
            ending.actor_id if ending.actor_id != person_id else None,
            sign_in_id,
            device_id,
            address,
            details={"reason": ending.reason},
        )
        put_event(db, derived_id("sign_in_ended", organisation_id, sign_in_id), ending.now, event)
    return len(rows)
