"""The gradebook of a cohort as a compact matrix, and one student's grade with the lines that explain it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.core.database import Db
from server.core.entities import Body
from server.grading.kinds import SCHEME_KIND
from shared.grading.assignment_rules import DEFAULT_SCHEME, word_of
from shared.grading.mark_rules import categories, column, counted, hundredths
from shared.grading.quick_grades import LEFT_OUT, QuickBook
from shared.grading.vocabulary import LateKind, MarkStatus

_COHORT = "SELECT name, code FROM cohort WHERE organisation_id = :o AND id = :id"
_SCHEME = f"SELECT {SCHEME_KIND.selected()} FROM grade_scheme t WHERE t.organisation_id = :o AND t.cohort_id = :id"  # noqa: S608 - our own column names
_SHOWN = (
    *("id", "title", "work_kind", "points", "due_at", "category_id", "extra_credit", "hold_marks", "anonymous"),
    *("state", "revision"),
)
_ASSIGNMENTS = (
    f"SELECT {', '.join(f't.{name}' for name in _SHOWN)}, t.late FROM assignment t"  # noqa: S608 - our own column names
    " WHERE t.organisation_id = :o AND t.cohort_id = :id AND t.state <> 'removed'"
    " ORDER BY t.position, COALESCE(t.due_at, '9999'), t.title, t.id"
)
# A cross join, so that SQLite begins at the class's places; else it goes through the names of the whole institute.
_STUDENTS = """
SELECT e.id, e.person_id, e.state, p.number, p.given_name, p.family_name FROM enrolment e CROSS JOIN person p
WHERE e.organisation_id = :o AND e.cohort_id = :id AND e.testing = false AND e.state <> 'cancelled'
AND p.organisation_id = :o AND p.id = e.person_id ORDER BY p.sort_name, e.id
"""
# One row for each column: ids and cells travel as two texts, which is a tenth of the work of a row for each cell.
_MARKS = """
SELECT m.assignment_id, {join}(m.enrolment_id, ','), {join}(COALESCE(m.score, m.status), ','), count(*),
count(CASE WHEN m.finished = true THEN 1 END), count(m.released_at)
FROM mark m WHERE m.organisation_id = :o AND m.cohort_id = :id GROUP BY m.assignment_id
"""
# Asked only where a column is partly released or has drafts; most are all one or all the other.
_FLAGS = """
SELECT m.assignment_id, {join}(m.enrolment_id, ','),
{join}(CASE WHEN m.finished = false THEN 'd' WHEN m.released_at IS NULL THEN 'f' ELSE 'r' END, ',')
FROM mark m WHERE m.organisation_id = :o AND m.cohort_id = :id GROUP BY m.assignment_id
"""
_JOIN = {"sqlite": "group_concat", "postgresql": "string_agg"}
_MARKS_OF = {dialect: _MARKS.format(join=join) for dialect, join in _JOIN.items()}
_FLAGS_OF = {dialect: _FLAGS.format(join=join) for dialect, join in _JOIN.items()}
_LATE = """
SELECT s.assignment_id, s.enrolment_id, max(s.handed_in_at) FROM submission s
JOIN assignment a ON a.organisation_id = s.organisation_id AND a.id = s.assignment_id
WHERE s.organisation_id = :o AND s.cohort_id = :id AND s.state IN ('submitted', 'returned')
AND s.handed_in_at > a.due_at GROUP BY s.assignment_id, s.enrolment_id
"""
_EXTENSIONS = """
SELECT assignment_id, enrolment_id, due_at FROM extension
WHERE organisation_id = :o AND cohort_id = :id AND due_at IS NOT NULL
"""
MISSING, EXCUSED = "m", "x"
Cell = int | str | None
"""Hundredths of a point, `m` for missing, `x` for excused, None for not graded."""
_WORDS: dict[str | None, Cell] = {
    None: None,
    MarkStatus.NONE: None,
    MarkStatus.MARKED: None,
    MarkStatus.MISSING: MISSING,
    MarkStatus.EXCUSED: EXCUSED,
}


@dataclass
class Book:
    """A cohort's gradebook: the rows of cells are students, in the order of `students`.

    `worth` is what each cell counts for, in hundredths or `LEFT_OUT`; `results`, by (student, column), what late work
    counts for; `drafts` what isn't finished; `released` a number for each student, whose bits are the
    columns that he or she sees.
    """

    cohort: dict[str, Any]
    scheme: Body
    assignments: list[Body]
    students: list[Sequence[Any]]
    cells: list[list[Cell]] = field(default_factory=list)
    worth: list[list[int]] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    drafts: list[tuple[int, int, Cell]] = field(default_factory=list)
    results: dict[tuple[int, int], int] = field(default_factory=dict)
    extensions: dict[tuple[str, str], str] = field(default_factory=dict)
    handed_in: dict[tuple[str, str], str] = field(default_factory=dict)

    def grades(self) -> list[int | None]:
        """Return the students' grades in hundredths of a percent."""
        book = QuickBook([column(one) for one in self.assignments], categories(self.scheme), self.scheme["places"])
        return [book.percent(row) for row in self.worth]


