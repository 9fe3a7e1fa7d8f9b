"""Rules of more time for one student: whether a piece of work can have it, and until when it may be."""

from collections.abc import Mapping
from typing import Any

from shared.core.actor import Actor
from shared.core.clock import parse_instant
from shared.core.text import text
from shared.grading.permissions import may_edit_assignments, may_mark
from shared.grading.rubric_rules import Fault

Body = Mapping[str, Any]


def may_extend(actor: Actor, cohort_id: str) -> bool:
    """Whoever marks in a cohort, or sets its work, gives its students more time."""
    return may_mark(actor, cohort_id) or may_edit_assignments(actor, cohort_id)


def extension_fault(assignment: Body, due_at: str | None) -> Fault | None:
    """Return why a student can't have time until `due_at` (None takes it back), or None.

    Codes: `work_never_due`, `extension_too_early`.
    """
    if due_at is None:
        return None
    due = assignment.get("due_at")
    if due is None:
        return Fault("work_never_due", text("This work has no due time, so nobody needs more. Give it one first."))
    if parse_instant(due_at) <= parse_instant(due):
        return Fault("extension_too_early", text("More time ends after the work is due. Choose a later time."))
    return None
