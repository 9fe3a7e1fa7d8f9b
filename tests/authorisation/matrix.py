"""The whole matrix over one world: what has no entry, every cell asked, and the mutants; for tests and the command."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.authorisation import mutants
from tests.authorisation.cells import COMMAND, Asking, Cell, Outcome
from tests.authorisation.platform_people import RELATIONS
from tests.authorisation.rules import Entry
from tests.authorisation.table import ENTRIES
from tests.authorisation.table_commands import BY_ROUTE, ELSEWHERE
from tests.authorisation.world import MUTANTS_ONLY, World

_UNREAD = frozenset({"invalid", "base_missing", "malformed", "media_type_unknown"})
"""Words of a request that was turned down before anybody looked at who asks."""


def without_entry(world: World) -> list[str]:
    """Return the routes and commands that the table doesn't know."""
    named = {entry.route for entry in ENTRIES}
    paths = world.server.app.openapi()["paths"]
    routes = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    commands = [name for name in world.server.context.door.types if name not in {**BY_ROUTE, **ELSEWHERE}]
    return sorted({*routes, *(f"{COMMAND} {name}" for name in commands)} - named)


def gone(world: World) -> list[str]:
    """Return the entries of what isn't there any more, and what is told twice."""
    paths = world.server.app.openapi()["paths"]
    known = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    known |= {f"{COMMAND} {name}" for name in world.server.context.door.types}
    routes = [entry.route for entry in ENTRIES if entry.decides is None]
    return sorted({one for one in routes if one not in known or routes.count(one) > 1})


def cells(world: World, entries: Iterable[Entry] = ENTRIES) -> Iterator[Cell]:
    """Yield every cell: each built-in role, one of the institute's own, a suspended person, nobody, the platform's."""
    for entry in entries:
        for who in world.whos.values():
            if who.key not in MUTANTS_ONLY:
                for relation in RELATIONS:
                    yield Cell(entry, who, relation)


@dataclass
class Told:
    """What asking came to."""

    cells: int = 0
    wrong: list[Outcome] = field(default_factory=list)
    proven: set[str] = field(default_factory=set)

    @property
    def unproven(self) -> list[str]:
        """The routes through which nobody was seen to get, though the table lets somebody in."""
        wanted = {entry.route for entry in ENTRIES if not entry.no_proof and not entry.rule.is_public}
        return sorted(wanted - self.proven)


def ask_all(asking: Asking, wanted: Iterable[Cell]) -> Told:
    """Ask cells one after another."""
    told = Told()
    for cell in wanted:
        outcome = asking.outcome(cell)
        told.cells += 1
        if not outcome.is_right:
            told.wrong.append(outcome)
        elif outcome.let_in and outcome.code not in _UNREAD:
            told.proven.add(cell.entry.route)
    return told


def surviving_words(asking: Asking) -> list[str]:
    """Return the permissions that everybody could hold without a cell telling; those that a cell asks for are tried."""
    found = []
    for word in sorted(mutants.words_asked()):
        with mutants.without_word(word, asking):
            if mutants.caught(asking, frozenset({word})) is None:
                found.append(word)
    return found


def surviving_sites(asking: Asking) -> tuple[int, list[mutants.Site]]:
    """Return how many places ask for a permission, and those that could say yes to all without a cell telling."""
    found = []
    every = mutants.sites()
    for site in every:
        with mutants.without_site(site, asking) as lives:
            if not lives or mutants.caught(asking, site.words) is None:
                found.append(site)
    return len(every), found
