"""Takes a row away that a roll-over made and that nobody has touched or used since; taking one back asks for it."""

from collections.abc import Sequence

import orjson
from pydantic import ConfigDict

from server.core.batch import Batch, CommandType, Decision, Item, applied, rejected
from server.core.entities import Body
from server.core.sql import SetSql
from server.learning.imports.changes import KINDS
from server.learning.imports.removal import used
from server.learning.rollover.journal import made_in
from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.core.text import text
from shared.learning.rollover import may_roll_over
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, ENROLMENT

REMOVE = "RemoveRolledOver"
ORDER = (ENROLMENT, COHORT, ACADEMIC_TERM)
_TEACHERS_GONE = SetSql(
    "DELETE FROM cohort_instructor WHERE organisation_id = :organisation_id AND cohort_id IN (SELECT id FROM {ids} i)"
)


class RemoveRolledOver(StrictModel):
    """Remove a row of `kind` that a roll-over made (target: the row)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str
    rollover_id: Id


def remove(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Remove rows, kind by kind: enrolments before their cohorts."""
    decisions: dict[str, Decision] = {}
    for kind in dict.fromkeys((*ORDER, *(item.payload.kind for item in items))):
        decisions |= _of_kind(batch, kind, [item for item in items if item.payload.kind == kind])
    return [decisions[item.target.id] for item in items]


def _of_kind(batch: Batch, kind: str, items: Sequence[Item]) -> dict[str, Decision]:
    if not items:
        return {}
    if kind not in ORDER or not may_roll_over(batch.actor):
        message = text("Your role doesn't roll terms over. Ask the office.")
        return {item.target.id: rejected(item, "not_allowed", message) for item in items}
    ids = [item.target.id for item in items]
    bodies = KINDS[kind].read(batch, ids)
    in_use = used(batch.db, batch.organisation_id, kind, ids)
    made = {one: made_in(batch.db, batch.organisation_id, one) for one in {item.payload.rollover_id for item in items}}
    decisions, gone = {}, []
    for item in items:
        body = bodies.get(item.target.id)
        is_ours = item.target.id in made[item.payload.rollover_id].get(kind, {})
        if body is None or not is_ours or body["revision"] != item.target.base or item.target.id in in_use:
            message = text("This was changed since the roll-over. It stays as it is.")
            decisions[item.target.id] = rejected(item, "changed_since", message)
        else:
            gone.append((item, body))
            decisions[item.target.id] = applied(item.command.id)
    _delete(batch, kind, gone)
    return decisions


def _delete(batch: Batch, kind: str, gone: Sequence[tuple[Item, Body]]) -> None:
    if not gone:
        return
    if kind == COHORT:
        ids = orjson.dumps([body["id"] for _, body in gone]).decode()
        batch.db.run(_TEACHERS_GONE, organisation_id=batch.organisation_id, ids=ids)
    bodies = {item.command.id: {**body, "organisation_id": batch.organisation_id} for item, body in gone}
    # One statement for all of them; the tombstone of each is its own command's.
    KINDS[kind].delete(batch, list(bodies.values()), gone[0][0].command.id)
    for command_id, body in bodies.items():
        batch.removed(kind, body["id"], command_id, *KINDS[kind].scopes(body))
    batch.access_changed = True


COMMANDS = (CommandType(REMOVE, RemoveRolledOver, remove),)
