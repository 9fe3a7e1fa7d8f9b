"""Marking without names: whose work is without a name, and who knows the names all the same."""

from collections.abc import Mapping
from typing import Any

from shared.core.actor import Actor
from shared.core.text import text
from shared.grading.permissions import may_correct_marks
from shared.grading.rubric_rules import Fault

Body = Mapping[str, Any]


def is_blind(assignment: Body, mark: Body | None) -> bool:
    """Tell whether a student's work is without the name: until the mark is released."""
    return bool(assignment.get("anonymous")) and not (mark is not None and mark.get("released_at"))


def knows_names(actor: Actor) -> bool:
    """Tell whether someone sees whose mark is whose, and may show the names: the office, which corrects marks."""
    return may_correct_marks(actor)


def names_fault(actor: Actor, before: Body, after: Body, *, handed_in: bool) -> Fault | None:
    """Return why an assignment can't show its names, or None (`names_hidden`); before a hand-in anybody may."""
    if not before.get("anonymous") or after.get("anonymous") or not handed_in or knows_names(actor):
        return None
    words = text("Work has been handed in without names, so the office alone shows them. Ask the office.")
    return Fault("names_hidden", words)
