"""What is published of a course's grades: rows by student, how they stand against the marks, and their history."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.grade_cells import Published, read_grade
from desktop.grading.store import Book, BookStudent
from shared.core.text import plural, text
from shared.grading.course_grade_rules import publish_fault, told
from shared.grading.ids import course_grade_id
from shared.grading.vocabulary import COURSE_GRADE, COURSE_GRADE_ENTRY


class GradeState(StrEnum):
    """How a student's grade stands: nothing to tell, not published, published, or different since."""

    NONE = "none"
    UNPUBLISHED = "unpublished"
    PUBLISHED = "published"
    CHANGED = "changed"


@dataclass(frozen=True)
class GradeLine:
    """One student's grade as it is now and as it was published; `why_not` says what holds it up.

    `waiting` is how many marks count that the student doesn't see.
    """

    student: BookStudent
    now: tuple[str, str]
    present: Published | None
    why_not: str = ""
    waiting: int = 0

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return self.student.enrolment_id

    @property
    def state(self) -> GradeState:
        """How it stands."""
        return grade_state(self.now, self.present)


def grade_state(now: tuple[str, str], present: Published | None) -> GradeState:
    """Return how a grade as `course_grade_rules.told` stands against what is published."""
    if present is None:
        return GradeState.UNPUBLISHED if now[0] else GradeState.NONE
    return GradeState.CHANGED if present.told != now else GradeState.PUBLISHED


def state_words(state: GradeState) -> str:
    """Return a state in words, nothing where there is no grade."""
    words = {
        GradeState.NONE: "",
        GradeState.UNPUBLISHED: text("not published"),
        GradeState.PUBLISHED: text("published"),
        GradeState.CHANGED: text("changed since it was published"),
    }
    return words[state]


def published_grades(desk: Desk, cohort_id: str) -> dict[str, Published]:
    """Return by enrolment what is published of a cohort's grades."""
    texts = desk.store.values(COURSE_GRADE, "told", [Where("cohort_id", "=", cohort_id)])
    return {one.enrolment_id: one for one in map(read_grade, texts)}


def own_grades(desk: Desk) -> list[dict[str, Any]]:
    """Return the published grades of whoever is signed in, the latest first."""
    where = [Where("person_id", "=", desk.actor.person_id)]
    return sorted(
        desk.store.page(COURSE_GRADE, where, limit=-1), key=lambda one: str(one["published_at"]), reverse=True
    )


def grade_entries(desk: Desk, enrolment_id: str) -> list[dict[str, Any]]:
    """Return the steps of a student's grade, the latest first."""
    entries = desk.store.children(COURSE_GRADE_ENTRY, course_grade_id(enrolment_id))
    return sorted(entries, key=lambda one: int(one["ordinal"]), reverse=True)


def grade_lines(book: Book, published: Mapping[str, Published]) -> list[GradeLine]:
    """Return every student's grade in the order of the gradebook, with what holds its publishing up."""
    return [_line(book, one, published.get(one.enrolment_id)) for one in book.students]


def _line(book: Book, student: BookStudent, present: Published | None) -> GradeLine:
    now = told(book.scheme, book.grade(student.enrolment_id))
    waiting = 0
    for one in book.columns:
        cell = book.cell(student.enrolment_id, one.id)
        waiting += cell.counts and not cell.released
    # Disputes are the server's to know; the reason of changes is asked for once for all.
    fault = publish_fault(student.name, now, None, waiting=waiting, disputed=False, reason="")
    return GradeLine(student, now, present, fault.sentence if fault else "", waiting)


def told_words(grade: tuple[str, str]) -> str:
    """Return a grade as `course_grade_rules.told` in one text: `81.5 A`, a dash without one."""
    return " ".join(part for part in grade if part) or "–"


def count_words(book: Book, published: Mapping[str, Published]) -> str:
    """Return how many grades of a class are published and how many are different since."""
    count = changed = 0
    for one in book.students:
        present = published.get(one.enrolment_id)
        if present is not None:
            count += 1
            changed += present.told != told(book.scheme, book.grade(one.enrolment_id))
    words = plural("1 of {of} published", "{n} of {of} published", count, of=len(book.students))
    return f"{words}, {plural('1 changed', '{n} changed', changed)}" if changed else words
