"""An institute's identity providers: set up by an administrator, checked at the provider before they count."""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core import feeds
from server.core.auth import CurrentSignIn
from server.core.context import Context
from server.core.database import Db
from server.people import identity_store
from server.people.fresh_sign_in import need_fresh
from server.people.identity_client import IdentityClient
from server.people.identity_store import ProviderRow
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text
from shared.people.vocabulary import Permission

MOST = 10
_DOMAIN = re.compile(r"(?=.{3,100}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True)
class ProviderWanted:
    """A provider as it was filled in; `client_secret` None keeps the present one."""

    name: str
    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False, default=None)
    domains: list[str] = field(default_factory=list)
    link_by_email: bool = False
    make_students: bool = False
    trust_factor: bool = False
    on: bool = True


class IdentityAdmin:
    """Lists, keeps and removes providers."""

    def __init__(self, context: Context, client: IdentityClient) -> None:
        self._context = context
        self._client = client

    def list_all(self, sign_in: CurrentSignIn) -> list[dict[str, Any]]:
        """Return all providers. Raises CampusError `not_allowed`."""
        _check_may(sign_in)
        with self._context.database.read() as db:
            return [one.shown for one in identity_store.providers(db, sign_in.actor.organisation_id)]

    def put(self, sign_in: CurrentSignIn, provider_id: str, wanted: ProviderWanted) -> dict[str, Any]:
        """Keep a provider; raises CampusError `provider_away`, `provider_address`, `field_invalid`, `too_many`."""
        _check_may(sign_in)
        organisation_id, now = sign_in.actor.organisation_id, self._context.clock.now()
        domains = _domains(wanted)
        with self._context.database.read() as db:
            need_fresh(db, sign_in, now)
        if wanted.on:
            self._client.discover(wanted.issuer)

        def work(db: Db) -> dict[str, Any]:
            known = {one.id: one for one in identity_store.providers(db, organisation_id)}
            if provider_id not in known and len(known) >= MOST:
                raise CampusError("too_many", text("An institute has {n} providers at most.", n=MOST))
            present = known.get(provider_id)
            self._keep_links_true(db, organisation_id, present, wanted)
            sealed = present.sealed_secret if present is not None else ""
            if wanted.client_secret is not None:
                secret = wanted.client_secret.encode()
                place = ("identity_provider", organisation_id, provider_id)
                sealed = self._context.keys.sealed(secret, *place) if secret else ""
            row = ProviderRow(provider_id, wanted.name.strip(), wanted.issuer, wanted.client_id, sealed, domains,
                              wanted.link_by_email, wanted.make_students, wanted.trust_factor,
                              "on" if wanted.on else "off")  # fmt: skip
            identity_store.put_provider(db, organisation_id, row, instant_text(now))
            facts = {"before": present.shown if present else None, "after": row.shown}
            self._note(db, sign_in, "identity_provider_set", facts)
            return row.shown

        return self._context.database.write(work)

    def remove(self, sign_in: CurrentSignIn, provider_id: str) -> None:
        """Remove a provider with everything linked by it. Raises CampusError `provider_unknown`."""
        _check_may(sign_in)
        organisation_id = sign_in.actor.organisation_id

        def work(db: Db) -> None:
            need_fresh(db, sign_in, self._context.clock.now())
            present = identity_store.provider(db, organisation_id, provider_id, usable=False)
            identity_store.remove_provider(db, organisation_id, provider_id)
            self._note(db, sign_in, "identity_provider_removed", {"before": present.shown, "after": None})

        self._context.database.write(work)

    @staticmethod
    def _keep_links_true(db: Db, organisation_id: str, present: ProviderRow | None, wanted: ProviderWanted) -> None:
        """Another issuer may give the same subject to somebody else: what was linked by the old one goes."""
        if present is not None and present.issuer != wanted.issuer:
            identity_store.remove_provider(db, organisation_id, present.id)

    def _note(self, db: Db, sign_in: CurrentSignIn, what: str, facts: dict[str, Any]) -> None:
        batch = self._context.door.batch(db, sign_in.actor, sign_in.origin)
        feeds.write(batch, [], orjson.dumps({"what": what, **facts}).decode())


def _check_may(sign_in: CurrentSignIn) -> None:
    if not sign_in.actor.may(Permission.SECURITY_MANAGE):
        raise CampusError("not_allowed", text("Your role doesn't set up identity providers. Ask an administrator."))


def _domains(wanted: ProviderWanted) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip().lower().removeprefix("@") for one in wanted.domains))
    wrong = next((one for one in found if not _DOMAIN.fullmatch(one)), None)
    if wrong is not None:
        message = text("{value} is not a mail domain. Write it like example.org.", value=wrong)
        raise CampusError("field_invalid", message, {"fields": {"domains": message}})
    return found
