"""Looks a sign-in up in one statement: its state, the person, the device, the roles and the access revision."""

import json

from server.core.auth import FoundSignIn
from server.core.database import Db
from server.core.tokens import Claims
from server.people.organisation_state import REFUSAL, SUSPENDED
from shared.core.actor import Actor
from shared.people.vocabulary import PersonState

OPEN, ENDED = "open", "ended"
LOST = "lost"

_ROLES = {
    "sqlite": "group_concat('\"' || r.key || '\":' || r.permissions, ',')",
    "postgresql": "string_agg('\"' || r.key || '\":' || r.permissions, ',')",
}
_FIND = """
SELECT s.state, s.ended_reason, s.device_id, p.state, p.given_name, p.other_names, p.family_name, d.state, d.name,
d.install_epoch, h.access_revision, c.must_change,
(SELECT {roles} FROM person_role pr JOIN role r ON r.organisation_id = pr.organisation_id AND r.key = pr.role_key
WHERE pr.organisation_id = s.organisation_id AND pr.person_id = s.person_id), s.last_address, s.needs_factor, o.state
FROM sign_in s
JOIN person p ON p.organisation_id = s.organisation_id AND p.id = s.person_id
JOIN device d ON d.organisation_id = s.organisation_id AND d.id = s.device_id
JOIN feed_head h ON h.organisation_id = s.organisation_id
JOIN organisation o ON o.id = s.organisation_id
LEFT JOIN credential c ON c.organisation_id = s.organisation_id AND c.person_id = s.person_id
WHERE s.organisation_id = :organisation_id AND s.id = :sign_in_id AND s.person_id = :person_id
"""
_FINDS = {dialect: _FIND.replace("{roles}", roles) for dialect, roles in _ROLES.items()}
_ROLES_OF = """
SELECT {roles} FROM person_role pr JOIN role r ON r.organisation_id = pr.organisation_id AND r.key = pr.role_key
WHERE pr.organisation_id = p.organisation_id AND pr.person_id = p.id
"""
ROLES_OF = {dialect: _ROLES_OF.replace("{roles}", roles) for dialect, roles in _ROLES.items()}
"""Gives the permissions of a person `p` by role, by dialect, as the inner part of a JSON object."""


def look_up(db: Db, claims: Claims) -> FoundSignIn | None:
    """Return the sign-in that an access token names, with the actor's permissions as they are at this moment."""
    row = db.one(
        _FINDS[db.dialect],
        organisation_id=claims.organisation_id,
        sign_in_id=claims.sign_in_id,
        person_id=claims.person_id,
    )
    if row is None or row[2] != claims.device_id:
        return None
    permissions: dict[str, list[str]] = json.loads(f"{{{row[12] or ''}}}")
    actor = Actor(
        person_id=claims.person_id,
        organisation_id=claims.organisation_id,
        name=" ".join(part for part in row[4:7] if part),
        roles=tuple(sorted(permissions)),
        permissions=frozenset(word for words in permissions.values() for word in words),
    )
    return FoundSignIn(
        actor=actor,
        access_revision=int(row[10]),
        device_name=row[8],
        install_epoch=int(row[9]),
        must_change_password=bool(row[11]),
        refusal=REFUSAL if row[15] == SUSPENDED else _refusal(row[0], row[1], row[3], row[7]),
        last_address=row[13],
        needs_factor=bool(row[14]),
    )


def _refusal(state: str, ended_reason: str | None, person_state: str, device_state: str) -> str | None:
    if person_state != PersonState.ACTIVE:
        return "suspended"
    if device_state == LOST:
        return "device_lost"
    if state == OPEN:
        return None
    return ended_reason or "signed_out"
