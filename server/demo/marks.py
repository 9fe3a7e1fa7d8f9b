"""The sample's work and marks: quizzes and projects of every cohort, the last one marked in part and not published."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from server.demo.plan import SampleCohort, SamplePlan
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.grading.assignment_rules import DEFAULT_SCHEME
from shared.grading.course_grade_rules import told
from shared.grading.grade_rules import GradeBook, GradeCell
from shared.grading.mark_rules import categories, column, hundredths
from shared.grading.vocabulary import MarkStatus

# Title, points, category, days from today on which it is due, share of the class that is marked.
_WORK = (
    ("Quiz 1", 20, "quiz", -42, 1.0),
    ("Project 1", 100, "project", -28, 1.0),
    ("Quiz 2", 20, "quiz", -14, 1.0),
    ("Practical", 50, "project", -4, 0.3),
)
PUBLISHED = 3
"""How many pieces of work, from the first, have marks that students see."""
_MISSING_EVERY, _EXCUSED_EVERY = 31, 37
_CATEGORIES = (("quiz", "Quizzes", "30", 0), ("project", "Projects and practicals", "70", 0))
_LETTERS = (("80", "A"), ("70", "B"), ("60", "C"), ("50", "D"), ("0", "F"))


@dataclass(frozen=True)
class SampleWork:
    """A piece of work with the fields of its command, and what each student has, by enrolment."""

    id: str
    fields: Mapping[str, Any]
    marked_at: datetime
    marks: tuple[Mapping[str, Any], ...]
    published: bool


def scheme_fields() -> Mapping[str, Any]:
    """Return how the sample's grades come about: two categories, letters."""
    kept = [
        {"id": key, "name": name, "weight": weight, "drop_lowest": drops} for key, name, weight, drops in _CATEGORIES
    ]
    bounds = [{"least": least, "word": word} for least, word in _LETTERS]
    return {"categories": kept, "scale": "letters", "bounds": bounds}


def sample_work(plan: SamplePlan, cohort: SampleCohort, zone: ZoneInfo) -> Iterator[SampleWork]:
    """Yield a cohort's work; the same cohort has the same marks every time."""
    chance = random.Random(cohort.id)  # noqa: S311 - a sample must be the same every time
    able = {enrolment_id: chance.gauss(70, 12) for enrolment_id, _ in cohort.enrolments}
    for at, (title, points, category, days, share) in enumerate(_WORK):
        due = datetime.combine(plan.today + timedelta(days=days), time(16), zone)
        seen = cohort.enrolments[: max(1, round(len(cohort.enrolments) * share))]
        yield SampleWork(
            id=derived_id("sample-work", cohort.id, title),
            fields={
                "cohort_id": cohort.id,
                "title": title,
                "work_kind": "paper" if category == "quiz" else "practical",
                "points": str(points),
                "due_at": instant_text(due),
                "category_id": category,
                "position": at,
                "state": "open",
            },
            marked_at=due + timedelta(days=2),
            marks=tuple(_mark(chance, one, able[one], points, place + 11 * at) for place, (one, _) in enumerate(seen)),
            published=at < PUBLISHED,
        )


def sample_grades(cohort: SampleCohort, work: Sequence[SampleWork]) -> list[Mapping[str, Any]]:
    """Return the grades of those who see all their marks, as `PublishGrades` takes them."""
    scheme = {**DEFAULT_SCHEME, **scheme_fields()}
    columns = [column({**one.fields, "id": one.id, "extra_credit": False}) for one in work]
    given = [{mark["enrolment_id"]: mark for mark in one.marks} for one in work]
    hidden = {key for one, marks in zip(work, given, strict=True) if not one.published for key in marks}
    book = GradeBook(columns, categories(scheme))
    grades: list[Mapping[str, Any]] = []
    for enrolment_id, _ in cohort.enrolments:
        cells = [_cell(marks.get(enrolment_id)) for marks in given]
        result, word = told(scheme, book.grade(cells))
        if result and enrolment_id not in hidden:
            grades.append({"enrolment_id": enrolment_id, "result": result, "word": word})
    return grades


def _cell(mark: Mapping[str, Any] | None) -> GradeCell:
    return GradeCell(MarkStatus(mark["status"]), hundredths(mark["score"])) if mark else GradeCell()


def _mark(chance: random.Random, enrolment_id: str, able: float, points: int, place: int) -> Mapping[str, Any]:
    if place % _MISSING_EVERY == _MISSING_EVERY - 1:
        return {"enrolment_id": enrolment_id, "status": "missing", "score": None}
    if place % _EXCUSED_EVERY == _EXCUSED_EVERY - 1:
        return {"enrolment_id": enrolment_id, "status": "excused", "score": None}
    percent = min(98.0, max(22.0, chance.gauss(able, 8)))
    halves = round(points * percent / 50)
    whole, half = divmod(halves, 2)
    return {"enrolment_id": enrolment_id, "status": "marked", "score": f"{whole}.5" if half else str(whole)}
