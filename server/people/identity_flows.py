"""Signing in, or linking, by way of the browser: it sets out with secrets that only its own answer can know."""

import hashlib
import hmac
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.core.auth import CurrentSignIn, sign_in_refused
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import acting_for
from server.people import entry_limits, identity_store
from server.people.entry_place import in_institute
from server.people.fresh_sign_in import need_fresh
from server.people.half_sign_ins import Entrance
from server.people.identity_client import IdentityClient, Secrets
from server.people.identity_people import person_for
from server.people.identity_store import ProviderRow
from server.people.identity_tokens import Expected, Identity, refused
from server.people.reset_service import note
from server.people.sign_in_failures import ACCOUNT
from server.people.sign_in_messages import DeviceAsk
from server.people.sign_in_service import Caller, SignIns
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import PersonState

LIFE = timedelta(minutes=10)
_TICKET = timedelta(minutes=2)
_STATE = """
SELECT p.state, c.must_change FROM person p
LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id
WHERE p.organisation_id = :o AND p.id = :p
"""
_HAS_PASSWORD = "SELECT person_id FROM credential WHERE organisation_id = :o AND person_id = :p"  # noqa: S105 - no password
_security = logging.getLogger("campusdesk.security")


@dataclass(frozen=True)
class Answered:
    """What came back through the browser, with what the desktop was given when it set out."""

    flow_id: str
    flow_secret: str
    state: str
    code: str
    issuer: str | None


@dataclass(frozen=True)
class _Proved:
    provider: ProviderRow
    identity: Identity
    person_id: str | None


