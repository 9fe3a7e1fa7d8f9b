"""What is known of the server's backups: how often and where they are made, which were asked for, and what became."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.core.database import Db
from server.core.settings import Settings
from shared.core.clock import instant_text, parse_instant
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from shared.core.text import text

ASKED, RUNNING, DONE, FAILED, REMOVED = "asked", "running", "done", "failed", "removed"
UNTESTED, WANTED, SOUND, BROKEN = "", "wanted", "sound", "broken"
"""What trying a backup out by restoring it gave."""
EVERY_HOURS = (0, 6, 12, 24, 168)
"""How often; 0 is only when someone asks."""
MOST_KEPT = 100
_NAME, _SAMPLE = "backups", "sample_people"
_FIELDS = ("id", "state", "asked_by", "asked_at", "began_at", "ended_at", "done", "total", "place", "file", "bytes",
           "row_count", "file_count", "tested", "tested_at", "problem")  # fmt: skip
_ALL = f"SELECT {', '.join(_FIELDS)} FROM backup_run"
_GET_PLAN = "SELECT value FROM server_state WHERE name = :name"
_PUT_PLAN = """
INSERT INTO server_state (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
_ASK = """
INSERT INTO backup_run (id, state, asked_by, asked_at, began_at, ended_at, done, total, place, file, bytes, row_count,
file_count, tested, tested_at, problem)
VALUES (:id, 'asked', :by, :now, NULL, NULL, 0, 0, :place, '', 0, 0, 0, :tested, NULL, '')
"""
_TEST = "UPDATE backup_run SET tested = 'wanted' WHERE id = :id AND state = 'done'"
_STEP = "UPDATE backup_run SET done = :done, total = :total WHERE id = :id"


@dataclass(frozen=True)
class Plan:
    """How backups are made by themselves: every so many hours, into a folder, so many kept, tried out or not."""

    every_hours: int = 24
    place: str = ""
    keep: int = 7
    test: bool = True


def read_plan(db: Db, settings: Settings) -> Plan:
    """Return the plan; a place that the settings no longer name becomes the first that they do."""
    row = db.one(_GET_PLAN, name=_NAME)
    kept = Plan(**orjson.loads(row[0])) if row else Plan()
    places = [str(place) for place in settings.backup_folders]
    return kept if kept.place in places else replace(kept, place=places[0])


def write_plan(db: Db, settings: Settings, plan: Plan) -> None:
    """Keep a plan. Raises CampusError `field_invalid` (details: fields)."""
    faults = {}
    if plan.every_hours not in EVERY_HOURS:
        faults["every_hours"] = text("Choose how often from the list.")
    if not 1 <= plan.keep <= MOST_KEPT:
        faults["keep"] = text("Keep 1 to {most} backups.", most=MOST_KEPT)
    if plan.place not in {str(place) for place in settings.backup_folders}:
        faults["place"] = text("Choose one of the folders that the server's settings name.")
    if faults:
        raise CampusError("field_invalid", next(iter(faults.values())), {"fields": faults})
    db.run(_PUT_PLAN, name=_NAME, value=orjson.dumps(asdict(plan)).decode())


def ask(db: Db, new_id: IdMaker, now: datetime, by: str, plan: Plan) -> dict[str, Any]:
    """Ask for a backup; while one is asked for or under way that one is the answer."""
    known = db.one(f"{_ALL} WHERE state IN ('asked', 'running') ORDER BY asked_at LIMIT 1")
    if known is not None:
        return shown(known)
    run_id = new_id()
    tested = WANTED if plan.test else UNTESTED
    db.run(_ASK, id=run_id, by=by, now=instant_text(now), place=plan.place, tested=tested)
    return one(db, run_id)


def ask_test(db: Db, run_id: str) -> dict[str, Any]:
    """Ask that a backup is tried out by restoring it. Raises CampusError `not_found`."""
    if not db.run(_TEST, id=run_id):
        raise CampusError("not_found", text("This backup isn't there any more."))
    return one(db, run_id)


def one(db: Db, run_id: str) -> dict[str, Any]:
    """Return one backup. Raises CampusError `not_found`."""
    row = db.one(f"{_ALL} WHERE id = :id", id=run_id)
    if row is None:
        raise CampusError("not_found", text("This backup isn't there any more."))
    return shown(row)


def latest(db: Db, rows: int) -> list[dict[str, Any]]:
    """Return the latest backups, the newest first."""
    return [shown(row) for row in db.rows(f"{_ALL} ORDER BY asked_at DESC, id DESC LIMIT :n", n=rows)]


def to_do(db: Db) -> list[dict[str, Any]]:
    """Return what waits: backups asked for or left in the middle, and those to be tried out; the oldest first."""
    where = "state IN ('asked', 'running') OR (state = 'done' AND tested = 'wanted')"
    return [shown(row) for row in db.rows(f"{_ALL} WHERE {where} ORDER BY asked_at, id")]


def kept(db: Db) -> list[dict[str, Any]]:
    """Return the backups that are there, the newest first."""
    return [shown(row) for row in db.rows(f"{_ALL} WHERE state = 'done' ORDER BY ended_at DESC, id DESC")]


def is_due(db: Db, plan: Plan, now: datetime) -> bool:
    """Tell whether the plan wants a backup now: counted from when the last one was asked for, also a failed one.

    A sample institute is made anew whenever it is wanted, so it has none by itself.
    """
    if plan.every_hours == 0 or db.one(_GET_PLAN, name=_SAMPLE) is not None:
        return False
    row = db.one("SELECT max(asked_at) FROM backup_run")
    last = row[0] if row else None
    return last is None or parse_instant(last) + timedelta(hours=plan.every_hours) <= now


def change(db: Db, run_id: str, **values: Any) -> None:
    """Write what has become of a backup."""
    sets = ", ".join(f"{name} = :{name}" for name in values)
    if not set(values) <= set(_FIELDS):
        raise KeyError(sets)
    db.run(f"UPDATE backup_run SET {sets} WHERE id = :id", id=run_id, **values)


def step(db: Db, run_id: str, done: int, total: int) -> None:
    """Write how far a backup is."""
    db.run(_STEP, id=run_id, done=done, total=total)


def shown(row: Sequence[Any]) -> dict[str, Any]:
    """Return a row as it is shown."""
    return dict(zip(_FIELDS, row, strict=True))
