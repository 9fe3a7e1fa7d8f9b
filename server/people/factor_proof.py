"""Checks a second factor, and uses it up: for signing in, and for confirming that it is still the same person."""

import hmac
from dataclasses import dataclass

from server.core.context import Context
from server.core.database import Db
from server.people import factors, recovery_codes, sent_codes
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.factors import FactorKind, is_code, is_recovery_code, plain_digits


@dataclass(frozen=True)
class Proved:
    """Whose factor is checked; codes that were sent count for this `purpose` alone."""

    organisation_id: str
    person_id: str
    purpose: str


class Proof:
    """Checks factors of one server's people, by this server's clock."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def salt(self, db: Db, who: Proved, kind: str) -> str | None:
        """Return what a recovery code is hashed with before `passes` is called; None for other kinds."""
        if kind != FactorKind.RECOVERY:
            return None
        return recovery_codes.salt_of(db, who.organisation_id, who.person_id) or self._context.passwords.nobody

    def passes(self, db: Db, who: Proved, kind: str, code: str, hashed: str | None) -> bool:
        """Tell whether a code proves the person, and use it up; `hashed` is the hash of a recovery code."""
        now, place = self._context.clock.now(), (who.organisation_id, who.person_id)
        if kind == FactorKind.RECOVERY:
            return hashed is not None and is_recovery_code(code) and recovery_codes.use_code(db, *place, hashed, now)
        if not is_code(code):
            return False
        plain = plain_digits(code)
        if kind == FactorKind.APP:
            return factors.passes_app(db, self._context.keys, *place, plain, now)
        address = sent_codes.address_proved(db, self._context, who.organisation_id, who.purpose, kind, plain, now)
        held = factors.standing_of(db, *place).address(kind)
        # A code that went to an address which isn't the factor's any more proves nothing.
        if address is None or held is None or not hmac.compare_digest(address.encode(), held.encode()):
            return False
        factors.note_use(db, *place, kind, now)
        return True


def code_wrong(kind: str) -> CampusError:
    """Return what is told of a code that proves nothing."""
    sentences = {
        FactorKind.APP: text("This code isn't right, or it was used already. Wait for the next one."),
        FactorKind.RECOVERY: text("This recovery code isn't right, or it was used already. Take another one."),
    }
    usual = text("This code isn't right, or it has run out. Look at the newest message, or ask for another code.")
    return CampusError("code_wrong", sentences.get(FactorKind(kind), usual))
