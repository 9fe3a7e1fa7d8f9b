"""Registrations as rows: reading, showing, and moving them from one state to the next."""

from typing import Any

import orjson

from server.core.database import Db
from shared.people.entry_rules import RegistrationPolicy, RegistrationState

FIELDS = ("id", "email", "username", "given_name", "family_name", "study_time", "interests", "experience", "code",
          "role", "state", "tries", "sends", "person_id", "decided_by", "reason", "made_at", "expires_at",
          "verified_at", "settled_at", "digest", "hash")  # fmt: skip
SECRET = frozenset({"digest", "hash", "tries"})
_SHOWN = f"SELECT {', '.join(FIELDS)} FROM registration WHERE organisation_id = :o"  # noqa: S608 - our own column names
_LIST = f"{_SHOWN} AND state = :state ORDER BY made_at DESC, id LIMIT 500"
_COUNTS = "SELECT state, count(*) FROM registration WHERE organisation_id = :o GROUP BY state"
_ONE = f"{_SHOWN} AND id = :id"
_PUT = """
INSERT INTO registration (organisation_id, id, email, email_folded, username, given_name, family_name, study_time,
interests, experience, code, role, hash, state, digest, tries, sends, person_id, decided_by, reason, made_at,
expires_at, verified_at, settled_at) VALUES (:o, :id, :email, :folded, :username, :given_name, :family_name,
:study_time, :interests, :experience, :code, :role, :hash, 'unverified', :digest, 0, 1, NULL, NULL, '', :now,
:expires, NULL, NULL)
ON CONFLICT DO NOTHING
"""
_TRY = """
UPDATE registration SET tries = tries + 1
WHERE organisation_id = :o AND id = :id AND state = 'unverified' AND tries < :most RETURNING tries
"""
_RENEW = """
UPDATE registration SET digest = :digest, tries = 0, sends = sends + 1, expires_at = :expires
WHERE organisation_id = :o AND id = :id AND state = 'unverified' AND sends < :most RETURNING sends
"""
_MOVE = """
UPDATE registration SET state = :to, verified_at = COALESCE(verified_at, :now), settled_at = :settled,
person_id = :person, decided_by = :by, reason = :reason, hash = :hash
WHERE organisation_id = :o AND id = :id AND state = :was
"""
_LAPSE = """
UPDATE registration SET state = 'lapsed', hash = '', settled_at = :now
WHERE organisation_id = :o AND state = 'unverified' AND expires_at < :now
"""
_FORGET = """
DELETE FROM registration WHERE organisation_id = :o AND state IN ('lapsed', 'refused') AND settled_at < :before
"""
_POLICY = "SELECT registration FROM entry_policy WHERE organisation_id = :o"
_SET_POLICY = """
INSERT INTO entry_policy (organisation_id, registration, changed_at) VALUES (:o, :policy, :now)
ON CONFLICT (organisation_id) DO UPDATE SET registration = excluded.registration, changed_at = excluded.changed_at
"""


def policy_of(db: Db, organisation_id: str) -> RegistrationPolicy:
    """Return whether students may register; off where nobody has set it."""
    row = db.one(_POLICY, o=organisation_id)
    return RegistrationPolicy(row[0]) if row is not None else RegistrationPolicy.OFF


def set_policy(db: Db, organisation_id: str, policy: RegistrationPolicy, now: str) -> None:
    """Say whether students may register."""
    db.run(_SET_POLICY, o=organisation_id, policy=str(policy), now=now)


def put(db: Db, organisation_id: str, values: dict[str, Any]) -> bool:
    """Keep a registration; False where its username waits already."""
    return db.run(_PUT, o=organisation_id, **values) > 0


def read(db: Db, organisation_id: str, registration_id: str) -> dict[str, Any] | None:
    """Return a registration with its secrets, for the service alone."""
    row = db.one(_ONE, o=organisation_id, id=registration_id)
    return _body(row) if row is not None else None


def listed(db: Db, organisation_id: str, state: str) -> list[dict[str, Any]]:
    """Return the registrations of a state, newest first, 500 at most."""
    return [shown(_body(row)) for row in db.rows(_LIST, o=organisation_id, state=state)]


def counts(db: Db, organisation_id: str) -> dict[str, int]:
    """Return how many registrations there are by state."""
    return {str(row[0]): int(row[1]) for row in db.rows(_COUNTS, o=organisation_id)}


def count_try(db: Db, organisation_id: str, registration_id: str, most: int) -> bool:
    """Count a try at the code before it is compared; False where there were too many."""
    return db.one(_TRY, o=organisation_id, id=registration_id, most=most) is not None


def renew(db: Db, organisation_id: str, registration_id: str, digest: str, expires: str, most: int) -> int:
    """Put a new code in the old one's place and return how often one was sent; 0 where that was too often."""
    row = db.one(_RENEW, o=organisation_id, id=registration_id, digest=digest, expires=expires, most=most)
    return int(row[0]) if row is not None else 0


def move(
    db: Db,
    organisation_id: str,
    registration: dict[str, Any],
    to: str,
    now: str,
    person_id: str | None = None,
    by: str | None = None,
    reason: str = "",
) -> bool:
    """Move a registration from the state it was read in; False where someone was faster.

    The password's hash stays with those that wait alone.
    """
    waits = to == RegistrationState.WAITING
    settled, hashed = (None, registration["hash"]) if waits else (now, "")
    return db.run(_MOVE, o=organisation_id, id=registration["id"], was=registration["state"], to=to, now=now,
                  settled=settled, hash=hashed, person=person_id, by=by, reason=reason) > 0  # fmt: skip


def lapse(db: Db, organisation_id: str, now: str, before: str) -> int:
    """Let unverified ones lapse whose time is over, and forget what came to nothing before `before`."""
    return db.run(_LAPSE, o=organisation_id, now=now) + db.run(_FORGET, o=organisation_id, before=before)


def shown(registration: dict[str, Any]) -> dict[str, Any]:
    """Return what the office sees of a registration."""
    return {name: value for name, value in registration.items() if name not in SECRET}


def _body(row: Any) -> dict[str, Any]:
    body = dict(zip(FIELDS, row, strict=True))
    return {**body, "interests": orjson.loads(body["interests"]), "sends": int(body["sends"])}
