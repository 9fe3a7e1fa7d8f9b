"""One student's grade with the lines that explain it: for staff as it stands, for the student what is released."""

from typing import Any

from server.core.database import Db
from server.core.entities import Body
from server.grading.gradebook import Book, read_book, without_names
from shared.grading.assignment_rules import word_of
from shared.grading.grade_rules import CourseGrade, GradeBook, GradeCell
from shared.grading.mark_rules import categories, column
from shared.grading.points import points_text
from shared.grading.vocabulary import MarkStatus


def student_grade(
    db: Db, organisation_id: str, cohort_id: str, enrolment_id: str, *, released_only: bool, names: bool = True
) -> dict[str, Any] | None:
    """Return a student's grade, its lines and its pieces of work; None where there is no such student.

    `names` False leaves out what isn't released of work that is marked without names.
    """
    book = read_book(db, organisation_id, cohort_id)
    book = without_names(book) if book is not None and not names else book
    at = next((at for at, row in enumerate(book.students) if row[0] == enrolment_id), None) if book else None
    if book is None or at is None:
        return None
    seen = [place for place in range(len(book.assignments)) if not released_only or book.released[at] >> place & 1]
    work = [book.assignments[place] for place in seen]
    cells = [_cell(book, at, place) for place in seen]
    grade = GradeBook([column(one) for one in work], categories(book.scheme)).grade(cells)
    return {
        "enrolment_id": enrolment_id,
        "person_id": book.students[at][1],
        "percent": grade.rounded(book.scheme["places"]),
        "word": word_of(book.scheme, grade.rounded(book.scheme["places"])),
        "lines": _lines(book.scheme, grade),
        "work": [_work(book, at, place, one) for place, one in zip(seen, work, strict=True)],
    }


def cells_of(book: Book, at: int) -> list[GradeCell]:
    """Return the cells of a student, by the row of the gradebook, as the grade of a course takes them."""
    return [_cell(book, at, place) for place in range(len(book.assignments))]


def _cell(book: Book, at: int, place: int) -> GradeCell:
    given = book.cells[at][place]
    if isinstance(given, int):
        return GradeCell(MarkStatus.MARKED, book.results.get((at, place), given))
    return GradeCell({"m": MarkStatus.MISSING, "x": MarkStatus.EXCUSED}.get(given or "", MarkStatus.NONE))


def _lines(scheme: Body, grade: CourseGrade) -> list[dict[str, Any]]:
    names = {one["id"]: one["name"] for one in scheme["categories"]}
    return [
        {
            "category_id": line.category_id,
            "name": names.get(line.category_id, ""),
            "earned": points_text(line.earned),
            "possible": points_text(line.possible),
            "weight": points_text(line.weight) if names else "1",
            "dropped": list(line.dropped),
        }
        for line in grade.lines
    ]


def _work(book: Book, at: int, place: int, assignment: Body) -> dict[str, Any]:
    given = book.cells[at][place]
    cell = _cell(book, at, place)
    marked = isinstance(given, int)
    return {
        "assignment_id": assignment["id"],
        "title": assignment["title"],
        "points": assignment["points"],
        "status": str(cell.status),
        "score": points_text(given) if isinstance(given, int) else None,
        "counts": points_text(cell.score) if marked else None,
        "released": bool(book.released[at] >> place & 1),
    }
