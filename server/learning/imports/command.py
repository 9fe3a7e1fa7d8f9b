"""What `campusdesk-server import roster` does: the page's importer, from a file on the server's machine."""

import json
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from server.core.batch import Origin
from server.core.database import Database
from server.learning.imports.columns import mapping_of, options_of
from server.learning.imports.doubles import LEAVE
from server.learning.imports.importer import Ask, By, Importer, check_confirmed
from server.learning.roster.mapping import RosterMapping
from server.learning.roster.reading import inspect_roster
from server.people.organisations import named_organisation
from server.people.own_work import server_actor
from shared.core.errors import CampusError
from shared.core.text import text

CLEAN, ROW_ERRORS, UNREADABLE = 0, 1, 2
_REPORTED = ("rows", "created", "updated", "unchanged", "deactivated", "left_out")


@dataclass(frozen=True)
class Wanted:
    """What stands on the command line; `mapping` is a JSON file, `confirmed` answers every ask with yes."""

    file: Path
    organisation: str | None = None
    dry_run: bool = False
    mapping: Path | None = None
    confirmed: bool = False
    deactivates: bool | None = None
    doubles: str = LEAVE


@dataclass
class Report:
    """What the command says, and its exit code: 0 clean, 1 with row errors, 2 when nothing was done."""

    code: int
    content: dict[str, Any] = field(default_factory=dict)


def import_roster(importer: Importer, database: Database, wanted: Wanted) -> Report:
    """Import a roster as the server itself. Good rows are imported whatever the others are like."""
    try:
        with database.read() as db:
            organisation_id, _ = named_organisation(db, wanted.organisation)
        return _import(importer, organisation_id, wanted)
    except CampusError as refusal:
        return refused(refusal, wanted)


def _import(importer: Importer, organisation_id: str, wanted: Wanted) -> Report:
    actor = server_actor(organisation_id)
    label = wanted.file.name
    mapping = _mapping(wanted, label)
    if mapping is not None:
        mapping = mapping.model_copy(update={"own_roles": importer.own_roles(organisation_id)})
    ask = Ask(wanted.file, label, mapping, options_of(mapping, wanted.deactivates, other_doubles=wanted.doubles))
    with tempfile.TemporaryDirectory(prefix="campusdesk-import-") as folder:
        steps = Path(folder) / "steps"
        found = asdict(importer.dry_run(actor, ask, steps))
        content = {name: value for name, value in found.items() if name not in ("token", "steps", "source")}
        content["dry_run"] = wanted.dry_run
        code = ROW_ERRORS if found["error_count"] else CLEAN
        if wanted.dry_run:
            return Report(code, content)
        if not wanted.confirmed:
            check_confirmed(found["asks"], ())
        asks = [one["code"] for one in found["asks"]]
        entry = importer.apply(By(actor, Origin("")), label, steps, found, asks)
    content |= {"journal_entry_id": entry["id"], "left": entry["counts"]["left_rows"]}
    return Report(ROW_ERRORS if entry["counts"]["left"] else code, content)


def _mapping(wanted: Wanted, label: str) -> RosterMapping | None:
    """Return the mapping of the file given, over what the columns seem to hold; None for a OneRoster zip."""
    given = _given(wanted.mapping)
    found = {name: given.get(name) for name in ("sheet", "encoding", "separator")}
    preview = inspect_roster(wanted.file, label=label, **found)
    if wanted.deactivates:
        given["mode"] = "bulk"
    return mapping_of(preview, given.pop("columns", None), given)


def _given(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as failure:
        message = text("The mapping {file} can't be read. It is a JSON file.", file=file.name)
        raise CampusError("roster_mapping_invalid", message) from failure
    if not isinstance(given, dict) or not isinstance(given.get("columns", {}), dict):
        raise CampusError("roster_mapping_invalid", text("The mapping {file} holds no columns.", file=file.name))
    return given


def refused(refusal: CampusError, wanted: Wanted) -> Report:
    """Return the report of an import that did nothing, in the shape of every report."""
    error = {"file": wanted.file.name, "line": 0, "code": refusal.code, "sentence": refusal.message}
    content = {
        **dict.fromkeys(_REPORTED, 0),
        "errors": [{**error, "column": None, "value": None}],
        "error_count": 1,
        "code": refusal.code,
        "error": refusal.message,
        "asks": refusal.details.get("asks", []),
        "dry_run": wanted.dry_run,
    }
    return Report(UNREADABLE, content)
