"""The gradebook and the saving of marks against the statements that one would write by hand, on both databases."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import create_engine, insert, text

from benchmarks.figures import Figure
from benchmarks.gradebook_saving import Saving
from benchmarks.reports import _with_defaults as full_row
from server.areas import AREAS
from server.core.answer_cache import AnswerCache
from server.core.database import Database, Db
from server.core.tables import ORGANISATION
from server.grading.gradebook import read_book
from server.grading.routes import gradebook_bytes, kept_bytes
from server.grading.tables import ASSIGNMENT, MARK
from server.learning.tables import COHORT, COURSE, ENROLMENT
from server.people.tables import PERSON
from shared.core.ids import derived_id
from shared.grading.ids import mark_id
from tests.institute import make_tables_on
from tests.postgres import fresh_database, running_postgres

assert AREAS, "importing the areas puts all tables into METADATA"

UNCACHED, CACHED, LARGER, SAVED = 0.55, 2.0, 6.0, 0.5
SMALL, LARGE = (200, 10), (1_000, 20)
ORGANISATION_ID = derived_id("bench", "gradebook organisation")
_STUDENTS = """
SELECT e.id, e.person_id, e.state, p.number, p.given_name, p.family_name FROM enrolment e
JOIN person p ON p.organisation_id = :o AND p.id = e.person_id
WHERE e.organisation_id = :o AND e.cohort_id = :id ORDER BY p.sort_name
"""
_COLUMNS = """
SELECT id, title, work_kind, points, due_at, category_id, extra_credit, hold_marks, state, revision FROM assignment
WHERE organisation_id = :o AND cohort_id = :id ORDER BY position
"""
_CELLS = """
SELECT enrolment_id, assignment_id, status, score FROM mark WHERE organisation_id = :o AND cohort_id = :id
"""
_LATE = '{"kind":"none","amount":"0","grace_minutes":0,"floor_percent":"0"}'
_HEAD = "SELECT seq, server_epoch FROM feed_head WHERE organisation_id = :o"


@dataclass(frozen=True)
class Sizes:
    """How often each side runs; classes are as large as they are promised for."""

    runs: int = 25


def figures(sizes: Sizes) -> list[Figure]:
    """Measure on SQLite and on PostgreSQL."""
    made = []
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'gradebook.db'}"
        made += _measure("SQLite", url, url, sizes)
    with running_postgres(durable=True) as server, fresh_database(server) as urls:
        made += _measure("PostgreSQL", urls.owner_url, urls.application_url, sizes)
    return made


def _measure(name: str, owner_url: str, url: str, sizes: Sizes) -> list[Figure]:
    cohorts = _fill(owner_url)
    database = Database(url, pool_size=2)
    try:
        with database.read() as db:
            told = _reads(db, name, cohorts, sizes)
        return [*told, _saving(database, name, sizes)]
    finally:
        database.close()


def _reads(db: Db, name: str, cohorts: Sequence[str], sizes: Sizes) -> list[Figure]:
    small, large = cohorts
    _check(db, small)
    cache = AnswerCache()
    own, raw = rates(sizes.runs, lambda: gradebook_bytes(db, ORGANISATION_ID, small), lambda: _bare(db, small))
    kept, _ = rates(sizes.runs, lambda: kept_bytes(db, cache, ORGANISATION_ID, small), lambda: _bare(db, small))
    few = max(3, sizes.runs // 5)
    larger, usual = rates(
        few,
        lambda: gradebook_bytes(db, ORGANISATION_ID, large),
        lambda: gradebook_bytes(db, ORGANISATION_ID, small),
    )
    whole, bare = rates(few, lambda: gradebook_bytes(db, ORGANISATION_ID, large), lambda: _bare(db, large))
    words = "a second"
    grown = Figure(f"gradebook 1,000 x 20 against 200 x 10, {name}", 1e3 / larger, 1e3 / usual, "ms", LARGER, most=True)
    return [
        Figure(f"gradebook 200 x 10, {name}", own, raw, words, UNCACHED),
        Figure(f"gradebook 200 x 10 kept, {name}", kept, raw, words, CACHED),
        Figure(f"gradebook 1,000 x 20, {name}", whole, bare, words, UNCACHED),
        grown,
    ]


def _saving(database: Database, name: str, sizes: Sizes) -> Figure:
    saving = Saving(database)
    own, raw = rates(sizes.runs, saving.ours, saving.by_hand)
    return Figure(f"saving 30 marks, {name}", own, raw, "a second", SAVED)


def rates(runs: int, ours: Callable[[], object], raw: Callable[[], object]) -> tuple[float, float]:
    """Run both in turn, so that what else the machine does meets both; medians, the first three runs warm up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 3):
        for work, times in zip((ours, raw), taken, strict=True):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
    return 1 / statistics.median(taken[0][3:]), 1 / statistics.median(taken[1][3:])


