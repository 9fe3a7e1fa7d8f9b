"""Providers, links, browsers under way and answers taken, as rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from server.core.database import Db
from server.core.keys import Keys
from server.people.identity_client import Provider
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

_FIELDS = ("id", "name", "issuer", "client_id", "sealed_secret", "domains", "link_by_email", "make_students",
           "trust_factor", "state")  # fmt: skip
_ALL = f"SELECT {', '.join(_FIELDS)} FROM identity_provider WHERE organisation_id = :o"  # noqa: S608 - our own column names
_LIST = f"{_ALL} ORDER BY name, id"
_ONE = f"{_ALL} AND id = :id"
_PUT = """
INSERT INTO identity_provider (organisation_id, id, name, issuer, client_id, sealed_secret, domains, link_by_email,
make_students, trust_factor, state, changed_at) VALUES (:o, :id, :name, :issuer, :client_id, :sealed_secret, :domains,
:link_by_email, :make_students, :trust_factor, :state, :now)
ON CONFLICT (organisation_id, id) DO UPDATE SET name = excluded.name, issuer = excluded.issuer,
client_id = excluded.client_id, sealed_secret = excluded.sealed_secret, domains = excluded.domains,
link_by_email = excluded.link_by_email, make_students = excluded.make_students,
trust_factor = excluded.trust_factor, state = excluded.state, changed_at = excluded.changed_at
"""
_REMOVE = (
    "DELETE FROM identity_flow WHERE organisation_id = :o AND provider_id = :id",
    "DELETE FROM identity_link WHERE organisation_id = :o AND provider_id = :id",
    "DELETE FROM identity_provider WHERE organisation_id = :o AND id = :id",
)
_LINKED = "SELECT person_id FROM identity_link WHERE organisation_id = :o AND provider_id = :id AND subject = :subject"
_LINKS_OF = """
SELECT l.provider_id, p.name, l.email, l.linked_at, l.last_used_at FROM identity_link l
JOIN identity_provider p ON p.organisation_id = l.organisation_id AND p.id = l.provider_id
WHERE l.organisation_id = :o AND l.person_id = :person ORDER BY p.name, p.id
"""
_LINK = """
INSERT INTO identity_link (organisation_id, provider_id, subject, person_id, email, linked_at, last_used_at)
VALUES (:o, :id, :subject, :person, :email, :now, :now) ON CONFLICT DO NOTHING
"""
_USED = """
UPDATE identity_link SET last_used_at = :now WHERE organisation_id = :o AND provider_id = :id AND subject = :subject
"""
_UNLINK = "DELETE FROM identity_link WHERE organisation_id = :o AND provider_id = :id AND person_id = :person"
_BEGIN = """
INSERT INTO identity_flow (organisation_id, id, provider_id, person_id, state_digest, secret_digest, sealed,
redirect_uri, made_at, expires_at, used_at) VALUES (:o, :id, :provider_id, :person_id, :state_digest, :secret_digest,
:sealed, :redirect_uri, :now, :expires, NULL)
"""
# Used up by whoever comes first, whatever becomes of it.
_USE = """
UPDATE identity_flow SET used_at = :now WHERE organisation_id = :o AND id = :id AND used_at IS NULL
AND expires_at > :now RETURNING provider_id, person_id, state_digest, secret_digest, sealed, redirect_uri
"""
_SEEN = """
INSERT INTO identity_seen (organisation_id, digest, expires_at) VALUES (:o, :digest, :expires) ON CONFLICT DO NOTHING
"""
_FORGET = (
    "DELETE FROM identity_flow WHERE organisation_id = :o AND expires_at < :before",
    "DELETE FROM identity_seen WHERE organisation_id = :o AND expires_at < :before",
)


@dataclass(frozen=True)
class ProviderRow:
    """A provider as an institute set it up; `domains` are mail domains, empty for all."""

    id: str
    name: str
    issuer: str
    client_id: str
    sealed_secret: str
    domains: tuple[str, ...]
    link_by_email: bool
    make_students: bool
    trust_factor: bool
    state: str

    def client(self, keys: Keys, organisation_id: str) -> Provider:
        """Return it with its secret opened."""
        sealed = self.sealed_secret
        secret = keys.opened(sealed, "identity_provider", organisation_id, self.id).decode() if sealed else ""
        return Provider(self.issuer, self.client_id, secret)

    @property
    def shown(self) -> dict[str, Any]:
        """What an administrator sees: whether there is a secret, never which."""
        shown = {name: getattr(self, name) for name in _FIELDS if name != "sealed_secret"}
        return {**shown, "domains": list(self.domains), "has_secret": bool(self.sealed_secret)}

    def knows_domain(self, email: str) -> bool:
        """Tell whether an address is of one of the domains; yes where none is named."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains


