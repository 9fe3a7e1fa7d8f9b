"""Tries to sign in: each is counted before its password is looked at, and its end is written to the security log."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from server.core.context import Context
from server.core.database import Db
from server.core.isolation import DirectorySql
from server.core.letters import Channel, Letter
from server.people.device_proof import is_signed
from server.people.security_log import SecurityEvent, put_event
from server.people.sign_in_failures import ACCOUNT, BOTH, DEVICE, Failures, account_of, both_of, locked_out
from server.people.sign_in_lookup import LOST
from server.people.sign_in_messages import DeviceAsk, SignInAsk, signed_sign_in
from shared.core.clock import parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold
from shared.people.security import SecurityKind

_FIND = """
SELECT p.id, p.state, c.hash, c.expires_at FROM person p
LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id
WHERE p.organisation_id = :organisation_id
AND (p.username = :username OR p.email_folded = :folded OR p.number_folded = :folded)
ORDER BY CASE WHEN p.username = :username THEN 0 WHEN p.email_folded = :folded THEN 1 ELSE 2 END LIMIT 1
"""
_ORGANISATION = DirectorySql("SELECT id FROM {directory} d WHERE slug = :slug")
_DEVICE = "SELECT person_id, public_key, state FROM device WHERE organisation_id = :organisation_id AND id = :id"
_PROOF_HOLDS = timedelta(days=1)
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Caller:
    """What is kept of where a request came from."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class Attempt:
    """A counted try; `person_id` and `stored` are None where nobody of that name may sign in.

    `counter` is what it was counted against, `locks_until` until when that is locked should the password be wrong.
    """

    organisation_id: str
    account: str
    person_id: str | None
    state: str
    stored: str | None
    expires_at: str | None
    counter: tuple[str, str] = (ACCOUNT, "")
    locks_until: str | None = None
    failures: int = 0


class Tries:
    """Counts tries. All counters are in the database: where it can't be written to, nobody gets in."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.failures = Failures(context.settings)

    def begin(self, ask: SignInAsk, caller: Caller) -> Attempt:
        """Find the account and count the try before the password is looked at.

        Raises CampusError `organisation_unknown` or `locked_out`.
        """
        now, database = self._context.clock.now(), self._context.database
        with database.read() as db:
            attempt = _find(db, ask)
            place, account = attempt.organisation_id, attempt.account
            known = self._is_known_device(db, attempt, ask.device, now)
            blocked = None if known else self.failures.blocked_until(db, place, account, caller.address, now)
        kind, name = (DEVICE, both_of(account, ask.device.id)) if known else (ACCOUNT, account)
        if blocked is None:
            counted = database.write(lambda db: self.failures.count(db, place, kind, name, now))
            if counted.granted:
                until, failures = counted.blocked_until, counted.failures
                return replace(attempt, counter=(kind, name), locks_until=until, failures=failures)
            blocked = counted.blocked_until
        else:
            database.write(lambda db: self.failures.note_refused(db, place, caller.address))
        _security.warning("A locked-out sign-in was tried", extra=_facts(attempt, caller))
        raise locked_out(blocked, now)

    def fail(self, attempt: Attempt, caller: Caller) -> CampusError:
        """Count a wrong password against address, both and institute, and return what the person is told."""
        now = self._context.clock.now()

        def work(db: Db) -> None:
            self.failures.count_wrong(db, attempt.organisation_id, attempt.account, caller.address, now)
            self._note(db, SecurityKind.SIGN_IN_FAILED, attempt, caller, now)
            if attempt.locks_until is not None:
                self._note(db, SecurityKind.LOCKED_OUT, attempt, caller, now)
                self._tell(db, attempt, caller, now)

        self._context.database.write(work)
        return CampusError("password_wrong", text("The name or the password is not right. Check both."))

    def clear(self, db: Db, attempt: Attempt, caller: Caller) -> None:
        """Forget what was counted against a person whose password was right."""
        self.failures.forget(db, attempt.organisation_id, *attempt.counter)
        self.failures.forget(db, attempt.organisation_id, BOTH, both_of(attempt.account, caller.address))

    def _is_known_device(self, db: Db, attempt: Attempt, device: DeviceAsk, now: datetime) -> bool:
        """Tell whether this person signed in on this device before, which its key proves."""
        if attempt.person_id is None or device.signature is None or device.signed_at is None:
            return False
        row = db.one(_DEVICE, organisation_id=attempt.organisation_id, id=device.id)
        if row is None or row[0] != attempt.person_id or row[2] == LOST:
            return False
        try:
            fresh = abs(parse_instant(device.signed_at) - now) <= _PROOF_HOLDS
        except ValueError:
            return False
        return fresh and is_signed(row[1], device.signature, signed_sign_in(device.id, device.signed_at))

    def _note(self, db: Db, kind: SecurityKind, attempt: Attempt, caller: Caller, now: datetime) -> None:
        details: dict[str, str | int | list[str]] = {"tries": attempt.failures}
        if attempt.locks_until is not None:
            details["until"] = attempt.locks_until
        place, person = attempt.organisation_id, attempt.person_id
        where = {"address": caller.address, "user_agent": caller.user_agent}
        put_event(db, self._context.new_id(), now, SecurityEvent(place, kind, person, **where, details=details))

    def _tell(self, db: Db, attempt: Attempt, caller: Caller, now: datetime) -> None:
        """Let the person know, once for each lock."""
        if attempt.person_id is None or attempt.locks_until is None:
            return
        minutes = max(1, round((parse_instant(attempt.locks_until) - now).total_seconds() / 60))
        letter = Letter(
            attempt.organisation_id,
            Channel.MAIL,
            "locked_out",
            f"locked_out:{attempt.person_id}:{attempt.locks_until}",
            person_id=attempt.person_id,
            values={"minutes": str(minutes), "device": caller.user_agent[:80], "address": caller.address},
        )
        self._context.post(db, letter)


def _find(db: Db, ask: SignInAsk) -> Attempt:
    organisation = db.one(_ORGANISATION, slug=ask.organisation.strip().lower())
    if organisation is None:
        raise CampusError("organisation_unknown", text("This institute isn't on the server. Check the address."))
    username, folded = ask.name.strip().lower(), fold(ask.name)
    row = db.one(_FIND, organisation_id=organisation[0], username=username, folded=folded)
    person_id, state, stored, expires_at = row or (None, "", None, None)
    return Attempt(organisation[0], account_of(person_id, folded), person_id, state, stored, expires_at)


def _facts(attempt: Attempt, caller: Caller) -> dict[str, Any]:
    return {
        "organisation_id": attempt.organisation_id,
        "person_id": attempt.person_id,
        "address": caller.address,
        "user_agent": caller.user_agent[:200],
    }
