"""What a piece of work comes to over a class: who handed in, how marks are spread, and how each criterion went."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.grading.mark_rules import hundredths
from shared.grading.points import half_up
from shared.grading.statistics_rules import Spread, spread
from shared.grading.vocabulary import MarkStatus


class StudentWork(NamedTuple):
    """What one student has: a status that counts, its hundredths after lateness, and whether it came, and came late."""

    status: MarkStatus = MarkStatus.NONE
    score: int = 0
    handed_in: bool = False
    late: bool = False


@dataclass(frozen=True)
class WorkFigures:
    """How many students there are, handed in, were late, are graded, missing or excused, and what is still to come.

    `waiting` handed in and have no mark; `nothing` did neither. `spread` is of those graded, None without any.
    """

    students: int
    handed_in: int
    late: int
    graded: int
    missing: int
    excused: int
    waiting: int
    nothing: int
    spread: Spread | None


def work_figures(points: int, rows: Sequence[StudentWork]) -> WorkFigures:
    """Return the figures of a piece of work; `points` is its maximum in hundredths."""
    marked = [one.score for one in rows if one.status is MarkStatus.MARKED]
    open_rows = [one for one in rows if one.status is MarkStatus.NONE]
    return WorkFigures(
        students=len(rows),
        handed_in=sum(one.handed_in for one in rows),
        late=sum(one.late for one in rows),
        graded=len(marked),
        missing=sum(one.status is MarkStatus.MISSING for one in rows),
        excused=sum(one.status is MarkStatus.EXCUSED for one in rows),
        waiting=sum(one.handed_in for one in open_rows),
        nothing=sum(not one.handed_in for one in open_rows),
        spread=spread(marked, points),
    )


@dataclass(frozen=True)
class CriterionFigures:
    """How a criterion of a rubric went: its maximum and average in hundredths, and how often each level was given.

    `average` is None where nobody has a level of it.
    """

    id: str
    name: str
    most: int
    count: int
    average: int | None
    levels: tuple[tuple[str, int], ...]


def criterion_figures(
    criteria: Sequence[Mapping[str, Any]], judged: Iterable[Sequence[Mapping[str, Any]]]
) -> tuple[CriterionFigures, ...]:
    """Return the figures of a rubric's criteria; `judged` are the levels given, student by student.

    Levels of criteria that the rubric hasn't got are left out.
    """
    given: dict[str, list[tuple[str, int]]] = {str(one["id"]): [] for one in criteria}
    for levels in judged:
        for one in levels:
            if one["criterion_id"] in given:
                given[one["criterion_id"]].append((one["level_id"], hundredths(one["points"])))
    return tuple(_criterion(one, given[one["id"]]) for one in criteria)


def _criterion(criterion: Mapping[str, Any], given: Sequence[tuple[str, int]]) -> CriterionFigures:
    levels = tuple(
        (str(one["name"]), sum(level_id == one["id"] for level_id, _ in given)) for one in criterion["levels"]
    )
    total = sum(points for _, points in given)
    return CriterionFigures(
        str(criterion["id"]),
        str(criterion["name"]),
        max(hundredths(one["high"]) for one in criterion["levels"]),
        len(given),
        half_up(total, len(given)) if given else None,
        levels,
    )
