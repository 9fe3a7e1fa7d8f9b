"""Late work against an entry that was merged: it lands on the one that stays."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from server.core.batch import Batch, Item
from server.core.database import Db
from shared.core.command import Target
from shared.people.photos import photo_id
from shared.people.profile_fields import row_id
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE

_MERGED = "SELECT id, merged_into FROM person WHERE organisation_id = :o AND merged_into IS NOT NULL"
_ANY = f"{_MERGED} LIMIT 1"
_LOCKED = "SELECT seq FROM feed_head WHERE organisation_id = :o FOR UPDATE"
_SEEN = "merged entries"
_MOVING = frozenset({"MergePeople", "UndoMerge"})
_AS_MEANT = frozenset({"MergePeople", "UndoMerge", "ErasePerson", "SettleConflict"})
"""Commands that name an entry itself, wherever it went."""
_moved_on: set[str] = set()
"""Institutes in which a merge overtook a batch, in this process: there everybody looks."""


def went_to(db: Db, organisation_id: str) -> dict[str, str]:
    """Return where each merged entry of an institute went in the end, by id."""
    direct = {str(row[0]): str(row[1]) for row in db.rows(_MERGED, o=organisation_id)}
    return {one: _end(direct, one) for one in direct}


def is_any(db: Db, organisation_id: str) -> bool:
    """Tell whether entries were ever merged in an institute; a merge makes everybody's access be read anew."""
    return db.one(_ANY, o=organisation_id) is not None


def _end(direct: Mapping[str, str], person_id: str) -> str:
    seen = {person_id}
    while person_id in direct and direct[person_id] not in seen:
        person_id = direct[person_id]
        seen.add(person_id)
    return person_id


def forward(batch: Batch, items: Sequence[Item]) -> list[Item]:
    """Return items that name the entries which stayed; their outcomes are told under the ids that were sent."""
    asked = [item for item in items if item.command.type not in _AS_MEANT]
    looks = batch.actor.merges or batch.organisation_id in _moved_on
    merged = went_to(batch.db, batch.organisation_id) if asked and looks else {}
    if asked and not any(item.command.type in _MOVING for item in items):
        batch.memory[_SEEN] = merged
    if not merged:
        return list(items)
    ids = {**merged, **_derived(merged)}
    return [item if item.command.type in _AS_MEANT else _forwarded(item, ids) for item in items]


def went_on(batch: Batch) -> bool:
    """Tell whether entries were merged, or parted, since `forward` looked; asked under the lock of the feed's head.

    Where the sender's access told that nobody was ever merged, the repeat looks for itself.
    """
    seen = batch.memory.get(_SEEN)
    if seen is None or went_to(batch.db, batch.organisation_id) == seen:
        return False
    _moved_on.add(batch.organisation_id)
    return True


def hold_the_feed(batch: Batch) -> None:
    """Let no other transaction of the institute write its feed until this one ends.

    Whoever wrote before is seen by what a merge moves; whoever comes later finds that entries went on.
    """
    if batch.db.dialect == "postgresql":
        batch.db.one(_LOCKED, o=batch.organisation_id)


def _derived(merged: Mapping[str, str]) -> dict[str, str]:
    """Return the same for rows whose id follows from a person's."""
    found = {photo_id(one): photo_id(other) for one, other in merged.items()}
    for row in (PROFILE, PRIVATE_PROFILE):
        found |= {row_id(row, one): row_id(row, other) for one, other in merged.items()}
    return found


def _forwarded(item: Item, ids: Mapping[str, str]) -> Item:
    payload = _replaced(item.command.payload, ids)
    target = ids.get(item.target.id)
    if payload == item.command.payload and target is None:
        return item
    command = item.command.model_copy(update={"payload": payload})
    read = type(item.payload).model_validate(payload)
    if target is None:
        return replace(item, command=command, payload=read)
    return replace(
        item, command=command, payload=read, target=Target(id=target, base=item.target.base), sent_to=item.target.id
    )


def _replaced(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, dict):
        return {key: _replaced(one, ids) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, ids) for one in value]
    return value
