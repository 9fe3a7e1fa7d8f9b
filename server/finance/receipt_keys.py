"""The institute's receipt keys, made and kept sealed by the server to certify tills; how signatures are checked."""

import base64
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from server.core.database import Db
from server.core.entities import Body
from server.core.keys import Keys
from shared.finance.receipt_code import Certificate, certified, institute_id, key_id
from shared.finance.till_commands import receipt_key_id
from shared.finance.till_rules import CERTIFIED_DAYS

_PLACE = "receipt_key"
_PUT = """
INSERT INTO receipt_key_secret (organisation_id, id, public_key, sealed, made_at)
VALUES (:o, :id, :public_key, :sealed, :now)
"""
_CURRENT = """
SELECT k.public_key FROM receipt_key k WHERE k.organisation_id = :o AND k.retired_at IS NULL
ORDER BY k.made_at DESC, k.id LIMIT 1
"""
_SEALED = "SELECT sealed FROM receipt_key_secret WHERE organisation_id = :o AND public_key = :public_key"


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature fits; what is no key or no signature doesn't."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def make_key(db: Db, keys: Keys, organisation_id: str, now: str, given: Ed25519PrivateKey | None = None) -> str:
    """Keep a receipt key, made here where none is `given`; returns its public half in base64, still to be published."""
    private = given or Ed25519PrivateKey.generate()
    public_key = base64.b64encode(private.public_key().public_bytes_raw()).decode()
    row_id = receipt_key_id(public_key)
    sealed = keys.sealed(private.private_bytes_raw(), _PLACE, organisation_id, row_id)
    db.run(_PUT, o=organisation_id, id=row_id, public_key=public_key, sealed=sealed, now=now)
    return public_key


def current_key(db: Db, organisation_id: str) -> str | None:
    """Return the public half of the key that certifies tills now, in base64; None before the first."""
    row = db.one(_CURRENT, o=organisation_id)
    return str(row[0]) if row else None


def is_made_here(db: Db, organisation_id: str, public_key: str) -> bool:
    """Tell whether this server made a key, so that nobody publishes one of his own."""
    return db.one(_SEALED, o=organisation_id, public_key=public_key) is not None


def secret_of(db: Db, keys: Keys, organisation_id: str, public_key: str) -> bytes:
    """Return the private half of a key that this server made."""
    row: Any = db.one(_SEALED, o=organisation_id, public_key=public_key)
    return keys.opened(row[0], _PLACE, organisation_id, receipt_key_id(public_key))


def certify(db: Db, keys: Keys, organisation_id: str, till: Body, today: date) -> str:
    """Return a certificate for a till's key and series, signed by the institute's present key."""
    public_key = current_key(db, organisation_id)
    secret = secret_of(db, keys, organisation_id, str(public_key))
    made = Certificate(
        institute_id(organisation_id),
        key_id(base64.b64decode(str(public_key))),
        base64.b64decode(till["public_key"]),
        till["code"],
        today - timedelta(days=1),
        today + timedelta(days=CERTIFIED_DAYS),
    )
    return certified(made, Ed25519PrivateKey.from_private_bytes(secret).sign)
