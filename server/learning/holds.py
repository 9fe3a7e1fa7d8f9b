"""Holds as the feed carries them, read for decisions; one on course access takes a student's classes out of sight."""

from collections.abc import Iterable

import orjson

from server.core.batch import Batch
from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.core.person_moves import Kept, Merge, Owned, PersonMove, count_of
from server.core.personal_data import PersonalTable
from server.core.sql import SetSql
from server.learning.hold_tables import ACCESS_HOLD
from shared.core.actor import Actor
from shared.learning.holds import HOLD, LIFTED, STANDING, HoldOn, may_see_holds

SCOPE = "holds"
"""What whoever works with money, enrols people or lends kit sees: every hold."""
HOLD_KIND = EntityKind(
    kind=HOLD,
    table=ACCESS_HOLD,
    body_columns=(
        *("person_id", "what", "state", "ground", "since", "amount", "currency"),
        *("lifted_at", "lifted_by", "lifted_by_name", "reason", "until"),
    ),
    scopes=lambda body: (SCOPE, f"person:{body['person_id']}"),
    title=lambda body: str(body["what"]),
    parent="person_id",
)
PERSONAL = (PersonalTable("access_hold", own=("person_id",), by={"lifted_by": "lifted_by_name"}, blank=("reason",)),)
_OF_PEOPLE = SetSql(
    f"SELECT {HOLD_KIND.selected()} FROM {{ids}} i {{by}} access_hold t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o"
)
_CLOSED = """
SELECT 1 FROM access_hold WHERE organisation_id = :o AND person_id = :person_id AND what = :what AND state = :state
"""


def holds_of(db: Db, organisation_id: str, person_ids: Iterable[str]) -> dict[str, list[Body]]:
    """Return the holds of people, lifted ones too, by person."""
    found: dict[str, list[Body]] = {}
    packed = orjson.dumps(sorted(set(person_ids))).decode()
    for row in db.rows(_OF_PEOPLE, o=organisation_id, ids=packed):
        body = HOLD_KIND.body_of(row)
        found.setdefault(body["person_id"], []).append(body)
    return found


def is_shut_out(db: Db, actor: Actor) -> bool:
    """Tell whether a hold takes the classes that someone attends out of sight. Nothing that was saved is lost by it."""
    return (
        db.one(
            _CLOSED, o=actor.organisation_id, person_id=actor.person_id, what=str(HoldOn.COURSE_ACCESS), state=STANDING
        )
        is not None
    )


def scopes(actor: Actor) -> set[str]:
    """Return the scope of all holds for those who may see them."""
    return {SCOPE} if may_see_holds(actor) else set()


def write(batch: Batch, laid: Iterable[Body], changed: Iterable[Body]) -> None:
    """Add holds and change others; what anyone may see follows at the next request."""
    new, other = list(laid), list(changed)
    HOLD_KIND.insert(batch, new)
    HOLD_KIND.update(batch, other)
    if any(one["what"] == HoldOn.COURSE_ACCESS for one in (*new, *other)):
        batch.access_changed = True


def _move(merge: Merge) -> Kept:
    """Lift the holds of the one who goes: the debts go to the one who stays, and finance looks at them there."""
    theirs = holds_of(merge.batch.db, merge.organisation_id, [merge.from_id]).get(merge.from_id, [])
    here = [one for one in theirs if one["state"] == STANDING]
    for one in theirs:
        # What was lifted before stays in the name of who had it, on devices as in the tables.
        HOLD_KIND.publish(merge.batch, one)
    write(merge.batch, (), [{**one, "state": LIFTED, "revision": merge.revision} for one in here])
    return {"lifted": [one["id"] for one in here]}


def _put_back(merge: Merge, kept: Kept) -> None:
    if isinstance(kept, dict):
        return  # finance derived them from what is owed now
    found = HOLD_KIND.read(merge.batch, kept)
    write(merge.batch, (), [{**one, "state": STANDING, "revision": merge.revision} for one in found.values()])


def _counts(db: Db, organisation_id: str, person_id: str) -> dict[str, int]:
    return {"access_hold": count_of(db, organisation_id, Owned("access_hold"), person_id)}


MOVES = (PersonMove("holds", _move, _put_back, ("access_hold",), _counts),)
