"""Who may read photos and signatures of the skills logbook: the student they are about, and whoever marks."""

import orjson

from server.core.database import Db
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.grading.permissions import may_mark, may_see_gradebook

# The hash alone opens nothing: whoever watched, or let the employer sign, must have brought the file in.
_NAMED = """
EXISTS (SELECT 1 FROM upload u WHERE u.organisation_id = :o AND u.sha256 = :sha256 AND u.state = 'stored'
AND ((t.files LIKE :named AND u.person_id = t.observer_id)
OR (t.signature LIKE :named AND u.person_id = t.witness_id)))
"""
_OWN = (
    f"SELECT 1 FROM skill_observation t WHERE t.organisation_id = :o AND t.person_id = :person_id AND {_NAMED} LIMIT 1"  # noqa: S608 - our own words
)
_ANY = f"SELECT 1 FROM skill_observation t WHERE t.organisation_id = :o AND {_NAMED} LIMIT 1"  # noqa: S608 - same
_TAUGHT = SetSql(
    "SELECT 1 FROM {ids} i {by} skill_observation t ON t.organisation_id = :o AND t.cohort_id = i.id"  # noqa: S608 - same
    f" WHERE {_NAMED} LIMIT 1"
)
_EVERYWHERE = ""


def may_read(db: Db, actor: Actor, sha256: str) -> bool:
    """Tell whether an observation that an actor may see names the file with this hash."""
    places = {"o": actor.organisation_id, "named": f'%"sha256":"{sha256}"%', "sha256": sha256}
    if db.one(_OWN, person_id=actor.person_id, **places):
        return True
    if may_mark(actor, _EVERYWHERE) or may_see_gradebook(actor, _EVERYWHERE):
        return db.one(_ANY, **places) is not None
    taught = sorted(one for one in actor.teaches if may_mark(actor, one))
    return bool(taught) and db.one(_TAUGHT, ids=orjson.dumps(taught).decode(), **places) is not None
