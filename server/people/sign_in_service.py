"""Signing in, in three steps: count the try, check the password elsewhere, begin the sign-in; and ending one."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.core.auth import sign_in_refused
from server.core.context import Context
from server.core.database import Db
from server.core.sql import SetSql
from server.core.tokens import first_refresh_token
from server.people import sign_in_answers
from server.people.refresh_service import put_refresh_token
from server.people.sign_in_answers import Granted
from server.people.sign_in_failures import ACCOUNT, ADDRESS, Failures, account_of, locked_out
from server.people.sign_in_lookup import LOST
from server.people.sign_in_messages import DeviceAsk, SignInAsk
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold
from shared.people.vocabulary import PersonState

_ESCROW_BYTES = 32
_FIND = """
SELECT p.id, p.state, c.hash, c.expires_at FROM person p
LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id
WHERE p.organisation_id = :organisation_id
AND (p.username = :username OR p.email_folded = :folded OR p.number_folded = :folded)
ORDER BY CASE WHEN p.username = :username THEN 0 WHEN p.email_folded = :folded THEN 1 ELSE 2 END LIMIT 1
"""
_ORGANISATION = "SELECT id FROM organisation WHERE slug = :slug"
_DEVICE = """
INSERT INTO device AS d (organisation_id, id, name, person_id, public_key, install_epoch, escrow_secret, state,
registered_at, last_seen_at)
VALUES (:organisation_id, :id, :name, :person_id, :public_key, :install_epoch, :escrow_secret, 'active', :now, :now)
ON CONFLICT (organisation_id, id) DO UPDATE SET name = excluded.name, last_seen_at = excluded.last_seen_at,
person_id = excluded.person_id, public_key = excluded.public_key,
install_epoch = CASE WHEN d.install_epoch > excluded.install_epoch THEN d.install_epoch
ELSE excluded.install_epoch END
WHERE (d.person_id = excluded.person_id OR d.person_id IS NULL) AND d.state <> 'lost'
RETURNING install_epoch
"""
_DEVICE_STATE = "SELECT state FROM device WHERE organisation_id = :organisation_id AND id = :id"
_BEGIN = """
INSERT INTO sign_in (organisation_id, id, person_id, device_id, kept, state, started_at, last_used_at, address,
user_agent) VALUES (:organisation_id, :id, :person_id, :device_id, :kept, 'open', :now, :now, :address, :user_agent)
"""
_END_ON_DEVICE = """
UPDATE sign_in SET state = 'ended', ended_reason = 'replaced', ended_at = :now
WHERE organisation_id = :organisation_id AND device_id = :device_id AND state = 'open'
"""
_END_OF_PEOPLE = SetSql(
    "UPDATE sign_in SET state = 'ended', ended_reason = :reason, ended_at = :now WHERE organisation_id ="
    " :organisation_id AND state = 'open' AND id <> :but AND person_id IN (SELECT id FROM {ids} i)"
)
_END_ONE = """
UPDATE sign_in SET state = 'ended', ended_reason = :reason, ended_at = :now
WHERE organisation_id = :organisation_id AND id = :id AND state = 'open'
"""
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Caller:
    """What is kept of where a request came from."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class Attempt:
    """A counted try; `person_id` and `stored` are None where nobody of that name may sign in."""

    organisation_id: str
    account: str
    person_id: str | None
    state: str
    stored: str | None
    expires_at: str | None


