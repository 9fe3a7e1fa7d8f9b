"""The daily look at overdue money, once a day in each institute's own time zone, whichever server comes first."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import orjson

from server.core import feeds
from server.core.area import Job
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import DirectorySql
from server.finance.overdue_service import AT_ONCE, Aim, Counts, act, concerned, policy_of
from server.people.own_work import server_batch
from shared.core.clock import instant_text

_log = logging.getLogger(__name__)
EVERY_SECONDS = 300.0
BEGINS_AT = 6
"""The hour of the institute's day from which the run is due: letters go out in the morning, not at midnight."""
_INSTITUTES = DirectorySql("SELECT id, time_zone FROM {directory} d ORDER BY id")
_KNOWN = "SELECT ended_at FROM overdue_run WHERE organisation_id = :o AND day = :day"
_BEGIN = (
    "INSERT INTO overdue_run (organisation_id, day, began_at, ended_at, counts) VALUES (:o, :day, :now, NULL, '{}')"
    " ON CONFLICT DO NOTHING"
)
_END = "UPDATE overdue_run SET ended_at = :now, counts = :counts WHERE organisation_id = :o AND day = :day"


class _Turn(NamedTuple):
    """One institute's run of one day."""

    organisation_id: str
    day: str


def run(context: Context) -> int:
    """Run every institute whose day has its turn; returns how many reminders and holds were made or lifted."""
    with context.database.read() as db:
        institutes = [(str(row[0]), str(row[1])) for row in db.rows(_INSTITUTES)]
    done = 0
    for organisation_id, zone in institutes:
        turn = _turn(organisation_id, zone, context.clock.now())
        if turn is not None:
            done += run_for(context, turn.organisation_id, turn.day)
    return done


def _turn(organisation_id: str, zone: str, now: datetime) -> _Turn | None:
    local = now.astimezone(ZoneInfo(zone))
    return _Turn(organisation_id, local.date().isoformat()) if local.hour >= BEGINS_AT else None


def run_for(context: Context, organisation_id: str, day: str) -> int:
    """Run one institute's day unless it ran; a run that broke off goes on, and what it did isn't done again."""
    with context.database.read() as db:
        row = db.one(_KNOWN, o=organisation_id, day=day)
        if row is not None and row[0] is not None:
            return 0
        policy = policy_of(db, organisation_id)
        ids = concerned(db, organisation_id) if policy["automatic"] else []
    counts = Counts()
    context.database.write(lambda db: _mark(context, db, organisation_id, day, None))
    for at in range(0, len(ids), AT_ONCE):
        chunk = ids[at : at + AT_ONCE]
        # Counts are of what was committed: a transaction that is repeated counts anew.
        counts = _added(counts, context.database.write(partial(_some, context, organisation_id, day, chunk)))
    context.database.write(lambda db: _mark(context, db, organisation_id, day, counts))
    if ids:
        _log.info("overdue money of %s on %s: %s", organisation_id, day, vars(counts))
    return counts.reminded + counts.laid + counts.lifted


def _added(one: Counts, other: Counts) -> Counts:
    return Counts(**{name: value + getattr(other, name) for name, value in vars(one).items()})


def _mark(context: Context, db: Db, organisation_id: str, day: str, counts: Counts | None) -> None:
    now = instant_text(context.clock.now())
    if counts is None:
        db.run(_BEGIN, o=organisation_id, day=day, now=now)
    else:
        db.run(_END, o=organisation_id, day=day, now=now, counts=orjson.dumps(vars(counts)).decode())


def _some(context: Context, organisation_id: str, day: str, ids: Sequence[str], db: Db) -> Counts:
    """Look at some people in one transaction; who paid meanwhile is found to have paid."""
    counts = Counts()
    db.enter(organisation_id)
    batch = server_batch(context, db, organisation_id)
    act(batch, ids, Aim(day, policy_of(db, organisation_id)), counts)
    if batch.changes:
        context.door.followed(batch)
        feeds.write(batch, [], orjson.dumps({"what": "overdue_run", "day": day, **vars(counts)}).decode())
    return counts


JOB = Job("overdue", EVERY_SECONDS, run)
