"""The attendance of one enrolment in percent, as the page of a person shows it."""

from desktop.core.desk import Desk
from desktop.core.queries import Where
from shared.attendance.rules import effective, percentage
from shared.attendance.vocabulary import OBSERVATION
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState


def enrolment_percent(desk: Desk, enrolment_id: str) -> int | None:
    """Return whole percent of the recorded classes that were attended, None while nothing is recorded."""
    marks: dict[str, list[dict[str, object]]] = {}
    for one in desk.store.page(OBSERVATION, [Where("enrolment_id", "=", enrolment_id)], limit=-1):
        marks.setdefault(one["session_id"], []).append(one)
    sessions = desk.store.many(CLASS_SESSION, list(marks))
    held = [one for one in marks if sessions.get(one, {}).get("state") != ClassSessionState.CANCELLED]
    return percentage(str(effective(marks[one]).state) for one in held)
