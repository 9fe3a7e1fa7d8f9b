"""Rules of rubrics: levels with ranges that fit, what they add up to, and whether a judgement keeps to them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from shared.core.text import text
from shared.grading.points import points_text, read_points

Body = Mapping[str, Any]


class Fault(NamedTuple):
    """Why something can't be kept: a stable code and the sentence for the person."""

    code: str
    sentence: str


def rubric_fault(criteria: Sequence[Body]) -> Fault | None:
    """Return why these criteria aren't a rubric, or None.

    Codes: `rubric_empty`, `rubric_name_twice`, `rubric_points_invalid`, `rubric_level_range`, `rubric_levels_overlap`.
    """
    if not criteria or any(not criterion["levels"] for criterion in criteria):
        return Fault("rubric_empty", text("A rubric needs a criterion, and each criterion a level."))
    parts = [*criteria, *(level for criterion in criteria for level in criterion["levels"])]
    if len({one["id"] for one in parts}) < len(parts):
        return Fault("rubric_name_twice", text("Two parts of this rubric are mixed up. Remove one and add it again."))
    for criterion in criteria:
        fault = _levels_fault(criterion)
        if fault is not None:
            return fault
    return None


def _levels_fault(criterion: Body) -> Fault | None:
    ranges: list[tuple[int, int, str]] = []
    for level in criterion["levels"]:
        low, high = read_points(level["low"]), read_points(level["high"])
        name = level["name"]
        if low.hundredths is None or high.hundredths is None:
            return Fault(
                "rubric_points_invalid", text("{level}: {reason}", level=name, reason=low.sentence or high.sentence)
            )
        if low.hundredths > high.hundredths:
            places = {"level": name, "low": points_text(low.hundredths), "high": points_text(high.hundredths)}
            words = text("{level} goes from {low} to {high}. Put the smaller number first.", **places)
            return Fault("rubric_level_range", words)
        ranges.append((low.hundredths, high.hundredths, name))
    for lower, upper in pairwise(sorted(ranges)):
        if upper[0] < lower[1] or upper[:2] == lower[:2]:
            names = {"criterion": criterion["name"], "one": lower[2], "other": upper[2]}
            words = text("{criterion}: {one} and {other} overlap. Give each points of its own.", **names)
            return Fault("rubric_levels_overlap", words)
    return None


def most_points(criteria: Sequence[Body]) -> int:
    """Return the most that a rubric without faults gives, in hundredths."""
    return sum(max(_hundredths(level["high"]) for level in criterion["levels"]) for criterion in criteria)


def total_of(levels: Sequence[Body]) -> int:
    """Return what the levels given add up to, in hundredths; unreadable points count nothing."""
    return sum(_hundredths(one["points"]) for one in levels)


def is_whole(criteria: Sequence[Body], levels: Sequence[Body]) -> bool:
    """Tell whether every criterion has its level."""
    return {one["criterion_id"] for one in levels} == {criterion["id"] for criterion in criteria}


def levels_fault(criteria: Sequence[Body], levels: Sequence[Body]) -> Fault | None:
    """Return why the levels given don't fit a rubric, or None.

    Codes: `rubric_changed`, `criterion_twice`, `level_points_invalid`, `level_points_range`.
    """
    known = {criterion["id"]: criterion for criterion in criteria}
    if len({one["criterion_id"] for one in levels}) < len(levels):
        return Fault("criterion_twice", text("A criterion has two levels. Choose one of them."))
    for given in levels:
        criterion = known.get(given["criterion_id"])
        ladder = criterion["levels"] if criterion else ()
        level = next((one for one in ladder if one["id"] == given["level_id"]), None)
        if criterion is None or level is None:
            words = text("This was marked by another version of the rubric. Open the work again and choose its levels.")
            return Fault("rubric_changed", words)
        typed = read_points(given["points"])
        if typed.hundredths is None:
            return Fault("level_points_invalid", typed.sentence)
        if not _hundredths(level["low"]) <= typed.hundredths <= _hundredths(level["high"]):
            places = {
                "criterion": criterion["name"],
                "level": level["name"],
                "low": level["low"],
                "high": level["high"],
            }
            words = text("{criterion}: {level} gives {low} to {high} points.", **places)
            return Fault("level_points_range", words)
    return None


def _hundredths(typed: str) -> int:
    return read_points(typed).hundredths or 0
