"""When attendance warns: a percentage below the institute's threshold, or absences in a row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.attendance.rules import percentage
from shared.attendance.vocabulary import AttendanceState
from shared.core.ids import derived_id
from shared.core.text import text

DEFAULT_POLICY: Mapping[str, Any] = {"threshold": 80, "streak": 3}
LEAST_RECORDED = 3
"""How many classes must count before a percentage warns: one absence in the first week says nothing yet."""
_BOUNDS = {"threshold": (1, 100), "streak": (2, 20)}
_PASSED_OVER = frozenset({AttendanceState.EXCUSED, AttendanceState.NONE})


@dataclass(frozen=True)
class AbsenceWarning:
    """What there is to look at about one enrolment: `percent` below the threshold, `streak` absences in a row.

    Either may be None, never both.
    """

    percent: int | None
    streak: int | None


def policy_id(organisation_id: str) -> str:
    """Return the id of an organisation's policy row, the same on every device."""
    return derived_id("attendance_policy", organisation_id)


def policy_error(values: Mapping[str, Any]) -> str | None:
    """Return the sentence for a policy that can't be, or None."""
    for name, (least, most) in _BOUNDS.items():
        value = values.get(name)
        if name in values and not (isinstance(value, int) and least <= value <= most):
            return text("Enter a number from {least} to {most}.", least=least, most=most)
    return None


def absence_streak(states: Sequence[str]) -> int:
    """Return how many absences end the list, the latest class last; excused and not recorded ones are passed over."""
    count = 0
    for state in reversed(states):
        if state in _PASSED_OVER:
            continue
        if state != AttendanceState.ABSENT:
            break
        count += 1
    return count


def absence_warning(states: Iterable[str], policy: Mapping[str, Any] | None = None) -> AbsenceWarning | None:
    """Return what a student's states in the classes so far, the latest last, give to look at, or None.

    The percentage compared is the whole one that people see.
    """
    limits = {**DEFAULT_POLICY, **(policy or {})}
    known = [state for state in states if state not in _PASSED_OVER]
    percent, streak = percentage(known), absence_streak(known)
    low = percent if percent is not None and len(known) >= LEAST_RECORDED and percent < limits["threshold"] else None
    row = streak if streak >= limits["streak"] else None
    return AbsenceWarning(low, row) if low is not None or row is not None else None
