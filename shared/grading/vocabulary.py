"""The words of marking: what a mark can be, how lateness costs, and how a grade is told."""

from enum import StrEnum


class MarkStatus(StrEnum):
    """What stands in a cell of the gradebook; `none` is not graded yet, and never counts as zero."""

    NONE = "none"
    MARKED = "marked"
    MISSING = "missing"
    EXCUSED = "excused"


class LateKind(StrEnum):
    """How lateness costs: not at all, a share of the points for each day begun, or fixed points once."""

    NONE = "none"
    PERCENT_PER_DAY = "percent_per_day"
    FIXED = "fixed"


class ScaleKind(StrEnum):
    """How a grade is told."""

    PERCENT = "percent"
    LETTERS = "letters"
    POINTS = "points"
    PASS_FAIL = "pass_fail"  # noqa: S105 - a way to tell a grade
    COMPETENT = "competent"
