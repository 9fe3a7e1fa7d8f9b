"""Who may read a file of work: whoever brought it in and named it, whoever marks it, the class for a task's file."""

import orjson

from server.core.database import Db
from server.core.sql import SetSql
from shared.core.actor import Actor
from shared.grading.permissions import may_mark, may_see_gradebook

# The hash alone opens nothing: a hand-in's student, or one of the group, must have brought the file in, or anyone
# could name another's.
_BROUGHT = """
EXISTS (SELECT 1 FROM upload u WHERE u.organisation_id = :o AND u.sha256 = :sha256 AND u.state = 'stored'
AND (u.person_id = t.person_id OR u.person_id = t.brought_by OR (t.group_id IS NOT NULL AND u.person_id IN
(SELECT m.person_id FROM work_group_member m WHERE m.organisation_id = :o AND m.group_id = t.group_id))))
"""
_OWN = f"""
SELECT 1 FROM submission t WHERE t.organisation_id = :o AND t.person_id = :person_id AND t.files LIKE :named
AND {_BROUGHT} LIMIT 1
"""  # noqa: S608 - our own words
_OF_TASK = """
SELECT 1 FROM enrolment e JOIN assignment a ON a.organisation_id = e.organisation_id AND a.cohort_id = e.cohort_id
WHERE e.organisation_id = :o AND e.person_id = :person_id AND e.state <> 'cancelled' AND a.shown = true
AND a.attachments LIKE :named LIMIT 1
"""
# Only the classes that someone teaches are looked through: each has its rows by an index.
_TAUGHT = SetSql(
    "SELECT 1 FROM {ids} i {by} submission t ON t.organisation_id = :o AND t.cohort_id = i.id"  # noqa: S608 - same
    f" WHERE t.files LIKE :named AND t.state <> 'in_progress' AND {_BROUGHT}"
    " UNION ALL SELECT 1 FROM {ids} i {by} assignment a ON a.organisation_id = :o AND a.cohort_id = i.id"
    " WHERE a.attachments LIKE :named LIMIT 1"
)
_ANY = f"""
SELECT 1 FROM submission t WHERE t.organisation_id = :o AND t.files LIKE :named AND t.state <> 'in_progress'
AND {_BROUGHT}
UNION ALL SELECT 1 FROM assignment WHERE organisation_id = :o AND attachments LIKE :named LIMIT 1
"""  # noqa: S608 - same
_REVIEWED = f"""
SELECT 1 FROM peer_review p JOIN submission t ON t.organisation_id = p.organisation_id AND t.id = p.submission_id
WHERE p.organisation_id = :o AND p.reviewer_id = :person_id AND p.state <> 'removed' AND t.files LIKE :named
AND {_BROUGHT} LIMIT 1
"""  # noqa: S608 - same
_EVERYWHERE = ""


def may_read(db: Db, actor: Actor, sha256: str) -> bool:
    """Tell whether some work that an actor may see names the file with this hash."""
    named = {"o": actor.organisation_id, "named": f'%"sha256":"{sha256}"%'}
    places = {**named, "sha256": sha256}
    if db.one(_OWN, person_id=actor.person_id, **places) or db.one(_OF_TASK, person_id=actor.person_id, **named):
        return True
    if db.one(_REVIEWED, person_id=actor.person_id, **places):
        return True
    if may_mark(actor, _EVERYWHERE) or may_see_gradebook(actor, _EVERYWHERE):
        return db.one(_ANY, **places) is not None
    taught = sorted(one for one in actor.teaches if may_mark(actor, one))
    return bool(taught) and db.one(_TAUGHT, ids=orjson.dumps(taught).decode(), **places) is not None
