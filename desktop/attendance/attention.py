"""Whom somebody should look at: students below the threshold or absent in a row, found from the latest absences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from desktop.attendance.leave_actions import policy_of
from desktop.attendance.leave_store import excuses_of
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.store import full_name
from shared.attendance.absence_rules import AbsenceWarning, absence_warning
from shared.attendance.rules import Excuses, effective
from shared.attendance.vocabulary import OBSERVATION, AttendanceState
from shared.core.clock import instant_text
from shared.core.text import text
from shared.learning.vocabulary import COHORT, ENROLMENT, EnrolmentState
from shared.people.vocabulary import PERSON, PersonState
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

LOOK_BACK = timedelta(days=28)
"""Who hasn't been absent for so long is no news."""
MOST_LOOKED_AT = 300
_MOST_ABSENCES = 2_000
_ATTENDING_NOW = frozenset({EnrolmentState.PENDING, EnrolmentState.ACTIVE})
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Attention:
    """One enrolment to look at."""

    enrolment_id: str
    person_id: str
    name: str
    number: str
    cohort: str
    warning: AbsenceWarning


def to_look_at(desk: Desk) -> list[Attention]:
    """Return whom to look at, the longest row of absences first, then the lowest percentage.

    Takes up to some tenths of a second in a large institute, so call it in the background.
    """
    enrolments = _lately_absent(desk)
    if not enrolments:
        return []
    states = _states(desk, enrolments, excuses_of(desk, [one["person_id"] for one in enrolments]))
    policy = policy_of(desk)
    people = desk.store.many(PERSON, sorted({one["person_id"] for one in enrolments}))
    cohorts = desk.store.many(COHORT, sorted({one["cohort_id"] for one in enrolments}))
    found = []
    for one in enrolments:
        person = people.get(one["person_id"], {})
        warning = absence_warning(states.get(one["id"], ()), policy)
        if warning is None or person.get("state", PersonState.ACTIVE) != PersonState.ACTIVE:
            continue
        found.append(
            Attention(
                enrolment_id=one["id"],
                person_id=one["person_id"],
                name=full_name(person) or text("Unknown student"),
                number=str(person.get("number") or one["person_id"]),
                cohort=str(cohorts.get(one["cohort_id"], {}).get("name") or ""),
                warning=warning,
            )
        )
    return sorted(found, key=_urgency)


def _urgency(one: Attention) -> tuple[int, int, str, str]:
    percent = one.warning.percent if one.warning.percent is not None else 100
    return -(one.warning.streak or 0), percent, one.name, one.enrolment_id


def _lately_absent(desk: Desk) -> list[Body]:
    """The enrolments with an absence lately: whoever is warned of was absent, and mostly not long ago."""
    since = instant_text(desk.clock.now() - LOOK_BACK)
    where = [Where("state", "=", str(AttendanceState.ABSENT)), Where("sort_text", ">=", since)]
    absent = desk.store.page(OBSERVATION, where, descending=True, limit=_MOST_ABSENCES)
    # In a large institute nearly everybody was absent once lately; those who were most are looked at.
    ids = [one for one, _ in Counter(one["enrolment_id"] for one in absent).most_common(MOST_LOOKED_AT)]
    return [
        one
        for one in desk.store.many(ENROLMENT, ids).values()
        if one["state"] in _ATTENDING_NOW and not one.get("testing")
    ]


def _states(desk: Desk, enrolments: Sequence[Body], excuses: Excuses) -> dict[str, list[str]]:
    """Return by enrolment the states in the classes held, the latest one last."""
    wanted = [Where("enrolment_id", "in", [one["id"] for one in enrolments])]
    kept: dict[tuple[str, str], list[Body]] = {}
    for one in desk.store.page(OBSERVATION, wanted, limit=-1):
        kept.setdefault((one["enrolment_id"], one["session_id"]), []).append(one)
    sessions = desk.store.many(CLASS_SESSION, sorted({session_id for _, session_id in kept}))
    people = {one["id"]: one["person_id"] for one in enrolments}
    found: dict[str, list[tuple[str, str, str]]] = {}
    for (enrolment_id, session_id), said in kept.items():
        session = sessions.get(session_id)
        if session is None or session.get("state") == ClassSessionState.CANCELLED:
            continue
        mark = effective([*said, *excuses.of(people[enrolment_id], enrolment_id, session)])
        found.setdefault(enrolment_id, []).append((session["starts_at"], session_id, str(mark.state)))
    return {enrolment_id: [state for _, _, state in sorted(rows)] for enrolment_id, rows in found.items()}
