"""Signing in, in three steps: count the try, check the password elsewhere, begin the sign-in; and ending one."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from server.core.auth import sign_in_refused
from server.core.context import Context
from server.core.database import Db
from server.core.password_policy import length_of
from server.core.tokens import first_refresh_token
from server.people import sign_in_answers
from server.people.factors import standing_of
from server.people.half_sign_ins import Entrance, ask_factor, device_refusal, take_back
from server.people.organisation_state import is_suspended, organisation_suspended
from server.people.refresh_service import put_refresh_token
from server.people.security_log import SecurityEvent, put_event
from server.people.sign_in_answers import Granted
from server.people.sign_in_ends import Ending, end_of_people, end_on_device, end_one
from server.people.sign_in_failures import BOTH, both_of
from server.people.sign_in_lookup import LOST
from server.people.sign_in_messages import DeviceAsk, SignInAsk
from server.people.sign_in_tries import Attempt, Caller, Tries
from server.people.sign_in_watch import Begun, Watch
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.security import EndReason, SecurityKind
from shared.people.vocabulary import PersonState

__all__ = ["Attempt", "Caller", "SignIns", "end_sign_ins", "refresh_life"]

_ESCROW_BYTES = 32
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
user_agent, confirmed_at, needs_factor) VALUES (:organisation_id, :id, :person_id, :device_id, :kept, 'open', :now,
:now, :address, :user_agent, :now, :needs_factor)
"""
_TO_CHANGE = """
UPDATE credential SET must_change = true WHERE organisation_id = :organisation_id AND person_id = :person_id
"""


class SignIns:
    """Begins and ends sign-ins."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._attempts = Tries(context)
        self._watch = Watch(context)
        self.failures = self._attempts.failures

    def begin_attempt(self, ask: SignInAsk, caller: Caller) -> Attempt:
        """Count a try; see `Tries.begin`."""
        return self._attempts.begin(ask, caller)

    def fail(self, attempt: Attempt, caller: Caller) -> CampusError:
        """Count a wrong password; see `Tries.fail`."""
        return self._attempts.fail(attempt, caller)

    def finish(self, attempt: Attempt, ask: SignInAsk, caller: Caller) -> dict[str, Any]:
        """Begin the sign-in of a person whose password was right, or ask for the second factor.

        Raises CampusError `suspended`, `temporary_password_expired`, `device_of_another` or `device_lost`.
        """
        now = self._context.clock.now()
        if attempt.expires_at is not None and attempt.expires_at <= instant_text(now):
            message = text("This temporary password has run out. Ask the office for a new one.")
            raise CampusError("temporary_password_expired", message)

        def work(db: Db) -> dict[str, Any] | CampusError:
            if attempt.state != PersonState.ACTIVE or attempt.person_id is None:
                self._attempts.clear(db, attempt, caller)
                return sign_in_refused("suspended")
            device, counter = ask.device, attempt.counter
            entrance = Entrance(attempt.organisation_id, attempt.person_id, device, ask.keep, counter)
            short = length_of(ask.password) < self._context.settings.password_min_length
            return self.admit(db, entrance, caller, now, attempt.locks_until, short_password=short)

        answer = self._context.database.write(work)
        if isinstance(answer, CampusError):
            raise answer
        return answer

    def admit(
        self,
        db: Db,
        entrance: Entrance,
        caller: Caller,
        now: datetime,
        locks_until: str | None = None,
        *,
        short_password: bool = False,
    ) -> dict[str, Any] | CampusError:
        """Let in who proved one factor: a second one is asked of those who hold one, and to be added by those who must.

        `locks_until` is until when the try's counter would be locked had it failed. A password that is too short to
        stand alone is to be changed.
        """
        standing = standing_of(db, entrance.organisation_id, entrance.person_id)
        if not standing.held:
            if short_password:
                db.run(_TO_CHANGE, organisation_id=entrance.organisation_id, person_id=entrance.person_id)
            return self.enter(db, entrance, caller, now, needs_factor=standing.required)
        take_back(db, entrance, locks_until)
        refusal = device_refusal(db, entrance)
        if refusal is not None:
            return _device_refused(refusal)
        return ask_factor(db, self._context, entrance, standing, now)

    def count_wrong(self, entrance: Entrance, caller: Caller) -> None:
        """Count a wrong code as a wrong password is counted; the try itself was counted before."""
        now, place, account = self._context.clock.now(), entrance.organisation_id, entrance.person_id

        def work(db: Db) -> None:
            self.failures.count_wrong(db, place, account, caller.address, now)
            where = {"address": caller.address, "user_agent": caller.user_agent, "device_id": entrance.device.id}
            event = SecurityEvent(place, SecurityKind.SIGN_IN_FAILED, account, **where, details={"step": "factor"})
            put_event(db, self._context.new_id(), now, event)

        self._context.database.write(work)

    def enter(
        self, db: Db, entrance: Entrance, caller: Caller, now: datetime, *, needs_factor: bool = False
    ) -> dict[str, Any] | CampusError:
        """Begin a sign-in; with `needs_factor` it may do nothing but add a second factor."""
        organisation_id, person_id, device = entrance.organisation_id, entrance.person_id, entrance.device
        if is_suspended(db, organisation_id):
            return organisation_suspended()
        self.failures.forget(db, organisation_id, *entrance.counter)
        self.failures.forget(db, organisation_id, BOTH, both_of(person_id, caller.address))
        refusal = self._register(db, organisation_id, person_id, device, now)
        if refusal is not None:
            return refusal
        sign_in_id = self._context.new_id()
        end_on_device(db, organisation_id, device.id, Ending(EndReason.REPLACED, now))
        db.run(
            _BEGIN,
            organisation_id=organisation_id,
            id=sign_in_id,
            person_id=person_id,
            device_id=device.id,
            kept=entrance.keep,
            now=instant_text(now),
            address=caller.address[:64],
            user_agent=caller.user_agent[:200],
            needs_factor=needs_factor,
        )
        begun = Begun(organisation_id, person_id, sign_in_id, device.id, device.name)
        self._watch.began(db, begun, caller, now)
        token = first_refresh_token(organisation_id, sign_in_id)
        expires = now + refresh_life(self._context, kept=entrance.keep)
        put_refresh_token(db, organisation_id, sign_in_id, token, None, now, expires)
        granted = Granted(organisation_id, person_id, sign_in_id, device.id, token, expires)
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
        return _device_refused("device_lost" if state is not None and state[0] == LOST else "device_of_another")

    def sign_out(self, organisation_id: str, sign_in_id: str) -> None:
        """End one sign-in."""
        ending = Ending(EndReason.SIGNED_OUT, self._context.clock.now())
        self._context.database.write(lambda db: end_one(db, organisation_id, sign_in_id, ending))


def _device_refused(word: str) -> CampusError:
    if word == "device_lost":
        return sign_in_refused(word)
    message = text("This store belongs to somebody else who signed in here. Open one of your own.")
    return CampusError(word, message)


def refresh_life(context: Context, *, kept: bool) -> timedelta:
    """Return how long a refresh token lives."""
    settings = context.settings
    return timedelta(days=settings.kept_refresh_token_days if kept else settings.refresh_token_days)


def end_sign_ins(db: Db, organisation_id: str, person_ids: Sequence[str], reason: str, now: str, but: str = "") -> int:
    """End all sign-ins of people, except the one `but`; in the transaction that suspends them or changes a password."""
    return end_of_people(db, organisation_id, person_ids, Ending(reason, now), but)
