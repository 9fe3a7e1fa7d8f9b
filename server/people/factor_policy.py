"""Which roles need a second factor, and how short a password may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from server.core.database import Db
from server.core.settings import Settings
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.text import text

_POLICY = "SELECT roles FROM factor_policy WHERE organisation_id = :organisation_id"
_PUT = """
INSERT INTO factor_policy (organisation_id, roles, changed_at) VALUES (:organisation_id, :roles, :now)
ON CONFLICT (organisation_id) DO UPDATE SET roles = excluded.roles, changed_at = excluded.changed_at
"""
_ROLES = "SELECT key, name FROM role WHERE organisation_id = :organisation_id ORDER BY key"
_HOLDS = "SELECT 1 FROM factor WHERE organisation_id = :organisation_id AND person_id = :person_id"


@dataclass(frozen=True)
class RoleLine:
    """A role with its name, and whether its holders need a second factor."""

    key: str
    name: str
    needs_factor: bool


def required_roles(db: Db, organisation_id: str) -> frozenset[str]:
    """Return the roles whose holders need a second factor."""
    row = db.one(_POLICY, organisation_id=organisation_id)
    return frozenset(orjson.loads(row[0])) if row else frozenset()


def role_lines(db: Db, organisation_id: str) -> list[RoleLine]:
    """Return every role of an institute with what it asks for."""
    required = required_roles(db, organisation_id)
    rows = db.rows(_ROLES, organisation_id=organisation_id)
    return [RoleLine(key, name, key in required) for key, name in rows]


def require_for(db: Db, organisation_id: str, roles: Sequence[str], now: datetime) -> None:
    """Ask a second factor of the holders of these roles and of nobody else; raises CampusError `role_unknown`."""
    known = {line.key for line in role_lines(db, organisation_id)}
    unknown = sorted(set(roles) - known)
    if unknown:
        message = text("These roles aren't there: {roles}.", roles=", ".join(unknown))
        raise CampusError("role_unknown", message, {"roles": unknown})
    packed = orjson.dumps(sorted(set(roles))).decode()
    db.run(_PUT, organisation_id=organisation_id, roles=packed, now=instant_text(now))


def shortest_password(db: Db, settings: Settings, organisation_id: str, person_id: str | None = None) -> int:
    """Return how many characters a password needs: fewer where a second factor stands beside it."""
    if person_id is not None and db.one(_HOLDS, organisation_id=organisation_id, person_id=person_id):
        return min(settings.password_min_length, settings.password_min_length_with_factor)
    return settings.password_min_length
