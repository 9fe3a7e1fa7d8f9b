"""Rows that are given as a whole: made or replaced, with both kept where two people gave different ones."""

from collections.abc import Callable, Mapping, Sequence

from server.core import conflicts
from server.core.area import Settler
from server.core.batch import Batch, Decision, Item, agreed, applied
from server.core.database import RepeatTransactionError
from server.core.entities import Body, EntityKind
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict

WHOLE = "whole"
Make = Callable[[Item, Body | None], Body | Decision]
"""Gives the row that an item asks for, from the present one; or why not."""


def put(batch: Batch, kind: EntityKind, items: Sequence[Item], make: Make, compared: Sequence[str]) -> list[Decision]:
    """Write rows as they are given. `compared` are the fields that make two rows the same or not."""
    present = kind.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    fresh: list[Body] = []
    again: list[Body] = []
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        before = present.get(item.target.id)
        made = make(item, before)
        if isinstance(made, Decision):
            decisions.append(made)
        elif before is not None and all(before[name] == made[name] for name in compared):
            decisions.append(agreed(before["revision"]))
        elif before is not None and standing.stale and not item.accepted:
            decisions.append(_dispute(batch, kind, item, before, {name: made[name] for name in compared}))
        else:
            (fresh if before is None else again).append(made)
            decisions.append(applied(item.command.id))
    if len(kind.insert(batch, fresh)) < len(fresh):
        raise RepeatTransactionError
    kind.update(batch, again)
    return decisions


def _dispute(batch: Batch, kind: EntityKind, item: Item, before: Body, mine: Body) -> Decision:
    shown = {WHOLE: kind.title({**before, **mine}), **mine}
    theirs = {WHOLE: kind.title(before), **{name: before[name] for name in mine}}
    known = conflicts.find_open(batch, kind.kind, before["id"], WHOLE)
    first = None if known else conflicts.side_from_log(batch, before["revision"], theirs)
    # Students don't see the row's rivals, whatever they see of it.
    scope, author = kind.scopes(before)[0], f"author:{item.author.person_id}"
    subject = conflicts.Subject(kind.kind, before["id"], WHOLE, kind.title(before), scope, author)
    conflict_id = conflicts.open_conflict(batch, subject, first, conflicts.side_of(batch, item, shown), (WHOLE,))
    return Decision(Verdict.CONFLICT, before["revision"], conflict_id, details={"fields": [WHOLE]})


def settler(kind: EntityKind) -> Settler:
    """Return what gives a row of `kind` the values of the chosen side."""

    def settle(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
        chosen = next((one for one in conflict.sides if one.command_id == choices.get(WHOLE)), None)
        body = kind.read(batch, [conflict.entity_id]).get(conflict.entity_id)
        values = {name: value for name, value in chosen.values.items() if name != WHOLE} if chosen else {}
        if body is not None and any(body[name] != value for name, value in values.items()):
            kind.update(batch, [{**body, **values, "revision": item.command.id}])

    return settle
