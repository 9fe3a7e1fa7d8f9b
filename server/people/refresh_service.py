"""Renewing a sign-in: refresh tokens are used once, and using an old one again ends the sign-in."""

import base64
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.core.auth import sign_in_refused
from server.core.context import Context
from server.core.database import Db
from server.core.sql import SetSql
from server.core.tokens import following_refresh_token
from server.people import sign_in_answers
from server.people.organisation_state import is_suspended, organisation_suspended
from server.people.sign_in_answers import Granted
from server.people.sign_in_ends import Ending, end_one
from server.people.sign_in_lookup import LOST, OPEN
from server.people.sign_in_messages import RefreshAsk
from server.people.sign_in_tries import Caller
from server.people.sign_in_watch import Watch, is_too_long, latest_end
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.security import EndReason
from shared.people.vocabulary import PersonState

_PUT = """
INSERT INTO refresh_token (organisation_id, digest, sign_in_id, parent_digest, made_at, expires_at)
VALUES (:organisation_id, :digest, :sign_in_id, :parent, :now, :expires_at) ON CONFLICT DO NOTHING
"""
# The sign-in's row is locked, so that twenty refreshes at once take their turn.
_FIND = SetSql(
    "SELECT t.expires_at, t.used_at, s.id, s.person_id, s.device_id, s.kept, s.state, s.ended_reason, p.state, d.state,"
    " d.public_key, s.started_at, s.last_address FROM sign_in s"
    " JOIN refresh_token t ON t.organisation_id = s.organisation_id AND t.sign_in_id = s.id AND t.digest = :digest"
    " JOIN person p ON p.organisation_id = s.organisation_id AND p.id = s.person_id"
    " JOIN device d ON d.organisation_id = s.organisation_id AND d.id = s.device_id"
    " WHERE s.organisation_id = :organisation_id AND s.id = :sign_in_id {lock}",
    lock="s",
)
_LOCK = SetSql(
    "SELECT s.id FROM sign_in s WHERE s.organisation_id = :organisation_id AND s.id = :sign_in_id {lock}", lock="s"
)
_USE = "UPDATE refresh_token SET used_at = :now WHERE organisation_id = :organisation_id AND digest = :digest"
_TOUCH = "UPDATE sign_in SET last_used_at = :now WHERE organisation_id = :organisation_id AND id = :sign_in_id"
_CHILD = """
SELECT used_at, expires_at FROM refresh_token WHERE organisation_id = :organisation_id AND parent_digest = :digest
"""
_FORGET = "DELETE FROM refresh_token WHERE organisation_id = :organisation_id AND expires_at < :before"
_KEPT_AFTER_END = timedelta(days=30)
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class _Held:
    """A refresh token as it is stored, with its sign-in, person and device."""

    expires_at: str
    used_at: str | None
    sign_in_id: str
    person_id: str
    device_id: str
    kept: bool
    state: str
    ended_reason: str | None
    person_state: str
    device_state: str
    public_key: str
    started_at: str
    last_address: str | None


def token_digest(token: str) -> str:
    """Return what is stored of a refresh token."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed_text(token: str, timestamp: str) -> bytes:
    """Return what a device signs to renew its sign-in."""
    return f"refresh\n{token}\n{timestamp}".encode()


def put_refresh_token(
    db: Db, organisation_id: str, sign_in_id: str, token: str, parent: str | None, now: datetime, expires: datetime
) -> None:
    """Store a token's digest, and forget tokens that ran out long ago."""
    db.run(
        _PUT,
        organisation_id=organisation_id,
        digest=token_digest(token),
        sign_in_id=sign_in_id,
        parent=parent,
        now=instant_text(now),
        expires_at=instant_text(expires),
    )
    db.run(_FORGET, organisation_id=organisation_id, before=instant_text(now - _KEPT_AFTER_END))


