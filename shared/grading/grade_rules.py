"""The grade of a course from its marks: categories, weights, the lowest dropped, extra credit; exact, and explained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shared.grading.points import half_up
from shared.grading.vocabulary import MarkStatus

_PERCENT = 100 * 100


@dataclass(frozen=True)
class GradeColumn:
    """A piece of work: its maximum in hundredths of a point. Extra credit adds, and asks for nothing.

    What has a maximum of 0 counts for nothing.
    """

    id: str
    points: int
    category_id: str = ""
    extra_credit: bool = False


@dataclass(frozen=True)
class GradeCell:
    """What a student has in a column: hundredths of a point where it is marked."""

    status: MarkStatus = MarkStatus.NONE
    score: int = 0


@dataclass(frozen=True)
class Category:
    """A kind of work: its weight (any unit, the same for all), and how many of the lowest results don't count."""

    id: str
    weight: int
    drop_lowest: int = 0


@dataclass(frozen=True)
class GradeLine:
    """How a category came to its figure: points earned of those possible, in hundredths, and columns left out.

    `weight` is 0 where the category has nothing that counts yet: the others share its weight.
    """

    category_id: str
    earned: int
    possible: int
    weight: int
    dropped: tuple[str, ...] = ()

    @property
    def percent(self) -> Fraction | None:
        """The share earned, in hundredths of a percent; None where nothing counts yet."""
        return Fraction(self.earned * _PERCENT, self.possible) if self.possible else None


@dataclass(frozen=True)
class CourseGrade:
    """Hundredths of a percent, None while nothing counts; `lines` explain it."""

    percent: Fraction | None
    lines: tuple[GradeLine, ...]

    def rounded(self, places: int = 1) -> int | None:
        """Return hundredths of a percent, rounded to 0, 1 or 2 decimals of a percent, halves upwards."""
        if self.percent is None:
            return None
        step = (100, 10, 1)[places]
        return half_up(self.percent.numerator, self.percent.denominator * step) * step


@dataclass(frozen=True)
class _Part:
    category: Category
    columns: tuple[tuple[int, GradeColumn], ...]
    unit: int


class GradeBook:
    """The rule for one set of columns and categories, made ready for many students.

    Work in a category that isn't among `categories` counts for nothing. Without any category all work is one.
    """

    def __init__(self, columns: Sequence[GradeColumn], categories: Sequence[Category] = ()) -> None:
        plain = not categories
        self._parts: list[_Part] = []
        for category in categories or (Category("", 1),):
            counted = ((at, one) for at, one in enumerate(columns) if one.points > 0)
            own = tuple((at, one) for at, one in counted if plain or one.category_id == category.id)
            self._parts.append(_Part(category, own, math.lcm(1, *(one.points for _, one in own))))

    def grade(self, cells: Sequence[GradeCell]) -> CourseGrade:
        """Return a student's grade; `cells` stand in the order of the columns."""
        lines = tuple(_line(part, cells) for part in self._parts)
        weights = sum(one.weight for one in lines)
        if not weights:
            return CourseGrade(None, lines)
        whole = sum((one.weight * one.percent for one in lines if one.percent is not None), Fraction(0))
        return CourseGrade(whole / weights, lines)


def _line(part: _Part, cells: Sequence[GradeCell]) -> GradeLine:
    counted: list[tuple[int, int, GradeColumn]] = []
    extra = 0
    for at, column in part.columns:
        cell = cells[at]
        if cell.status is MarkStatus.MARKED or cell.status is MarkStatus.MISSING:
            score = cell.score if cell.status is MarkStatus.MARKED else 0
            if column.extra_credit:
                extra += score
            else:
                counted.append((score * (part.unit // column.points), score, column))
    # One always stays: who has handed in a single piece of work has that one. Of equals the later one goes.
    drops = min(part.category.drop_lowest, max(0, len(counted) - 1))
    order = sorted(range(len(counted)), key=lambda place: (counted[place][0], -place))
    gone = set(order[:drops])
    kept = [one for place, one in enumerate(counted) if place not in gone]
    possible = sum(column.points for _, _, column in kept)
    return GradeLine(
        part.category.id,
        sum(score for _, score, _ in kept) + extra,
        possible,
        part.category.weight if possible else 0,
        tuple(counted[place][2].id for place in sorted(gone)),
    )
