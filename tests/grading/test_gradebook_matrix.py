"""The gradebook as it travels, on both databases: exact, compact, the same statements for every class, and guarded."""

import pytest

from server.core.database import Db
from server.grading.gradebook import Book, matrix, read_book
from server.grading.student_grade import student_grade
from tests.grading.classroom import Classroom, classroom

__all__ = ["classroom"]
LATE = {"kind": "percent_per_day", "amount": "10"}


def book_of(classroom: Classroom) -> Book:
    with classroom.institute.parts.database.read() as db:
        found = read_book(db, classroom.institute.organisation_id, classroom.cohort_id)
    assert found is not None
    return found


def grade_of(classroom: Classroom, *, released_only: bool) -> dict[str, object]:
    institute = classroom.institute
    with institute.parts.database.read() as db:
        found = student_grade(
            db, institute.organisation_id, classroom.cohort_id, institute.enrolments[0], released_only=released_only
        )
    assert found is not None
    return found


def test_cells_grades_and_words(classroom: Classroom) -> None:
    first = classroom.work(title="First", category_id="t", position=1)
    second = classroom.work(title="Second", points="20", category_id="w", position=2)
    tests = {"id": "t", "name": "Tests", "weight": "40"}
    work = {"id": "w", "name": "Work", "weight": "60", "drop_lowest": 0}
    bounds = [{"least": "80", "word": "A"}, {"least": "0", "word": "B"}]
    assert classroom.set_scheme(categories=[tests, work], bounds=bounds).verdict == "applied"
    classroom.set_marks(first, {0: "50", 1: "25.5", 2: "missing", 3: "excused"})
    classroom.set_marks(second, {0: "10", 1: "20", 3: "15"})
    classroom.mark(second, "3", at=2, finished=False)
    classroom.release(first, 0, 1)
    found = matrix(book_of(classroom))
    rows = {one: at for at, one in enumerate(found["enrolments"])}
    cells = [found["cells"][rows[one]] for one in classroom.institute.enrolments]
    assert cells == [[5000, 1000], [2550, 2000], ["m", None], ["x", 1500], [None, None], [None, None]]
    grades = [found["grades"][rows[one]] for one in classroom.institute.enrolments]
    assert grades == [7000, 8040, 0, 7500, None, None]
    words = [found["words"][rows[one]] for one in classroom.institute.enrolments]
    assert words == ["B", "A", "B", "B", "", ""]
    assert [found["released"][rows[one]] for one in classroom.institute.enrolments] == [1, 1, 0, 0, 0, 0]
    assert found["drafts"] == [(rows[classroom.institute.enrolments[2]], 1, 300)]
    assert [one["title"] for one in found["columns"]] == ["First", "Second"]


def test_late_work_counts_for_less_and_an_extension_gives_it_back(classroom: Classroom) -> None:
    work = classroom.work(late=LATE)
    classroom.institute.clock.advance(86_400)
    classroom.hand_in(work)
    classroom.mark(work, "40")
    book = book_of(classroom)
    at = [row[0] for row in book.students].index(classroom.institute.enrolments[0])
    assert (book.cells[at][0], book.results) == (4000, {(at, 0): 3600})
    assert book.grades()[at] == 7200
    grade = grade_of(classroom, released_only=False)
    assert grade["percent"] == 7200
    assert [(one["score"], one["counts"]) for one in grade["work"]] == [("40", "36")]
    classroom.extend(work, "2026-11-22T17:00:00Z")
    assert book_of(classroom).results == {}
    assert grade_of(classroom, released_only=False)["percent"] == 8000


def test_a_student_sees_only_what_is_released(classroom: Classroom) -> None:
    first, second = classroom.work(title="First"), classroom.work(title="Second")
    classroom.set_marks(first, {0: "50"})
    classroom.set_marks(second, {0: "25"})
    classroom.release(first, 0)
    assert grade_of(classroom, released_only=False)["percent"] == 7500
    seen = grade_of(classroom, released_only=True)
    assert (seen["percent"], [one["title"] for one in seen["work"]]) == (10_000, ["First"])
    assert seen["lines"] == [
        {"category_id": "", "name": "", "earned": "50", "possible": "50", "weight": "1", "dropped": []}
    ]


def test_a_cohort_or_student_that_isnt_there(classroom: Classroom) -> None:
    organisation_id = classroom.institute.organisation_id
    with classroom.institute.parts.database.read() as db:
        assert read_book(db, organisation_id, classroom.new()) is None
        assert student_grade(db, organisation_id, classroom.cohort_id, classroom.new(), released_only=False) is None
    with classroom.institute.parts.database.read() as db:
        assert read_book(db, classroom.new(), classroom.cohort_id) is None


def test_work_taken_away_is_no_column(classroom: Classroom) -> None:
    work = classroom.work()
    classroom.mark(work, "40")
    classroom.ama.do("RemoveAssignment", work, {})
    book = book_of(classroom)
    assert (book.assignments, book.cells[0]) == ([], [])


def test_the_statements_dont_grow_with_the_class(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    right = Db._go
    monkeypatch.setattr(Db, "_go", lambda self, *told: (seen.append(told), right(self, *told))[1])
    classroom.work(late=LATE)
    counts = []
    for work in (classroom.work(), classroom.work()):
        classroom.set_marks(work, dict.fromkeys(range(5), "40"))
        seen.clear()
        book_of(classroom)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 7
