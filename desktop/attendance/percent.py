"""The attendance of one enrolment, class by class and in percent, as the page of a person shows it."""

from typing import Any

from desktop.attendance.leave_store import excuses_of
from desktop.core.desk import Desk
from desktop.core.queries import Where
from shared.attendance.rules import effective, percentage
from shared.attendance.vocabulary import OBSERVATION
from shared.learning.vocabulary import ENROLMENT
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState


def recorded_classes(desk: Desk, enrolment_id: str) -> list[tuple[str, str]]:
    """Return when each recorded class began that was held, and the state that counts."""
    marks: dict[str, list[dict[str, Any]]] = {}
    for one in desk.store.page(OBSERVATION, [Where("enrolment_id", "=", enrolment_id)], limit=-1):
        marks.setdefault(one["session_id"], []).append(one)
    sessions = desk.store.many(CLASS_SESSION, list(marks))
    held = [one for one in sessions.values() if one.get("state") != ClassSessionState.CANCELLED]
    person_id = (desk.store.get(ENROLMENT, enrolment_id) or {}).get("person_id", "")
    excuses = excuses_of(desk, [person_id])
    return [
        (str(one["starts_at"]), str(effective([*marks[one["id"]], *excuses.of(person_id, enrolment_id, one)]).state))
        for one in held
    ]


def enrolment_percent(desk: Desk, enrolment_id: str) -> int | None:
    """Return whole percent of the recorded classes that were attended, None while nothing is recorded."""
    return percentage(state for _, state in recorded_classes(desk, enrolment_id))
