"""Inviting staff by mail: a code for seven days that makes its holder a person with the roles chosen for him or her."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for
from server.core.letters import Channel, Letter
from server.people import entry_limits
from server.people.credentials import set_password
from server.people.entry_codes import code_digest, code_refused, long_code
from server.people.entry_people import add_person, holder_of, role_words, taken, username_free
from server.people.entry_place import Institute, in_institute
from server.people.password_rules import check_new_password
from server.people.reset_service import note
from server.people.role_kind import grants_in
from server.people.sign_in_service import Caller
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.entry_rules import InvitationState, entry_errors
from shared.people.permissions import may_assign_roles, may_edit_people
from shared.people.rules import fold

PLACE = "invitation"
LIFE = timedelta(days=7)
MOST_SENDS = 10
_FIELDS = ("id", "email", "given_name", "family_name", "roles", "state", "sends", "invited_by", "person_id", "made_at",
           "expires_at", "settled_at")  # fmt: skip
_SHOWN = f"SELECT {', '.join(_FIELDS)} FROM invitation WHERE organisation_id = :o"  # noqa: S608 - our own column names
_LIST = f"{_SHOWN} ORDER BY made_at DESC, id LIMIT 500"
_ONE = f"{_SHOWN} AND id = :id"
_BY_DIGEST = f"{_SHOWN} AND digest = :digest"
_PUT = """
INSERT INTO invitation (organisation_id, id, email, email_folded, given_name, family_name, roles, state, digest, sends,
invited_by, person_id, made_at, expires_at, settled_at) VALUES (:o, :id, :email, :folded, :given_name, :family_name,
:roles, 'open', :digest, 1, :by, NULL, :now, :expires, NULL) ON CONFLICT DO NOTHING
"""
_RESEND = """
UPDATE invitation SET digest = :digest, sends = sends + 1, expires_at = :expires
WHERE organisation_id = :o AND id = :id AND state = 'open' AND sends < :most
"""
_SETTLE = """
UPDATE invitation SET state = :state, settled_at = :now, person_id = :person
WHERE organisation_id = :o AND id = :id AND state = 'open'
"""
_INVITER = "SELECT given_name, family_name FROM person WHERE organisation_id = :o AND id = :p"
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Invited:
    """Whom to invite: mail address, names and roles."""

    email: str
    given_name: str
    family_name: str
    roles: tuple[str, ...]


class InvitationService:
    """Invites, sends again, withdraws, and lets people in."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list_all(self, sign_in: CurrentSignIn) -> list[dict[str, Any]]:
        """Return all invitations, newest first. Raises CampusError `not_allowed`."""
        self._check_may(sign_in)
        with self._context.database.read() as db:
            rows = db.rows(_LIST, o=sign_in.actor.organisation_id)
        return [_shown(row) for row in rows]

    def invite(self, sign_in: CurrentSignIn, wanted: Invited, invitation_id: str) -> dict[str, Any]:
        """Invite somebody; the same `invitation_id` again sends nothing more.

        Raises CampusError `not_allowed`, `field_invalid`, `value_taken` or `invitation_open`.
        """
        self._check_may(sign_in)
        _check_fields({"email": wanted.email, "given_name": wanted.given_name, "family_name": wanted.family_name})
        organisation_id, now = sign_in.actor.organisation_id, self._context.clock.now()
        code = long_code()

        def work(db: Db) -> dict[str, Any]:
            known = db.one(_ONE, o=organisation_id, id=invitation_id)
            if known is not None:
                return _shown(known)
            self._check_roles(db, sign_in, wanted.roles)
            entry_limits.check(db, organisation_id, entry_limits.INVITE_SENDER, sign_in.actor.person_id, now)
            holder = holder_of(db, organisation_id, "email", wanted.email)
            if holder is not None:
                raise taken("email", holder=holder)
            made = db.run(_PUT, o=organisation_id, id=invitation_id, email=wanted.email.strip(),
                          folded=fold(wanted.email), given_name=wanted.given_name.strip(),
                          family_name=wanted.family_name.strip(), roles=orjson.dumps(wanted.roles).decode(),
                          digest=code_digest(self._context.keys, PLACE, code), by=sign_in.actor.person_id,
                          now=instant_text(now), expires=instant_text(now + LIFE))  # fmt: skip
            if not made:
                message = text("There is an open invitation for this address. Send that one again, or withdraw it.")
                raise CampusError("invitation_open", message)
            return self._sent(db, sign_in, invitation_id, code, "person_invited")

        return self._context.database.write(work)

    def resend(self, sign_in: CurrentSignIn, invitation_id: str) -> dict[str, Any]:
        """Send a new code, good for seven days from now; the older one is good no longer."""
        self._check_may(sign_in)
        organisation_id, now, code = sign_in.actor.organisation_id, self._context.clock.now(), long_code()

        def work(db: Db) -> dict[str, Any]:
            row = self._open(db, organisation_id, invitation_id)
            self._check_roles(db, sign_in, row["roles"])
            digest = code_digest(self._context.keys, PLACE, code)
            if not db.run(_RESEND, o=organisation_id, id=invitation_id, digest=digest, most=MOST_SENDS,
                          expires=instant_text(now + LIFE)):  # fmt: skip
                message = text("This invitation was sent {n} times. Withdraw it and check the address.", n=MOST_SENDS)
                raise CampusError("too_many_sends", message)
            return self._sent(db, sign_in, invitation_id, code, "invitation_sent_again")

        return self._context.database.write(work)

    def withdraw(self, sign_in: CurrentSignIn, invitation_id: str) -> dict[str, Any]:
        """Take an invitation back; its code lets nobody in any more."""
        self._check_may(sign_in)
        organisation_id = sign_in.actor.organisation_id

        def work(db: Db) -> dict[str, Any]:
            self._open(db, organisation_id, invitation_id)
            self._settle(db, organisation_id, invitation_id, InvitationState.WITHDRAWN, None)
            self._note(db, sign_in, "invitation_withdrawn", invitation_id)
            return _shown(db.one(_ONE, o=organisation_id, id=invitation_id))

        return self._context.database.write(work)

    # ---------------------------------------------------------------------------------------------- letting people in

    def look(self, slug: str, code: str, caller: Caller) -> tuple[Institute, dict[str, Any]]:
        """Return the institute and the open invitation of a code; raises the words of `code_refused`."""
        now = self._context.clock.now()
        with in_institute(self._context, slug) as institute:
            with self._context.database.read() as db:
                entry_limits.check_standing(db, institute.id, entry_limits.WRONG_CODE, caller.address, now)
                digest = code_digest(self._context.keys, PLACE, code)
                row = db.one(_BY_DIGEST, o=institute.id, digest=digest)
            shown = _shown(row) if row is not None else None
            refusal = _refusal(shown, instant_text(now))
            if refusal is not None:
                self._context.database.write(
                    lambda db: entry_limits.within(db, institute.id, entry_limits.WRONG_CODE, caller.address, now)
                )
        if refusal is not None:
            _security.info("An invitation was refused", extra={"reason": refusal.code, "address": caller.address})
            raise refusal
        assert shown is not None  # noqa: S101 - without a row it was refused
        return institute, shown

    def check(self, slug: str, code: str, username: str, new: str, caller: Caller) -> tuple[Institute, dict[str, Any]]:
        """Check everything before bcrypt runs; raises CampusError for code, username or password."""
        institute, shown = self.look(slug, code, caller)
        _check_fields({"username": username})
        names = [institute.name, institute.slug, username, shown["email"], shown["given_name"], shown["family_name"]]
        with acting_for(institute.id), self._context.database.read() as db:
            check_new_password(db, self._context.settings, institute.id, new, names)
            if not username_free(db, institute.id, username, instant_text(self._context.clock.now())):
                raise taken("username")
        return institute, shown

    def accept(self, institute: Institute, shown: dict[str, Any], username: str, hashed: str) -> None:
        """Make the invited one a person, with the roles of the invitation and the password chosen."""
        now = self._context.clock.now()

        def work(db: Db) -> None:
            fields = {name: shown[name] for name in ("email", "given_name", "family_name")}
            fields["username"] = username.strip().lower()
            person_id = add_person(self._context, db, institute.id, shown["id"], fields, shown["roles"])
            self._settle(db, institute.id, shown["id"], InvitationState.ACCEPTED, person_id)
            set_password(db, institute.id, person_id, hashed, now)
            note(self._context, db, institute.id, person_id, "invitation_accepted", invitation_id=shown["id"])

        with acting_for(institute.id):
            self._context.database.write(work)

    # -------------------------------------------------------------------------------------------------------- inside

    def _settle(
        self, db: Db, organisation_id: str, invitation_id: str, state: InvitationState, person_id: str | None
    ) -> None:
        now = instant_text(self._context.clock.now())
        if not db.run(_SETTLE, o=organisation_id, id=invitation_id, state=state, now=now, person=person_id):
            raise code_refused("code_used")

    def _sent(self, db: Db, sign_in: CurrentSignIn, invitation_id: str, code: str, what: str) -> dict[str, Any]:
        organisation_id = sign_in.actor.organisation_id
        shown = _shown(db.one(_ONE, o=organisation_id, id=invitation_id))
        inviter = db.one(_INVITER, o=organisation_id, p=sign_in.actor.person_id)
        values = {
            "given_name": shown["given_name"],
            "person": f"{shown['given_name']} {shown['family_name']}",
            "role": role_words(db, organisation_id, shown["roles"]),
            "inviter": " ".join(part for part in inviter or () if part),
            "days": str(LIFE.days),
        }
        key = f"invitation:{invitation_id}:{shown['sends']}"
        letter = Letter(organisation_id, Channel.MAIL, "invitation", key, to=shown["email"], values=values,
                        secrets={"code": code}, urgent=True)  # fmt: skip
        self._context.post(db, letter)
        self._note(db, sign_in, what, invitation_id)
        return shown

    def _note(self, db: Db, sign_in: CurrentSignIn, what: str, invitation_id: str) -> None:
        batch = self._context.door.batch(db, sign_in.actor, sign_in.origin)
        feeds.write(batch, [], orjson.dumps({"what": what, "invitation_id": invitation_id}).decode())

    @staticmethod
    def _open(db: Db, organisation_id: str, invitation_id: str) -> dict[str, Any]:
        row = db.one(_ONE, o=organisation_id, id=invitation_id)
        if row is None:
            raise CampusError("invitation_unknown", text("This invitation isn't there."))
        shown = _shown(row)
        if shown["state"] != InvitationState.OPEN:
            raise CampusError("invitation_settled", text("This invitation was accepted or taken back already."))
        return shown

    @staticmethod
    def _check_may(sign_in: CurrentSignIn) -> None:
        if not may_edit_people(sign_in.actor):
            raise CampusError("not_allowed", text("Your role doesn't invite people. Ask the office."))

    @staticmethod
    def _check_roles(db: Db, sign_in: CurrentSignIn, roles: tuple[str, ...] | list[str]) -> None:
        grants = grants_in(db, sign_in.actor.organisation_id)
        if not roles or not set(roles) <= set(grants):
            raise CampusError("role_unknown", text("Choose one of the institute's roles."))
        if not may_assign_roles(sign_in.actor, roles, grants):
            raise CampusError("not_allowed", text("Your role doesn't give these roles. Ask an administrator."))


def _check_fields(values: dict[str, str]) -> None:
    faults = entry_errors(values)
    if faults:
        raise CampusError("field_invalid", next(iter(faults.values())), {"fields": faults})


def _shown(row: Any) -> dict[str, Any]:
    shown = dict(zip(_FIELDS, row, strict=True))
    return {**shown, "roles": orjson.loads(shown["roles"]), "sends": int(shown["sends"])}


def _refusal(shown: dict[str, Any] | None, now: str) -> CampusError | None:
    if shown is None:
        return code_refused("code_unknown")
    if shown["state"] != InvitationState.OPEN:
        return code_refused("code_used" if shown["state"] == InvitationState.ACCEPTED else "code_withdrawn")
    return code_refused("code_over") if shown["expires_at"] <= now else None