def read_book(db: Db, organisation_id: str, cohort_id: str) -> Book | None:
    """Return a cohort's gradebook, None without the cohort; the statements don't grow with the class."""
    places = {"o": organisation_id, "id": cohort_id}
    cohort = db.one(_COHORT, **places)
    if cohort is None:
        return None
    scheme = db.one(_SCHEME, **places)
    book = Book(
        {"id": cohort_id, "name": cohort[0], "code": cohort[1]},
        SCHEME_KIND.body_of(scheme) if scheme else dict(DEFAULT_SCHEME),
        [_assignment(row) for row in db.rows(_ASSIGNMENTS, **places)],
        [tuple(row) for row in db.rows(_STUDENTS, **places)],
    )
    columns = db.rows(_MARKS_OF[db.dialect], **places)
    mixed = any(finished < count or 0 < released < count for *_, count, finished, released in columns)
    _fill(book, columns, db.rows(_FLAGS_OF[db.dialect], **places) if mixed else ())
    if any(one["due_at"] and one["late"]["kind"] != LateKind.NONE for one in book.assignments):
        book.extensions = {(row[0], row[1]): row[2] for row in db.rows(_EXTENSIONS, **places)}
        book.handed_in = {(row[0], row[1]): row[2] for row in db.rows(_LATE, **places)}
        _count_lateness(book)
    return book


def _assignment(row: Sequence[Any]) -> Body:
    body = dict(zip(_SHOWN, row[:-1], strict=True))
    flags = {name: bool(body[name]) for name in ("extra_credit", "hold_marks", "anonymous")}
    return {**body, **flags, "late": orjson.loads(row[-1])}


def _fill(book: Book, columns: Sequence[Sequence[Any]], flagged: Sequence[Sequence[str]]) -> None:
    """Put the cells of each column in the order of the students, by whole columns; equal cells are read once."""
    given, flags = {row[0]: row for row in columns}, {row[0]: row for row in flagged}
    order = [row[0] for row in book.students]
    # Whole columns name the same students in the same order, so where each stands is looked up once.
    places: dict[str, list[int]] = {}
    cells: list[Sequence[Cell]] = []
    worths: list[Sequence[int]] = []
    book.released = [0] * len(order)
    for place, assignment in enumerate(book.assignments):
        row = given.get(assignment["id"])
        codes = _codes(row, order, places)
        read = {code: _cell(code) for code in set(codes)}
        column = [read[code] for code in codes]
        if row and flagged:
            _set_aside(book, place, column, _codes(flags[row[0]], order, places))
        elif row and row[-1]:
            bit = 1 << place
            book.released = [seen | bit if code else seen for seen, code in zip(book.released, codes, strict=True)]
        worth = {cell: _worth(cell) for cell in set(column)}
        cells.append(column)
        worths.append([worth[cell] for cell in column])
    none: list[list[Any]] = [[] for _ in order]
    book.cells = [list(row) for row in zip(*cells, strict=True)] or none
    book.worth = [list(row) for row in zip(*worths, strict=True)] or none


