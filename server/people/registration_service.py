"""Students who register by themselves: the code that proves the address, and becoming a person of the institute.

What is registered waits in a table of its own, so that nobody who hasn't proved an address appears among the people.
Whether an address is somebody's here is told only to whoever has proved that it is his or hers.
"""

import hmac
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from server.core.context import Context
from server.core.database import Db
from server.core.letters import Channel, Letter
from server.people import entry_limits, registration_codes, registration_store
from server.people.credentials import set_password
from server.people.entry_codes import code_digest, code_refused, short_code
from server.people.entry_people import add_person, holder_of, taken, username_free
from server.people.entry_place import in_institute
from server.people.password_rules import check_new_password
from server.people.reset_service import note
from server.people.sign_in_service import Caller
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.entry_rules import RegistrationPolicy, RegistrationState, entry_error, entry_errors
from shared.people.profile_rules import tidy_profile
from shared.people.rules import fold
from shared.people.typed_codes import tidy_code
from shared.people.vocabulary import Role

PLACE = "registration"
LIFE = timedelta(hours=24)
MOST_TRIES, MOST_SENDS = 5, 5
_KEEP = timedelta(days=90)
_SIGNS_IN = "SELECT person_id FROM credential WHERE organisation_id = :o AND person_id = :p"
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Registering:
    """What somebody registers with; there is no role among it."""

    email: str
    username: str
    given_name: str
    family_name: str
    study_time: str | None = None
    interests: list[str] = field(default_factory=list)
    experience: str | None = None
    code: str = ""

    @property
    def faults(self) -> dict[str, str]:
        """A sentence for each field that can't be taken."""
        names = ("email", "username", "given_name", "family_name", "study_time", "interests")
        found = entry_errors({name: getattr(self, name) for name in names})
        level = entry_error("skill_level", self.experience)
        return {**found, **({"experience": level} if level else {})}