class Refreshing:
    """Renews sign-ins."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._watch = Watch(context)

    def refresh(self, ask: RefreshAsk, caller: Caller | None = None) -> dict[str, Any]:
        """Return fresh tokens in exchange for an unused refresh token.

        Within the grace time the same device gets the same answer again, because the first may have been lost. Raises
        CampusError `token_expired`, `token_reused`, `signed_out`, `suspended`, `device_lost` or `device_unproven`.

        `caller` is where the request came from: a sign-in that moves too fast ends.
        """
        parts = ask.refresh_token.split(".", 2)
        if len(parts) != 3:
            raise sign_in_refused("token_invalid")
        where = caller or Caller("", "")
        answer = self._context.database.write(lambda db: self._refresh(db, parts[0], parts[1], ask, where))
        if isinstance(answer, CampusError):
            raise answer
        return answer

    def _refresh(
        self, db: Db, organisation_id: str, sign_in_id: str, ask: RefreshAsk, caller: Caller
    ) -> dict[str, Any] | CampusError:
        digest, now = token_digest(ask.refresh_token), self._context.clock.now()
        # First the lock, then the reading: a statement sees what was committed before it began, not before its lock.
        db.rows(_LOCK, organisation_id=organisation_id, sign_in_id=sign_in_id)
        if is_suspended(db, organisation_id):
            return organisation_suspended()
        row = db.one(_FIND, organisation_id=organisation_id, sign_in_id=sign_in_id, digest=digest)
        if row is None:
            return sign_in_refused("signed_out")
        held = _Held(*row)
        word = _standing(held) or self._fault(db, organisation_id, held, ask, now)
        if word is None and caller.address and caller.address != held.last_address:
            word = self._watch.moved(db, organisation_id, sign_in_id, caller, now)
        if word is None:
            return self._renew(db, organisation_id, held, ask.refresh_token, now)
        if word != "device_unproven" and end_one(db, organisation_id, sign_in_id, Ending(word, now)):
            _security.warning("A sign-in was ended: %s", word, extra={"person_id": held.person_id})
            if word == EndReason.TOKEN_REUSED:
                self._watch.tell_ended(db, organisation_id, sign_in_id, word, caller)
        return _unproven() if word == "device_unproven" else sign_in_refused(word)

    def _fault(self, db: Db, organisation_id: str, held: _Held, ask: RefreshAsk, now: datetime) -> str | None:
        """Return what is wrong with a token of a sign-in that stands."""
        if not _is_proven(held, ask):
            return self._unproven(held)
        if is_too_long(self._context, held.started_at, now, kept=held.kept):
            return EndReason.TOO_LONG
        if held.expires_at <= instant_text(now):
            return EndReason.TOKEN_EXPIRED
        used = held.used_at is not None
        if used and not self._is_lost_answer(db, organisation_id, held, token_digest(ask.refresh_token)):
            return EndReason.TOKEN_REUSED
        return None

    def _unproven(self, held: _Held) -> str:
        """A used token from another device is theft; an unused one with a wrong signature proves nothing yet."""
        _security.warning("A refresh wasn't signed by its device", extra={"person_id": held.person_id})
        return "token_reused" if held.used_at is not None else "device_unproven"

    def _is_lost_answer(self, db: Db, organisation_id: str, held: _Held, digest: str) -> bool:
        """Tell whether the device may be asking again because it never got the first answer."""
        child = db.one(_CHILD, organisation_id=organisation_id, digest=digest)
        if child is None or child[0] is not None or held.used_at is None:
            return False
        since = self._context.clock.now() - parse_instant(held.used_at)
        return since.total_seconds() <= self._context.settings.refresh_grace_seconds

    def _renew(self, db: Db, organisation_id: str, held: _Held, token: str, now: datetime) -> dict[str, Any]:
        child = following_refresh_token(self._context.keys, token)
        digest = token_digest(token)
        known = db.one(_CHILD, organisation_id=organisation_id, digest=digest)
        settings = self._context.settings
        days = settings.kept_refresh_token_days if held.kept else settings.refresh_token_days
        longest = latest_end(self._context, held.started_at, kept=held.kept)
        expires = parse_instant(known[1]) if known else min(now + timedelta(days=days), longest)
        if known is None:
            db.run(_USE, organisation_id=organisation_id, digest=digest, now=instant_text(now))
            put_refresh_token(db, organisation_id, held.sign_in_id, child, digest, now, expires)
            db.run(_TOUCH, organisation_id=organisation_id, sign_in_id=held.sign_in_id, now=instant_text(now))
        granted = Granted(organisation_id, held.person_id, held.sign_in_id, held.device_id, child, expires)
        return sign_in_answers.signed_in(db, self._context, granted)


def _standing(held: _Held) -> str | None:
    if held.person_state != PersonState.ACTIVE:
        return "suspended"
    if held.device_state == LOST:
        return "device_lost"
    if held.state == OPEN:
        return None
    return held.ended_reason or "signed_out"


def _is_proven(held: _Held, ask: RefreshAsk) -> bool:
    if ask.device_id != held.device_id:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(held.public_key))
        key.verify(base64.b64decode(ask.signature), signed_text(ask.refresh_token, ask.timestamp))
    except (InvalidSignature, ValueError):
        return False
    return True


def _unproven() -> CampusError:
    message = text("This computer couldn't prove that the sign-in is its own. Sign in again.")
    return CampusError("device_unproven", message)
