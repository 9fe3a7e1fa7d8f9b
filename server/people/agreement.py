"""What must agree of people: the roles that a person's row shows with those that rights are decided by."""

from collections.abc import Iterator

import orjson

from server.core.agreement import Disagreement
from server.core.database import Db
from shared.core.text import text
from shared.people.vocabulary import PERSON

_SHOWN = "SELECT id, given_name, roles FROM person WHERE organisation_id = :o ORDER BY id"
_HELD = "SELECT person_id, role_key FROM person_role WHERE organisation_id = :o"


def roles_agree(db: Db, organisation_id: str) -> Iterator[Disagreement]:
    """Compare both. Code: `roles_differ`; which of them is right, an administrator says by setting the roles anew."""
    held: dict[str, set[str]] = {}
    for person_id, role in db.rows(_HELD, o=organisation_id):
        held.setdefault(person_id, set()).add(role)
    for person_id, name, roles in db.rows(_SHOWN, o=organisation_id):
        if set(orjson.loads(roles or "[]")) != held.get(person_id, set()):
            words = text("{name} holds other roles than the page of people shows. Set them anew there.", name=name)
            yield Disagreement("roles_differ", PERSON, person_id, words)


AGREEMENTS = (roles_agree,)
