"""What the form of a leave request offers: students, their coming classes, and their cohorts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from desktop.attendance.leave_store import attended_by
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.store import lines_of
from desktop.timetable.times import day_words
from shared.attendance.leave_permissions import may_answer_leave, may_request_leave
from shared.core.clock import instant_text
from shared.core.text import text
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import PERSON, PersonState, Role
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

COMING = timedelta(days=28)
_MOST_FOUND = 5
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """One class that an apology can be for."""

    session_id: str
    cohort_id: str
    starts_at: str
    ends_at: str
    words: str


def students_like(desk: Desk, typed: str) -> list[Body]:
    """Return students whose names or numbers begin with what was typed."""
    if not typed.strip():
        return []
    hits = desk.store.search(typed, [PERSON], _MOST_FOUND * 4)
    found: list[Body] = [hit.body for hit in hits if Role.STUDENT in (hit.body.get("roles") or ())]
    return [one for one in found if one.get("state") != PersonState.INACTIVE][:_MOST_FOUND]


def _offered(desk: Desk, person_id: str) -> list[str]:
    """The cohorts of a student for which this person may ask."""
    attended = attended_by(desk, [person_id]).get(person_id, set()) if person_id else set()
    return sorted(one for one in attended if may_request_leave(desk.actor, person_id, one))


def coming_classes(desk: Desk, person_id: str, session_id: str = "") -> list[Offer]:
    """Return the classes of a student in the next four weeks that aren't over, and the one asked for."""
    now = desk.clock.now()
    where = [
        Where("cohort_id", "in", _offered(desk, person_id)),
        Where("ends_at", ">", instant_text(now)),
        Where("starts_at", "<", instant_text(now + COMING)),
    ]
    bodies = desk.store.page(CLASS_SESSION, where, order="starts_at", limit=-1)
    asked = desk.store.get(CLASS_SESSION, session_id) if session_id else None
    if asked is not None and session_id not in {one["id"] for one in bodies}:
        bodies.insert(0, asked)
    planned = [one for one in bodies if one.get("state") != ClassSessionState.CANCELLED]
    return [
        Offer(
            line.id,
            line.body["cohort_id"],
            line.body["starts_at"],
            line.body["ends_at"],
            text("{day}, {times} · {class_}", day=day_words(line.starts.date()), times=line.times, class_=line.cohort),
        )
        for line in lines_of(desk, planned)
    ]


def student_cohorts(desk: Desk, person_id: str) -> list[tuple[str, str]]:
    """Return what leave can be for, as (id, words): all classes under an empty id, and each cohort."""
    known = desk.store.many(COHORT, _offered(desk, person_id))
    each = [(one["id"], str(one["name"])) for one in known.values()]
    every = [("", text("All classes"))] if may_request_leave(desk.actor, person_id, None) else []
    return [*every, *each]


def may_approve_at_once(desk: Desk, person_id: str) -> bool:
    """Tell whether this person may answer what he or she enters for a student."""
    attended = attended_by(desk, [person_id]).get(person_id, set()) if person_id else set()
    return may_answer_leave(desk.actor, {"person_id": person_id}, attended)
