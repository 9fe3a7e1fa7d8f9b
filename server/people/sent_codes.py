"""Codes sent by mail or SMS: six digits for ten minutes, for one purpose, good once, and at most five tries."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.core.sql import SetSql
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.people.factors import CODE_DIGITS, FactorKind

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
_PAUSE = timedelta(seconds=30)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_KEPT = timedelta(days=2)
# The person's row is locked, so that two who ask at once are counted one after the other.
_LOCK = SetSql(
    "SELECT p.id FROM person p WHERE p.organisation_id = :organisation_id AND p.id = :person_id {lock}", lock="p"
)
_SENT = """
SELECT max(made_at), count(*), min(made_at) FROM factor_code
WHERE organisation_id = :organisation_id AND person_id = :person_id AND made_at > :since
"""
_SENT_TODAY = "SELECT count(*) FROM factor_code WHERE organisation_id = :organisation_id AND made_at > :since"
_REPLACE = """
UPDATE factor_code SET expires_at = :now
WHERE organisation_id = :organisation_id AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
"""
_PUT = """
INSERT INTO factor_code (organisation_id, id, person_id, purpose, kind, address, digest, tries, made_at, expires_at)
VALUES (:organisation_id, :id, :person_id, :purpose, :kind, :address, :digest, 0, :now, :expires_at)
"""
_FORGET = "DELETE FROM factor_code WHERE organisation_id = :organisation_id AND made_at < :before"
# Counting the try, comparing and using up are one statement: of fifty callers with the right code one passes, and of
# fifty guesses five are looked at.
_TRY = """
UPDATE factor_code SET tries = tries + 1, used_at = CASE WHEN digest = :digest THEN :now ELSE NULL END
WHERE organisation_id = :organisation_id AND purpose = :purpose AND kind = :kind AND used_at IS NULL
AND tries < :most AND expires_at > :now RETURNING used_at, address
"""


@dataclass(frozen=True)
class Recipient:
    """Who gets a code: the person, how, where, and on which device it was asked for."""

    organisation_id: str
    person_id: str
    kind: FactorKind
    address: str
    device_name: str = ""


def send_code(db: Db, context: Context, to: Recipient, purpose: str, now: datetime) -> str | CampusError:
    """Send a code for one purpose and return when it runs out; earlier ones for it are good no longer.

    The answer is a CampusError `too_many_codes` where too many were sent already.
    """
    db.rows(_LOCK, organisation_id=to.organisation_id, person_id=to.person_id)
    refusal = _too_many(db, context, to, now)
    if refusal is not None:
        return refusal
    code_id, code = context.new_id(), "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    expires_at = instant_text(now + LIFE)
    db.run(_REPLACE, organisation_id=to.organisation_id, purpose=purpose, now=instant_text(now))
    db.run(
        _PUT,
        organisation_id=to.organisation_id,
        id=code_id,
        person_id=to.person_id,
        purpose=purpose,
        kind=to.kind,
        address=to.address,
        digest=_digest(context, to.organisation_id, purpose, code),
        now=instant_text(now),
        expires_at=expires_at,
    )
    db.run(_FORGET, organisation_id=to.organisation_id, before=instant_text(now - _KEPT))
    letter = Letter(
        to.organisation_id,
        Channel.MAIL if to.kind is FactorKind.MAIL else Channel.SMS,
        "sign_in_code",
        f"factor_code:{code_id}",
        person_id=to.person_id,
        to=to.address,
        values={"minutes": str(int(LIFE.total_seconds() // 60)), "device": to.device_name},
        secrets={"code": code},
        urgent=True,
    )
    context.post(db, letter)
    return expires_at


def address_proved(
    db: Db, context: Context, organisation_id: str, purpose: str, kind: str, code: str, now: datetime
) -> str | None:
    """Return the address to which this code was sent for this purpose, and use the code up; None where it isn't one."""
    row = db.one(
        _TRY,
        organisation_id=organisation_id,
        purpose=purpose,
        kind=kind,
        digest=_digest(context, organisation_id, purpose, code),
        most=MOST_TRIES,
        now=instant_text(now),
    )
    return str(row[1]) if row is not None and row[0] is not None else None


def _digest(context: Context, organisation_id: str, purpose: str, code: str) -> str:
    """A keyed hash: six digits would be guessed from any other one, and the key isn't in the database."""
    told = f"factor_code\x1f{organisation_id}\x1f{purpose}\x1f{code}"
    return hmac.new(context.keys.pepper, told.encode(), hashlib.sha256).hexdigest()


def _too_many(db: Db, context: Context, to: Recipient, now: datetime) -> CampusError | None:
    since = instant_text(now - _HOUR)
    row = db.one(_SENT, organisation_id=to.organisation_id, person_id=to.person_id, since=since)
    latest, sent, first = row if row is not None else (None, 0, None)
    if latest is not None and parse_instant(latest) + _PAUSE > now:
        return _wait((parse_instant(latest) + _PAUSE - now).total_seconds())
    if first is not None and sent >= context.settings.codes_per_person_and_hour:
        return _wait((parse_instant(first) + _HOUR - now).total_seconds())
    today = db.one(_SENT_TODAY, organisation_id=to.organisation_id, since=instant_text(now - _DAY))
    if today is not None and today[0] >= context.settings.codes_per_organisation_and_day:
        message = text("The institute has sent as many codes today as it allows. Use another way, or ask the office.")
        return CampusError("too_many_codes", message)
    return None


def _wait(seconds: float) -> CampusError:
    whole = max(1, int(seconds + 0.999))
    if whole <= _PAUSE.total_seconds():
        message = plural(
            "A code was sent a moment ago. Wait {n} second before you ask for another.",
            "A code was sent a moment ago. Wait {n} seconds before you ask for another.",
            whole,
        )
    else:
        minutes = -(-whole // 60)
        message = plural(
            "Many codes were sent to you. Wait {n} minute, or use another way.",
            "Many codes were sent to you. Wait {n} minutes, or use another way.",
            minutes,
        )
    return CampusError("too_many_codes", message, {"retry_after": whole})
