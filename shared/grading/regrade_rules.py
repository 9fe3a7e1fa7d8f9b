"""Rules of asking for a mark to be looked at again: one's own, once it is released, one request at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.text import text
from shared.grading.mark_rules import is_graded
from shared.grading.moderation_vocabulary import RegradeState
from shared.grading.rubric_rules import Fault

Body = Mapping[str, Any]


def asking_fault(mark: Body | None, requests: Sequence[Body], reason: str) -> Fault | None:
    """Return why a student can't ask now, or None. `requests` are the earlier ones about this mark.

    Codes: `not_released`, `regrade_waits`, `reason_missing`.
    """
    if mark is None or not is_graded(mark) or not mark.get("released_at"):
        return Fault("not_released", text("There is no published mark to look at again."))
    if any(one["state"] == RegradeState.OPEN for one in requests):
        return Fault("regrade_waits", text("You have asked already. Whoever marks the work answers you here."))
    if not reason.strip():
        return Fault("reason_missing", text("Say what should be looked at again."))
    return None


def answering_fault(request: Body, answer: str) -> Fault | None:
    """Return why a request can't be answered so, or None. Codes: `regrade_answered`, `answer_missing`."""
    if request["state"] == RegradeState.ANSWERED:
        name = request["answered_by_name"] or text("Someone")
        return Fault("regrade_answered", text("{name} has answered this already.", name=name))
    if not answer.strip():
        return Fault("answer_missing", text("Say why the mark stays as it is."))
    return None