class IdentityFlows:
    """Sends browsers out and takes their answers."""

    def __init__(self, context: Context, client: IdentityClient, sign_ins: SignIns) -> None:
        self._context = context
        self._client = client
        self._sign_ins = sign_ins

    def offered(self, slug: str) -> list[dict[str, str]]:
        """Return the providers that an institute's sign-in page offers."""
        with in_institute(self._context, slug) as institute, self._context.database.read() as db:
            known = identity_store.providers(db, institute.id)
            return [{"id": one.id, "name": one.name} for one in known if one.state == "on"]

    def begin(self, slug: str, provider_id: str, port: int, caller: Caller) -> dict[str, Any]:
        """Send a browser out to sign in; it comes back to the desktop's own machine at `port`."""
        now = self._context.clock.now()
        with in_institute(self._context, slug) as institute:
            self._context.database.write(
                lambda db: entry_limits.check(db, institute.id, entry_limits.BROWSER_ADDRESS, caller.address, now)
            )
            return self._set_out(institute.id, provider_id, port, None)

    def begin_link(self, sign_in: CurrentSignIn, provider_id: str, port: int) -> dict[str, Any]:
        """Send a browser out to link an identity. Raises CampusError `fresh_sign_in_needed`."""
        with self._context.database.read() as db:
            need_fresh(db, sign_in, self._context.clock.now())
        return self._set_out(sign_in.actor.organisation_id, provider_id, port, sign_in.actor.person_id)

    def _set_out(self, organisation_id: str, provider_id: str, port: int, person_id: str | None) -> dict[str, Any]:
        with self._context.database.read() as db:
            row = identity_store.provider(db, organisation_id, provider_id)
        made, flow_id, flow_secret = Secrets.made(), self._context.new_id(), secrets.token_urlsafe(32)
        redirect_uri = f"http://127.0.0.1:{port}/signed-in"
        address = self._client.address(row.client(self._context.keys, organisation_id), made, redirect_uri)
        packed = orjson.dumps([made.nonce, made.verifier])
        now = self._context.clock.now()
        values = {
            "id": flow_id,
            "provider_id": provider_id,
            "person_id": person_id,
            "state_digest": _digest(made.state),
            "secret_digest": _digest(flow_secret),
            "sealed": self._context.keys.sealed(packed, "identity_flow", organisation_id, flow_id),
            "redirect_uri": redirect_uri,
            "now": instant_text(now),
            "expires": instant_text(now + LIFE),
        }
        self._context.database.write(lambda db: identity_store.begin_flow(db, organisation_id, values))
        return {"flow_id": flow_id, "flow_secret": flow_secret, "address": address}

    # ------------------------------------------------------------------------------------------------------- coming in

    def prove(self, slug: str, answered: Answered, caller: Caller) -> dict[str, str]:
        """Return whom a provider's answer lets in, with a ticket that counts once within two minutes.

        The desktop then knows which of its stores is that person's. Raises CampusError `identity_refused`,
        `identity_flow_over`, `identity_unlinked` or `suspended`.
        """
        with in_institute(self._context, slug) as institute:
            proved = self._proved(institute.id, answered, None, caller)
            now = self._context.clock.now()

            def work(db: Db) -> str:
                person_id = person_for(self._context, db, institute.id, proved.provider, proved.identity)
                identity_store.used(db, institute.id, proved.provider.id, proved.identity.subject, instant_text(now))
                return person_id

            person_id = self._context.database.write(work)
            trusted = proved.provider.trust_factor and proved.identity.multi_factor
            packed = orjson.dumps([person_id, trusted, instant_text(now + _TICKET), secrets.token_hex(16)])
            ticket = self._context.keys.sealed(packed, "identity_ticket", institute.id)
            return {"person_id": person_id, "ticket": ticket}

    def enter(self, slug: str, ticket: str, device: DeviceAsk, caller: Caller, *, keep: bool) -> dict[str, Any]:
        """Sign in with a ticket, or ask for the second factor where the provider isn't trusted with it."""
        now = self._context.clock.now()
        with in_institute(self._context, slug) as institute:
            person_id, trusted, ends = self._opened(institute.id, ticket)

            def work(db: Db) -> dict[str, Any] | CampusError:
                fresh = identity_store.first_seen(db, institute.id, _digest(ticket), now + _TICKET)
                if not fresh or ends <= instant_text(now):
                    return _over()
                row = db.one(_STATE, o=institute.id, p=person_id)
                if row is None or row[0] != PersonState.ACTIVE:
                    return sign_in_refused("suspended")
                if row[1]:
                    message = text("Sign in once with the temporary password that you were given, and choose your own.")
                    return CampusError("password_change_needed", message)
                entrance = Entrance(institute.id, person_id, device, keep, (ACCOUNT, person_id))
                if trusted:
                    return self._sign_ins.enter(db, entrance, caller, now)
                return self._sign_ins.admit(db, entrance, caller, now)

            answer = self._context.database.write(work)
        if isinstance(answer, CampusError):
            raise answer
        return answer

    def _opened(self, organisation_id: str, ticket: str) -> tuple[str, bool, str]:
        try:
            packed = self._context.keys.opened(ticket, "identity_ticket", organisation_id)
        except (CampusError, ValueError):
            raise _over() from None
        person_id, trusted, ends, _ = orjson.loads(packed)
        return person_id, trusted, ends

    def finish_link(self, sign_in: CurrentSignIn, answered: Answered, caller: Caller) -> list[dict[str, Any]]:
        """Link the identity of a provider's answer with whoever set out to do so; returns all that are linked."""
        organisation_id, person_id = sign_in.actor.organisation_id, sign_in.actor.person_id
        proved = self._proved(organisation_id, answered, person_id, caller)
        now = instant_text(self._context.clock.now())

        def work(db: Db) -> list[dict[str, Any]]:
            subject, email = proved.identity.subject, proved.identity.email
            if not identity_store.link(db, organisation_id, proved.provider.id, person_id, subject, email, now):
                message = text(
                    "This identity is linked already, or another one of this provider is. Unlink that first."
                )
                raise CampusError("identity_taken", message)
            note(self._context, db, organisation_id, person_id, "identity_linked", provider_id=proved.provider.id)
            return identity_store.links_of(db, organisation_id, person_id)

        return self._context.database.write(work)

    def links(self, sign_in: CurrentSignIn) -> list[dict[str, Any]]:
        """Return one's own identities."""
        with self._context.database.read() as db:
            return identity_store.links_of(db, sign_in.actor.organisation_id, sign_in.actor.person_id)

    def unlink(self, sign_in: CurrentSignIn, provider_id: str) -> list[dict[str, Any]]:
        """Remove one of one's own identities.

        Raises CampusError `fresh_sign_in_needed`, or `identity_last_way` where nothing else lets the person in.
        """
        organisation_id, person_id = sign_in.actor.organisation_id, sign_in.actor.person_id

        def work(db: Db) -> list[dict[str, Any]]:
            need_fresh(db, sign_in, self._context.clock.now())
            known = identity_store.links_of(db, organisation_id, person_id)
            if len(known) < 2 and db.one(_HAS_PASSWORD, o=organisation_id, p=person_id) is None:
                message = text("This is the only way in that you have. Set a password first, then unlink it.")
                raise CampusError("identity_last_way", message)
            if identity_store.unlink(db, organisation_id, provider_id, person_id):
                note(self._context, db, organisation_id, person_id, "identity_unlinked", provider_id=provider_id)
            return identity_store.links_of(db, organisation_id, person_id)

        return self._context.database.write(work)

    # -------------------------------------------------------------------------------------------------------- inside

    def _proved(self, organisation_id: str, answered: Answered, person_id: str | None, caller: Caller) -> _Proved:
        try:
            with acting_for(organisation_id):
                return self._prove(organisation_id, answered, person_id)
        except CampusError as refusal:
            facts = {"code": refusal.code, "reason": refusal.details.get("reason"), "address": caller.address}
            _security.info("An answer of an identity provider was refused", extra=facts)
            raise

    def _prove(self, organisation_id: str, answered: Answered, person_id: str | None) -> _Proved:
        now = self._context.clock.now()
        flow = self._context.database.write(
            lambda db: identity_store.use_flow(db, organisation_id, answered.flow_id, instant_text(now))
        )
        if flow is None or not _same(flow[3], answered.flow_secret) or flow[1] != person_id:
            raise _over()
        if not _same(flow[2], answered.state):
            raise refused("state")
        with self._context.database.read() as db:
            row = identity_store.provider(db, organisation_id, flow[0])
        nonce, verifier = orjson.loads(
            self._context.keys.opened(flow[4], "identity_flow", organisation_id, answered.flow_id)
        )
        provider = row.client(self._context.keys, organisation_id)
        self._client.check_answer(provider, answered.issuer)
        token = self._client.exchange(provider, answered.code, verifier, flow[5])
        identity = self._client.read(provider, token, Expected(row.issuer, row.client_id, nonce, now))
        self._take_once(organisation_id, token, identity.expires_at)
        return _Proved(row, identity, person_id)

    def _take_once(self, organisation_id: str, token: str, expires_at: datetime) -> None:
        digest = _digest(token)
        before = instant_text(self._context.clock.now() - timedelta(days=1))

        def work(db: Db) -> bool:
            identity_store.forget_old(db, organisation_id, before)
            return identity_store.first_seen(db, organisation_id, digest, expires_at)

        if not self._context.database.write(work):
            raise refused("replayed")


def _over() -> CampusError:
    return CampusError("identity_flow_over", text("This sign-in in the browser is over. Start again."))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _same(digest: str, secret: str) -> bool:
    return hmac.compare_digest(digest, _digest(secret))
