"""Confirming that it is still the same person: by the password or a second factor, counted like a sign-in."""

from dataclasses import dataclass

from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.people import factors, fresh_sign_in, sent_codes
from server.people.factor_messages import ConfirmAsk
from server.people.factor_news import recovery_code_used
from server.people.factor_proof import Proof, Proved, code_wrong
from server.people.half_sign_ins import ways_shown
from server.people.sent_codes import Recipient
from server.people.sign_in_failures import ACCOUNT, Failures, locked_out
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.factors import FactorKind, hidden_address

_HASH = "SELECT hash FROM credential WHERE organisation_id = :organisation_id AND person_id = :person_id"


@dataclass(frozen=True)
class Begun:
    """A counted try: `stored` is what the password is checked against, `salt` what a recovery code is hashed with."""

    stored: str | None = None
    salt: str | None = None


class ConfirmService:
    """Makes a sign-in fresh again, split where bcrypt runs elsewhere."""

    def __init__(self, context: Context, failures: Failures) -> None:
        self._context = context
        self._failures = failures
        self._proof = Proof(context)

    def ways(self, db: Db, sign_in: CurrentSignIn) -> list[dict[str, str]]:
        """Return by which ways the person can confirm, the password last."""
        actor = sign_in.actor
        standing = factors.standing_of(db, actor.organisation_id, actor.person_id)
        stored = db.one(_HASH, organisation_id=actor.organisation_id, person_id=actor.person_id)
        return [*ways_shown(standing), *([{"kind": "password", "to": ""}] if stored else [])]

    def begin(self, sign_in: CurrentSignIn, ask: ConfirmAsk) -> Begun:
        """Count the try and return what bcrypt needs. Raises CampusError `invalid` or `locked_out`."""
        if (ask.password is None) == (ask.kind is None) or (ask.kind is None) != (ask.code is None):
            raise CampusError("invalid", text("Send a password, or a kind with a code."))
        actor, now = sign_in.actor, self._context.clock.now()
        place = {"organisation_id": actor.organisation_id, "person_id": actor.person_id}
        counted = self._context.database.write(
            lambda db: self._failures.count(db, actor.organisation_id, ACCOUNT, actor.person_id, now)
        )
        if not counted.granted:
            raise locked_out(counted.blocked_until, now)
        with self._context.database.read() as db:
            if ask.kind is not None:
                return Begun(salt=self._proof.salt(db, _who(sign_in), ask.kind))
            row = db.one(_HASH, **place)
            return Begun(stored=row[0] if row else None)

    def finish(self, sign_in: CurrentSignIn, ask: ConfirmAsk, *, right: bool, hashed: str | None) -> dict[str, str]:
        """Make the sign-in fresh, or say what was wrong; `right` is what bcrypt said of the password."""
        actor, now = sign_in.actor, self._context.clock.now()

        def work(db: Db) -> bool:
            passed = right
            if ask.kind is not None and ask.code is not None:
                passed = self._proof.passes(db, _who(sign_in), ask.kind, ask.code, hashed)
            if passed:
                self._failures.forget(db, actor.organisation_id, ACCOUNT, actor.person_id)
                fresh_sign_in.confirm(db, actor.organisation_id, sign_in.sign_in_id, now)
            if passed and ask.kind == "recovery":
                told = {"device": sign_in.device_name, "address": sign_in.address or ""}
                recovery_code_used(db, self._context, actor.organisation_id, actor.person_id, **told)
            return passed

        if not self._context.database.write(work):
            if ask.kind is not None:
                raise code_wrong(ask.kind)
            raise CampusError("current_password_wrong", text("The password is not right."))
        return {"confirmed_until": instant_text(now + fresh_sign_in.LIFE)}

    def send(self, sign_in: CurrentSignIn, kind: str) -> dict[str, str]:
        """Send a code to confirm with. Raises CampusError `no_factor` or `too_many_codes`."""
        actor, now = sign_in.actor, self._context.clock.now()

        def work(db: Db) -> tuple[str, str | CampusError]:
            address = factors.standing_of(db, actor.organisation_id, actor.person_id).address(kind)
            if address is None:
                raise no_such_factor()
            to = Recipient(actor.organisation_id, actor.person_id, FactorKind(kind), address, sign_in.device_name)
            return address, sent_codes.send_code(db, self._context, to, _who(sign_in).purpose, now)

        address, told = self._context.database.write(work)
        if isinstance(told, CampusError):
            raise told
        return {"to": hidden_address(kind, address), "expires_at": told}


def no_such_factor() -> CampusError:
    """Return what is told of a way that the person doesn't have."""
    return CampusError("no_factor", text("You can't confirm in this way any more. Choose another one."))


def _who(sign_in: CurrentSignIn) -> Proved:
    return Proved(sign_in.actor.organisation_id, sign_in.actor.person_id, f"confirm:{sign_in.sign_in_id}")
