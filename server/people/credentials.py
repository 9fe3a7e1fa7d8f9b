"""Stored passwords: setting, changing and resetting them, and the institute's key pair."""

import base64
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.core.database import Db
from server.core.keys import Keys
from server.core.passwords import ALGORITHM
from shared.core.clock import instant_text

KEY_ALGORITHM = "x25519"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LETTERS = 4, 4
_SET = """
INSERT INTO credential (organisation_id, person_id, algorithm, hash, must_change, expires_at, changed_at)
VALUES (:organisation_id, :person_id, :algorithm, :hash, :must_change, :expires_at, :now)
ON CONFLICT (organisation_id, person_id) DO UPDATE SET algorithm = excluded.algorithm, hash = excluded.hash,
must_change = excluded.must_change, expires_at = excluded.expires_at, changed_at = excluded.changed_at
"""
_PUT_KEY = """
INSERT INTO institute_key (organisation_id, algorithm, public_key, sealed_private_key, made_at)
VALUES (:organisation_id, :algorithm, :public_key, :sealed, :now) ON CONFLICT DO NOTHING
"""
_GET_KEY = "SELECT sealed_private_key FROM institute_key WHERE organisation_id = :organisation_id"


def set_password(
    db: Db, organisation_id: str, person_id: str, hashed: str, now: datetime, temporary_for: timedelta | None = None
) -> None:
    """Store a password's hash; a temporary one runs out and must be changed at the first sign-in."""
    db.run(
        _SET,
        organisation_id=organisation_id,
        person_id=person_id,
        algorithm=ALGORITHM,
        hash=hashed,
        must_change=temporary_for is not None,
        expires_at=instant_text(now + temporary_for) if temporary_for is not None else None,
        now=instant_text(now),
    )


def temporary_password() -> str:
    """Return a random password (79 bits) that can be read out and typed: no letters that look alike."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LETTERS)) for _ in range(_GROUPS)]
    return "-".join(groups)


def make_institute_key(db: Db, keys: Keys, organisation_id: str, now: datetime) -> None:
    """Make the pair to whose public half devices seal unsent work; does nothing where there is one."""
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    db.run(
        _PUT_KEY,
        organisation_id=organisation_id,
        algorithm=KEY_ALGORITHM,
        public_key=base64.b64encode(public).decode(),
        sealed=keys.sealed(private.private_bytes_raw(), "institute_key", organisation_id),
        now=instant_text(now),
    )


def institute_private_key(db: Db, keys: Keys, organisation_id: str) -> X25519PrivateKey | None:
    """Return the key that opens sealed work, or None where the institute has none."""
    row = db.one(_GET_KEY, organisation_id=organisation_id)
    if row is None:
        return None
    return X25519PrivateKey.from_private_bytes(keys.opened(row[0], "institute_key", organisation_id))
