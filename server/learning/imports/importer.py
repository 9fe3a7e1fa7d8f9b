"""The importer behind page and command: previews a file, works out what it changes, applies it, takes it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.core.batch import Origin
from server.core.command_log import Door
from server.core.database import Database, Db
from server.learning.imports import journal
from server.learning.imports.apply import Applied, Applier, Numbered, Run
from server.learning.imports.changes import unpacked
from server.learning.imports.lookups import Lookups
from server.learning.imports.plan import ImportOptions
from server.learning.imports.planner import DryRun, Planner
from server.learning.imports.remembered import own_roles
from server.learning.imports.undo import Undo
from server.learning.roster.mapping import RosterMapping
from server.learning.roster.reading import open_roster
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.errors import CampusError
from shared.core.ids import IdMaker, derived_id
from shared.core.text import text
from shared.people.permissions import may_import_people

_MANY = 1_000
_UNDO_SOURCE = "undo"


@dataclass(frozen=True)
class Ask:
    """What to import and how."""

    path: Path
    label: str
    mapping: RosterMapping | None = None
    options: ImportOptions = field(default_factory=ImportOptions)


@dataclass(frozen=True)
class By:
    """Who imports, and from where."""

    actor: Actor
    origin: Origin


class Importer:
    """Everything that an import needs, over one database."""

    def __init__(self, database: Database, door: Door, clock: Clock, new_id: IdMaker) -> None:
        self._database = database
        self._door = door
        self._clock = clock
        self._new_id = new_id

    def dry_run(self, actor: Actor, ask: Ask, steps: Path) -> DryRun:
        """Read the roster and write the changes that it asks for to the file `steps`; the database stays as it is.

        Raises CampusError `not_allowed`, and `roster_...` where the file can't be read.
        """
        check_may_import(actor)
        with open_roster(ask.path, label=ask.label, mapping=ask.mapping) as roster:
            return Planner(self._database, self._clock, self._new_id).run(actor, roster, ask.options, steps)

    def apply(
        self, by: By, file_name: str, steps: Path, dry_run: Mapping[str, Any], confirmed: Sequence[str]
    ) -> dict[str, Any]:
        """Carry a dry run out and return its journal entry; doing it twice gives the first one's entry.

        Raises CampusError `not_allowed`, and `import_not_confirmed` while an ask hasn't been answered.
        """
        check_may_import(by.actor)
        check_confirmed(dry_run["asks"], confirmed)
        organisation_id = by.actor.organisation_id
        entry_id = derived_id("import", organisation_id, dry_run["token"])
        found = journal.find(self._database, organisation_id, entry_id)
        if found is not None and found["state"] != journal.RUNNING:
            return found
        made_at = found["made_at"] if found else instant_text(self._clock.now())
        heading = journal.Heading(entry_id, journal.IMPORT, by.actor, made_at, file_name, dry_run["steps"])
        self._database.write(lambda db: journal.open_entry(db, heading))
        applied = Applied()
        run = Run(by.actor, by.origin, entry_id, dry_run["source"], made_at)
        Applier(self._database, self._door).apply(run, numbered(steps), applied)
        totals = {
            name: dry_run[name] for name in ("rows", "created", "updated", "unchanged", "deactivated", "left_out")
        }
        self._finish(organisation_id, entry_id, {**totals, **_counts(applied), "errors": dry_run["error_count"]})
        if applied.done >= _MANY:
            self._database.refresh_statistics()
        return journal.get(self._database, organisation_id, entry_id)

    def undo(self, by: By, entry_id: str) -> dict[str, Any]:
        """Take an import back and return the undo's own entry.

        Raises CampusError `not_allowed`, `not_found`, `import_running`, `undone_already`, `undo_of_undo`.
        """
        check_may_import(by.actor)
        organisation_id = by.actor.organisation_id
        entry = journal.get(self._database, organisation_id, entry_id)
        _check_may_be_undone(entry)
        undo_id, made_at = self._new_id(), instant_text(self._clock.now())
        heading = journal.Heading(
            undo_id, journal.UNDO, by.actor, made_at, entry["file_name"], entry["total"], entry_id
        )
        self._database.write(lambda db: journal.open_entry(db, heading))
        applied, lookups = Applied(), Lookups(self._database, organisation_id, _UNDO_SOURCE)
        undo = Undo(self._database, lookups, self._new_id, organisation_id)
        applier = Applier(self._database, self._door)
        run = Run(by.actor, by.origin, undo_id, _UNDO_SOURCE, made_at)
        for group in undo.groups(entry_id, applied):
            applier.apply(run, group, applied)
        state = journal.PARTLY if applied.left_count else journal.UNDONE
        self._finish(organisation_id, undo_id, _counts(applied), undone=(entry_id, state))
        return journal.get(self._database, organisation_id, undo_id)

    def own_roles(self, organisation_id: str) -> dict[str, str]:
        """Return the words by which a list may name the institute's own roles, to their keys."""
        with self._database.read() as db:
            return own_roles(db, organisation_id)

    def entries(self, actor: Actor) -> list[dict[str, Any]]:
        """Return the journal, the newest entry first. Raises CampusError `not_allowed`."""
        check_may_import(actor)
        return journal.entries(self._database, actor.organisation_id)

    def _finish(
        self, organisation_id: str, entry_id: str, counts: Mapping[str, Any], undone: tuple[str, str] | None = None
    ) -> None:
        at = instant_text(self._clock.now())

        def work(db: Db) -> None:
            journal.finish(db, organisation_id, entry_id, journal.DONE, at, counts)
            if undone is not None:
                journal.set_state(db, organisation_id, *undone)

        self._database.write(work)


def check_may_import(actor: Actor) -> None:
    """Raise CampusError `not_allowed` for those who don't bring in rosters."""
    if not may_import_people(actor):
        raise CampusError("not_allowed", text("Your role doesn't import rosters. Ask the office."))


def check_confirmed(asks: Sequence[Mapping[str, Any]], confirmed: Sequence[str]) -> None:
    """Raise CampusError `import_not_confirmed` while an ask hasn't been answered."""
    left = [ask for ask in asks if ask["code"] not in confirmed]
    if left:
        raise CampusError("import_not_confirmed", " ".join(ask["sentence"] for ask in left), {"asks": left})


def numbered(steps: Path) -> Iterator[Numbered]:
    """Yield the changes of a dry run with their numbers, from 1."""
    with steps.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield number, unpacked(line)


def _check_may_be_undone(entry: Mapping[str, Any]) -> None:
    if entry["action"] == journal.UNDO:
        raise CampusError("undo_of_undo", text("This is an undo already. Import the file again instead."))
    if entry["state"] == journal.RUNNING:
        raise CampusError("import_running", text("This import isn't finished. Wait for its end, or start it again."))
    if entry["state"] in (journal.UNDONE, journal.PARTLY):
        raise CampusError("undone_already", text("This import has been undone already."))


def _counts(applied: Applied) -> dict[str, Any]:
    kinds = {kind: dict(counts) for kind, counts in applied.kinds.items()}
    return {"done": applied.done, "kinds": kinds, "left": applied.left_count, "left_rows": applied.left}