def providers(db: Db, organisation_id: str) -> list[ProviderRow]:
    """Return all providers of an institute by name."""
    return [_provider(row) for row in db.rows(_LIST, o=organisation_id)]


def provider(db: Db, organisation_id: str, provider_id: str, *, usable: bool = True) -> ProviderRow:
    """Return a provider. Raises CampusError `provider_unknown`, also for one that is off where it has to be usable."""
    row = db.one(_ONE, o=organisation_id, id=provider_id)
    if row is None or (usable and row[-1] != "on"):
        raise CampusError("provider_unknown", text("The institute doesn't use this provider any more."))
    return _provider(row)


def put_provider(db: Db, organisation_id: str, row: ProviderRow, now: str) -> None:
    """Keep a provider."""
    values = {name: getattr(row, name) for name in _FIELDS}
    values["domains"] = orjson.dumps(list(row.domains)).decode()
    db.run(_PUT, o=organisation_id, now=now, **values)


def remove_provider(db: Db, organisation_id: str, provider_id: str) -> None:
    """Remove a provider with everything that was linked by it."""
    for statement in _REMOVE:
        db.run(statement, o=organisation_id, id=provider_id)


def linked_person(db: Db, organisation_id: str, provider_id: str, subject: str) -> str | None:
    """Return whose identity this is."""
    row = db.one(_LINKED, o=organisation_id, id=provider_id, subject=subject)
    return str(row[0]) if row is not None else None


def links_of(db: Db, organisation_id: str, person_id: str) -> list[dict[str, Any]]:
    """Return the identities of a person."""
    names = ("provider_id", "name", "email", "linked_at", "last_used_at")
    return [dict(zip(names, row, strict=True)) for row in db.rows(_LINKS_OF, o=organisation_id, person=person_id)]


def link(db: Db, organisation_id: str, provider_id: str, person_id: str, subject: str, email: str, now: str) -> bool:
    """Link an identity; False where it is linked, or the person has another one of this provider."""
    places = {"id": provider_id, "person": person_id, "subject": subject, "email": email, "now": now}
    return db.run(_LINK, o=organisation_id, **places) > 0


def used(db: Db, organisation_id: str, provider_id: str, subject: str, now: str) -> None:
    """Note when somebody last came in by an identity."""
    db.run(_USED, o=organisation_id, id=provider_id, subject=subject, now=now)


def unlink(db: Db, organisation_id: str, provider_id: str, person_id: str) -> bool:
    """Remove a person's identity of a provider; False where there is none."""
    return db.run(_UNLINK, o=organisation_id, id=provider_id, person=person_id) > 0


def begin_flow(db: Db, organisation_id: str, values: dict[str, Any]) -> None:
    """Keep a browser that sets out."""
    db.run(_BEGIN, o=organisation_id, **values)


def use_flow(db: Db, organisation_id: str, flow_id: str, now: str) -> Any:
    """Return what was kept of a browser, once; None where it took too long or came before."""
    return db.one(_USE, o=organisation_id, id=flow_id, now=now)


def first_seen(db: Db, organisation_id: str, digest: str, expires_at: datetime) -> bool:
    """Remember an answer; False where it was taken before."""
    return db.run(_SEEN, o=organisation_id, digest=digest, expires=instant_text(expires_at)) > 0


def forget_old(db: Db, organisation_id: str, before: str) -> int:
    """Remove what is over."""
    return sum(db.run(statement, o=organisation_id, before=before) for statement in _FORGET)


def _provider(row: Any) -> ProviderRow:
    values = dict(zip(_FIELDS, row, strict=True))
    values["domains"] = tuple(orjson.loads(values["domains"]))
    for name in ("link_by_email", "make_students", "trust_factor"):
        values[name] = bool(values[name])
    return ProviderRow(**values)
