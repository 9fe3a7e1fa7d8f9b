"""The one-time code with which an institute without an administrator is set up: made, tried, used once."""

from datetime import datetime, timedelta

from server.core.database import Db
from server.core.keys import Keys
from server.people.credentials import temporary_password
from server.people.entry_codes import code_digest
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import Role

LIFE = timedelta(days=7)
MOST_WRONG = 20
"""So many wrong tries end a code; a new one is made on the server."""
_PLACE = "set_up"
_PUT = """
INSERT INTO set_up_code (organisation_id, code_hash, made_at, expires_at, used_at, wrong)
VALUES (:o, :hash, :now, :expires, NULL, 0)
ON CONFLICT (organisation_id) DO UPDATE SET code_hash = excluded.code_hash, made_at = excluded.made_at,
expires_at = excluded.expires_at, used_at = NULL, wrong = 0
"""
_GET = "SELECT code_hash, expires_at, used_at, wrong FROM set_up_code WHERE organisation_id = :o"
_WRONG = "UPDATE set_up_code SET wrong = wrong + 1 WHERE organisation_id = :o"
# Whoever comes first uses it: a second finish of the same moment finds nothing to use.
_USE = """
UPDATE set_up_code SET used_at = :now WHERE organisation_id = :o AND code_hash = :hash AND used_at IS NULL
AND expires_at > :now AND wrong < :most
"""
_ADMINISTRATORS = """
SELECT 1 FROM person_role r JOIN person p ON p.organisation_id = r.organisation_id AND p.id = r.person_id
WHERE r.organisation_id = :o AND r.role_key = :role AND p.state = 'active' LIMIT 1
"""


def make_code(db: Db, keys: Keys, organisation_id: str, now: datetime) -> str:
    """Return a new code, shown once: 16 letters (79 bits) to be typed; an older one is good no longer."""
    code = temporary_password()
    hashed = code_digest(keys, _PLACE, f"{organisation_id}{code}")
    db.run(_PUT, o=organisation_id, hash=hashed, now=instant_text(now), expires=instant_text(now + LIFE))
    return code


def is_waiting(db: Db, organisation_id: str) -> bool:
    """Tell whether an institute waits for being set up: a code was made, not used, and nobody administrates it yet."""
    row = db.one(_GET, o=organisation_id)
    return row is not None and row[2] is None and not has_administrator(db, organisation_id)


def has_administrator(db: Db, organisation_id: str) -> bool:
    """Tell whether somebody who is active administrates an institute."""
    return db.one(_ADMINISTRATORS, o=organisation_id, role=str(Role.ADMINISTRATOR)) is not None


def code_fault(db: Db, keys: Keys, organisation_id: str, typed: str, now: datetime) -> str | None:
    """Return the word for why a code lets nobody in, None where it does; a wrong one is counted."""
    row = db.one(_GET, o=organisation_id)
    if row is None or row[2] is not None or has_administrator(db, organisation_id):
        return "set_up_over"
    if int(row[3]) >= MOST_WRONG:
        return "set_up_code_locked"
    if row[0] != code_digest(keys, _PLACE, f"{organisation_id}{typed}"):
        db.run(_WRONG, o=organisation_id)
        return "set_up_code_wrong"
    return "set_up_code_over" if str(row[1]) <= instant_text(now) else None


def use_code(db: Db, keys: Keys, organisation_id: str, typed: str, now: datetime) -> None:
    """Use a code up in the transaction that finishes the set-up. Raises what `refused` gives."""
    hashed = code_digest(keys, _PLACE, f"{organisation_id}{typed}")
    if not db.run(_USE, o=organisation_id, hash=hashed, now=instant_text(now), most=MOST_WRONG):
        raise refused("set_up_over")


def refused(word: str) -> CampusError:
    """Return the error for a code that lets nobody in, by its word."""
    sentences = {
        "set_up_over": text("This institute is set up already. Sign in."),
        "set_up_code_wrong": text("This isn't the code that the server showed. Compare it letter by letter."),
        "set_up_code_over": text("This code has run out. Make a new one on the server with: campusdesk-server init"),
        "set_up_code_locked": text(
            "This code was typed wrong too often. Make a new one on the server with: campusdesk-server init"
        ),
    }
    return CampusError(word, sentences[word])
