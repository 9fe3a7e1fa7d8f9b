"""Rules of published course grades: how a grade is told, what explains it, and why it can't be published."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.text import plural, text
from shared.grading.assignment_rules import word_of
from shared.grading.grade_rules import CourseGrade, GradeCell, GradeLine
from shared.grading.mark_rules import hundredths
from shared.grading.points import ONE, half_up, points_text
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import AssignmentState, MarkStatus

Body = Mapping[str, Any]
_PERCENT = 100


def figure_of(percent: int, places: int) -> str:
    """Return rounded hundredths of a percent with their decimals: `81.50`, `81.5`, `82`."""
    whole, part = divmod(percent, ONE)
    return f"{whole}." + f"{part:02}"[:places] if places else str(whole)


def told(scheme: Body, grade: CourseGrade) -> tuple[str, str]:
    """Return a grade as its scheme tells it: figure and word, both of the rounded percentage; empty without one."""
    places = int(scheme["places"])
    rounded = grade.rounded(places)
    return ("", "") if rounded is None else (figure_of(rounded, places), word_of(scheme, rounded))


def word_told(scheme: Body, grade: CourseGrade) -> str:
    """Return the word of a grade, which is that of the figure on show."""
    return told(scheme, grade)[1]


class Statements:
    """What explains the grades of one set of work, made ready for many students.

    Work that students haven't been shown is left out unless it counts.
    """

    def __init__(self, scheme: Body, assignments: Sequence[Body]) -> None:
        self._names = {one["id"]: str(one["name"]) for one in scheme["categories"]}
        self._work: dict[str, list[tuple[int, bool, dict[str, Any]]]] = {}
        for at, one in enumerate(assignments):
            key = one["category_id"] if self._names else ""
            hidden = one["state"] == AssignmentState.DRAFT
            self._work.setdefault(key, []).append((at, hidden, _fixed(one)))

    def lines(self, cells: Sequence[GradeCell], grade: CourseGrade) -> list[dict[str, Any]]:
        """Return the lines that explain a grade; `cells` stand in the order of the assignments."""
        weights = sum(line.weight for line in grade.lines)
        return [self._part(line, weights, cells) for line in grade.lines]

    def _part(self, line: GradeLine, weights: int, cells: Sequence[GradeCell]) -> dict[str, Any]:
        percent = line.percent
        return {
            "category_id": line.category_id,
            "name": self._names.get(line.category_id, ""),
            "share": points_text(half_up(line.weight * _PERCENT * ONE, weights)) if weights else "0",
            "earned": points_text(line.earned),
            "possible": points_text(line.possible),
            "percent": None if percent is None else points_text(half_up(percent.numerator, percent.denominator)),
            "work": [
                _work(fixed, cells[at], line.dropped)
                for at, hidden, fixed in self._work.get(line.category_id, ())
                if not hidden or cells[at].status is not MarkStatus.NONE
            ],
        }


def _fixed(assignment: Body) -> dict[str, Any]:
    return {
        "assignment_id": assignment["id"],
        "title": assignment["title"],
        "points": points_text(hundredths(assignment["points"])),
        "extra_credit": bool(assignment["extra_credit"]),
    }


def _work(fixed: Mapping[str, Any], cell: GradeCell, dropped: Sequence[str]) -> dict[str, Any]:
    return {
        **fixed,
        "status": str(cell.status),
        "counts": points_text(cell.score) if cell.status is MarkStatus.MARKED else None,
        "dropped": fixed["assignment_id"] in dropped,
    }


def publish_fault(
    name: str, now: tuple[str, str], present: Body | None, *, waiting: int, disputed: bool, reason: str
) -> Fault | None:
    """Return why a student's grade can't be published, or None.

    `now` is the grade as `told`, `present` what was published before, `waiting` how many marks count that the student
    doesn't see. Codes: `grade_none`, `marks_not_released`, `mark_disputed`, `reason_missing`.
    """
    if not now[0]:
        return Fault("grade_none", text("Nothing of {name} counts yet, so there is no grade.", name=name))
    if waiting:
        words = plural(
            "{name} doesn't see 1 mark yet. Publish it first.",
            "{name} doesn't see {n} marks yet. Publish them first.",
            waiting,
            name=name,
        )
        return Fault("marks_not_released", words)
    if disputed:
        words = text("Two people have marked work of {name} differently. Choose between them first.", name=name)
        return Fault("mark_disputed", words)
    if is_changed(present, now) and not reason.strip():
        return Fault("reason_missing", text("{name} has seen another grade. Say why it changes.", name=name))
    return None


def is_changed(present: Body | None, now: tuple[str, str]) -> bool:
    """Tell whether a published grade says something else than the marks do now."""
    return present is not None and (present["result"], present["word"]) != now
