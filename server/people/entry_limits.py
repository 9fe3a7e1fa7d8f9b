"""Counts what people ask before they are signed in: so many a window by account and by address, in the database."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.database import Db
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural

_KEEP = timedelta(days=2)
# One statement, so that fifty at once are counted as fifty.
_COUNT = """
INSERT INTO entry_try AS t (organisation_id, kind, name, tries, since)
VALUES (:organisation_id, :kind, :name, 1, :now)
ON CONFLICT (organisation_id, kind, name) DO UPDATE SET
tries = CASE WHEN t.since < :window THEN 1 ELSE t.tries + 1 END,
since = CASE WHEN t.since < :window THEN :now ELSE t.since END
RETURNING tries, since
"""
_STANDING = """
SELECT tries, since FROM entry_try
WHERE organisation_id = :organisation_id AND kind = :kind AND name = :name AND since >= :window
"""
_FORGET = "DELETE FROM entry_try WHERE organisation_id = :organisation_id AND since < :before"


@dataclass(frozen=True)
class Limit:
    """At most `most` of a kind in `window`."""

    kind: str
    most: int
    window: timedelta


HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
RESET_ACCOUNT = Limit("reset_account", 5, HOUR)
RESET_ADDRESS = Limit("reset_address", 60, HOUR)
WRONG_CODE = Limit("wrong_code", 50, QUARTER)
REGISTER_ADDRESS = Limit("register_address", 120, HOUR)
USERNAME_ADDRESS = Limit("username_address", 300, QUARTER)
CODE_ADDRESS = Limit("code_address", 300, QUARTER)
CODE_SENT = Limit("code_sent", 5, HOUR)
INVITE_SENDER = Limit("invite_sender", 200, HOUR)
BROWSER_ADDRESS = Limit("browser_address", 300, QUARTER)


def check(db: Db, organisation_id: str, limit: Limit, name: str, now: datetime) -> None:
    """Count one and raise CampusError `too_many_requests` beyond the limit."""
    tries, since = _counted(db, organisation_id, limit, name, now)
    if tries > limit.most:
        raise _too_many(since, limit, now)


def within(db: Db, organisation_id: str, limit: Limit, name: str, now: datetime) -> bool:
    """Count one and tell whether it is within the limit, where nobody may learn of it."""
    return _counted(db, organisation_id, limit, name, now)[0] <= limit.most


def check_standing(db: Db, organisation_id: str, limit: Limit, name: str, now: datetime) -> None:
    """Raise CampusError `too_many_requests` where the limit is reached, without counting."""
    row = db.one(
        _STANDING,
        organisation_id=organisation_id,
        kind=limit.kind,
        name=hashed(name),
        window=instant_text(now - limit.window),
    )
    if row is not None and int(row[0]) >= limit.most:
        raise _too_many(row[1], limit, now)


def forget_old(db: Db, organisation_id: str, now: datetime) -> int:
    """Remove counts that no window reaches any more."""
    return db.run(_FORGET, organisation_id=organisation_id, before=instant_text(now - _KEEP))


def hashed(name: str) -> str:
    """Return what is kept of a typed name or an address: never itself, and always of one length."""
    return hashlib.sha256(name.encode()).hexdigest()


def _counted(db: Db, organisation_id: str, limit: Limit, name: str, now: datetime) -> tuple[int, str]:
    row = db.one(
        _COUNT,
        organisation_id=organisation_id,
        kind=limit.kind,
        name=hashed(name),
        now=instant_text(now),
        window=instant_text(now - limit.window),
    )
    assert row is not None  # noqa: S101 - the statement always returns its row
    return int(row[0]), str(row[1])


def _too_many(since: str, limit: Limit, now: datetime) -> CampusError:
    seconds = max(1, int((parse_instant(since) + limit.window - now).total_seconds() + 0.999))
    message = plural(
        "This was asked too often. Try again in {n} minute.",
        "This was asked too often. Try again in {n} minutes.",
        -(-seconds // 60),
    )
    return CampusError("too_many_requests", message, {"retry_after": seconds})
