"""Giving one student more time for one piece of work, and taking it back; offline, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.extension_rules import extension_fault, may_extend
from shared.grading.ids import extension_id
from shared.grading.vocabulary import EXTENSION, WorkKind

Body = Mapping[str, Any]


def extension_of(desk: Desk, assignment_id: str, enrolment_id: str) -> Body | None:
    """Return the time that a student has been given, None without any, or where it was taken back."""
    found = desk.store.get(EXTENSION, extension_id(assignment_id, enrolment_id))
    return found if found is not None and found.get("due_at") else None


def may_have_time(desk: Desk, assignment: Body) -> bool:
    """Tell whether this person can give more time for a piece of work: it is handed in here, and due."""
    handed_in = assignment["work_kind"] == WorkKind.HANDED_IN and bool(assignment.get("due_at"))
    return handed_in and may_extend(desk.actor, assignment["cohort_id"])


def grant(desk: Desk, assignment: Body, enrolment_id: str, due_at: str | None, reason: str) -> bool:
    """Give a student time until an instant, None takes it back; False where nothing differs.

    Raises CampusError `not_allowed` and the codes of `extension_fault`.
    """
    if not may_extend(desk.actor, assignment["cohort_id"]):
        raise CampusError("not_allowed", text("You don't give more time in this class. Ask whoever teaches it."))
    fault = extension_fault(assignment, due_at)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    target = extension_id(assignment["id"], enrolment_id)
    present = desk.store.get(EXTENSION, target)
    told = reason.strip()[:300]
    before = (present["due_at"], present["reason"]) if present else (None, "")
    if before == (due_at, told) or (due_at is None and before[0] is None):
        return False
    payload = {
        "assignment_id": assignment["id"],
        "enrolment_id": enrolment_id,
        "due_at": due_at,
        "reason": told,
        "author_name": desk.actor.name,
    }
    desk.commit([Ask("GrantExtension", target, payload, base=present["revision"] if present else None)])
    return True
