"""The figures on a person's profile: courses, work handed in, grades, attendance, and when one last learned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from shared.attendance.rules import ATTENDED, percentage
from shared.grading.vocabulary import HANDED_IN
from shared.learning.vocabulary import EnrolmentState

TAKEN = frozenset({EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED})
"""The states of enrolments that count as a course taken."""
_TENTH = Decimal("0.1")

Class = tuple[str, str]
"""When a class that was recorded began, and the state that counts."""


@dataclass(frozen=True)
class PersonFigures:
    """What can be counted today; an average is None while there is nothing to count.

    `grade` is the mean of the published course grades in percent with one decimal, half a tenth rounded up;
    `attendance` is in whole percent, each course weighing the same; `last_learned_at` is an instant.
    """

    courses: int
    completed: int
    handed_in: int
    grade: Decimal | None
    attendance: int | None
    last_learned_at: str | None


def person_figures(
    enrolments: Iterable[Mapping[str, Any]],
    submissions: Iterable[Mapping[str, Any]],
    results: Iterable[object],
    classes: Mapping[str, Iterable[Class]],
) -> PersonFigures:
    """Return the figures of one person.

    `enrolments` have `id` and `state`, `submissions` `assignment_id`, `state` and `handed_in_at`; `results` are those
    of the published course grades, of which words such as "incomplete" don't count; `classes` are by enrolment.
    """
    taken = [one for one in enrolments if one.get("state") in TAKEN]
    work = [one for one in submissions if one.get("state") in HANDED_IN]
    held = {str(one["id"]): tuple(classes.get(str(one["id"]), ())) for one in taken}
    percents = [one for one in (percentage(state for _, state in own) for own in held.values()) if one is not None]
    moments = [str(one["handed_in_at"]) for one in work if one.get("handed_in_at")]
    moments += [begun for own in held.values() for begun, state in own if state in ATTENDED]
    return PersonFigures(
        len(taken),
        sum(1 for one in taken if one["state"] == EnrolmentState.COMPLETED),
        len({str(one["assignment_id"]) for one in work}),
        _mean([one for one in map(_number, results) if one is not None], _TENTH),
        None if not percents else int(_mean([Decimal(one) for one in percents], Decimal(1)) or 0),
        max(moments, default=None),
    )


def _number(result: object) -> Decimal | None:
    try:
        return Decimal(str(result))
    except InvalidOperation:
        return None


def _mean(values: list[Decimal], step: Decimal) -> Decimal | None:
    return (sum(values, Decimal(0)) / len(values)).quantize(step, ROUND_HALF_UP) if values else None
