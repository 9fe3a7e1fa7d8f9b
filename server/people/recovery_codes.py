"""Recovery codes: ten, shown once, each good once; slowly hashed under one salt, so that a try costs one hash."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import orjson

from server.core.database import Db
from server.core.sql import SetSql
from shared.core.clock import instant_text
from shared.people.factors import CROCKFORD, RECOVERY_CODES, RECOVERY_LETTERS

_FORGET = "DELETE FROM recovery_code WHERE organisation_id = :organisation_id AND person_id = :person_id"
_PUT = SetSql(
    "INSERT INTO recovery_code (organisation_id, person_id, place, hash, made_at, used_at)"
    " SELECT :organisation_id, :person_id, r.place, r.hash, :now, NULL FROM {rows} r WHERE true",
    place="integer",
    hash="text",
)
_ANY = """
SELECT hash FROM recovery_code
WHERE organisation_id = :organisation_id AND person_id = :person_id ORDER BY place LIMIT 1
"""
_USE = """
UPDATE recovery_code SET used_at = :now
WHERE organisation_id = :organisation_id AND person_id = :person_id AND hash = :hash AND used_at IS NULL
"""
_LEFT = """
SELECT count(*) FROM recovery_code
WHERE organisation_id = :organisation_id AND person_id = :person_id AND used_at IS NULL
"""


def new_codes() -> list[str]:
    """Return ten different codes of 50 random bits each."""
    codes: set[str] = set()
    while len(codes) < RECOVERY_CODES:
        codes.add("".join(secrets.choice(CROCKFORD) for _ in range(RECOVERY_LETTERS)))
    return list(codes)


def put_codes(db: Db, organisation_id: str, person_id: str, hashes: Sequence[str], now: datetime) -> None:
    """Store a new set, all hashed under one salt; the old set is good for nothing from then on."""
    rows = [{"place": place, "hash": one} for place, one in enumerate(hashes)]
    forget_codes(db, organisation_id, person_id)
    place = {"organisation_id": organisation_id, "person_id": person_id, "now": instant_text(now)}
    db.run(_PUT, rows=orjson.dumps(rows).decode(), **place)


def forget_codes(db: Db, organisation_id: str, person_id: str) -> int:
    """Take all recovery codes away."""
    return db.run(_FORGET, organisation_id=organisation_id, person_id=person_id)


def salt_of(db: Db, organisation_id: str, person_id: str) -> str | None:
    """Return a stored hash, which holds the salt of the set; None without a set."""
    row = db.one(_ANY, organisation_id=organisation_id, person_id=person_id)
    return row[0] if row else None


def use_code(db: Db, organisation_id: str, person_id: str, hashed: str, now: datetime) -> bool:
    """Use up the code with this hash; of two callers one gets True."""
    place = {"organisation_id": organisation_id, "person_id": person_id, "now": instant_text(now)}
    return db.run(_USE, hash=hashed, **place) == 1


def codes_left(db: Db, organisation_id: str, person_id: str) -> int:
    """Return how many codes are good yet."""
    row = db.one(_LEFT, organisation_id=organisation_id, person_id=person_id)
    return int(row[0]) if row else 0
