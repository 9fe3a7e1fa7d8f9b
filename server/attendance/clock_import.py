"""Brings in the records of a time clock: one file, one dry run or one set of observations through the door."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.attendance.leave_queries import approved_between
from server.attendance.queries import OBSERVATION_COLUMNS
from server.core.batch import Origin
from server.core.command_log import Door
from server.core.database import Database, Db
from server.core.sql import SetSql
from shared.attendance.clock_file import ClockFile, ClockOptions, Punch, read_clock
from shared.attendance.clock_match import Around, Entry, Mark, Plan, Student, clocked, match
from shared.attendance.rules import OPENS_BEFORE, Excuses, effective, mark_id, unsuperseded
from shared.core.actor import Actor
from shared.core.clock import Clock, instant_text
from shared.core.command import Command
from shared.core.ids import IdMaker, derived_id
from shared.people.rules import fold

_BATCH = 500
_LONGEST = timedelta(hours=24)
"""How long before a punch a class may have begun that still runs."""
_PEOPLE = SetSql(
    "SELECT p.number_folded, p.id, p.given_name, p.family_name, p.state FROM {ids} i {by} person p"
    " ON p.number_folded = i.id WHERE p.organisation_id = :organisation_id"
)
_ENROLMENTS = SetSql(
    "SELECT e.id, e.cohort_id, e.person_id, e.state FROM {ids} i {by} enrolment e ON e.person_id = i.id"
    " WHERE e.organisation_id = :organisation_id ORDER BY e.id"
)
_SESSIONS = """
SELECT id, cohort_id, starts_at, ends_at, state, title FROM class_session
WHERE organisation_id = :organisation_id AND starts_at >= :since AND starts_at <= :until ORDER BY starts_at, id
"""
_OBSERVATIONS = SetSql(
    f"SELECT {', '.join(f'o.{name}' for name in OBSERVATION_COLUMNS)} FROM {{ids}} i"  # noqa: S608 - our own names
    " {by} observation o ON o.session_id = i.id WHERE o.organisation_id = :organisation_id"
)


@dataclass(frozen=True)
class Parts:
    """What an import stands on."""

    database: Database
    door: Door
    clock: Clock
    new_id: IdMaker


def import_clock(
    parts: Parts, by: tuple[Actor, Origin], data: bytes, options: ClockOptions, *, dry_run: bool
) -> dict[str, Any]:
    """Read a file and record what it says; with `dry_run` only tell.

    Returns `rows`, `recorded` (new marks), `beside` (kept beside a mark that a clock can't change), `unchanged`,
    `repeated`, `errors` (line, code, sentence), `marks` (the first 500), `columns`, `order`, `unsure`, `dry_run`.
    Raises the CampusErrors of `read_clock`.
    """
    actor, origin = by
    read = read_clock(data, options)
    with parts.database.read() as db:
        around = _around(db, actor.organisation_id, read.punches)
    plan = match(read.punches, around, parts.clock.now().astimezone(options.zone))
    refused = [] if dry_run else _record(parts, actor, origin, plan.entries)
    return _report(read, plan, refused, dry_run=dry_run)


def _around(db: Db, organisation_id: str, punches: Sequence[Punch]) -> Around:
    """Read at once all that the punches can meet."""
    numbers = _ids({fold(punch.number) for punch in punches})
    people = {row[0]: row[1:] for row in db.rows(_PEOPLE, organisation_id=organisation_id, ids=numbers)}
    enrolments: dict[str, list[dict[str, Any]]] = {}
    ids = _ids({row[0] for row in people.values()})
    for row in db.rows(_ENROLMENTS, organisation_id=organisation_id, ids=ids):
        body = dict(zip(("id", "cohort_id", "person_id", "state"), row, strict=True))
        enrolments.setdefault(row[2], []).append(body)
    students = {
        number: Student(
            dict(zip(("id", "given_name", "family_name", "state"), row, strict=True)), tuple(enrolments.get(row[0], ()))
        )
        for number, row in people.items()
    }
    owners = {one["id"]: one["person_id"] for found in enrolments.values() for one in found}
    sessions, by_cohort = _sessions(db, organisation_id, punches)
    observed: dict[str, list[dict[str, Any]]] = {}
    for row in db.rows(_OBSERVATIONS, organisation_id=organisation_id, ids=_ids(sessions)):
        one = dict(zip(OBSERVATION_COLUMNS, row, strict=True))
        one["supersedes"] = orjson.loads(one["supersedes"])
        observed.setdefault(one["mark_id"], []).append(one)
    since, until = _span(punches)
    excuses = Excuses(approved_between(db, organisation_id, since, until)) if punches else Excuses()

    def mark(session_id: str, enrolment_id: str) -> Mark:
        found = [
            *observed.get(mark_id(session_id, enrolment_id), ()),
            *excuses.of(owners[enrolment_id], enrolment_id, sessions[session_id]),
        ]
        return Mark(effective(found), tuple(unsuperseded(found)))

    def held(cohort_id: str, at: datetime) -> list[dict[str, Any]]:
        opened, over = instant_text(at + OPENS_BEFORE), instant_text(at)
        return [one for one in by_cohort.get(cohort_id, ()) if one["starts_at"] <= opened and one["ends_at"] >= over]

    return Around(lambda number: students.get(fold(number)), held, mark)


def _sessions(
    db: Db, organisation_id: str, punches: Sequence[Punch]
) -> tuple[dict[str, dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, Any]] = {}
    by_cohort: dict[str, list[dict[str, Any]]] = {}
    since, until = _span(punches)
    for row in db.rows(_SESSIONS, organisation_id=organisation_id, since=since, until=until):
        body = dict(zip(("id", "cohort_id", "starts_at", "ends_at", "state", "title"), row, strict=True))
        found[body["id"]] = body
        by_cohort.setdefault(body["cohort_id"], []).append(body)
    return found, by_cohort


def _span(punches: Sequence[Punch]) -> tuple[str, str]:
    if not punches:
        return "", ""
    times = [punch.at for punch in punches]
    return instant_text(min(times) - _LONGEST), instant_text(max(times) + OPENS_BEFORE)


def _ids(names: Any) -> str:
    return orjson.dumps(sorted(names)).decode()


def _record(parts: Parts, actor: Actor, origin: Origin, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Send the observations through the door; returns the refusals as errors."""
    run, now = parts.new_id(), instant_text(parts.clock.now())
    refused = []
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        commands = [
            Command(
                id=parts.new_id(),
                device_id=derived_id("clock", run),
                install_epoch=1,
                device_seq=start + place + 1,
                type="RecordObservation",
                type_version=parts.door.types["RecordObservation"].version,
                target_id=mark_id(entry.session["id"], entry.enrolment_id),
                base=None,
                payload=clocked(entry),
                observed_at=now,
            )
            for place, entry in enumerate(batch)
        ]
        outcomes = {one.command_id: one for one in parts.door.accept(actor, origin, commands, "time clock").outcomes}
        for entry, command in zip(batch, commands, strict=True):
            outcome = outcomes[command.id]
            if outcome.verdict in {"rejected", "held"}:
                sentence = f"{entry.name}: {outcome.message}"
                refused.append({"line": entry.line, "code": outcome.code or "refused", "sentence": sentence})
    return refused


def _report(read: ClockFile, plan: Plan, refused: list[dict[str, Any]], *, dry_run: bool) -> dict[str, Any]:
    counts = Counter(entry.counts for entry in plan.entries)
    errors = [asdict(one) for one in (*read.faults, *plan.faults)] + refused
    return {
        "rows": read.rows,
        "recorded": counts[True] - len(refused),
        "beside": counts[False],
        "unchanged": plan.unchanged,
        "repeated": read.repeated,
        "errors": sorted(errors, key=lambda one: (one["line"], one["code"])),
        "marks": [_shown(entry) for entry in plan.entries[:_BATCH]],
        "columns": dict(read.columns),
        "order": read.order,
        "unsure": read.unsure,
        "dry_run": dry_run,
    }


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "line": entry.line,
        "number": entry.number,
        "name": entry.name,
        "class": entry.session["title"] or entry.session["starts_at"],
        "session_id": entry.session["id"],
        "at": instant_text(entry.at),
        "state": entry.state,
        "minutes": entry.minutes,
        "counts": entry.counts,
    }
