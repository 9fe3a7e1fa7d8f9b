"""Forgotten passwords: the ask, which is the same for everyone, the letter with a code, and the new password."""

import logging
from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from server.core import feeds
from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for
from server.core.letters import Channel, Letter
from server.people import entry_limits
from server.people.credentials import set_password
from server.people.entry_codes import code_digest, code_refused, long_code
from server.people.entry_place import in_institute
from server.people.organisations import system_actor
from server.people.password_rules import check_new_password
from server.people.sign_in_failures import ACCOUNT, Failures
from server.people.sign_in_service import Caller, end_sign_ins
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.rules import fold
from shared.people.vocabulary import PersonState

PLACE = "reset"
LIFE = timedelta(minutes=30)
_ASK = "INSERT INTO reset_ask (organisation_id, id, name, asked_at) VALUES (:o, :id, :name, :now)"
_ASKED = "SELECT organisation_id, id, name FROM reset_ask WHERE organisation_id = :o ORDER BY asked_at LIMIT 100"
_TAKE = "DELETE FROM reset_ask WHERE organisation_id = :o AND id = :id"
_FIND = """
SELECT p.id, p.given_name, p.state, p.email, p.phone FROM person p WHERE p.organisation_id = :o
AND (p.username = :username OR p.email_folded = :folded OR p.number_folded = :folded)
ORDER BY CASE WHEN p.username = :username THEN 0 WHEN p.email_folded = :folded THEN 1 ELSE 2 END LIMIT 1
"""
_ADDRESSES = "SELECT given_name, email, phone, username, number FROM person WHERE organisation_id = :o AND id = :p"
_REPLACE = "UPDATE reset_code SET state = 'replaced' WHERE organisation_id = :o AND person_id = :p AND state = 'open'"
_PUT = """
INSERT INTO reset_code (organisation_id, digest, person_id, state, made_at, expires_at)
VALUES (:o, :digest, :p, 'open', :now, :expires)
"""
_CODE = """
SELECT c.person_id, c.state, c.expires_at, p.username, p.email, p.given_name, p.family_name, p.email_folded,
p.number_folded, p.state, p.phone
FROM reset_code c JOIN person p ON p.organisation_id = c.organisation_id AND p.id = c.person_id
WHERE c.organisation_id = :o AND c.digest = :digest
"""
_USE = """
UPDATE reset_code SET state = 'used' WHERE organisation_id = :o AND digest = :digest AND state = 'open'
"""
_FORGET = "DELETE FROM reset_code WHERE organisation_id = :o AND expires_at < :before"
_KEEP = timedelta(days=7)
_security = logging.getLogger("campusdesk.security")


