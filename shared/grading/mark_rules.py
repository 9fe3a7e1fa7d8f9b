"""Rules of a mark: what a judgement may be, when two are the same, what it counts for after lateness."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from shared.core.clock import parse_instant
from shared.core.text import text
from shared.grading.grade_rules import Category, GradeCell, GradeColumn
from shared.grading.late_rules import LateResult, LateRule, late_result
from shared.grading.points import MOST, points_text, read_points
from shared.grading.rubric_rules import Fault, is_whole, levels_fault, total_of
from shared.grading.vocabulary import LateKind, MarkStatus
from shared.grading.work_rules import due_at

Body = Mapping[str, Any]
JUDGED = ("status", "score", "levels", "feedback", "finished")
"""What is one judgement: it is taken or left as a whole."""


@lru_cache(maxsize=4096)
def hundredths(typed: str | None) -> int:
    """Return kept points in hundredths; nothing, or what isn't points, is 0."""
    return read_points(typed or "").hundredths or 0


def judgement_fault(assignment: Body, judgement: Body, criteria: Sequence[Body] | None = None) -> Fault | None:
    """Return why a judgement can't be kept, or None. `criteria` are the rubric's, None without one.

    Codes: those of `read_points` and `rubric_rules.levels_fault`, `score_missing`, `score_unneeded`, `rubric_none`,
    `rubric_not_whole`, `rubric_total`.
    """
    status, score, levels = judgement["status"], judgement["score"], judgement["levels"]
    if status != MarkStatus.MARKED:
        given = score is not None or levels
        return Fault("score_unneeded", text("Only marked work has points. Take the points out.")) if given else None
    if score is None:
        wanted = judgement["finished"]
        return (
            Fault("score_missing", text("Points are missing. Type them, or leave it as a draft.")) if wanted else None
        )
    typed = read_points(score, MOST if assignment["extra_credit"] else hundredths(assignment["points"]))
    if typed.hundredths is None:
        return Fault(typed.code, typed.sentence)
    return _rubric_fault(judgement, typed.hundredths, criteria) if levels else None


def _rubric_fault(judgement: Body, score: int, criteria: Sequence[Body] | None) -> Fault | None:
    levels = judgement["levels"]
    if criteria is None:
        return Fault("rubric_none", text("This work has no rubric any more. Type the points."))
    fault = levels_fault(criteria, levels)
    if fault is not None:
        return fault
    if judgement["finished"] and not is_whole(criteria, levels):
        return Fault("rubric_not_whole", text("A criterion has no level yet. Choose one, or leave it as a draft."))
    total = total_of(levels)
    if total != score:
        places = {"total": points_text(total), "score": points_text(score)}
        return Fault("rubric_total", text("The levels add up to {total} points, not to {score}.", **places))
    return None


def tidied(judgement: Body) -> dict[str, Any]:
    """Return a judgement without faults in the one form in which two are compared."""
    score = judgement["score"]
    levels = [{**one, "points": points_text(hundredths(one["points"]))} for one in judgement["levels"]]
    return {
        "status": str(judgement["status"]),
        "score": None if score is None else points_text(hundredths(score)),
        "levels": sorted(levels, key=lambda one: str(one["criterion_id"])),
        "feedback": judgement["feedback"].strip(),
        "finished": bool(judgement["finished"]),
    }


def judgement_of(mark: Body | None) -> dict[str, Any]:
    """Return a mark's judgement; without a mark that of work that isn't graded."""
    if mark is None:
        return {"status": str(MarkStatus.NONE), "score": None, "levels": [], "feedback": "", "finished": False}
    return {name: list(mark[name]) if name == "levels" else mark[name] for name in JUDGED}


def cell_set(mark: Body | None, status: str, score: str | None) -> dict[str, Any]:
    """Return the judgement that typing into a cell makes: levels stay where the score does, feedback always."""
    before = judgement_of(mark)
    kept = before["levels"] if score is not None and hundredths(score) == total_of(before["levels"]) else []
    return {
        "status": status,
        "score": score,
        "levels": kept,
        "feedback": before["feedback"],
        "finished": status != MarkStatus.NONE,
    }


def late_rule(assignment: Body) -> LateRule:
    """Return what lateness costs for an assignment."""
    late = assignment.get("late") or {}
    return LateRule(
        LateKind(late.get("kind", LateKind.NONE)),
        hundredths(late.get("amount")),
        timedelta(minutes=late.get("grace_minutes", 0)),
        hundredths(late.get("floor_percent")),
    )


def is_graded(mark: Body | None) -> bool:
    """Tell whether a mark counts: finished, and not withdrawn."""
    return mark is not None and bool(mark["finished"]) and mark["status"] != MarkStatus.NONE


def counted(
    assignment: Body, mark: Body | None, handed_in_at: str | None = None, extension: Body | None = None
) -> LateResult | None:
    """Return what a mark's points count for after lateness, None where it has no points (missing, excused, draft)."""
    if mark is None or not is_graded(mark) or mark["status"] != MarkStatus.MARKED:
        return None
    handed_in = parse_instant(handed_in_at) if handed_in_at else None
    return late_result(hundredths(mark["score"]), late_rule(assignment), due_at(assignment, extension), handed_in)


def cell(
    assignment: Body, mark: Body | None, handed_in_at: str | None = None, extension: Body | None = None
) -> GradeCell:
    """Return a mark as the grade of a course takes it."""
    if mark is None or not is_graded(mark):
        return GradeCell()
    result = counted(assignment, mark, handed_in_at, extension)
    return GradeCell(MarkStatus(mark["status"]), result.result if result else 0)


def column(assignment: Body) -> GradeColumn:
    """Return an assignment as the grade of a course takes it."""
    return GradeColumn(
        assignment["id"], hundredths(assignment["points"]), assignment["category_id"], bool(assignment["extra_credit"])
    )


def categories(scheme: Body | None) -> list[Category]:
    """Return a scheme's categories as the grade of a course takes them."""
    found = scheme["categories"] if scheme else ()
    return [Category(one["id"], hundredths(one["weight"]), one.get("drop_lowest", 0)) for one in found]


def needs_review(mark: Body | None, *, locked: bool, hold_marks: bool, stale: bool) -> bool:
    """Tell whether a change must be looked at: a locked mark's, and a released one's made without knowing of it."""
    released = mark is not None and bool(mark.get("released_at"))
    return locked or (released and (hold_marks or stale))
