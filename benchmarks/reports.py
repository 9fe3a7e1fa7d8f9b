"""The percentage report of a term against the statement that one would write by hand for it, on both databases."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, insert, text

from benchmarks.figures import Figure
from server.areas import AREAS
from server.attendance.report_queries import Scope, student_rows
from server.attendance.tables import OBSERVATION
from server.core.database import Database, Db
from server.core.tables import ORGANISATION
from server.learning.tables import COHORT, COURSE, ENROLMENT
from server.people.tables import PERSON
from server.timetable.tables import CLASS_SESSION
from shared.attendance.rules import mark_id
from shared.core.ids import derived_id
from tests.institute import make_tables_on
from tests.postgres import fresh_database, running_postgres

assert AREAS, "importing the areas puts all tables into METADATA"

FLOOR = 2.0
CLASS_SIZE = 30
SESSIONS = 40
CORRECTED = 25
"""One mark in so many was corrected."""
_ORGANISATION = derived_id("bench", "organisation")
_BARE = """
SELECT e.id, p.id, p.number, p.given_name, p.family_name, c.id, c.name, k.id, k.title,
a.present, a.late, a.left_early, a.absent, a.excused
FROM (
SELECT o.enrolment_id, sum(CASE WHEN o.state = 'present' THEN 1 ELSE 0 END) AS present,
sum(CASE WHEN o.state = 'late' THEN 1 ELSE 0 END) AS late,
sum(CASE WHEN o.state = 'left_early' THEN 1 ELSE 0 END) AS left_early,
sum(CASE WHEN o.state = 'absent' THEN 1 ELSE 0 END) AS absent,
sum(CASE WHEN o.state = 'excused' THEN 1 ELSE 0 END) AS excused
FROM observation o JOIN class_session s ON s.organisation_id = o.organisation_id AND s.id = o.session_id
WHERE o.organisation_id = :o AND s.organisation_id = :o AND s.state <> 'cancelled'
AND s.starts_at >= :since AND s.starts_at < :until AND NOT EXISTS (
SELECT 1 FROM observation l WHERE l.organisation_id = :o AND l.mark_id = o.mark_id AND l.ordinal = o.ordinal + 1)
GROUP BY o.enrolment_id) a
JOIN enrolment e ON e.organisation_id = :o AND e.id = a.enrolment_id AND e.testing = false
JOIN person p ON p.organisation_id = :o AND p.id = e.person_id
JOIN cohort c ON c.organisation_id = :o AND c.id = e.cohort_id
JOIN course k ON k.organisation_id = :o AND k.id = c.course_id
"""
_SPAN = {"since": "2026-09-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"}


@dataclass(frozen=True)
class Sizes:
    """How often each side runs, and over how many marks."""

    runs: int = 5
    marks: int = 100_000


def figures(sizes: Sizes) -> list[Figure]:
    """Measure on SQLite and on PostgreSQL."""
    made = []
    with TemporaryDirectory() as folder:
        made.append(_measure("SQLite", f"sqlite:///{Path(folder) / 'reports.db'}", "", sizes))
    with running_postgres() as server, fresh_database(server) as urls:
        made.append(_measure("PostgreSQL", urls.owner_url, urls.application_url, sizes))
    return made


def _measure(name: str, owner_url: str, url: str, sizes: Sizes) -> Figure:
    _fill(owner_url, sizes.marks)
    database = Database(url or owner_url, pool_size=2)
    try:
        scope = Scope(_ORGANISATION, _SPAN["since"], _SPAN["until"])
        with database.read() as db:
            ours = {row.enrolment_id: row.tally.recorded for row in student_rows(db, scope)}
            bare = {row[0]: sum(row[9:]) for row in db.rows(_BARE, o=_ORGANISATION, **_SPAN)}
            assert ours == bare, "both sides count the same marks"
            own, raw = _medians(sizes.runs, lambda: student_rows(db, scope), lambda: _bare(db))
    finally:
        database.close()
    return Figure(f"report of {sizes.marks:,} marks, {name}", own, raw, "ms", FLOOR, most=True)


def _bare(db: Db) -> list[Any]:
    return list(db.rows(_BARE, o=_ORGANISATION, **_SPAN))


def _medians(runs: int, ours: Callable[[], object], raw: Callable[[], object]) -> tuple[float, float]:
    """Run both in turn, so that what else the machine does meets both; the first run of each warms up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for work, times in zip((ours, raw), taken, strict=True):
            began = time.perf_counter()
            work()
            times.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _fill(owner_url: str, marks: int) -> None:
    """Write classes of 30 with 40 sessions each straight into the tables."""
    cohorts = max(1, marks // (CLASS_SIZE * SESSIONS))
    engine = create_engine(owner_url)
    make_tables_on(engine)
    own = {"organisation_id": _ORGANISATION, "revision": _ORGANISATION}
    with engine.begin() as connection:
        connection.execute(insert(ORGANISATION), [_with_defaults(ORGANISATION, id=_ORGANISATION, slug="bench")])
        course = derived_id("bench", "course")
        connection.execute(insert(COURSE), [_with_defaults(COURSE, **own, id=course, code="P", title="Photography")])
        for at in range(cohorts):
            _fill_cohort(connection, own, course, at)
        rest = marks - cohorts * CLASS_SIZE * SESSIONS
        if rest > 0:
            _fill_cohort(connection, own, course, cohorts, rest)
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _fill_cohort(connection: Any, own: dict[str, str], course: str, at: int, most: int = 1 << 30) -> None:
    cohort = derived_id("bench", "cohort", str(at))
    names = {"code": f"C{at}", "name": f"Cohort {at}", "instructors": "[]", "course_id": course}
    connection.execute(insert(COHORT), [_with_defaults(COHORT, **own, id=cohort, **names)])
    people = [derived_id("bench", "person", str(at), str(n)) for n in range(CLASS_SIZE)]
    enrolments = [derived_id("bench", "enrolment", one) for one in people]
    named = {"given_name": "Student", "family_name": "Mensah", "state": "active"}
    connection.execute(
        insert(PERSON),
        [_with_defaults(PERSON, **own, id=one, number=f"{at}-{n}", **named) for n, one in enumerate(people)],
    )
    connection.execute(
        insert(ENROLMENT),
        [
            _with_defaults(ENROLMENT, **own, id=one, cohort_id=cohort, person_id=person, state="active")
            for one, person in zip(enrolments, people, strict=True)
        ],
    )
    sessions = [derived_id("bench", "session", cohort, str(n)) for n in range(SESSIONS)]
    connection.execute(
        insert(CLASS_SESSION),
        [
            _with_defaults(
                CLASS_SESSION, **own, id=one, cohort_id=cohort, state="scheduled",
                starts_at=_day(n, "08:00"), ends_at=_day(n, "09:30"),
            )
            for n, one in enumerate(sessions)
        ],
    )  # fmt: skip
    rows = []
    for n, session in enumerate(sessions):
        for m, (enrolment, person) in enumerate(zip(enrolments, people, strict=True)):
            if n * CLASS_SIZE + m < most:
                rows += _mark(own, session, enrolment, person, at + n * 7 + m * 3)
    connection.execute(insert(OBSERVATION), rows)


def _day(n: int, clock: str) -> str:
    return f"2026-{9 + n // 20:02}-{1 + n % 20:02}T{clock}:00.000Z"


def _mark(own: dict[str, str], session: str, enrolment: str, person: str, dice: int) -> list[dict[str, Any]]:
    state = ("present",) * 7 + ("late", "absent", "excused")
    name = mark_id(session, enrolment)
    said = {"session_id": session, "enrolment_id": enrolment, "person_id": person, "mark_id": name, "method": "hand"}
    first = derived_id("bench", "observation", name, "1")
    words = {"supersedes": "[]", "state": state[dice % 10], "observed_at": "2026-09-01T08:00:00.000Z"}
    made = [_with_defaults(OBSERVATION, **own, **said, **words, id=first, ordinal=1)]
    if dice % CORRECTED == 0:
        again = {**words, "state": "present", "supersedes": f'["{first}"]'}
        corrected = derived_id("bench", "observation", name, "2")
        made.append(_with_defaults(OBSERVATION, **own, **said, **again, id=corrected, ordinal=2, office=True))
    return made


def _with_defaults(table: Any, **given: Any) -> dict[str, Any]:
    """Return a full row: what isn't given is empty in the column's own way."""
    row: dict[str, Any] = {}
    for column in table.c:
        if column.name in given:
            row[column.name] = given[column.name]
        elif column.nullable or column.server_default is not None:
            continue
        else:
            row[column.name] = {str: "", int: 0, bool: False, bytes: b""}[column.type.python_type]
    return row
