"""The rules of marking, the same on both sides."""

from shared.grading.grade_rules import Category, CourseGrade, GradeBook, GradeCell, GradeColumn, GradeLine
from shared.grading.late_rules import LateResult, LateRule, days_late, late_result
from shared.grading.points import points_text, read_points
from shared.grading.similarity_rules import Comparison, Pair, Passage, compare
from shared.grading.statistics_rules import Spread, spread

__all__ = [
    "Category",
    "Comparison",
    "CourseGrade",
    "GradeBook",
    "GradeCell",
    "GradeColumn",
    "GradeLine",
    "LateResult",
    "LateRule",
    "Pair",
    "Passage",
    "Spread",
    "compare",
    "days_late",
    "late_result",
    "points_text",
    "read_points",
    "spread",
]
