"""Puts door, access book and exchange together over one database, for the application, the commands and the tests."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from server.areas import AREAS, KINDS
from server.core.access import AccessBook
from server.core.area import Settler
from server.core.batch import follow_with
from server.core.command_log import Door
from server.core.database import Database
from server.core.exchange import Exchange
from server.core.keys import Keys
from server.core.personal_tables import PERSONAL as CORE_TABLES
from server.core.settling import Settling
from server.people.erasing import Erasing
from server.people.merged_people import forward, went_on
from server.people.merging import Merging
from server.people.removing import Removing
from shared.core.actor import Actor
from shared.core.clock import Clock
from shared.core.ids import IdMaker

PERSONAL = (*CORE_TABLES, *(table for area in AREAS for table in area.personal))
KEEPERS = tuple(keeps for area in AREAS for keeps in area.keeps_person)
MOVES = tuple(move for area in AREAS for move in area.moves_person)


@dataclass(frozen=True)
class Assembly:
    """The working parts over one database."""

    database: Database
    clock: Clock
    new_id: IdMaker
    door: Door
    access: AccessBook
    exchange: Exchange


def assemble(
    database: Database,
    clock: Clock,
    random_bits: Callable[[int], int] = secrets.randbits,
    lease: Callable[[Actor, str], str | None] = lambda _actor, _device: None,
    keys: Keys | None = None,
) -> Assembly:
    """Build the parts. `random_bits` makes ids and salts; `lease` gives the offline lease of an actor on a device.

    `keys` are the server's; without them nothing is signed that goes with what commands do.
    """
    new_id = IdMaker(clock, random_bits)
    settlers: dict[str, Settler] = {kind: settler for area in AREAS for kind, settler in area.settlers.items()}
    types = [known for area in AREAS for known in area.commands]
    guarded = {kind: may for area in AREAS for kind, may in area.guarded.items()}
    erasing = Erasing(PERSONAL, KEEPERS)
    settling = Settling(settlers, lambda: door.types, guarded, forward)
    followers = [pair for area in AREAS for pair in area.followers.items()]

    def salt() -> str:
        return f"{random_bits(128):032x}"

    removing = Removing(PERSONAL, KEEPERS)
    own = [settling.command_type(), erasing.command_type(), removing.command_type(), *Merging(MOVES).command_types()]
    door = Door(database, [*types, *own], clock, new_id, salt, follow_with(followers), forward, went_on, keys)
    book = AccessBook(AREAS)
    exchange = Exchange(database, door, clock, KINDS, book, lease, guarded)
    return Assembly(database, clock, new_id, door, book, exchange)