def _set_aside(book: Book, place: int, column: list[Cell], flags: Sequence[str | None]) -> None:
    """Take what isn't finished out of a column, and note who sees what is."""
    for at, flag in enumerate(flags):
        if flag == "d":
            book.drafts.append((at, place, column[at]))
            column[at] = None
        elif flag == "r":
            book.released[at] |= 1 << place


def _codes(row: Sequence[str] | None, order: Sequence[str], places: dict[str, list[int]]) -> Sequence[str | None]:
    """Return a column's texts in the order of the students, None where there is no mark."""
    if row is None:
        return [None] * len(order)
    known = places.get(row[1])
    if known is None:
        found = {one: at for at, one in enumerate(row[1].split(","))}
        known = places[row[1]] = [found.get(one, -1) for one in order]
    codes: list[str | None] = [*row[2].split(","), None]
    return [codes[at] for at in known]


def _worth(cell: Cell) -> int:
    """Return what a cell counts for before lateness."""
    if isinstance(cell, int):
        return cell
    return 0 if cell == MISSING else LEFT_OUT


def _cell(read: str | None) -> Cell:
    """Return a score or a status as a cell."""
    return _WORDS[read] if read in _WORDS else hundredths(read or "")


def _count_lateness(book: Book) -> None:
    """Work out what late work counts for, by the rule that both sides have."""
    students = {row[0]: at for at, row in enumerate(book.students)}
    order = {one["id"]: at for at, one in enumerate(book.assignments)}
    for (assignment_id, enrolment_id), handed_in in book.handed_in.items():
        at, place = students.get(enrolment_id), order.get(assignment_id)
        given = None if at is None or place is None else book.cells[at][place]
        if at is None or place is None or not isinstance(given, int):
            continue
        due = book.extensions.get((assignment_id, enrolment_id))
        mark = {"status": "marked", "finished": True, "score": f"{given // 100}.{given % 100:02}"}
        found = counted(book.assignments[place], mark, handed_in, {"due_at": due} if due else None)
        if found is not None and found.penalty:
            book.results[at, place] = book.worth[at][place] = found.result


def without_names(book: Book) -> Book:
    """Take out what isn't released of work that is marked without names: a gradebook says whose mark is whose."""
    hidden = {place for place, one in enumerate(book.assignments) if one["anonymous"]}
    for at, seen in enumerate(book.released):
        for place in hidden:
            if not seen >> place & 1:
                book.cells[at][place], book.worth[at][place] = None, LEFT_OUT
                book.results.pop((at, place), None)
    book.drafts = [one for one in book.drafts if one[1] not in hidden]
    return book


def matrix(book: Book) -> dict[str, Any]:
    """Return the gradebook as it travels: lists by column and by student, never an object for each cell."""
    grades = book.grades()
    names = [" ".join(part for part in row[4:6] if part) for row in book.students]
    return {
        "cohort": book.cohort,
        "scheme": {name: book.scheme[name] for name in ("categories", "scale", "bounds", "places", "state")},
        "columns": [{name: one[name] for name in _SHOWN} for one in book.assignments],
        "enrolments": [row[0] for row in book.students],
        "people": [row[1] for row in book.students],
        "states": [row[2] for row in book.students],
        "numbers": [row[3] for row in book.students],
        "names": names,
        "cells": book.cells,
        "released": book.released,
        "drafts": book.drafts,
        "results": [(at, place, result) for (at, place), result in sorted(book.results.items())],
        "grades": grades,
        "words": [word_of(book.scheme, one) for one in grades] if book.scheme["bounds"] else [],
    }
