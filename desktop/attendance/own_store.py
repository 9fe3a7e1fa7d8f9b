"""One student's attendance by course: every class that was held with the mark that counts, percent and warnings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.attendance.leave_actions import policy_of
from desktop.attendance.leave_store import excuses_of
from desktop.attendance.words import mark_words
from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.times import local, zone_of
from shared.attendance.absence_rules import AbsenceWarning, absence_warning
from shared.attendance.rules import Effective, Excuses, effective, percentage
from shared.attendance.vocabulary import OBSERVATION, AttendanceState
from shared.core.text import text
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT, EnrolmentState
from shared.timetable.vocabulary import CLASS_SESSION, ClassSessionState

Body = Mapping[str, Any]
_SHOWN = frozenset({EnrolmentState.PENDING, EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED, EnrolmentState.COMPLETED})


@dataclass(frozen=True)
class HeldClass:
    """One class that was held, or is excused in advance, with the mark that counts."""

    session: Body
    starts: datetime
    mark: Effective

    @property
    def id(self) -> str:
        """The class session's id."""
        return str(self.session["id"])

    @property
    def words(self) -> str:
        """`Late · 8 min`."""
        return mark_words(self.mark.state, self.mark.minutes)


@dataclass(frozen=True)
class CourseAttendance:
    """A student's attendance in one cohort; classes earliest first."""

    enrolment: Body
    name: str
    course: str
    classes: tuple[HeldClass, ...]
    percent: int | None
    warning: AbsenceWarning | None
    counts: Mapping[str, int]

    @property
    def id(self) -> str:
        """The enrolment's id."""
        return str(self.enrolment["id"])

    @property
    def suspended(self) -> bool:
        """Whether the enrolment is suspended."""
        return bool(self.enrolment["state"] == EnrolmentState.SUSPENDED)


def attendance_of(desk: Desk, person_id: str) -> list[CourseAttendance]:
    """Return a student's attendance by cohort; enrolments for testing are left out."""
    where = [Where("person_id", "=", person_id)]
    enrolments = [
        one for one in desk.store.page(ENROLMENT, where, limit=-1) if one["state"] in _SHOWN and not one.get("testing")
    ]
    excuses = excuses_of(desk, [person_id])
    policy = policy_of(desk)
    cohorts = desk.store.many(COHORT, [one["cohort_id"] for one in enrolments])
    courses = desk.store.many(COURSE, sorted({one["course_id"] for one in cohorts.values()}))
    made = []
    for enrolment in enrolments:
        cohort = cohorts.get(enrolment["cohort_id"], {})
        classes = held_classes(desk, enrolment, excuses)
        states = [str(one.mark.state) for one in classes]
        made.append(
            CourseAttendance(
                enrolment=enrolment,
                name=str(cohort.get("name") or text("A class")),
                course=str(courses.get(cohort.get("course_id", ""), {}).get("title") or ""),
                classes=tuple(classes),
                percent=percentage(states),
                warning=absence_warning(states, policy),
                counts=Counter(states),
            )
        )
    return sorted(made, key=lambda one: (one.name, one.id))


def held_classes(desk: Desk, enrolment: Body, excuses: Excuses) -> list[HeldClass]:
    """Return the classes of an enrolment with a mark, or an excuse known in advance, earliest first."""
    zone = zone_of(desk)
    kept: dict[str, list[Body]] = {}
    for one in desk.store.page(OBSERVATION, [Where("enrolment_id", "=", enrolment["id"])], limit=-1):
        kept.setdefault(one["session_id"], []).append(one)
    sessions = desk.store.children(CLASS_SESSION, enrolment["cohort_id"])
    found = []
    for session in sorted(sessions, key=lambda one: (one["starts_at"], one["id"])):
        if session.get("state") == ClassSessionState.CANCELLED:
            continue
        excused = excuses.of(enrolment["person_id"], enrolment["id"], session)
        mark = effective([*kept.get(session["id"], ()), *excused])
        if mark.state is not AttendanceState.NONE:
            found.append(HeldClass(session, local(session["starts_at"], zone), mark))
    return found


def warning_words(warning: AbsenceWarning, threshold: int) -> str:
    """Return `3 absences in a row · 72 %, below 80 %`."""
    parts = []
    if warning.streak is not None:
        parts.append(text("{n} absences in a row", n=warning.streak))
    if warning.percent is not None:
        parts.append(text("{percent} %, below {threshold} %", percent=warning.percent, threshold=threshold))
    return " · ".join(parts)


def short_words(warning: AbsenceWarning) -> str:
    """Return `4 in a row · 72 %`, where there is little room."""
    parts = []
    if warning.streak is not None:
        parts.append(text("{n} in a row", n=warning.streak))
    if warning.percent is not None:
        parts.append(text("{percent} %", percent=warning.percent))
    return " · ".join(parts)


def missed_words(desk: Desk, person_id: str, cohort_id: str | None = None) -> str:
    """Return `92 % · 2 absent, 1 excused` over a student's classes, or those of one cohort."""
    found = [one for one in attendance_of(desk, person_id) if cohort_id in (None, one.enrolment["cohort_id"])]
    states = [str(held.mark.state) for one in found for held in one.classes]
    percent, counts = percentage(states), Counter(states)
    if percent is None:
        return text("Nothing recorded yet")
    return text(
        "{percent} % · {absent} absent, {excused} excused",
        percent=percent,
        absent=counts[AttendanceState.ABSENT],
        excused=counts[AttendanceState.EXCUSED],
    )


def kinds_read() -> Sequence[str]:
    """Return the kinds of rows that this depends on."""
    return (OBSERVATION, ENROLMENT, CLASS_SESSION, COHORT, "leave_request", "attendance_policy")
