"""A person's own second factors: adding an app or an address, new recovery codes, removing, and an office's reset."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.people import factors, recovery_codes, sent_codes, totp
from server.people.factor_addresses import own_addresses
from server.people.factor_messages import AddressAsk, AppAsk, RemoveAsk
from server.people.factor_news import factor_changed
from server.people.factor_proof import code_wrong
from server.people.fresh_sign_in import need_fresh
from server.people.role_kind import grants_in
from server.people.sent_codes import Recipient
from server.people.sign_in_failures import ACCOUNT, Failures, locked_out
from server.people.sign_in_service import end_sign_ins
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.factors import FactorKind, grouped, hidden_address, is_code, plain_digits
from shared.people.permissions import holds_all_of
from shared.people.vocabulary import Permission

_SEAL = "factor_enrolment"
_LIFE = timedelta(minutes=30)
_GROUP = 5
_ABOUT = """
SELECT o.name, coalesce(p.username, p.email, p.number, p.given_name) FROM person p
JOIN organisation o ON o.id = p.organisation_id WHERE p.organisation_id = :organisation_id AND p.id = :person_id
"""
_ROLES = "SELECT roles FROM person WHERE organisation_id = :organisation_id AND id = :person_id"
_ENROLLED = """
UPDATE sign_in SET needs_factor = false WHERE organisation_id = :organisation_id AND person_id = :person_id
"""


class FactorService:
    """What can be done about second factors by those who hold them, and by an administrator."""

    def __init__(self, context: Context, failures: Failures) -> None:
        self._context = context
        self._failures = failures

    def shown(self, db: Db, sign_in: CurrentSignIn) -> dict[str, Any]:
        """Return what the person holds, as `Factors` describes it."""
        place = (sign_in.actor.organisation_id, sign_in.actor.person_id)
        standing = factors.standing_of(db, *place)
        held = [
            {
                "kind": str(one.kind),
                "to": hidden_address(one.kind, one.address) if one.address else "",
                "added_at": one.added_at,
                "used_at": one.used_at,
            }
            for one in standing.held
        ]
        could = [
            {"kind": str(kind), "to": hidden_address(kind, address)}
            for kind, address in own_addresses(db, *place).items()
            if standing.address(kind) != address
        ]
        return {
            "factors": held,
            "recovery_left": standing.recovery_left,
            "required": standing.required,
            "can_send": could,
        }

    def begin_app(self, sign_in: CurrentSignIn) -> dict[str, Any]:
        """Return a fresh secret for an app; nothing is stored until a code of it comes back."""
        actor, now, secret = sign_in.actor, self._context.clock.now(), totp.new_secret()
        with self._context.database.read() as db:
            need_fresh(db, sign_in, now)
            about = db.one(_ABOUT, organisation_id=actor.organisation_id, person_id=actor.person_id)
        institute, name = about if about is not None else ("Campusdesk", actor.name)
        ends = instant_text(now + _LIFE)
        packed = orjson.dumps([totp.secret_text(secret), ends])
        return {
            "secret": totp.secret_text(secret),
            "address": totp.address_of(secret, institute, name),
            "enrolment": self._context.keys.sealed(packed, _SEAL, actor.organisation_id, actor.person_id),
            "expires_at": ends,
        }

    def add_app(self, sign_in: CurrentSignIn, ask: AppAsk) -> bool:
        """Store an app once a code proves that it has the secret; tells whether recovery codes are to be made."""
        actor, keys, now = sign_in.actor, self._context.keys, self._context.clock.now()
        secret = self._enrolled(sign_in, ask.enrolment, now)
        self._count(sign_in, now)
        code = plain_digits(ask.code)
        step = totp.matching_step(secret, code, now) if is_code(code) else None
        if step is None:
            raise code_wrong(FactorKind.APP)
        sealed = factors.sealed_secret(keys, secret, actor.organisation_id, actor.person_id)

        def add(db: Db) -> None:
            factors.put_app(db, actor.organisation_id, actor.person_id, sealed, step, now)

        told = text("An authenticator app was added.")
        return self._added(sign_in, add, told, str(FactorKind.APP), end_others=ask.end_others)

    def send(self, sign_in: CurrentSignIn, kind: str) -> dict[str, str]:
        """Send a code to the person's own mail address or number, to add it as a factor."""
        actor, now = sign_in.actor, self._context.clock.now()

        def work(db: Db) -> tuple[str, str | CampusError]:
            need_fresh(db, sign_in, now)
            address = own_addresses(db, actor.organisation_id, actor.person_id).get(FactorKind(kind))
            if address is None:
                raise _no_address(kind)
            to = Recipient(actor.organisation_id, actor.person_id, FactorKind(kind), address, sign_in.device_name)
            return address, sent_codes.send_code(db, self._context, to, _purpose(sign_in), now)

        address, told = self._context.database.write(work)
        if isinstance(told, CampusError):
            raise told
        return {"to": hidden_address(kind, address), "expires_at": told}

    def add_address(self, sign_in: CurrentSignIn, ask: AddressAsk) -> bool:
        """Store an address once the code that went there comes back; tells whether recovery codes are to be made."""
        actor, now, code = sign_in.actor, self._context.clock.now(), plain_digits(ask.code)
        self._count(sign_in, now)
        place = (actor.organisation_id, actor.person_id)

        def prove(db: Db) -> str | None:
            return sent_codes.address_proved(db, self._context, place[0], _purpose(sign_in), ask.kind, code, now)

        address = self._context.database.write(prove) if is_code(code) else None
        if address is None:
            raise code_wrong(ask.kind)
        told = {
            FactorKind.MAIL: text("Codes by mail were added."),
            FactorKind.SMS: text("Codes by SMS were added."),
        }[FactorKind(ask.kind)]

        def add(db: Db) -> None:
            factors.put_address(db, *place, ask.kind, address, now)

        return self._added(sign_in, add, told, ask.kind, end_others=ask.end_others)

    def new_codes(self, sign_in: CurrentSignIn, *, fresh: bool) -> list[str]:
        """Return ten codes to be hashed and stored; raises CampusError `no_factor` or `fresh_sign_in_needed`."""
        actor = sign_in.actor
        with self._context.database.read() as db:
            if fresh:
                need_fresh(db, sign_in, self._context.clock.now())
            if not factors.standing_of(db, actor.organisation_id, actor.person_id).held:
                raise CampusError("no_factor", text("Recovery codes stand in for a second factor. Add one first."))
        return recovery_codes.new_codes()

    def store_codes(self, sign_in: CurrentSignIn, codes: list[str], hashes: list[str], *, first: bool) -> list[str]:
        """Store the hashes of a new set in place of the old one, and return the codes in groups, to be shown once."""
        actor, now = sign_in.actor, self._context.clock.now()

        def work(db: Db) -> None:
            recovery_codes.put_codes(db, actor.organisation_id, actor.person_id, hashes, now)
            if not first:
                told = text("New recovery codes were made. The old ones don't work any more.")
                factor_changed(db, self._context, sign_in, actor.person_id, told, what="codes_made", kind="recovery")

        self._context.database.write(work)
        return [grouped(code, _GROUP) for code in codes]

    def remove(self, sign_in: CurrentSignIn, ask: RemoveAsk) -> None:
        """Take a factor away; the last one takes the recovery codes along.

        Raises CampusError `fresh_sign_in_needed`, `no_factor`, or `factor_required` where a role needs one.
        """
        actor, now = sign_in.actor, self._context.clock.now()
        place = (actor.organisation_id, actor.person_id)

        def work(db: Db) -> None:
            need_fresh(db, sign_in, now)
            standing = factors.standing_of(db, *place)
            kinds = {str(one.kind) for one in standing.held}
            if ask.kind not in kinds:
                raise CampusError("no_factor", text("There is no such second factor any more."))
            if kinds == {ask.kind} and standing.required:
                raise CampusError("factor_required", text("Your role needs a second factor. Add another one first."))
            factors.remove(db, *place, ask.kind)
            if kinds == {ask.kind}:
                recovery_codes.forget_codes(db, *place)
            self._end_others(db, sign_in, now, wanted=ask.end_others)
            told = {
                "app": text("The authenticator app was removed."),
                "mail": text("Codes by mail were removed."),
                "sms": text("Codes by SMS were removed."),
            }[ask.kind]
            factor_changed(db, self._context, sign_in, place[1], told, what="removed", kind=ask.kind)

        self._context.database.write(work)

    def reset(self, sign_in: CurrentSignIn, person_id: str) -> bool:
        """Take all factors of another person away and end the sign-ins; tells whether there were any.

        Nothing of a secret is read. Raises CampusError `not_allowed`, `person_unknown` or `fresh_sign_in_needed`.
        """
        actor, now = sign_in.actor, self._context.clock.now()
        if not actor.may(Permission.SECURITY_MANAGE):
            raise CampusError("not_allowed", text("Your role doesn't reset second factors. Ask an administrator."))
        if person_id == actor.person_id:
            raise CampusError("not_allowed", text("Remove your own second factor on the page of your account."))

        def work(db: Db) -> bool:
            need_fresh(db, sign_in, now)
            row = db.one(_ROLES, organisation_id=actor.organisation_id, person_id=person_id)
            if row is None:
                raise CampusError("person_unknown", text("This person isn't in the institute."))
            if not holds_all_of(actor, orjson.loads(row[0]), grants_in(db, actor.organisation_id)):
                message = text("This person may do what you may not. Ask somebody who holds the same role.")
                raise CampusError("not_allowed", message)
            found = factors.remove(db, actor.organisation_id, person_id) > 0
            if recovery_codes.forget_codes(db, actor.organisation_id, person_id) or found:
                end_sign_ins(db, actor.organisation_id, [person_id], "factor_changed", instant_text(now))
                told = text("The office took your second factor away. Add a new one when you have signed in.")
                factor_changed(db, self._context, sign_in, person_id, told, what="reset", kind="all")
            return found

        return self._context.database.write(work)

    # ---------------------------------------------------------------------------------------------------- inside

    def _enrolled(self, sign_in: CurrentSignIn, enrolment: str, now: datetime) -> bytes:
        actor, over = sign_in.actor, CampusError("enrolment_over", text("This code to scan has run out. Begin again."))
        try:
            packed = self._context.keys.opened(enrolment, _SEAL, actor.organisation_id, actor.person_id)
        except (CampusError, ValueError):
            raise over from None
        secret, ends = orjson.loads(packed)
        if parse_instant(ends) <= now:
            raise over
        return totp.secret_of(secret)

    def _count(self, sign_in: CurrentSignIn, now: datetime) -> None:
        """Count a try like that of a password, before the code is looked at."""
        actor = sign_in.actor
        counted = self._context.database.write(
            lambda db: self._failures.count(db, actor.organisation_id, ACCOUNT, actor.person_id, now)
        )
        if not counted.granted:
            raise locked_out(counted.blocked_until, now)

    def _added(
        self, sign_in: CurrentSignIn, add: Callable[[Db], None], told: str, kind: str, *, end_others: bool
    ) -> bool:
        now = self._context.clock.now()
        place = (sign_in.actor.organisation_id, sign_in.actor.person_id)

        def work(db: Db) -> bool:
            # That it is the person was asked at the beginning, which only the same person could go on from.
            self._failures.forget(db, place[0], ACCOUNT, place[1])
            add(db)
            db.run(_ENROLLED, organisation_id=place[0], person_id=place[1])
            self._end_others(db, sign_in, now, wanted=end_others)
            factor_changed(db, self._context, sign_in, place[1], told, what="added", kind=kind)
            return recovery_codes.codes_left(db, *place) == 0

        return self._context.database.write(work)

    def _end_others(self, db: Db, sign_in: CurrentSignIn, now: datetime, *, wanted: bool) -> None:
        if wanted:
            actor = sign_in.actor
            at = instant_text(now)
            end_sign_ins(db, actor.organisation_id, [actor.person_id], "factor_changed", at, sign_in.sign_in_id)


def _purpose(sign_in: CurrentSignIn) -> str:
    return f"enrol:{sign_in.sign_in_id}"


def _no_address(kind: str) -> CampusError:
    if kind == FactorKind.MAIL:
        return CampusError("no_address", text("There is no mail address of yours here. Add it to your account first."))
    return CampusError("no_address", text("There is no phone number of yours here. Add it to your account first."))
