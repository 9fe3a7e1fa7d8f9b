"""Numbers that a store counts by itself: each is given once, in the transaction of the command that carries it.

How far a series has come is raised by every command that is taken in, so a crash between journal and store, or a
rescued outbox, gives no number a second time.
"""

from collections.abc import Sequence

from desktop.core import meta
from desktop.core.disk import Db
from desktop.core.store_area import StoreArea
from shared.core.command import Command


def _name(series: str) -> str:
    return f"number {series}"


def last(db: Db, series: str) -> int:
    """Return the last number given in a series, 0 before the first."""
    found: int = meta.read(db, _name(series), 0)
    return found


def note(db: Db, area: StoreArea, commands: Sequence[Command]) -> None:
    """Take note of the numbers that commands carry."""
    for command in commands:
        numbered = area.numbers.get(command.type)
        found = numbered(command) if numbered else None
        if found is not None and found[1] > last(db, found[0]):
            meta.write(db, _name(found[0]), found[1])
