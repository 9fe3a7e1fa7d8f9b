"""Grades of a whole class at once: the figures of `GradeBook` in whole numbers, without the lines that explain them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from shared.grading.grade_rules import Category, GradeColumn
from shared.grading.points import half_up

LEFT_OUT = -1
"""What stands for work that doesn't count: excused, or not graded."""
_PERCENT = 100 * 100


@dataclass(frozen=True)
class _Part:
    weight: int
    drops: int
    plain: tuple[tuple[int, int], ...]
    extra: tuple[int, ...]
    factors: tuple[int, ...]


class QuickBook:
    """The rule of `GradeBook` for many students; `places` are the decimals of a percent."""

    def __init__(self, columns: Sequence[GradeColumn], categories: Sequence[Category] = (), places: int = 1) -> None:
        self._step = (100, 10, 1)[places]
        own = [(at, one) for at, one in enumerate(columns) if one.points > 0]
        self._parts: list[_Part] = []
        for category in categories or (Category("", 1),):
            met = [pair for pair in own if not categories or pair[1].category_id == category.id]
            plain = [(at, one.points) for at, one in met if not one.extra_credit]
            unit = lcm(1, *(points for _, points in plain))
            extra = tuple(at for at, one in met if one.extra_credit)
            factors = tuple(unit // points for _, points in plain)
            self._parts.append(_Part(category.weight, category.drop_lowest, tuple(plain), extra, factors))

    def percent(self, scores: Sequence[int]) -> int | None:
        """Return a student's grade in rounded hundredths of a percent, None while nothing counts.

        `scores` stand in the order of the columns: hundredths of a point (0 where work is missing) or `LEFT_OUT`.
        """
        weights, above, below = 0, 0, 1
        for part in self._parts:
            earned, possible = _sums(part, scores) if part.drops else _plain_sums(part, scores)
            if possible:
                for at in part.extra:
                    earned += max(0, scores[at])
                above = above * possible + part.weight * earned * below
                below *= possible
                weights += part.weight
        if not weights:
            return None
        return half_up(above * _PERCENT, below * weights * self._step) * self._step


def _plain_sums(part: _Part, scores: Sequence[int]) -> tuple[int, int]:
    earned = possible = 0
    for at, points in part.plain:
        score = scores[at]
        if score >= 0:
            earned += score
            possible += points
    return earned, possible


def _sums(part: _Part, scores: Sequence[int]) -> tuple[int, int]:
    """Return what is earned of what is possible without the lowest results; of equals the later one goes."""
    counted = [
        (scores[at] * factor, -place, scores[at], points)
        for place, ((at, points), factor) in enumerate(zip(part.plain, part.factors, strict=True))
        if scores[at] >= 0
    ]
    counted.sort()
    kept = counted[min(part.drops, max(0, len(counted) - 1)) :]
    return sum(one[2] for one in kept), sum(one[3] for one in kept)
