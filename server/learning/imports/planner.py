"""Reads a roster once and writes down what it would change: the dry run, and what applying it will carry out."""

import hashlib
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from server.core.database import Database
from server.learning.imports.absent_plan import SPOOL as ABSENT
from server.learning.imports.absent_plan import AbsentPlan
from server.learning.imports.catalogue_plan import SPOOL as CATALOGUE
from server.learning.imports.catalogue_plan import CataloguePlan
from server.learning.imports.enrolments_plan import SPOOL as ENROLMENTS
from server.learning.imports.enrolments_plan import EnrolmentsPlan
from server.learning.imports.lines import SUFFIX, LineLog
from server.learning.imports.lookups import Lookups
from server.learning.imports.people_plan import SPOOL as PEOPLE
from server.learning.imports.people_plan import PeoplePlan
from server.learning.imports.plan import ImportOptions, Plan
from server.learning.imports.sentences import ASKS
from server.learning.roster.plan_input import RosterPlanInput
from server.learning.roster.records import FileMode, RosterFormat, RosterKind
from shared.core.actor import Actor
from shared.core.clock import Clock
from shared.core.ids import IdMaker
from shared.learning.vocabulary import ENROLMENT
from shared.people.vocabulary import PERSON

ONEROSTER = "oneroster"
TABLE = "table"
# What must be there first comes first: nobody is enrolled before both sides exist.
_SPOOLS = (PEOPLE, CATALOGUE, ENROLMENTS, ABSENT)


@dataclass
class DryRun:
    """What an import would do. `differences` are the first 500; `kinds` counts the rows of each kind apart.

    `doubles` are the lines that are likely someone known, the first 2,000, and `left_out` counts those left out.
    `token` names exactly this plan; `steps` is how many changes applying it makes; `source` names the external ids.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deactivated: int = 0
    left_out: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    error_count: int = 0
    notes: list[dict[str, Any]] = field(default_factory=list)
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)
    asks: list[dict[str, Any]] = field(default_factory=list)
    doubles: list[dict[str, Any]] = field(default_factory=list)
    steps: int = 0
    token: str = ""
    source: str = TABLE


class Planner:
    """Works plans out over one database."""

    def __init__(self, database: Database, clock: Clock, new_id: IdMaker) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    def run(self, actor: Actor, roster: RosterPlanInput, options: ImportOptions, steps: Path) -> DryRun:
        """Read `roster` to its end, write the changes to the file `steps` and return what they come to.

        Memory: ids and fingerprints of the roster's rows, not the rows. Raises CampusError when the file turns out
        to be unreadable.
        """
        source = TABLE if roster.format in (RosterFormat.CSV, RosterFormat.XLSX) else ONEROSTER
        lookups = Lookups(self._database, actor.organisation_id, source)
        today = lookups.day(self._clock.now())
        plan = Plan(actor, lookups, roster.findings, options, self._new_id, today)
        with ExitStack() as files:
            for name in _SPOOLS:
                part = steps.with_name(f"{steps.name}.{name}")
                files.callback(part.unlink, missing_ok=True)
                plan.spools[name] = files.enter_context(part.open("w+b"))
            noted = files.enter_context(TemporaryFile(dir=steps.parent))
            log = plan.log = LineLog(noted)
            roster.findings.on_error = log.error
            _plan_all(plan, roster, linking=source == ONEROSTER)
            log.finish(steps.with_name(steps.name + SUFFIX))
            digest = _join(plan, steps)
        return _outcome(plan, roster, digest, source)


def _plan_all(plan: Plan, roster: RosterPlanInput, *, linking: bool) -> None:
    full_roles = linking and roster.mode(RosterKind.PEOPLE) is FileMode.BULK
    people = PeoplePlan(plan, full_roles=full_roles, linking=linking)
    people.people(roster.people())
    catalogue = CataloguePlan(plan, linking=linking)
    catalogue.terms(roster.terms())
    catalogue.courses(roster.courses())
    catalogue.cohorts(roster.cohorts())
    people.changes(roster.person_changes())
    enrolments = EnrolmentsPlan(plan, catalogue, linking=linking)
    enrolments.enrolments(roster.enrolments())
    catalogue.teach(enrolments.teachers, all_of_them=linking and roster.lists_all(RosterKind.ENROLMENTS))
    AbsentPlan(plan, catalogue, enrolments, linking=linking).absent(roster)
    catalogue.write()


def _join(plan: Plan, steps: Path) -> str:
    """Join the spools in their order into one file and return its digest."""
    digest = hashlib.sha256()
    with steps.open("wb") as joined:
        for name in _SPOOLS:
            spool = plan.spools[name]
            spool.seek(0)
            while block := spool.read(1 << 20):
                digest.update(block)
                joined.write(block)
    return digest.hexdigest()


def _outcome(plan: Plan, roster: RosterPlanInput, digest: str, source: str) -> DryRun:
    files = {id(file): file for file in roster.files.values()}
    return DryRun(
        rows=sum(file.rows for file in files.values()),
        **plan.tally.totals(),
        errors=[asdict(error) for error in roster.findings.errors],
        error_count=roster.findings.error_count,
        notes=[asdict(note) for note in roster.findings.notes],
        kinds={kind: dict(counts) for kind, counts in plan.tally.kinds.items()},
        differences=plan.differences,
        asks=_asks(plan),
        doubles=plan.doubles,
        steps=plan.steps,
        token=digest,
        source=source,
    )


def _asks(plan: Plan) -> list[dict[str, Any]]:
    """Ask before half of the active people or enrolments, or more, would be gone."""
    found = []
    for code, kind, total in zip(
        ("deactivates_people", "deactivates_enrolments"), (PERSON, ENROLMENT), plan.lookups.totals(), strict=True
    ):
        gone = plan.tally.kinds.get(kind, Counter())["deactivated"]
        if gone and gone * 2 >= total:
            sentence: Callable[..., str] = ASKS[code]
            found.append({"code": code, "sentence": sentence(count=gone, total=total), "count": gone, "total": total})
    return found