class ResetService:
    """What can be done by somebody who can't sign in."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._failures = Failures(context.settings)

    def ask(self, slug: str, name: str, caller: Caller) -> str:
        """Note that somebody forgot a password; who that is, is looked up later. Returns the organisation.

        Raises CampusError `organisation_unknown` or `too_many_requests`.
        """
        now, folded = self._context.clock.now(), fold(name)
        with in_institute(self._context, slug) as institute:

            def work(db: Db) -> None:
                entry_limits.check(db, institute.id, entry_limits.RESET_ADDRESS, caller.address, now)
                entry_limits.check(db, institute.id, entry_limits.RESET_ACCOUNT, folded, now)
                db.run(_ASK, o=institute.id, id=self._context.new_id(), name=name.strip(), now=instant_text(now))

            self._context.database.write(work)
        return institute.id

    def send_asked(self, organisation_id: str) -> int:
        """Post the letters of all who asked; done after the answer, so that its time says nothing of who is known."""
        with acting_for(organisation_id):
            with self._context.database.read() as db:
                asked = db.rows(_ASKED, o=organisation_id)
            for _, ask_id, name in asked:
                self._context.database.write(
                    partial(self._send, organisation_id=organisation_id, ask_id=ask_id, name=name)
                )
        return len(asked)

    def _send(self, db: Db, organisation_id: str, ask_id: str, name: str) -> None:
        if not db.run(_TAKE, o=organisation_id, id=ask_id):
            return  # another process was first
        row = db.one(_FIND, o=organisation_id, username=name.lower(), folded=fold(name))
        if row is None or row[2] != PersonState.ACTIVE:
            return
        now = self._context.clock.now()
        if entry_limits.within(db, organisation_id, entry_limits.CODE_SENT, row[0], now):
            self.post_code(db, organisation_id, row[0], ask_id)

    def post_code(self, db: Db, organisation_id: str, person_id: str, key: str) -> str | None:
        """Send someone a code and let older ones die; returns by what way it goes, None where there is none."""
        person = db.one(_ADDRESSES, o=organisation_id, p=person_id)
        channel = way_of(person[1], person[2]) if person is not None else None
        if person is None or channel is None:
            return None
        now, code = self._context.clock.now(), long_code()
        digest = code_digest(self._context.keys, PLACE, code)
        db.run(_REPLACE, o=organisation_id, p=person_id)
        db.run(_PUT, o=organisation_id, digest=digest, p=person_id, now=instant_text(now),
               expires=instant_text(now + LIFE))  # fmt: skip
        values = {"minutes": str(LIFE // timedelta(minutes=1)), "username": person[3] or person[1] or person[4] or ""}
        letter = Letter(organisation_id, channel, "reset_password", f"reset:{key}", person_id, values=values,
                        secrets={"code": code}, urgent=True)  # fmt: skip
        self._context.post(db, letter)
        return str(channel)

    def check_code(self, slug: str, name: str, code: str, new: str, caller: Caller) -> tuple[str, str]:
        """Check code and new password before bcrypt runs; returns organisation and person.

        Raises CampusError: the words of `code_refused`, `password_refused`, `too_many_requests`, `suspended`.
        """
        now = self._context.clock.now()
        digest = code_digest(self._context.keys, PLACE, code)
        with in_institute(self._context, slug) as institute:
            with self._context.database.read() as db:
                entry_limits.check_standing(db, institute.id, entry_limits.WRONG_CODE, caller.address, now)
                row = db.one(_CODE, o=institute.id, digest=digest)
            refusal = _refusal(row, name, instant_text(now))
            if refusal is not None:
                self._context.database.write(
                    lambda db: entry_limits.within(db, institute.id, entry_limits.WRONG_CODE, caller.address, now)
                )
        if refusal is not None:
            _security.info("A reset code was refused", extra={"reason": refusal.code, "address": caller.address})
            raise refusal
        assert row is not None  # noqa: S101 - without a row it was refused
        names = [institute.name, institute.slug, *(part for part in row[3:7] if part)]
        with in_institute(self._context, slug), self._context.database.read() as db:
            check_new_password(db, self._context.settings, institute.id, new, names, row[0])
        return institute.id, row[0]

    def finish(self, organisation_id: str, person_id: str, code: str, hashed: str, caller: Caller) -> None:
        """Store the new password; all sign-ins and all other codes of the person end, and nobody is signed in by it.

        Raises CampusError `code_used` to all but the first who come at once.
        """
        now = self._context.clock.now()
        digest = code_digest(self._context.keys, PLACE, code)

        def work(db: Db) -> None:
            if not db.run(_USE, o=organisation_id, digest=digest):
                raise code_refused("code_used")
            db.run(_REPLACE, o=organisation_id, p=person_id)
            set_password(db, organisation_id, person_id, hashed, now)
            end_sign_ins(db, organisation_id, [person_id], "password_changed", instant_text(now))
            self._failures.forget(db, organisation_id, ACCOUNT, person_id)
            note(self._context, db, organisation_id, person_id, "password_reset_by_code")
            tell_changed(self._context, db, organisation_id, person_id, digest, caller.address)

        with acting_for(organisation_id):
            self._context.database.write(work)

    def forget_old(self, organisation_id: str) -> int:
        """Remove codes and counts that are long over."""
        now = self._context.clock.now()
        before = instant_text(now - _KEEP)
        return self._context.database.write(
            lambda db: (
                db.run(_FORGET, o=organisation_id, before=before) + entry_limits.forget_old(db, organisation_id, now)
            )
        )


def way_of(email: str | None, phone: str | None) -> Channel | None:
    """Return by what way a code reaches someone: mail before a text message."""
    if email:
        return Channel.MAIL
    return Channel.SMS if phone else None


def note(context: Context, db: Db, organisation_id: str, person_id: str, what: str, **more: Any) -> None:
    """Leave a link in the audit chain for what somebody did without being signed in."""
    batch = context.door.batch(db, system_actor(organisation_id, person_id), Origin(""))
    feeds.write(batch, [], orjson.dumps({"what": what, "person_id": person_id, **more}).decode())
    _security.info("%s", what, extra={"person_id": person_id})


def end_codes(db: Db, organisation_id: str, person_id: str) -> None:
    """Let the codes die that were sent to someone for a new password."""
    db.run(_REPLACE, o=organisation_id, p=person_id)


def tell_changed(
    context: Context, db: Db, organisation_id: str, person_id: str, key: str, address: str, device: str = ""
) -> None:
    """Tell someone by mail that his or her password is another now."""
    row = db.one("SELECT email FROM person WHERE organisation_id = :o AND id = :p", o=organisation_id, p=person_id)
    if row is not None and row[0]:
        values = {"address": address, "device": device}
        letter = Letter(organisation_id, Channel.MAIL, "password_changed", f"changed:{key}", person_id, values=values)
        context.post(db, letter)


def _refusal(row: Any, name: str, now: str) -> CampusError | None:
    if row is None:
        return code_refused("code_unknown")
    folded = fold(name)
    if folded not in {fold(row[3] or ""), row[7], row[8]} - {None, ""}:
        return code_refused("code_of_another")
    if row[1] != "open":
        return code_refused("code_used" if row[1] == "used" else "code_replaced")
    if row[2] <= now:
        return code_refused("code_over")
    if row[9] != PersonState.ACTIVE:
        return CampusError("suspended", text("Your access is suspended. Ask the office."))
    return None
