"""Marks from a spreadsheet: rows matched by number, columns by title; what differs is known before anything changes."""

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
    """Match a file's rows to a gradebook. Raises CampusError `marks_no_number`, `marks_other_work`.

    The first row has the heads: one is `Number`, the others titles of work, with or without the maximum behind.
    Empty cells change nothing: an import never takes a mark away.
    """
    heads = rows[0]
    number_at = next((at for at, head in enumerate(heads) if fold(head) in {"number", "id", "student number"}), -1)
    if number_at < 0:
        words = text("No column is called Number. Students are matched by their number.")
        raise CampusError("marks_no_number", words)
    titles = {fold(name): one for one in model.columns for name in _names(one)}
    works = {at: titles[fold(head)] for at, head in enumerate(heads) if fold(head) in titles}
    if not works:
        words = text("No column has the title of a piece of work of this cohort. Is it the right course?")
        raise CampusError("marks_other_work", words)
    return _Reading(model, number_at, works).read(rows[1:])


def _names(one: BookColumn) -> tuple[str, str]:
    return one.title, f"{one.title} ({points_text(one.points)})"


class _Reading:
    def __init__(self, model: BookModel, number_at: int, works: dict[int, BookColumn]) -> None:
        self._model, self._number_at, self._works = model, number_at, works
        self._students = {fold(one.number): one for one in model.book.students if one.number}
        self._seen: dict[str, int] = {}
        self._wanted: list[Wanted] = []
        self._differences: list[Difference] = []
        self._problems: list[str] = []
        self._count = 0

    def read(self, rows: Sequence[Sequence[str]]) -> Imported:
        for line, row in enumerate(rows, 2):
            if any(row):
                self._row(line, row)
        missing = [one.name for key, one in self._students.items() if key not in self._seen]
        if missing:
            names = ", ".join(missing[:3]) + (" …" if len(missing) > 3 else "")
            self._problems.append(text("Not in the file, and left as they are: {names}", names=names))
        return Imported(tuple(self._wanted), tuple(self._differences), tuple(self._problems), self._count)

    def _row(self, line: int, row: Sequence[str]) -> None:
        number = row[self._number_at].lstrip("'") if self._number_at < len(row) else ""
        student = self._students.get(fold(number))
        if student is None:
            words = text("Line {line}: nobody in this cohort has the number “{number}”.", line=line, number=number[:40])
            self._problems.append(words)
            return
        first = self._seen.setdefault(fold(number), line)
        if first != line:
            words = text("Line {line}: {name} is in line {first} already.", line=line, name=student.name, first=first)
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