def _bare(db: Db, cohort_id: str) -> bytes:
    """SQL and JSON alone: the same cells in the same matrix, without a grade, a late rule or a draft."""
    places = {"o": ORGANISATION_ID, "id": cohort_id}
    db.one(_HEAD, o=ORGANISATION_ID)
    columns = db.rows(_COLUMNS, **places)
    students = db.rows(_STUDENTS, **places)
    row_of = {row[0]: at for at, row in enumerate(students)}
    place_of = {row[0]: at for at, row in enumerate(columns)}
    cells: list[list[Any]] = [[None] * len(columns) for _ in students]
    for enrolment_id, assignment_id, status, score in db.rows(_CELLS, **places):
        cells[row_of[enrolment_id]][place_of[assignment_id]] = score if status == "marked" else status
    return orjson.dumps({"columns": [*map(tuple, columns)], "students": [*map(tuple, students)], "cells": cells})


def _check(db: Db, cohort_id: str) -> None:
    """Both sides have the same cells."""
    book = read_book(db, ORGANISATION_ID, cohort_id)
    assert book is not None
    bare = orjson.loads(_bare(db, cohort_id))["cells"]
    ours = [[None if one is None else one if isinstance(one, str) else one / 100 for one in row] for row in book.cells]
    theirs = [[{"missing": "m"}.get(one) or float(one) for one in row] for row in bare]
    assert ours == theirs, "both sides read the same marks"


def _fill(owner_url: str) -> list[str]:
    """Write two classes with their marks straight into the tables; returns their ids."""
    engine = create_engine(owner_url)
    make_tables_on(engine)
    own = {"organisation_id": ORGANISATION_ID, "revision": ORGANISATION_ID}
    made = []
    with engine.begin() as connection:
        connection.execute(insert(ORGANISATION), [full_row(ORGANISATION, id=ORGANISATION_ID, slug="bench")])
        course = derived_id("bench", "course")
        connection.execute(insert(COURSE), [full_row(COURSE, **own, id=course, code="P", title="Photography")])
        made = [_fill_cohort(connection, own, course, *size) for size in (SMALL, LARGE)]
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return made


def _fill_cohort(connection: Any, own: dict[str, str], course: str, students: int, columns: int) -> str:
    cohort = derived_id("bench", "cohort", str(students))
    names = {"code": f"C{students}", "name": f"Cohort of {students}", "instructors": "[]", "course_id": course}
    connection.execute(insert(COHORT), [full_row(COHORT, **own, id=cohort, **names)])
    people = [derived_id("bench", "person", str(students), str(n)) for n in range(students)]
    enrolments = [derived_id("bench", "enrolment", one) for one in people]
    named = {"given_name": "Student", "family_name": "Mensah", "state": "active"}
    connection.execute(
        insert(PERSON),
        [
            full_row(PERSON, **own, id=one, number=f"{students}-{n}", sort_name=f"{n:05}", **named)
            for n, one in enumerate(people)
        ],
    )
    taking = {"cohort_id": cohort, "state": "active"}
    pairs = list(zip(enrolments, people, strict=True))
    connection.execute(
        insert(ENROLMENT), [full_row(ENROLMENT, **own, **taking, id=one, person_id=person) for one, person in pairs]
    )
    works = [derived_id("bench", "assignment", cohort, str(n)) for n in range(columns)]
    set_work = {
        "cohort_id": cohort,
        "state": "open",
        "work_kind": "paper",
        "points": "50",
        "late": '{"kind":"none","amount":"0","grace_minutes":0,"floor_percent":"0"}',
    }
    listed = {"takes": "[]", "allowed_types": "[]", "attachments": "[]"}
    connection.execute(
        insert(ASSIGNMENT),
        [
            full_row(ASSIGNMENT, **own, **set_work, **listed, id=one, title=f"Work {n}", position=n)
            for n, one in enumerate(works)
        ],
    )
    for n, work in enumerate(works):
        connection.execute(insert(MARK), [_mark(own, cohort, work, *pair, n * 7 + m) for m, pair in enumerate(pairs)])
    return cohort


def _mark(own: dict[str, str], cohort: str, work: str, enrolment: str, person: str, dice: int) -> dict[str, Any]:
    of = {"assignment_id": work, "cohort_id": cohort, "enrolment_id": enrolment, "person_id": person}
    missing = dice % 19 == 0
    judged = {"status": "missing", "score": None} if missing else {"status": "marked", "score": f"{dice % 50}.5"}
    told = {"levels": "[]", "finished": True, "marked_at": "2026-11-20T08:00:00.000Z"}
    return full_row(MARK, **own, **of, **judged, **told, id=mark_id(work, enrolment))
