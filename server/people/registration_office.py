"""What the office does about registrations: looks, accepts, joins with someone who is here already, or refuses."""

from typing import Any

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.batch import Origin
from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.core.submission import raise_for
from server.people import registration_codes, registration_store
from server.people.credentials import set_password
from server.people.entry_people import command_of, holder_of, taken
from server.people.registration_service import RegistrationService
from server.people.routes import likely_duplicates
from server.people.sign_in_service import end_sign_ins
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.entry_rules import RegistrationPolicy, RegistrationState
from shared.people.permissions import may_change_person, may_edit_people
from shared.people.vocabulary import Permission, Role

_PERSON = """
SELECT p.id, p.roles, p.email, p.username, c.person_id, p.revision FROM person p
LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id
WHERE p.organisation_id = :o AND p.id = :p
"""


class RegistrationOffice:
    """Decides about registrations."""

    def __init__(self, context: Context, service: RegistrationService) -> None:
        self._context = context
        self._service = service

    def list_all(self, sign_in: CurrentSignIn, state: RegistrationState) -> dict[str, Any]:
        """Return the registrations of a state with likely duplicates, and how many there are of each state."""
        self._check_may(sign_in)
        organisation_id = sign_in.actor.organisation_id
        with self._context.database.read() as db:
            rows = registration_store.listed(db, organisation_id, state)
            for row in rows:
                row["duplicates"] = self._duplicates(db, sign_in, row) if state is RegistrationState.WAITING else []
            return {
                "policy": registration_store.policy_of(db, organisation_id),
                "counts": registration_store.counts(db, organisation_id),
                "registrations": rows,
            }

    def accept(self, sign_in: CurrentSignIn, registration_id: str) -> dict[str, Any]:
        """Make a registration a student. Raises CampusError `value_taken` naming who has the address: join those."""
        self._check_may(sign_in)

        def work(db: Db) -> dict[str, Any]:
            organisation_id = sign_in.actor.organisation_id
            known = self._waiting(db, organisation_id, registration_id)
            for field in ("email", "username"):
                holder = holder_of(db, organisation_id, field, known[field])
                if holder is not None:
                    raise taken(field, holder=holder)
            person_id = self._service.accept_in(db, organisation_id, known, sign_in.actor.person_id)
            said = registration_codes.hand_on(self._context, db, organisation_id, known, person_id)
            return self._told(db, sign_in, known, "registration_approved", person_id, said=said)

        return self._context.database.write(work)

    def join(self, sign_in: CurrentSignIn, registration_id: str, person_id: str) -> dict[str, Any]:
        """Give the registration's way of signing in to a student who is here already and never signed in.

        Raises CampusError `not_allowed` for staff, and `joined_signs_in` for someone who has a password.
        """
        self._check_may(sign_in)

        def work(db: Db) -> dict[str, Any]:
            organisation_id, now = sign_in.actor.organisation_id, self._context.clock.now()
            known = self._waiting(db, organisation_id, registration_id)
            row = db.one(_PERSON, o=organisation_id, p=person_id)
            if row is None:
                raise CampusError("person_unknown", text("This person isn't in the institute."))
            roles = frozenset(orjson.loads(row[1]))
            if not roles <= {Role.STUDENT} or not may_change_person(sign_in.actor, roles):
                raise CampusError("not_allowed", text("Only students are joined with a registration."))
            if row[4] is not None:
                message = text("This student signs in already. Refuse the registration; a forgotten password is reset.")
                raise CampusError("joined_signs_in", message)
            hashed = known["hash"]
            self._service.moved(
                db, organisation_id, known, RegistrationState.JOINED, person_id, sign_in.actor.person_id
            )
            self._fill_in(db, sign_in, row, known)
            set_password(db, organisation_id, person_id, hashed, now)
            end_sign_ins(db, organisation_id, [person_id], "password_changed", instant_text(now))
            said = registration_codes.hand_on(self._context, db, organisation_id, known, person_id)
            return self._told(db, sign_in, known, "registration_joined", person_id, said=said)

        return self._context.database.write(work)

    def refuse(self, sign_in: CurrentSignIn, registration_id: str, reason: str) -> dict[str, Any]:
        """Refuse a registration, with the reason that goes into the letter."""
        self._check_may(sign_in)

        def work(db: Db) -> dict[str, Any]:
            organisation_id = sign_in.actor.organisation_id
            known = self._waiting(db, organisation_id, registration_id)
            by = sign_in.actor.person_id
            self._service.moved(db, organisation_id, known, RegistrationState.REFUSED, None, by, reason)
            return self._told(db, sign_in, known, "registration_refused", None, reason)

        return self._context.database.write(work)

    def set_policy(self, sign_in: CurrentSignIn, policy: RegistrationPolicy) -> None:
        """Say whether students may register. Raises CampusError `not_allowed`."""
        if not sign_in.actor.may(Permission.ORGANISATION_EDIT):
            raise CampusError("not_allowed", text("Your role doesn't change the institute's settings."))
        organisation_id, now = sign_in.actor.organisation_id, instant_text(self._context.clock.now())

        def work(db: Db) -> None:
            was = registration_store.policy_of(db, organisation_id)
            registration_store.set_policy(db, organisation_id, policy, now)
            self._note(db, sign_in, {"what": "registration_policy", "before": was, "after": policy})

        self._context.database.write(work)

    # -------------------------------------------------------------------------------------------------------- inside

    def _told(
        self,
        db: Db,
        sign_in: CurrentSignIn,
        known: dict[str, Any],
        what: str,
        person_id: str | None,
        reason: str = "",
        said: str = "",
    ) -> dict[str, Any]:
        organisation_id = sign_in.actor.organisation_id
        sentences = {
            "registration_approved": text("Your registration was accepted. Sign in with the username {username}.",
                                          username=known["username"]),
            "registration_joined": text("Your registration was joined with what the office knew of you. Sign in with"
                                        " this mail address or your student number."),
            "registration_refused": text("The office did not accept your registration. {reason}", reason=reason),
        }  # fmt: skip
        values = {
            "given_name": known["given_name"],
            "title": text("Your registration"),
            "message": f"{sentences[what]} {said}".strip(),
        }
        key = f"{what}:{known['id']}"
        self._context.post(
            db, Letter(organisation_id, Channel.MAIL, "general", key, person_id, known["email"], values=values)
        )
        facts = {"what": what, "registration_id": known["id"], "person_id": person_id}
        self._note(db, sign_in, {**facts, "reason": reason} if reason else facts)
        settled = registration_store.read(db, organisation_id, known["id"])
        return registration_store.shown(settled or known)

    def _note(self, db: Db, sign_in: CurrentSignIn, facts: dict[str, Any]) -> None:
        batch = self._context.door.batch(db, sign_in.actor, sign_in.origin)
        feeds.write(batch, [], orjson.dumps(facts).decode())

    def _fill_in(self, db: Db, sign_in: CurrentSignIn, row: Any, known: dict[str, Any]) -> None:
        """Write the proved address and the username where the student has none."""
        organisation_id, empty = sign_in.actor.organisation_id, {"email": row[2], "username": row[3]}
        wanted = {
            name: {"old": None, "new": known[name]}
            for name, value in empty.items()
            if not value and holder_of(db, organisation_id, name, known[name]) is None
        }
        if wanted:
            command = command_of(
                self._context, organisation_id, known["id"], "EditPerson", row[0], {"changes": wanted}, row[5]
            )
            for outcome in self._context.door.accept_in(db, sign_in.actor, Origin(""), [command]).outcomes:
                raise_for(outcome)

    def _duplicates(self, db: Db, sign_in: CurrentSignIn, row: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = {name: row[name] for name in ("email", "given_name", "family_name")}
        found = likely_duplicates(db, sign_in.actor, wanted)
        return [
            {
                "person_id": one["person"]["id"],
                "person": " ".join(filter(None, (one["person"]["given_name"], one["person"].get("family_name")))),
                "number": one["person"].get("number"),
                "score": one["score"],
                "reasons": one["reasons"],
            }
            for one in found
        ]

    @staticmethod
    def _waiting(db: Db, organisation_id: str, registration_id: str) -> dict[str, Any]:
        known = registration_store.read(db, organisation_id, registration_id)
        if known is None:
            raise CampusError("registration_unknown", text("This registration isn't there any more."))
        if known["state"] != RegistrationState.WAITING:
            raise CampusError("registration_settled", text("Someone has decided about this registration already."))
        return known

    @staticmethod
    def _check_may(sign_in: CurrentSignIn) -> None:
        if not may_edit_people(sign_in.actor):
            raise CampusError("not_allowed", text("Your role doesn't decide about registrations. Ask the office."))
