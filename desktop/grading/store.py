"""What the gradebook reads: a cohort's work, its students, and what stands in every cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.cells import BookCell, Cells, HandIn, read_cell, read_hand_in
from desktop.timetable.store import Choice, cohort_choices, full_name
from shared.core.clock import parse_instant
from shared.grading.blind_rules import knows_names
from shared.grading.grade_rules import CourseGrade, GradeBook, GradeCell
from shared.grading.ids import grade_scheme_id
from shared.grading.late_rules import days_late, late_result
from shared.grading.mark_rules import categories, column, hundredths, late_rule
from shared.grading.moderation_vocabulary import MARK_PART
from shared.grading.part_rules import is_by_two
from shared.grading.permissions import may_see_gradebook
from shared.grading.projections import scheme_of
from shared.grading.vocabulary import (
    ASSIGNMENT,
    COURSE_GRADE,
    EXTENSION,
    GRADE_SCHEME,
    HANDED_IN,
    MARK,
    SUBMISSION,
    AssignmentState,
    MarkStatus,
)
from shared.grading.work_rules import due_at
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KINDS_READ = frozenset(
    {ASSIGNMENT, MARK, SUBMISSION, EXTENSION, GRADE_SCHEME, COURSE_GRADE, ENROLMENT, PERSON, COHORT} | {MARK_PART}
)
_NO_CELL = BookCell("", "")


@dataclass(frozen=True)
class BookColumn:
    """A piece of work; `points` is its maximum in hundredths."""

    body: Body
    points: int

    @property
    def id(self) -> str:
        """The assignment's id."""
        return str(self.body["id"])

    @property
    def title(self) -> str:
        """The assignment's title."""
        return str(self.body["title"])


@dataclass(frozen=True)
class BookStudent:
    """A row: an enrolment and whose it is."""

    enrolment_id: str
    person_id: str
    name: str
    number: str


@dataclass
class Book:
    """A cohort's gradebook. `cells` has only what there is; a grade is worked out when asked for, and then kept.

    `hidden` are, by assignment, the marks of work that is marked without names: they are in no cell until released.
    `judged` counts, by enrolment and assignment, who of two has judged so far, as far as one knows it.
    """

    cohort_id: str
    cohort: Body
    columns: tuple[BookColumn, ...]
    students: tuple[BookStudent, ...]
    scheme: Body
    cells: Cells
    handed_in: dict[tuple[str, str], str]
    due: dict[tuple[str, str], datetime | None] = field(default_factory=dict)
    hidden: Mapping[str, Sequence[BookCell]] = field(default_factory=dict)
    judged: Mapping[tuple[str, str], int] = field(default_factory=dict)
    _rule: GradeBook = field(init=False)
    _grades: dict[str, CourseGrade] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rule = GradeBook([column(one.body) for one in self.columns], categories(self.scheme))

    def cell(self, enrolment_id: str, assignment_id: str) -> BookCell:
        """Return a cell, an empty one where there is no mark."""
        found = self.cells.get((enrolment_id, assignment_id))
        return found or _NO_CELL._replace(assignment_id=assignment_id, enrolment_id=enrolment_id)

    def days_late(self, enrolment_id: str, one: BookColumn) -> int:
        """Return how many days have begun between the due time and handing in."""
        at = self.handed_in.get((enrolment_id, one.id))
        return days_late(self._due(enrolment_id, one), parse_instant(at), late_rule(one.body).grace) if at else 0

    def counted(self, enrolment_id: str, one: BookColumn, cell: BookCell) -> int:
        """Return the hundredths that a cell counts for after lateness; 0 for what has no points."""
        at = self.handed_in.get((enrolment_id, one.id))
        if cell.status is not MarkStatus.MARKED or cell.score <= 0:
            return 0
        if at is None:
            return cell.score
        return late_result(cell.score, late_rule(one.body), self._due(enrolment_id, one), parse_instant(at)).result

    def _due(self, enrolment_id: str, one: BookColumn) -> datetime | None:
        key = (enrolment_id, one.id)
        return self.due[key] if key in self.due else due_at(one.body)

    def grade(self, enrolment_id: str) -> CourseGrade:
        """Return a student's grade as the marks stand."""
        found = self._grades.get(enrolment_id)
        if found is None:
            found = self._grades[enrolment_id] = self.grade_with(enrolment_id, {})
        return found

    def grade_with(self, enrolment_id: str, instead: Mapping[str, BookCell]) -> CourseGrade:
        """Return the grade that a student would have with other cells, by assignment."""
        row = []
        for one in self.columns:
            cell = instead.get(one.id) or self.cells.get((enrolment_id, one.id))
            if cell is None or not cell.counts:
                row.append(_NOTHING)
            else:
                row.append(GradeCell(cell.status, self.counted(enrolment_id, one, cell)))
        return self._rule.grade(row)

    def set_cells(self, cells: Sequence[BookCell]) -> None:
        """Put other cells in, and forget the grades that hang on them."""
        for cell in cells:
            self.cells.put(cell)
            self._grades.pop(cell.enrolment_id, None)

    def without_mark(self, assignment_id: str, students: Sequence[BookStudent]) -> list[str]:
        """Return the enrolments of those who have neither a mark for some work nor handed it in."""
        keys = [(one.enrolment_id, assignment_id) for one in students]
        return [key[0] for key in keys if key not in self.handed_in and self.cell(*key).status is MarkStatus.NONE]

    def waiting_to_show(self, assignment_id: str) -> list[BookCell]:
        """Return the cells of a column that count and that students don't see yet."""
        if assignment_id in self.hidden:
            return [one for one in self.hidden[assignment_id] if one.counts]
        found = (self.cells.get((one.enrolment_id, assignment_id)) for one in self.students)
        return [one for one in found if one is not None and one.counts and not one.released]


