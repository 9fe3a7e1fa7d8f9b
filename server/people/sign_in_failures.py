"""Counts failed sign-ins, per account and per address, and locks for a time that grows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.database import Db
from server.core.settings import Settings
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural

ACCOUNT, ADDRESS = "account", "address"
_FORGOTTEN_AFTER = timedelta(days=1)
_LOCK_MINUTES = (1, 5, 15)

# Counted before the password is looked at, in one statement, so that 50 guesses at once are 50 guesses. From the
# last free failure on each further try, `granted` to one caller alone, locks for longer.
_COUNT = """
INSERT INTO sign_in_failure AS f (organisation_id, kind, name, failures, locks, granted, since, blocked_until)
VALUES (:organisation_id, :kind, :name, 1, 0, true, :now, NULL)
ON CONFLICT (organisation_id, kind, name) DO UPDATE SET
granted = (f.blocked_until IS NULL OR f.blocked_until <= :now),
failures = CASE WHEN f.blocked_until > :now THEN f.failures
WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten THEN 1 ELSE f.failures + 1 END,
locks = CASE WHEN f.blocked_until > :now THEN f.locks WHEN f.since < :forgotten THEN 0
WHEN f.locks = 0 AND f.since < :window THEN 0 WHEN f.failures + 1 >= :most THEN f.locks + 1 ELSE f.locks END,
since = CASE WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten THEN :now ELSE f.since END,
blocked_until = CASE WHEN f.blocked_until > :now THEN f.blocked_until
WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten OR f.failures + 1 < :most THEN NULL
WHEN f.locks = 0 THEN :lock_0 WHEN f.locks = 1 THEN :lock_1 WHEN f.locks = 2 THEN :lock_2 ELSE :lock_3 END
RETURNING granted, failures, blocked_until
"""
_BLOCKED = """
SELECT blocked_until FROM sign_in_failure
WHERE organisation_id = :organisation_id AND kind = :kind AND name = :name AND blocked_until > :now
"""
_FORGET = "DELETE FROM sign_in_failure WHERE organisation_id = :organisation_id AND kind = :kind AND name = :name"


@dataclass(frozen=True)
class Counted:
    """What counting gave: whether this try may go on, how many failures stand, and until when it is locked."""

    granted: bool
    failures: int
    blocked_until: str | None


class Failures:
    """The counters of one server's organisations."""

    def __init__(self, settings: Settings) -> None:
        self._most = {ACCOUNT: settings.failures_per_account, ADDRESS: settings.failures_per_address}
        self._window = timedelta(minutes=settings.failure_window_minutes)
        self._locks = [timedelta(minutes=minutes) for minutes in (*_LOCK_MINUTES, settings.longest_lock_minutes)]

    def count(self, db: Db, organisation_id: str, kind: str, name: str, now: datetime) -> Counted:
        """Count one try against an account or an address."""
        locks = {f"lock_{at}": instant_text(now + length) for at, length in enumerate(self._locks)}
        row = db.one(
            _COUNT,
            organisation_id=organisation_id,
            kind=kind,
            name=name,
            now=instant_text(now),
            window=instant_text(now - self._window),
            forgotten=instant_text(now - _FORGOTTEN_AFTER),
            most=self._most[kind],
            **locks,
        )
        assert row is not None  # noqa: S101 - the statement always returns its row
        return Counted(bool(row[0]), int(row[1]), row[2])

    def blocked_until(self, db: Db, organisation_id: str, kind: str, name: str, now: datetime) -> str | None:
        """Return until when an account or address is locked, or None."""
        row = db.one(_BLOCKED, organisation_id=organisation_id, kind=kind, name=name, now=instant_text(now))
        return row[0] if row else None

    def forget(self, db: Db, organisation_id: str, kind: str, name: str) -> bool:
        """Unlock; tells whether there was anything to forget."""
        return db.run(_FORGET, organisation_id=organisation_id, kind=kind, name=name) > 0


def account_of(person_id: str | None, typed: str) -> str:
    """Return the counter's name for an account: unknown ones are counted like known ones, so neither shows."""
    return person_id or "?" + hashlib.sha256(typed.encode()).hexdigest()


def locked_out(blocked_until: str | None, now: datetime) -> CampusError:
    """Return the error that says how long to wait."""
    seconds = (parse_instant(blocked_until) - now).total_seconds() if blocked_until else 60.0
    minutes = max(1, -int(-seconds // 60))
    message = plural(
        "Too many wrong passwords. Try again in {n} minute, or ask an administrator to unlock.",
        "Too many wrong passwords. Try again in {n} minutes, or ask an administrator to unlock.",
        minutes,
    )
    return CampusError("locked_out", message, {"retry_after": max(1, int(seconds + 0.999))})
