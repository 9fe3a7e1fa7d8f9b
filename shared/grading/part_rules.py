"""Rules of second marking: two judge without knowing of each other, a moderator sets the agreed mark."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.ids import derived_id
from shared.core.text import text
from shared.grading.mark_rules import is_graded, judgement_of
from shared.grading.moderation_vocabulary import MARK_PART, Part
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import MarkStatus

Body = Mapping[str, Any]
_WITHOUT_POINTS = frozenset({MarkStatus.NONE, MarkStatus.MISSING, MarkStatus.EXCUSED})


def part_id(assignment_id: str, enrolment_id: str, marker_id: str) -> str:
    """Return the id of what one marker gives one student's work."""
    return derived_id(MARK_PART, assignment_id, enrolment_id, marker_id)


def is_by_two(assignment: Body) -> bool:
    """Tell whether two mark this work, and a moderator sets the agreed mark."""
    return int(assignment.get("markers") or 1) > 1


def agreed_fault(assignment: Body, judgement: Body, mark: Body | None, *, moderates: bool) -> Fault | None:
    """Return why someone can't set a mark where two mark, or None: `needs_moderator`.

    Whoever teaches the class still says that work is missing or excused, and takes that back.
    """
    if moderates or not is_by_two(assignment):
        return None
    if {MarkStatus(judgement["status"]), MarkStatus(judgement_of(mark)["status"])} <= _WITHOUT_POINTS:
        return None
    words = text("Two mark this work. Give your own points in marking; a moderator sets the agreed mark.")
    return Fault("needs_moderator", words)


def part_fault(
    assignment: Body, mark: Body | None, part: Body | None, others: Sequence[Body], *, moderates: bool
) -> Fault | None:
    """Return why someone can't judge as one of two, or None. `others` are the parts of other markers.

    Codes: `marked_by_one`, `moderates`, `mark_agreed`, `parts_known`, `two_have_marked`.
    """
    if not is_by_two(assignment):
        return Fault("marked_by_one", text("One marks this work now. Open it again and give the mark itself."))
    if moderates:
        return Fault("moderates", text("You moderate and see what both give. Set the agreed mark itself."))
    if is_graded(mark):
        return Fault("mark_agreed", text("The mark of this work is agreed on already."))
    if part is not None and part["open"]:
        return Fault("parts_known", text("Both markers are done and know each other's mark. A moderator decides now."))
    if (part is None or not part["part"]) and sum(one["finished"] for one in others) > 1:
        return Fault("two_have_marked", text("Two others have marked this work already."))
    return None


def numbered(parts: Sequence[Body]) -> dict[str, Part]:
    """Return by id which part each finished judgement is; those that have a number keep it. `parts` in their order."""
    taken = {Part(one["part"]) for one in parts if one["part"]}
    free = [part for part in (Part.FIRST, Part.SECOND) if part not in taken]
    waiting = [one for one in parts if one["finished"] and not one["part"]]
    return {str(one["id"]): part for one, part in zip(waiting, free, strict=False)}


def are_done(parts: Sequence[Body]) -> bool:
    """Tell whether both have finished."""
    return sum(bool(one["finished"]) for one in parts) > 1
