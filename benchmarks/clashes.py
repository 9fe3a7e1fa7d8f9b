"""The clash check of a new weekly session against a term's sessions, beside the statement itself, on both databases."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import create_engine, insert

from benchmarks.figures import Figure
from server.areas import AREAS
from server.core.database import Database, Db
from server.core.sql import SetSql
from server.core.tables import ORGANISATION
from server.learning.tables import COHORT, COURSE
from server.timetable.clash_check import met_by
from server.timetable.tables import CLASS_SESSION
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.timetable.clashes import LONGEST, Timetable, room_key, slot_of
from shared.timetable.series import meetings, session_of
from tests.institute import make_tables_on
from tests.postgres import fresh_database, running_postgres

assert AREAS, "importing the areas puts all tables into METADATA"

FLOOR = 3.0
WEEKS, DAYS, ROOMS, COHORTS, INSTRUCTORS = 15, 6, 40, 120, 60
REPEATS = 40
_ORGANISATION = derived_id("bench", "clashes")
_MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
_ONE = """
SELECT s.id, s.cohort_id, s.starts_at, s.ends_at, s.room, s.taught_by FROM {{rows}} r {{by}} class_session s
ON s.organisation_id = :o AND s.{column} = r.{column}
AND s.starts_at < r.ends_at AND s.starts_at > r.earliest AND s.ends_at > r.starts_at WHERE s.state <> 'cancelled'
"""
_BARE = SetSql(
    " UNION ".join(_ONE.format(column=column) for column in ("room_key", "taught_by", "cohort_id")),
    **dict.fromkeys(("starts_at", "ends_at", "earliest", "room_key", "taught_by", "cohort_id"), "text"),
)


@dataclass(frozen=True)
class Sizes:
    """How often each side runs, and against how many sessions."""

    runs: int = 5
    sessions: int = 20_000


def figures(sizes: Sizes) -> list[Figure]:
    """Measure on SQLite and on PostgreSQL."""
    made = []
    with TemporaryDirectory() as folder:
        made.append(_measure("SQLite", f"sqlite:///{Path(folder) / 'clashes.db'}", "", sizes))
    with running_postgres() as server, fresh_database(server) as urls:
        made.append(_measure("PostgreSQL", urls.owner_url, urls.application_url, sizes))
    return made


def _measure(name: str, owner_url: str, url: str, sizes: Sizes) -> Figure:
    _fill(owner_url, sizes.sessions)
    series = _weekly()
    sessions = [session_of(series, meeting, _ORGANISATION) for meeting in meetings(series)]
    rows = _rows(series)
    database = Database(url or owner_url, pool_size=2)
    try:
        with database.read() as db:
            ours = {clash.taken.id for clash in _check(db, sessions)}
            bare = {row[0] for row in _bare(db, rows)}
            assert ours == bare, "both sides find the same clashes"
            assert len(ours) >= WEEKS // 2, "the new session clashes in most weeks"
            own, raw = _medians(sizes.runs, lambda: _check(db, sessions), lambda: _bare(db, rows))
    finally:
        database.close()
    return Figure(f"clash check against {sizes.sessions:,} sessions, {name}", own, raw, "ms", FLOOR, most=True)


def _weekly() -> dict[str, Any]:
    """A new session each Monday at nine for the whole term, in a room and with an instructor of others."""
    return {
        "id": derived_id("bench", "series"),
        "cohort_id": derived_id("bench", "cohort", "new"),
        "rule": f"FREQ=WEEKLY;COUNT={WEEKS}",
        "starts_at_local": "2026-09-07T09:00",
        "minutes": 90,
        "time_zone": "Africa/Accra",
        "room": "Room 7",
        "instructor_id": derived_id("bench", "instructor", "3"),
    }


def _check(db: Db, sessions: list[dict[str, Any]]) -> list[Any]:
    """Do what the server does with the sessions of a rule: look up what they meet, and decide by the shared rule."""
    slots = [slot for body in sessions if (slot := slot_of(body))]
    timetable = Timetable(met_by(db, _ORGANISATION, slots))
    return [clash for slot in slots for clash in timetable.clashes_of(slot)]


def _rows(series: dict[str, Any]) -> str:
    made = []
    for week in range(WEEKS):
        begins = _MONDAY + timedelta(weeks=week, hours=1)
        made.append(
            {
                "starts_at": instant_text(begins),
                "ends_at": instant_text(begins + timedelta(minutes=series["minutes"])),
                "earliest": instant_text(begins - LONGEST),
                "room_key": room_key(series["room"]),
                "taught_by": series["instructor_id"],
                "cohort_id": series["cohort_id"],
            }
        )
    return orjson.dumps(made).decode()


def _bare(db: Db, rows: str) -> list[Any]:
    return list(db.rows(_BARE, o=_ORGANISATION, rows=rows))


def _medians(runs: int, ours: Callable[[], object], raw: Callable[[], object]) -> tuple[float, float]:
    """Run both in turn, so that what else the machine does meets both; the first run of each warms up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for work, times in zip((ours, raw), taken, strict=True):
            began = time.perf_counter()
            for _ in range(REPEATS):
                work()
            times.append(1000 * (time.perf_counter() - began) / REPEATS)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _fill(owner_url: str, sessions: int) -> None:
    """Write a term of sessions straight into the tables: from eight in the morning on, in every room."""
    engine = create_engine(owner_url)
    make_tables_on(engine)
    own = {"organisation_id": _ORGANISATION, "revision": _ORGANISATION}
    course = derived_id("bench", "course")
    with engine.begin() as connection:
        made = {"id": _ORGANISATION, "slug": "bench", "name": "Bench", "time_zone": "UTC", "calling_code": "233"}
        made |= {"settings": "{}", "revision": _ORGANISATION, "created_at": instant_text(_MONDAY)}
        connection.execute(insert(ORGANISATION), [made])
        texts = dict.fromkeys(("description", "category", "difficulty", "mode"), "")
        connection.execute(insert(COURSE), [own | texts | {"id": course, "code": "P", "title": "P", "archived": False}])
        cohorts = [derived_id("bench", "cohort", str(at)) for at in range(COHORTS)]
        blank = {"course_id": course, "room": "", "instructors": "[]", "archived": False}
        named = [own | blank | {"id": one, "code": f"C{at}", "name": f"C{at}"} for at, one in enumerate(cohorts)]
        connection.execute(insert(COHORT), named)
        connection.execute(insert(CLASS_SESSION), [own | _session(at, cohorts) for at in range(sessions)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _session(at: int, cohorts: list[str]) -> dict[str, Any]:
    day, place = at % (WEEKS * DAYS), at // (WEEKS * DAYS)
    begins = _MONDAY + timedelta(weeks=day // DAYS, days=day % DAYS, minutes=100 * (place // ROOMS))
    instructor = derived_id("bench", "instructor", str(place % INSTRUCTORS))
    room = f"Room {place % ROOMS}"
    return {
        "id": derived_id("bench", "session", str(at)),
        "cohort_id": cohorts[place % COHORTS],
        "starts_at": instant_text(begins),
        "ends_at": instant_text(begins + timedelta(minutes=90)),
        "room": room,
        "instructor_id": instructor,
        "title": "",
        "state": "scheduled",
        "unplanned": False,
        "room_key": room_key(room),
        "taught_by": instructor,
    }
