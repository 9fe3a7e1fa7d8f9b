"""Changing one's own password, handing out temporary ones, and unlocking."""

from datetime import timedelta
from typing import Any

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.people.credentials import set_password, temporary_password
from server.people.password_rules import check_new_password
from server.people.reset_service import end_codes, tell_changed
from server.people.role_kind import grants_in
from server.people.security_log import SecurityEvent, put_event
from server.people.sign_in_failures import ACCOUNT, Failures, locked_out
from server.people.sign_in_service import end_sign_ins
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.permissions import may_change_person
from shared.people.security import SecurityKind
from shared.people.vocabulary import Permission

_STORED = """
SELECT c.hash, p.given_name, p.family_name, p.username, p.email, o.name, o.slug FROM person p
JOIN organisation o ON o.id = p.organisation_id
LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id
WHERE p.organisation_id = :organisation_id AND p.id = :person_id
"""
_PERSON = "SELECT roles FROM person WHERE organisation_id = :organisation_id AND id = :person_id"
_KINDS = {
    "password_changed": SecurityKind.PASSWORD_CHANGED,
    "password_reset": SecurityKind.PASSWORD_RESET,
    "sign_in_unlocked": SecurityKind.UNLOCKED,
}


class PasswordService:
    """What can be done about a password, each split where bcrypt runs elsewhere."""

    def __init__(self, context: Context, failures: Failures) -> None:
        self._context = context
        self._failures = failures

    def begin_change(self, sign_in: CurrentSignIn, new: str) -> str | None:
        """Check the new password's own merits, count the try, and return the stored hash of the present one."""
        actor, now = sign_in.actor, self._context.clock.now()

        def work(db: Db) -> tuple[Any, Any]:
            places = {"organisation_id": actor.organisation_id, "person_id": actor.person_id}
            return db.one(_STORED, **places), self._failures.count(
                db, actor.organisation_id, ACCOUNT, actor.person_id, now
            )

        with self._context.database.read() as db:
            names = db.one(_STORED, organisation_id=actor.organisation_id, person_id=actor.person_id) or ()
            settings = self._context.settings
            check_new_password(db, settings, actor.organisation_id, new, names[1:], actor.person_id)
        row, counted = self._context.database.write(work)
        if not counted.granted:
            raise locked_out(counted.blocked_until, now)
        return row[0] if row else None

    def finish_change(self, sign_in: CurrentSignIn, hashed: str, end_others: bool = True) -> None:
        """Store the new password, end the person's other sign-ins where wanted, and tell of it by mail.

        Codes that were sent for a new password are good no longer.
        """
        actor, now = sign_in.actor, self._context.clock.now()

        def work(db: Db) -> None:
            self._failures.forget(db, actor.organisation_id, ACCOUNT, actor.person_id)
            set_password(db, actor.organisation_id, actor.person_id, hashed, now)
            place = (actor.organisation_id, actor.person_id)
            if end_others:
                end_sign_ins(db, place[0], [place[1]], "password_changed", instant_text(now), sign_in.sign_in_id)
            end_codes(db, *place)
            self._note(db, sign_in, "password_changed", actor.person_id)
            key, address = self._context.new_id(), sign_in.address or ""
            tell_changed(self._context, db, *place, key, address, sign_in.device_name)

        self._context.database.write(work)

    def new_temporary(self) -> str:
        """Return a password to hand over."""
        return temporary_password()

    def check_may_reset(self, sign_in: CurrentSignIn, person_id: str) -> None:
        """Raise CampusError `not_allowed` or `person_unknown`."""
        roles = self._roles(sign_in, person_id)
        with self._context.database.read() as db:
            known = grants_in(db, sign_in.actor.organisation_id)
        if not may_change_person(sign_in.actor, roles, known):
            raise CampusError("not_allowed", text("Your role doesn't give out passwords. Ask an administrator."))

    def reset(self, sign_in: CurrentSignIn, person_id: str, hashed: str) -> None:
        """Store a temporary password, end the person's sign-ins and unlock."""
        organisation_id, now = sign_in.actor.organisation_id, self._context.clock.now()
        life = timedelta(days=self._context.settings.temporary_password_days)

        def work(db: Db) -> None:
            set_password(db, organisation_id, person_id, hashed, now, life)
            end_codes(db, organisation_id, person_id)
            end_sign_ins(db, organisation_id, [person_id], "password_changed", instant_text(now))
            self._failures.forget(db, organisation_id, ACCOUNT, person_id)
            self._note(db, sign_in, "password_reset", person_id)

        self._context.database.write(work)

    def unlock(self, sign_in: CurrentSignIn, person_id: str) -> bool:
        """Forget a person's failed tries; tells whether there were any."""
        if not (sign_in.actor.may(Permission.SECURITY_MANAGE) or sign_in.actor.may(Permission.ROLES_ASSIGN)):
            raise CampusError("not_allowed", text("Only an administrator unlocks a sign-in."))
        self._roles(sign_in, person_id)
        organisation_id = sign_in.actor.organisation_id

        def work(db: Db) -> bool:
            found = self._failures.forget(db, organisation_id, ACCOUNT, person_id)
            if found:
                self._note(db, sign_in, "sign_in_unlocked", person_id)
            return found

        return self._context.database.write(work)

    def _roles(self, sign_in: CurrentSignIn, person_id: str) -> frozenset[str]:
        with self._context.database.read() as db:
            row = db.one(_PERSON, organisation_id=sign_in.actor.organisation_id, person_id=person_id)
        if row is None:
            raise CampusError("person_unknown", text("This person isn't in the institute."))
        return frozenset(orjson.loads(row[0]))

    def _note(self, db: Db, sign_in: CurrentSignIn, what: str, person_id: str) -> None:
        """Leave a link of its own in the audit chain."""
        batch = self._context.door.batch(db, sign_in.actor, sign_in.origin)
        feeds.write(batch, [], orjson.dumps({"what": what, "person_id": person_id}).decode())
        event = SecurityEvent(
            sign_in.actor.organisation_id,
            _KINDS[what],
            person_id,
            sign_in.actor.person_id if sign_in.actor.person_id != person_id else None,
            sign_in.sign_in_id,
            sign_in.device_id,
            sign_in.address,
            sign_in.user_agent,
        )
        put_event(db, self._context.new_id(), self._context.clock.now(), event)
