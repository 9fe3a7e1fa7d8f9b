"""Someone as the actor of work that arrives without a sign-in: only while person and device may still act."""

import json

from server.core.access import AccessBook
from server.core.database import Db
from server.people.sign_in_lookup import LOST, ROLES_OF
from shared.core.actor import Actor
from shared.people.vocabulary import PersonState

_FIND = """
SELECT p.state, p.given_name, p.other_names, p.family_name, d.state, h.access_revision, ({roles})
FROM person p
JOIN device d ON d.organisation_id = p.organisation_id AND d.id = :device_id AND d.person_id = p.id
JOIN feed_head h ON h.organisation_id = p.organisation_id
WHERE p.organisation_id = :o AND p.id = :person_id
AND EXISTS (SELECT 1 FROM organisation o WHERE o.id = p.organisation_id AND o.state = 'active')
"""
_FINDS = {dialect: _FIND.replace("{roles}", roles) for dialect, roles in ROLES_OF.items()}


def acting_person(db: Db, book: AccessBook, organisation_id: str, person_id: str, device_id: str) -> Actor | None:
    """Return the owner of a device with what he or she may do now; None where either is suspended, inactive or lost."""
    row = db.one(_FINDS[db.dialect], o=organisation_id, person_id=person_id, device_id=device_id)
    if row is None or row[0] != PersonState.ACTIVE or row[4] == LOST:
        return None
    permissions: dict[str, list[str]] = json.loads(f"{{{row[6] or ''}}}")
    base = Actor(
        person_id=person_id,
        organisation_id=organisation_id,
        name=" ".join(part for part in row[1:4] if part),
        roles=tuple(sorted(permissions)),
        permissions=frozenset(word for words in permissions.values() for word in words),
    )
    return book.actor_for(db, base, int(row[5]))
