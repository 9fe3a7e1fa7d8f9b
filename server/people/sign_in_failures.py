"""Counts failed sign-ins by account, address, both, institute and known device, and locks for a time that grows.

Nobody can lock a person out of his or her own computer by guessing from elsewhere: a device that signed in as that
person before, and proves it with its key, has a counter of its own and none of the others holds it up. From anywhere
else five wrong passwords lock the account, fifty the address, and twenty in a day the two together, which is what
finds slow guessing. An institute under attack lets in known devices alone.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.database import Db
from server.core.settings import Settings
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import plural

ACCOUNT, ADDRESS, BOTH, INSTITUTE, DEVICE = "account", "address", "both", "institute", "device"
_FORGOTTEN_AFTER = timedelta(days=1)
_LOCK_MINUTES = (1, 5, 15)

# Counted before the password is looked at, in one statement, so that 50 guesses at once are 50 guesses. From the
# last free failure on each further try, `granted` to one caller alone, locks for longer.
_COUNT = """
INSERT INTO sign_in_failure AS f (organisation_id, kind, name, failures, locks, granted, since, blocked_until, tries)
VALUES (:organisation_id, :kind, :name, 1, 0, true, :now, NULL, 1)
ON CONFLICT (organisation_id, kind, name) DO UPDATE SET
tries = CASE WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten THEN 1 ELSE f.tries + 1 END,
granted = (f.blocked_until IS NULL OR f.blocked_until <= :now),
failures = CASE WHEN f.blocked_until > :now THEN f.failures
WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten THEN 1 ELSE f.failures + 1 END,
locks = CASE WHEN f.blocked_until > :now THEN f.locks WHEN f.since < :forgotten THEN 0
WHEN f.locks = 0 AND f.since < :window THEN 0 WHEN f.failures + 1 >= :most THEN f.locks + 1 ELSE f.locks END,
since = CASE WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten THEN :now ELSE f.since END,
blocked_until = CASE WHEN f.blocked_until > :now THEN f.blocked_until
WHEN (f.locks = 0 AND f.since < :window) OR f.since < :forgotten OR f.failures + 1 < :most THEN NULL
WHEN f.locks = 0 THEN :lock_0 WHEN f.locks = 1 THEN :lock_1 WHEN f.locks = 2 THEN :lock_2 ELSE :lock_3 END
WHERE f.organisation_id = :organisation_id
RETURNING granted, failures, blocked_until
"""
_BLOCKED = """
SELECT max(blocked_until) FROM sign_in_failure WHERE organisation_id = :organisation_id AND blocked_until > :now
AND ((kind = 'address' AND name = :address) OR (kind = 'both' AND name = :both) OR (kind = 'institute' AND name = '*'))
"""
_REFUSED = """
UPDATE sign_in_failure SET tries = tries + 1
WHERE organisation_id = :organisation_id AND kind = 'address' AND name = :address
"""
_FORGET = "DELETE FROM sign_in_failure WHERE organisation_id = :organisation_id AND kind = :kind AND name = :name"
_FORGET_ACCOUNT = """
DELETE FROM sign_in_failure WHERE organisation_id = :organisation_id AND ((kind = 'account' AND name = :account)
OR (kind IN ('both', 'device') AND substr(name, 1, 36) = :account))
"""


@dataclass(frozen=True)
class Counted:
    """What counting gave: whether this try may go on, how many failures stand, and until when it is locked."""

    granted: bool
    failures: int
    blocked_until: str | None


class Failures:
    """The counters of one server's organisations; all live in the database, so that processes share them."""

    def __init__(self, settings: Settings) -> None:
        window = timedelta(minutes=settings.failure_window_minutes)
        self._most = {
            ACCOUNT: (settings.failures_per_account, window),
            DEVICE: (settings.failures_per_account, window),
            ADDRESS: (settings.failures_per_address, window),
            BOTH: (settings.failures_per_account_and_address, _FORGOTTEN_AFTER),
            INSTITUTE: (settings.failures_per_organisation, window),
        }
        self._locks = [timedelta(minutes=minutes) for minutes in (*_LOCK_MINUTES, settings.longest_lock_minutes)]

    def count(self, db: Db, organisation_id: str, kind: str, name: str, now: datetime) -> Counted:
        """Count one try against a counter, in one statement."""
        locks = {f"lock_{at}": instant_text(now + length) for at, length in enumerate(self._locks)}
        most, window = self._most[kind]
        row = db.one(
            _COUNT,
            organisation_id=organisation_id,
            kind=kind,
            name=name,
            now=instant_text(now),
            window=instant_text(now - window),
            forgotten=instant_text(now - _FORGOTTEN_AFTER),
            most=most,
            **locks,
        )
        assert row is not None  # noqa: S101 - the statement always returns its row
        return Counted(bool(row[0]), int(row[1]), row[2])

    def count_wrong(self, db: Db, organisation_id: str, account: str, address: str, now: datetime) -> None:
        """Count a wrong password against all but the account, which was counted before the password was looked at."""
        self.count(db, organisation_id, ADDRESS, address, now)
        self.count(db, organisation_id, BOTH, both_of(account, address), now)
        self.count(db, organisation_id, INSTITUTE, EVERYBODY, now)

    def blocked_until(self, db: Db, organisation_id: str, account: str, address: str, now: datetime) -> str | None:
        """Return until when a stranger's try at an account from an address is refused, or None."""
        row = db.one(
            _BLOCKED,
            organisation_id=organisation_id,
            address=address,
            both=both_of(account, address),
            now=instant_text(now),
        )
        return row[0] if row else None

    def note_refused(self, db: Db, organisation_id: str, address: str) -> None:
        """Count a try that was refused unseen."""
        db.run(_REFUSED, organisation_id=organisation_id, address=address)

    def forget(self, db: Db, organisation_id: str, kind: str, name: str) -> bool:
        """Unlock; tells whether there was anything to forget. An account is unlocked everywhere."""
        if kind == ACCOUNT:
            return db.run(_FORGET_ACCOUNT, organisation_id=organisation_id, account=name) > 0
        return db.run(_FORGET, organisation_id=organisation_id, kind=kind, name=name) > 0


EVERYBODY = "*"
"""The one counter of a whole institute."""


def both_of(account: str, address: str) -> str:
    """Return the counter's name for tries at one account from one address or device."""
    return f"{account} {address}"[:100]


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
