"""The second step of signing in: codes are sent, the factor is checked, and a half-done sign-in becomes a whole one."""

import base64
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.core.context import Context
from server.core.database import Db
from server.people import factors, sent_codes
from server.people.confirm_service import no_such_factor
from server.people.factor_messages import FactorAsk, SendAsk
from server.people.factor_news import recovery_code_used
from server.people.factor_proof import Proof, Proved, code_wrong
from server.people.half_sign_ins import HalfDone, find_attempt, sign_in_over, use_attempt
from server.people.sent_codes import Recipient
from server.people.sign_in_failures import locked_out
from server.people.sign_in_service import Caller, SignIns
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.factors import FactorKind, hidden_address


@dataclass(frozen=True)
class Begun:
    """A counted try at a half-done sign-in; `salt` is what a recovery code is hashed with."""

    half: HalfDone
    salt: str | None


class FactorSteps:
    """Takes people from a right password to a sign-in."""

    def __init__(self, context: Context, sign_ins: SignIns) -> None:
        self._context = context
        self._sign_ins = sign_ins
        self._proof = Proof(context)

    def send(self, ask: SendAsk, caller: Caller) -> dict[str, str]:
        """Send a code for a half-done sign-in.

        Raises CampusError `sign_in_over`, `device_unproven`, `no_factor`, `too_many_codes` or `suspended`.
        """
        del caller
        now = self._context.clock.now()

        def work(db: Db) -> tuple[str, str | CampusError]:
            half = find_attempt(db, ask.attempt, now)
            _check_device(half, ask.signature, "send", ask.attempt, ask.kind)
            who = half.entrance
            address = factors.standing_of(db, who.organisation_id, who.person_id).address(ask.kind)
            if address is None:
                raise no_such_factor()
            kind, device = FactorKind(ask.kind), who.device.name
            to = Recipient(who.organisation_id, who.person_id, kind, address, device)
            return address, sent_codes.send_code(db, self._context, to, _who(half).purpose, now)

        address, told = self._context.database.write(work)
        if isinstance(told, CampusError):
            raise told
        return {"to": hidden_address(ask.kind, address), "expires_at": told}

    def begin(self, ask: FactorAsk, caller: Caller) -> Begun:
        """Count the try before the code is looked at, under the same counter as the password's.

        Raises CampusError `sign_in_over`, `device_unproven`, `locked_out` or `suspended`.
        """
        del caller
        now, failures = self._context.clock.now(), self._sign_ins.failures
        with self._context.database.read() as db:
            half = find_attempt(db, ask.attempt, now)
            salt = self._proof.salt(db, _who(half), ask.kind)
        _check_device(half, ask.signature, "factor", ask.attempt, ask.kind, ask.code)
        kind, name = half.entrance.counter
        counted = self._context.database.write(
            lambda db: failures.count(db, half.entrance.organisation_id, kind, name, now)
        )
        if not counted.granted:
            raise locked_out(counted.blocked_until, now)
        return Begun(half, salt)

    def finish(self, begun: Begun, ask: FactorAsk, hashed: str | None, caller: Caller) -> dict[str, Any]:
        """Check the code, use it up, and begin the sign-in; `hashed` is the hash of a recovery code.

        Raises CampusError `code_wrong`, and what `SignIns.enter` refuses.
        """
        half, now = begun.half, self._context.clock.now()
        who = half.entrance

        def work(db: Db) -> dict[str, Any] | CampusError | None:
            if not self._proof.passes(db, _who(half), ask.kind, ask.code, hashed):
                return None
            if not use_attempt(db, half, now):
                raise sign_in_over()
            if ask.kind == "recovery":
                told = {"device": who.device.name, "address": caller.address}
                recovery_code_used(db, self._context, who.organisation_id, who.person_id, **told)
            return self._sign_ins.enter(db, who, caller, now)

        answer = self._context.database.write(work)
        if answer is None:
            self._sign_ins.count_wrong(who, caller)
            raise code_wrong(ask.kind)
        if isinstance(answer, CampusError):
            raise answer
        return answer


def signed_text(*words: str) -> bytes:
    """Return what a device signs: the words, each on a line."""
    return "\n".join(words).encode()


def _check_device(half: HalfDone, signature: str, *words: str) -> None:
    """The token alone opens nothing: the device that began goes on, and proves it with its key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(half.entrance.device.public_key))
        key.verify(base64.b64decode(signature), signed_text(*words))
    except (InvalidSignature, ValueError):
        message = text("This computer couldn't prove that the sign-in is its own. Sign in again.")
        raise CampusError("device_unproven", message) from None


def _who(half: HalfDone) -> Proved:
    return Proved(half.entrance.organisation_id, half.entrance.person_id, f"sign_in:{half.attempt_id}")