class SignIns:
    """Begins and ends sign-ins."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.failures = Failures(context.settings)

    def begin_attempt(self, ask: SignInAsk, caller: Caller) -> Attempt:
        """Find the account and count the try before the password is looked at.

        Raises CampusError `organisation_unknown` or `locked_out`.
        """
        now = self._context.clock.now()
        with self._context.database.read() as db:
            attempt = _find(db, ask)
            blocked = self.failures.blocked_until(db, attempt.organisation_id, ADDRESS, caller.address, now)
        if blocked is None:
            counted = self._context.database.write(
                lambda db: self.failures.count(db, attempt.organisation_id, ACCOUNT, attempt.account, now)
            )
            if counted.granted:
                return attempt
            blocked = counted.blocked_until
        _security.warning("A locked-out sign-in was tried", extra=_facts(attempt, caller))
        raise locked_out(blocked, now)

    def fail(self, attempt: Attempt, caller: Caller) -> CampusError:
        """Count a wrong password against the address and return what the person is told."""
        now = self._context.clock.now()
        self._context.database.write(
            lambda db: self.failures.count(db, attempt.organisation_id, ADDRESS, caller.address, now)
        )
        _security.info("A sign-in failed", extra=_facts(attempt, caller))
        return CampusError("password_wrong", text("The name or the password is not right. Check both."))

    def finish(self, attempt: Attempt, ask: SignInAsk, caller: Caller) -> dict[str, Any]:
        """Begin the sign-in of a person whose password was right.

        Raises CampusError `suspended`, `temporary_password_expired`, `device_of_another` or `device_lost`.
        """
        now = self._context.clock.now()
        if attempt.expires_at is not None and attempt.expires_at <= instant_text(now):
            message = text("This temporary password has run out. Ask the office for a new one.")
            raise CampusError("temporary_password_expired", message)

        def work(db: Db) -> dict[str, Any] | CampusError:
            self.failures.forget(db, attempt.organisation_id, ACCOUNT, attempt.account)
            if attempt.state != PersonState.ACTIVE:
                return sign_in_refused("suspended")
            return self._begin(db, attempt, ask, caller, now)

        answer = self._context.database.write(work)
        if isinstance(answer, CampusError):
            raise answer
        _security.info("Signed in", extra=_facts(attempt, caller))
        return answer

    def _begin(
        self, db: Db, attempt: Attempt, ask: SignInAsk, caller: Caller, now: datetime
    ) -> dict[str, Any] | CampusError:
        organisation_id, person_id = attempt.organisation_id, attempt.person_id
        assert person_id is not None  # noqa: S101 - a password was right, so there is a person
        refusal = self._register(db, organisation_id, person_id, ask.device, now)
        if refusal is not None:
            return refusal
        sign_in_id = self._context.new_id()
        db.run(_END_ON_DEVICE, organisation_id=organisation_id, device_id=ask.device.id, now=instant_text(now))
        db.run(
            _BEGIN,
            organisation_id=organisation_id,
            id=sign_in_id,
            person_id=person_id,
            device_id=ask.device.id,
            kept=ask.keep,
            now=instant_text(now),
            address=caller.address[:64],
            user_agent=caller.user_agent[:200],
        )
        token = first_refresh_token(organisation_id, sign_in_id)
        expires = now + refresh_life(self._context, kept=ask.keep)
        put_refresh_token(db, organisation_id, sign_in_id, token, None, now, expires)
        granted = Granted(organisation_id, person_id, sign_in_id, ask.device.id, token, expires)
        return sign_in_answers.signed_in(db, self._context, granted)

    def _register(
        self, db: Db, organisation_id: str, person_id: str, device: DeviceAsk, now: datetime
    ) -> CampusError | None:
        """Register the install with its key, or say why it can't be."""
        escrow = self._context.keys.sealed(secrets.token_bytes(_ESCROW_BYTES), "escrow", organisation_id, device.id)
        registered = db.rows(
            _DEVICE,
            organisation_id=organisation_id,
            id=device.id,
            name=device.name,
            person_id=person_id,
            public_key=device.public_key,
            install_epoch=device.install_epoch,
            escrow_secret=escrow,
            now=instant_text(now),
        )
        if registered:
            return None
        state = db.one(_DEVICE_STATE, organisation_id=organisation_id, id=device.id)
        if state is not None and state[0] == LOST:
            return sign_in_refused("device_lost")
        message = text("This store belongs to somebody else who signed in here. Open one of your own.")
        return CampusError("device_of_another", message)

    def sign_out(self, organisation_id: str, sign_in_id: str) -> None:
        """End one sign-in."""
        now = instant_text(self._context.clock.now())
        self._context.database.write(
            lambda db: db.run(_END_ONE, organisation_id=organisation_id, id=sign_in_id, reason="signed_out", now=now)
        )


def refresh_life(context: Context, *, kept: bool) -> timedelta:
    """Return how long a refresh token lives."""
    settings = context.settings
    return timedelta(days=settings.kept_refresh_token_days if kept else settings.refresh_token_days)


def end_sign_ins(db: Db, organisation_id: str, person_ids: Sequence[str], reason: str, now: str, but: str = "") -> int:
    """End all sign-ins of people, except the one `but`; in the transaction that suspends them or changes a password."""
    ids = orjson.dumps(sorted(person_ids)).decode()
    return db.run(_END_OF_PEOPLE, organisation_id=organisation_id, reason=reason, now=now, but=but, ids=ids)


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
