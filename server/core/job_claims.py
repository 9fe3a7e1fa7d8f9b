"""Which process does a piece of the server's own work: a claim by row, with a lease that a crash lets run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.core.database import Db
from shared.core.clock import instant_text
from shared.core.text import text

LEASE = timedelta(minutes=2)
"""How long a run is another process's after its last sign of life."""
KEPT = timedelta(days=30)
"""How long runs are remembered."""
_MAKE = "INSERT INTO job (name, due_at, run_id, lease_until) VALUES (:name, :now, NULL, NULL) ON CONFLICT DO NOTHING"
# A clock that once stood in the future would hold the job up until then.
_SET_RIGHT = "UPDATE job SET due_at = :now WHERE name = :name AND due_at > :latest"
_DUE = "SELECT name FROM job WHERE due_at <= :now AND (run_id IS NULL OR lease_until <= :now)"
_CLAIM = (
    "UPDATE job SET run_id = :run, lease_until = :until WHERE name = :name AND (due_at <= :now OR :early = 1)"
    " AND (run_id IS NULL OR lease_until <= :now)"
)
_LOST = "UPDATE job_run SET ended_at = :now, problem = :problem WHERE name = :name AND ended_at IS NULL"
_BEGIN = "INSERT INTO job_run (id, name, began_at, ended_at, done, problem) VALUES (:run, :name, :now, NULL, 0, '')"
_RENEW = "UPDATE job SET lease_until = :until WHERE name = :name AND run_id = :run"
_FREE = "UPDATE job SET run_id = NULL, lease_until = NULL, due_at = :next WHERE name = :name AND run_id = :run"
_END = "UPDATE job_run SET ended_at = :now, done = :done, problem = :problem WHERE id = :run"
# Of the many runs that find nothing to do, the last one is enough to see that they go on.
_FORGET = (
    "DELETE FROM job_run WHERE name = :name AND id <> :run AND ended_at IS NOT NULL"
    " AND (began_at < :oldest OR (done = 0 AND problem = '' AND :idle = 1))"
)
_RUNS = (
    "SELECT id, name, began_at, ended_at, done, problem FROM job_run ORDER BY began_at DESC, id DESC"
    " LIMIT :rows OFFSET :skip"
)
_COUNT = "SELECT count(*) FROM job_run"


@dataclass(frozen=True)
class Run:
    """One run of a job that this process has in hand."""

    id: str
    name: str


def prepare(db: Db, jobs: Sequence[tuple[str, float]], now: datetime) -> None:
    """Make a row for each job (name, seconds between its turns) that has none; its first turn is now."""
    for name, seconds in jobs:
        db.run(_MAKE, name=name, now=instant_text(now))
        db.run(_SET_RIGHT, name=name, now=instant_text(now), latest=instant_text(now + timedelta(seconds=seconds)))


def due(db: Db, now: datetime) -> set[str]:
    """Return the names of the jobs whose turn it is and that nobody has in hand."""
    return {str(row[0]) for row in db.rows(_DUE, now=instant_text(now))}


def claim(db: Db, run: Run, now: datetime, *, early: bool) -> bool:
    """Take a job in hand, before its turn where `early`; False where another process has it or did it."""
    at, until = instant_text(now), instant_text(now + LEASE)
    if not db.run(_CLAIM, name=run.name, run=run.id, now=at, until=until, early=int(early)):
        return False
    db.run(_LOST, name=run.name, now=at, problem=text("The server stopped in the middle. The work was taken up again."))
    db.run(_BEGIN, run=run.id, name=run.name, now=at)
    return True


def renew(db: Db, run: Run, now: datetime) -> bool:
    """Keep a job in hand; False where another process took it over meanwhile."""
    return bool(db.run(_RENEW, name=run.name, run=run.id, until=instant_text(now + LEASE)))


def finish(db: Db, run: Run, now: datetime, next_turn: datetime, done: int, problem: str) -> None:
    """Write what came of a run and free the job; turns that were missed meanwhile are one."""
    at = instant_text(now)
    db.run(_FREE, name=run.name, run=run.id, next=instant_text(next_turn))
    db.run(_END, run=run.id, now=at, done=done, problem=problem)
    idle = int(done == 0 and problem == "")
    db.run(_FORGET, name=run.name, run=run.id, oldest=instant_text(now - KEPT), idle=idle)


def runs(db: Db, rows: int, skip: int) -> tuple[list[dict[str, Any]], int]:
    """Return a page of runs, the newest first, and how many there are."""
    names = ("id", "name", "began_at", "ended_at", "done", "problem")
    counted = db.one(_COUNT)
    found = [dict(zip(names, row, strict=True)) for row in db.rows(_RUNS, rows=rows, skip=skip)]
    return found, int(counted[0]) if counted else 0
