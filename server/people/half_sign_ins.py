"""Sign-ins half done: the password was right, a second factor is still asked for; a short token stands for each."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.core.context import Context
from server.core.database import Db
from server.people.factors import Standing
from server.people.sign_in_lookup import LOST
from server.people.sign_in_messages import DeviceAsk
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.factors import SENT_KINDS, hidden_address
from shared.people.vocabulary import PersonState

_TOKEN_BYTES = 32
_KEPT = timedelta(days=1)
_PUT = """
INSERT INTO sign_in_attempt (organisation_id, digest, id, person_id, device, account, kept, made_at, expires_at)
VALUES (:organisation_id, :digest, :id, :person_id, :device, :account, :kept, :now, :expires_at)
"""
_FORGET = "DELETE FROM sign_in_attempt WHERE organisation_id = :organisation_id AND expires_at < :before"
# A password that was changed since, be it by its owner, by mail or by the office, ends what the old one began.
_FIND = """
SELECT a.id, a.person_id, a.device, a.account, a.kept, p.state FROM sign_in_attempt a
JOIN person p ON p.organisation_id = a.organisation_id AND p.id = a.person_id
LEFT JOIN credential c ON c.organisation_id = a.organisation_id AND c.person_id = a.person_id
WHERE a.organisation_id = :organisation_id AND a.digest = :digest AND a.used_at IS NULL AND a.expires_at > :now
AND (c.changed_at IS NULL OR c.changed_at <= a.made_at)
"""
_DEVICE = "SELECT state, person_id FROM device WHERE organisation_id = :organisation_id AND id = :device_id"
# A right password is no failure; nor is it an end of failures before the second factor was right as well.
_TAKE_BACK = """
UPDATE sign_in_failure SET failures = failures - 1,
locks = CASE WHEN blocked_until = :locks_until AND locks > 0 THEN locks - 1 ELSE locks END,
blocked_until = CASE WHEN blocked_until = :locks_until THEN NULL ELSE blocked_until END
WHERE organisation_id = :organisation_id AND kind = :kind AND name = :name AND failures > 0
"""
_USE = """
UPDATE sign_in_attempt SET used_at = :now
WHERE organisation_id = :organisation_id AND digest = :digest AND used_at IS NULL
"""


@dataclass(frozen=True)
class Entrance:
    """Who goes in where: `counter` is the kind and name under which wrong tries are counted."""

    organisation_id: str
    person_id: str
    device: DeviceAsk
    keep: bool
    counter: tuple[str, str]


@dataclass(frozen=True)
class HalfDone:
    """A sign-in that waits for its second factor; `attempt_id` is what codes are sent for."""

    entrance: Entrance
    attempt_id: str
    digest: str


def device_refusal(db: Db, entrance: Entrance) -> str | None:
    """Return why this device can't be signed in on: `device_lost` or `device_of_another`; None where it can."""
    place = {"organisation_id": entrance.organisation_id, "device_id": entrance.device.id}
    state, owner = db.one(_DEVICE, **place) or ("", None)
    if state == LOST:
        return "device_lost"
    return "device_of_another" if owner not in {None, entrance.person_id} else None


def take_back(db: Db, entrance: Entrance, locks_until: str | None) -> None:
    """Take the count of a try back whose password was right, and the lock that it would have made."""
    kind, name = entrance.counter
    place = {"organisation_id": entrance.organisation_id, "kind": kind, "name": name}
    db.run(_TAKE_BACK, locks_until=locks_until or "", **place)


def ask_factor(db: Db, context: Context, entrance: Entrance, standing: Standing, now: datetime) -> dict[str, Any]:
    """Keep a sign-in half done and return the answer as `FactorNeeded` describes it."""
    secret = secrets.token_urlsafe(_TOKEN_BYTES)
    token = f"{entrance.organisation_id}.{secret}"
    ends = now + timedelta(minutes=context.settings.sign_in_attempt_minutes)
    db.run(_FORGET, organisation_id=entrance.organisation_id, before=instant_text(now - _KEPT))
    db.run(
        _PUT,
        organisation_id=entrance.organisation_id,
        digest=_digest(token),
        id=context.new_id(),
        person_id=entrance.person_id,
        device=entrance.device.model_dump_json(),
        account=" ".join(entrance.counter),
        kept=entrance.keep,
        now=instant_text(now),
        expires_at=instant_text(ends),
    )
    return {
        "factor_needed": True,
        "attempt": token,
        "expires_at": instant_text(ends),
        "person_id": entrance.person_id,
        "ways": ways_shown(standing),
    }


def ways_shown(standing: Standing) -> list[dict[str, str]]:
    """Return the ways to prove who one is, with hidden addresses."""
    return [
        {"kind": str(kind), "to": hidden_address(kind, standing.address(kind) or "") if kind in SENT_KINDS else ""}
        for kind in standing.ways
    ]


def find_attempt(db: Db, token: str, now: datetime) -> HalfDone:
    """Return the sign-in that a token stands for; raises CampusError `sign_in_over` or `suspended`."""
    organisation_id, _, _ = token.partition(".")
    digest = _digest(token)
    row = db.one(_FIND, organisation_id=organisation_id, digest=digest, now=instant_text(now))
    if row is None:
        raise sign_in_over()
    if row[5] != PersonState.ACTIVE:
        raise CampusError("suspended", text("Your access is suspended. Ask the office."))
    kind, _, name = row[3].partition(" ")
    device = DeviceAsk.model_validate_json(row[2])
    entrance = Entrance(organisation_id, row[1], device, bool(row[4]), (kind, name))
    return HalfDone(entrance, row[0], digest)


def use_attempt(db: Db, half: HalfDone, now: datetime) -> bool:
    """Use a half-done sign-in up; of two callers one gets True."""
    place = {"organisation_id": half.entrance.organisation_id, "digest": half.digest}
    return db.run(_USE, now=instant_text(now), **place) == 1


def sign_in_over() -> CampusError:
    """Return what is told of a half-done sign-in that can't be gone on with."""
    return CampusError("sign_in_over", text("This sign-in has run out. Enter your password again."))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
