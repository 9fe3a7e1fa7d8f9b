"""Builds the answer to a sign-in or a refresh: fresh tokens, the person, and what the device needs offline."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.core.auth import sign_in_refused
from server.core.context import Context
from server.core.database import Db
from server.core.tokens import Claims
from server.people import sign_in_lookup
from server.people.factors import shortest
from shared.core.actor import Actor
from shared.core.clock import instant_text

_REST = """
SELECT o.id, o.slug, o.name, o.time_zone, p.number, d.id, d.install_epoch, d.escrow_secret, h.server_epoch,
k.public_key, c.must_change, h.access_revision, s.needs_factor,
(SELECT count(*) FROM factor f WHERE f.organisation_id = o.id AND f.person_id = p.id)
FROM organisation o
JOIN person p ON p.organisation_id = o.id AND p.id = :person_id
JOIN device d ON d.organisation_id = o.id AND d.id = :device_id
JOIN feed_head h ON h.organisation_id = o.id
JOIN sign_in s ON s.organisation_id = o.id AND s.id = :sign_in_id
LEFT JOIN institute_key k ON k.organisation_id = o.id
LEFT JOIN credential c ON c.organisation_id = o.id AND c.person_id = p.id
WHERE o.id = :organisation_id
"""


@dataclass(frozen=True)
class Granted:
    """A sign-in that was just begun or renewed."""

    organisation_id: str
    person_id: str
    sign_in_id: str
    device_id: str
    refresh_token: str
    refresh_expires_at: datetime


def signed_in(db: Db, context: Context, granted: Granted) -> dict[str, Any]:
    """Return the answer as `SignedIn` describes it."""
    actor, rest = _read(db, context, granted)
    access, expires = context.tokens.access(
        granted.organisation_id, granted.person_id, granted.sign_in_id, granted.device_id, actor.roles
    )
    escrow = context.keys.opened(rest[7], "escrow", granted.organisation_id, granted.device_id)
    return {
        "access_token": access,
        "access_expires_at": instant_text(expires),
        "refresh_token": granted.refresh_token,
        "refresh_expires_at": instant_text(granted.refresh_expires_at),
        "person": person_shown(actor, rest[4]),
        "organisation": dict(zip(("id", "slug", "name", "time_zone"), rest[:4], strict=True)),
        "device": {
            "id": rest[5],
            "install_epoch": int(rest[6]),
            "escrow_secret": base64.b64encode(escrow).decode(),
        },
        "lease": context.tokens.lease(granted.organisation_id, granted.person_id, granted.device_id),
        "lease_public_key": context.tokens.lease_public_key,
        "institute_public_key": rest[9],
        "server_epoch": rest[8],
        "must_change_password": bool(rest[10]),
        "factor_enrolment_needed": bool(rest[12]),
        "password_min_length": shortest(context.settings, with_factor=bool(rest[13])),
    }


def me(db: Db, actor: Actor, sign_in_id: str, device_id: str) -> dict[str, Any]:
    """Return who is signed in as `Me` describes it."""
    place = {"organisation_id": actor.organisation_id, "person_id": actor.person_id}
    rest = db.one(_REST, device_id=device_id, sign_in_id=sign_in_id, **place)
    assert rest is not None  # noqa: S101 - the sign-in was looked up in this transaction
    return {
        "person": person_shown(actor, rest[4]),
        "organisation": dict(zip(("id", "slug", "name", "time_zone"), rest[:4], strict=True)),
        "sign_in_id": sign_in_id,
        "device_id": device_id,
        "must_change_password": bool(rest[10]),
        "factor_enrolment_needed": bool(rest[12]),
    }


def person_shown(actor: Actor, number: str | None) -> dict[str, Any]:
    """Return an actor as the desktop keeps it."""
    return {
        "id": actor.person_id,
        "name": actor.name,
        "number": number,
        "roles": list(actor.roles),
        "permissions": sorted(actor.permissions),
        "teaches": sorted(actor.teaches),
        "withheld": sorted(actor.withheld),
        "scopes": list(actor.scopes),
    }


def _read(db: Db, context: Context, granted: Granted) -> tuple[Actor, Any]:
    claims = Claims(granted.organisation_id, granted.person_id, granted.sign_in_id, granted.device_id, ())
    found = sign_in_lookup.look_up(db, claims)
    rest = db.one(
        _REST,
        organisation_id=granted.organisation_id,
        person_id=granted.person_id,
        device_id=granted.device_id,
        sign_in_id=granted.sign_in_id,
    )
    if found is None or rest is None:
        raise sign_in_refused("signed_out")
    return context.book.actor_for(db, found.actor, found.access_revision), rest