class RegistrationService:
    """Takes registrations and proves their addresses."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def policy(self, slug: str) -> RegistrationPolicy:
        """Return whether one may register at an institute."""
        with in_institute(self._context, slug) as institute, self._context.database.read() as db:
            return registration_store.policy_of(db, institute.id)

    def username_free(self, slug: str, username: str, caller: Caller) -> bool:
        """Tell whether a username may be had; counted by address."""
        now = self._context.clock.now()
        fault = entry_error("username", username)
        if fault is not None:
            raise CampusError("field_invalid", fault, {"fields": {"username": fault}})
        with in_institute(self._context, slug) as institute:
            self._context.database.write(
                lambda db: entry_limits.check(db, institute.id, entry_limits.USERNAME_ADDRESS, caller.address, now)
            )
            with self._context.database.read() as db:
                self._check_open(db, institute.id)
                return username_free(db, institute.id, username, instant_text(now))

    def check(self, slug: str, wanted: Registering, new: str, caller: Caller) -> str:
        """Check everything before bcrypt runs; returns the organisation.

        Raises CampusError `registration_closed`, `field_invalid`, `password_refused`, `value_taken` (username).
        """
        now = self._context.clock.now()
        if wanted.faults:
            raise CampusError("field_invalid", next(iter(wanted.faults.values())), {"fields": wanted.faults})
        with in_institute(self._context, slug) as institute:
            names = [institute.name, institute.slug, *self.names(wanted)]
            with self._context.database.read() as db:
                self._check_open(db, institute.id)
                check_new_password(db, self._context.settings, institute.id, new, names)
            self._context.database.write(
                lambda db: entry_limits.check(db, institute.id, entry_limits.REGISTER_ADDRESS, caller.address, now)
            )
            with self._context.database.read() as db:
                if not username_free(db, institute.id, wanted.username, instant_text(now)):
                    raise taken("username")
            return institute.id

    @staticmethod
    def names(wanted: Registering) -> list[str]:
        """Return what a password must not be made of."""
        return [wanted.username, wanted.email, wanted.given_name, wanted.family_name]

    def register(self, organisation_id: str, wanted: Registering, hashed: str) -> str:
        """Keep a registration, send its code, and return its id."""
        return self._context.database.write(
            lambda db: self.register_in(db, organisation_id, wanted, hashed, Role.STUDENT)
        )

    def register_in(self, db: Db, organisation_id: str, wanted: Registering, hashed: str, role: Role) -> str:
        """Do what `register` does in the caller's transaction; the role is the server's choice alone."""
        now, code, registration_id = self._context.clock.now(), short_code(), self._context.new_id()
        registration_store.lapse(db, organisation_id, instant_text(now), instant_text(now - _KEEP))
        values = {
            "id": registration_id,
            "email": wanted.email.strip(),
            "folded": fold(wanted.email),
            "username": wanted.username.strip().lower(),
            "given_name": wanted.given_name.strip(),
            "family_name": wanted.family_name.strip(),
            "study_time": wanted.study_time or None,
            "interests": orjson.dumps(tidy_profile("interests", list(wanted.interests))).decode(),
            "experience": wanted.experience or None,
            "code": tidy_code(wanted.code),
            "role": str(role),
            "hash": hashed,
            "digest": self._digest(registration_id, code),
            "now": instant_text(now),
            "expires": instant_text(now + LIFE),
        }
        if not registration_store.put(db, organisation_id, values):
            raise taken("username")
        self._post(db, organisation_id, registration_id, wanted.email, wanted.given_name, code, 1)
        _security.info("registered", extra={"registration_id": registration_id})
        return registration_id

    def resend(self, slug: str, registration_id: str) -> None:
        """Send another code to the address; five at most."""
        now, code = self._context.clock.now(), short_code()
        with in_institute(self._context, slug) as institute:

            def work(db: Db) -> None:
                known = self._known(db, institute.id, registration_id)
                entry_limits.check(db, institute.id, entry_limits.CODE_SENT, known["email"], now)
                digest, expires = self._digest(registration_id, code), instant_text(now + LIFE)
                sends = registration_store.renew(db, institute.id, registration_id, digest, expires, MOST_SENDS)
                if not sends:
                    message = text("The code was sent several times already. Check the address, or register anew.")
                    raise CampusError("too_many_sends", message)
                self._post(db, institute.id, registration_id, known["email"], known["given_name"], code, sends)

            self._context.database.write(work)

    def verify(self, slug: str, registration_id: str, code: str) -> tuple[RegistrationState, str]:
        """Prove the address with its code; returns `accepted`, or `waiting` where the office has to look first.

        Beside it stands the sentence on the code of whoever sent somebody, where it wasn't taken.

        Raises CampusError: the words of `code_refused`, `value_taken` (the address is somebody's here) or
        `registration_unknown`.
        """
        now = self._context.clock.now()
        with in_institute(self._context, slug) as institute:
            known = self._context.database.write(lambda db: self._tried(db, institute.id, registration_id))
            if known["expires_at"] <= instant_text(now):
                raise code_refused("code_over")
            if not hmac.compare_digest(known["digest"], self._digest(registration_id, code)):
                raise code_refused("code_unknown")
            state, refusal, said = self._context.database.write(lambda db: self._verified(db, institute.id, known))
        if refusal is not None:
            raise refusal
        return state, said

    def _tried(self, db: Db, organisation_id: str, registration_id: str) -> dict[str, Any]:
        known = self._known(db, organisation_id, registration_id)
        if not registration_store.count_try(db, organisation_id, registration_id, MOST_TRIES):
            raise code_refused("code_locked")
        return known

    def _verified(
        self, db: Db, organisation_id: str, known: dict[str, Any]
    ) -> tuple[RegistrationState, CampusError | None, str]:
        now = instant_text(self._context.clock.now())
        founder = known["role"] != Role.STUDENT
        policy = registration_store.policy_of(db, organisation_id)
        holder = holder_of(db, organisation_id, "email", known["email"])
        if holder is not None and db.one(_SIGNS_IN, o=organisation_id, p=holder) is not None:
            registration_store.move(db, organisation_id, known, RegistrationState.LAPSED, now)
            return RegistrationState.LAPSED, taken("email"), ""
        # Somebody whom the office knows and who never signed in: only staff join the two.
        if holder is not None or (policy is RegistrationPolicy.APPROVAL and not founder):
            registration_store.move(db, organisation_id, known, RegistrationState.WAITING, now)
            return RegistrationState.WAITING, None, ""
        person_id = self.accept_in(db, organisation_id, known)
        said = registration_codes.hand_on(self._context, db, organisation_id, known, person_id)
        return RegistrationState.ACCEPTED, None, said

    def accept_in(self, db: Db, organisation_id: str, known: dict[str, Any], by: str | None = None) -> str:
        """Make a registration a person who signs in with the password chosen then; returns the person."""
        now = self._context.clock.now()
        fields = {name: known[name] for name in ("email", "username", "given_name", "family_name")}
        profile = {
            "study_time": known["study_time"],
            "interests": known["interests"],
            "skill_level": known["experience"],
        }
        hashed = known["hash"]
        person_id = add_person(self._context, db, organisation_id, known["id"], fields, [known["role"]], profile)
        self.moved(db, organisation_id, known, RegistrationState.ACCEPTED, person_id, by)
        set_password(db, organisation_id, person_id, hashed, now)
        note(self._context, db, organisation_id, person_id, "registration_accepted", registration_id=known["id"])
        return person_id

    def moved(
        self,
        db: Db,
        organisation_id: str,
        known: dict[str, Any],
        to: RegistrationState,
        person_id: str | None,
        by: str | None,
        reason: str = "",
    ) -> None:
        """Move a registration; raises CampusError `registration_settled` where someone was faster."""
        now = instant_text(self._context.clock.now())
        if not registration_store.move(db, organisation_id, known, to, now, person_id, by, reason):
            raise CampusError("registration_settled", text("Someone has decided about this registration already."))

    def _post(
        self, db: Db, organisation_id: str, registration_id: str, email: str, given: str, code: str, sends: int
    ) -> None:
        values = {"given_name": given.strip(), "minutes": str(LIFE // timedelta(minutes=1))}
        key = f"registration:{registration_id}:{sends}"
        letter = Letter(organisation_id, Channel.MAIL, "verify_email", key, to=email.strip(), values=values,
                        secrets={"code": code}, urgent=True)  # fmt: skip
        self._context.post(db, letter)

    def _digest(self, registration_id: str, code: str) -> str:
        return code_digest(self._context.keys, f"{PLACE}:{registration_id}", code)

    @staticmethod
    def _known(db: Db, organisation_id: str, registration_id: str) -> dict[str, Any]:
        known = registration_store.read(db, organisation_id, registration_id)
        if known is None:
            raise CampusError("registration_unknown", text("This registration isn't there any more. Register anew."))
        if known["state"] != RegistrationState.UNVERIFIED:
            raise code_refused("code_used")
        return known

    @staticmethod
    def _check_open(db: Db, organisation_id: str) -> None:
        if registration_store.policy_of(db, organisation_id) is RegistrationPolicy.OFF:
            message = text("The institute doesn't let students register by themselves. Ask the office for an account.")
            raise CampusError("registration_closed", message)
