"""What a column of marks comes to: average, median, range and how they are spread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.grading.points import half_up

BARS = 10


@dataclass(frozen=True)
class Spread:
    """Figures in hundredths; `bars` count the marks in ten equal parts of the maximum, what is above it in the last."""

    count: int
    average: int
    median: int
    lowest: int
    highest: int
    bars: tuple[int, ...]


def spread(marks: Iterable[int], most: int) -> Spread | None:
    """Return the figures of marks (hundredths, at least 0) with the maximum `most`; None without any."""
    ordered = sorted(marks)
    if not ordered:
        return None
    bars = [0] * BARS
    for mark in ordered:
        bars[min(BARS - 1, mark * BARS // max(1, most))] += 1
    average = half_up(sum(ordered), len(ordered))
    return Spread(len(ordered), average, _median(ordered), ordered[0], ordered[-1], tuple(bars))


def _median(ordered: Sequence[int]) -> int:
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return half_up(ordered[middle - 1] + ordered[middle], 2)