_NOTHING = GradeCell()


def no_book() -> Book:
    """Return the gradebook of nobody."""
    return Book("", {}, (), (), scheme_of(None, ""), Cells(), {})


def book_choices(desk: Desk) -> list[Choice]:
    """Return the cohorts whose gradebooks this person sees."""
    return [one for one in cohort_choices(desk) if may_see_gradebook(desk.actor, one.id)]


def read_book(desk: Desk, cohort_id: str) -> Book:
    """Read a cohort's gradebook; removed work is left out."""
    store = desk.store
    bodies = [one for one in store.children(ASSIGNMENT, cohort_id) if one["state"] != AssignmentState.REMOVED]
    columns = tuple(BookColumn(one, hundredths(one["points"])) for one in bodies)
    by_id = {one.id: one for one in columns}
    where = [Where("cohort_id", "=", cohort_id)]
    handed = (read_hand_in(one) for one in store.values(SUBMISSION, "hand_in", where))
    extended = {
        (one["enrolment_id"], one["assignment_id"]): due_at(by_id[one["assignment_id"]].body, one)
        for one in store.page(EXTENSION, where, limit=-1)
        if one["assignment_id"] in by_id
    }
    texts, hidden = _named(desk, bodies, store.values(MARK, "cell", where))
    return Book(
        cohort_id,
        store.get(COHORT, cohort_id) or {},
        columns,
        _students(desk, cohort_id),
        scheme_of(store.get(GRADE_SCHEME, grade_scheme_id(cohort_id)), cohort_id),
        Cells(texts),
        _latest(list(handed)),
        extended,
        hidden,
        _judged(desk, bodies, where),
    )


def _judged(desk: Desk, works: Sequence[Body], where: Sequence[Where]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    if any(is_by_two(one) for one in works):
        for one in desk.store.page(MARK_PART, where, limit=-1):
            key = (one["enrolment_id"], one["assignment_id"])
            found[key] = found.get(key, 0) + bool(one["finished"])
    return found


def _named(desk: Desk, works: Sequence[Body], texts: Iterable[str]) -> tuple[Iterable[str], dict[str, list[BookCell]]]:
    """Take out the marks that would tell whose they are; students have only their own, which are released."""
    hidden: dict[str, list[BookCell]] = {one["id"]: [] for one in works if one.get("anonymous")}
    if not hidden or knows_names(desk.actor):
        return texts, {}
    shown = []
    for packed in texts:
        cell = read_cell(packed)
        if cell.assignment_id in hidden and not cell.released:
            hidden[cell.assignment_id].append(cell)
        else:
            shown.append(packed)
    return shown, hidden


def _latest(handed: Sequence[HandIn]) -> dict[tuple[str, str], str]:
    """Keep the time of the last attempt that was handed in."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for one in handed:
        key, value = (one.enrolment_id, one.assignment_id), (one.instant, one.attempt)
        if one.instant and one.state in HANDED_IN and value > found.get(key, ("", 0)):
            found[key] = value
    return {key: instant for key, (instant, _) in found.items()}


def _students(desk: Desk, cohort_id: str) -> tuple[BookStudent, ...]:
    enrolments = [
        one for one in desk.store.children(ENROLMENT, cohort_id) if one["state"] in ATTENDING and not one.get("testing")
    ]
    people = desk.store.many(PERSON, [one["person_id"] for one in enrolments])
    rows = []
    for one in enrolments:
        person = people.get(one["person_id"], {})
        name = full_name(person) or str(person.get("number") or "")
        student = BookStudent(one["id"], one["person_id"], name, str(person.get("number") or ""))
        rows.append(((fold(str(person.get("given_name") or "")), fold(name), one["id"]), student))
    return tuple(student for _, student in sorted(rows, key=lambda row: row[0]))


def matching(book: Book, words: str) -> tuple[BookStudent, ...]:
    """Return the students whose name or number has all these words."""
    wanted = words.casefold().split()
    return tuple(one for one in book.students if all(word in f"{one.name} {one.number}".casefold() for word in wanted))
