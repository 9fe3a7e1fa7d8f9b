"""Marks from a spreadsheet: rows matched by number, columns by title; what differs is known before anything changes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from desktop.grading.actions import Wanted, read_typed
from desktop.grading.book_block import differs
from desktop.grading.book_model import BookModel
from desktop.grading.store import BookColumn, BookStudent
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.points import points_text
from shared.people.rules import fold

_FORMULA = ("=", "+", "@")


class Difference(NamedTuple):
    """A cell that an import would change, in words."""

    name: str
    work: str
    before: str
    after: str


@dataclass(frozen=True)
class Imported:
    """What a file would change of `count` marks in it; `problems` name what is left out, with line and reason."""

    wanted: tuple[Wanted, ...]
    differences: tuple[Difference, ...]
    problems: tuple[str, ...]
    count: int


def match_marks(model: BookModel, rows: Sequence[Sequence[str]]) -> Imported:
    """Match a file's rows to a gradebook.

    Raises CampusError `marks_no_number`, `marks_other_work`, `marks_other_people`.

    The first row that isn't empty has the heads: one is `Number`, the others titles of work, with or without the
    maximum behind. Empty cells change nothing: an import never takes a mark away. What can be read in two ways
    (a student or a piece of work that is there twice) is left out as a whole.
    """
    first = next((at for at, row in enumerate(rows) if any(row)), 0)
    heads = rows[first]
    number_at = next((at for at, head in enumerate(heads) if fold(head) in {"number", "id", "student number"}), -1)
    if number_at < 0:
        words = text("No column is called Number. Students are matched by their number.")
        raise CampusError("marks_no_number", words)
    works, problems = _works_of(model, heads)
    if not works and not problems:
        words = text("No column has the title of a piece of work of this cohort. Is it the right course?")
        raise CampusError("marks_other_work", words)
    numbered = [(line, row) for line, row in enumerate(rows[first + 1 :], first + 2) if any(row)]
    return _Reading(model, number_at, works, len(heads), problems).read(numbered)


def _works_of(model: BookModel, heads: Sequence[str]) -> tuple[dict[int, BookColumn], list[str]]:
    """Return the work of each column, and why columns are left out."""
    titles: dict[str, dict[str, BookColumn]] = {}
    for one in model.columns:
        for name in _names(one):
            titles.setdefault(fold(name), {})[one.id] = one
    found = {at: list(titles[fold(head)].values()) for at, head in enumerate(heads) if fold(head) in titles}
    problems = [
        text("Two pieces of work are called {title}. Rename one of them.", title=heads[at])
        for at, works in found.items()
        if len(works) > 1
    ]
    single = {at: works[0] for at, works in found.items() if len(works) == 1}
    counts = Counter(one.id for one in single.values())
    titled = {one.id: one.title for one in single.values()}
    problems += [
        text("Two columns are {title}. Keep one of them.", title=titled[key]) for key in counts if counts[key] > 1
    ]
    return {at: one for at, one in single.items() if counts[one.id] == 1}, problems


def _names(one: BookColumn) -> tuple[str, str]:
    return one.title, f"{one.title} ({points_text(one.points)})"


class _Reading:
    def __init__(
        self, model: BookModel, number_at: int, works: dict[int, BookColumn], width: int, problems: list[str]
    ) -> None:
        self._model, self._number_at, self._works, self._width = model, number_at, works, width
        self._students = {fold(one.number): one for one in model.book.students if one.number}
        self._wanted: list[Wanted] = []
        self._differences: list[Difference] = []
        self._problems = problems
        self._count = 0

    def read(self, rows: Sequence[tuple[int, Sequence[str]]]) -> Imported:
        lines: dict[str, list[int]] = {}
        for line, row in rows:
            lines.setdefault(fold(self._number(row)), []).append(line)
        if rows and not lines.keys() & self._students.keys():
            words = text("None of the students in this file is in this cohort. Is it the right course?")
            raise CampusError("marks_other_people", words)
        for line, row in rows:
            self._row(line, row, lines[fold(self._number(row))])
        missing = [one.name for key, one in self._students.items() if key not in lines]
        if missing:
            names = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
            self._problems.append(text("Not in the file, and left as they are: {names}", names=names))
        return Imported(tuple(self._wanted), tuple(self._differences), tuple(self._problems), self._count)

    def _number(self, row: Sequence[str]) -> str:
        return row[self._number_at].lstrip("'") if self._number_at < len(row) else ""

    def _row(self, line: int, row: Sequence[str], lines: Sequence[int]) -> None:
        number = self._number(row)
        student = self._students.get(fold(number))
        if student is None:
            words = text("Line {line}: nobody in this cohort has the number “{number}”.", line=line, number=number[:40])
            self._problems.append(words)
            return
        if len(lines) > 1:
            if line == lines[0]:
                places = {"lines": ", ".join(map(str, lines)), "name": student.name}
                self._problems.append(text("Lines {lines}: {name} is there more than once. Keep one line.", **places))
            return
        if any(row[self._width :]):
            words = text("Line {line}: more cells than heads. A decimal comma needs quotes, or a dot.", line=line)
            self._problems.append(words)
            return
        for at, work in self._works.items():
            cell = row[at] if at < len(row) else ""
            if cell:
                self._cell(line, student, work, cell)

    def _cell(self, line: int, student: BookStudent, work: BookColumn, cell: str) -> None:
        self._count += 1
        if cell.startswith(_FORMULA):
            words = text("Line {line}, {work}: a formula. Save its value instead.", line=line, work=work.title)
            self._problems.append(words)
            return
        try:
            status, score = read_typed(cell, work.body)
        except CampusError as problem:
            words = text("Line {line}, {work}: {why}", line=line, work=work.title, why=problem.message)
            self._problems.append(words)
            return
        wanted = Wanted(student.enrolment_id, work.id, status, score)
        if not differs(self._model, wanted):
            return
        self._wanted.append(wanted)
        before = self._model.book.cell(student.enrolment_id, work.id)
        shown = points_text(before.score) if before.score >= 0 else str(before.status)
        after = score if score is not None else str(status)
        self._differences.append(Difference(student.name, work.title, "" if shown == "none" else shown, after))
