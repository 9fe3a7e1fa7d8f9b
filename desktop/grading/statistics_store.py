"""What the statistics of a cohort's work read: a line for each piece, and the criteria of one of them."""

from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.grading.store import Book, BookColumn, read_book
from shared.grading.mark_rules import is_graded
from shared.grading.vocabulary import MARK, RUBRIC_VERSION, MarkStatus, WorkKind
from shared.grading.work_statistics_rules import (
    CriterionFigures,
    StudentWork,
    WorkFigures,
    criterion_figures,
    work_figures,
)


@dataclass(frozen=True)
class WorkLine:
    """A piece of work with its figures; `comes_in` says whether it is handed in here at all."""

    column: BookColumn
    figures: WorkFigures

    @property
    def id(self) -> str:
        """The assignment's id."""
        return self.column.id

    @property
    def comes_in(self) -> bool:
        """Whether the work is handed in here; what is on paper isn't counted as not handed in."""
        return bool(self.column.body["work_kind"] == WorkKind.HANDED_IN)


@dataclass(frozen=True)
class CohortFigures:
    """A cohort's name and its work, in the order of the gradebook."""

    cohort_id: str = ""
    name: str = ""
    lines: tuple[WorkLine, ...] = ()


def cohort_figures(desk: Desk, cohort_id: str) -> CohortFigures:
    """Return the figures of a cohort's work as the marks stand, published or not."""
    book = read_book(desk, cohort_id)
    lines = tuple(WorkLine(one, _figures(book, one)) for one in book.columns)
    return CohortFigures(cohort_id, str(book.cohort.get("name") or ""), lines)


def _figures(book: Book, one: BookColumn) -> WorkFigures:
    rows = []
    for student in book.students:
        cell = book.cell(student.enrolment_id, one.id)
        status = cell.status if cell.counts else MarkStatus.NONE
        score = book.counted(student.enrolment_id, one, cell) if status is MarkStatus.MARKED else 0
        handed_in = (student.enrolment_id, one.id) in book.handed_in
        late = handed_in and book.days_late(student.enrolment_id, one) > 0
        rows.append(StudentWork(status, score, handed_in, late))
    return work_figures(one.points, rows)


def work_criteria(desk: Desk, work: BookColumn) -> tuple[CriterionFigures, ...]:
    """Return how each criterion of a piece of work's rubric went; nothing without a rubric."""
    version = desk.store.get(RUBRIC_VERSION, work.body.get("rubric_version_id") or "")
    if version is None:
        return ()
    marks: list[dict[str, Any]] = [one for one in desk.store.children(MARK, work.id) if is_graded(one)]
    return criterion_figures(version["criteria"], (one["levels"] for one in marks))
