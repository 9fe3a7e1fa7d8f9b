"""What the screens of admissions read: enquiries by when they are due, forms, applications by how long they wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.finance.account_store import today_of
from shared.admissions.enquiry_rules import Due, due_key, due_of
from shared.admissions.form_rules import is_open
from shared.admissions.rules import Step, average_score, days_waiting, step_of
from shared.admissions.vocabulary import (
    APPLICATION,
    APPLICATION_EVENT,
    APPLICATION_FORM,
    ENQUIRY,
    OPEN_STATES,
    ApplicationState,
    EnquiryState,
    EventKind,
)
from shared.core.clock import instant_text
from shared.core.conflict import KIND as CONFLICT
from shared.core.conflict import is_held
from shared.learning.vocabulary import ATTENDING, COHORT, COURSE, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON, Role

Body = Mapping[str, Any]
KINDS_READ = frozenset({ENQUIRY, APPLICATION_FORM, APPLICATION, APPLICATION_EVENT, CONFLICT, COURSE, COHORT, ENROLMENT})
DAYS_LONG = 3
"""Whoever waits for more days than that waits long."""


@dataclass(frozen=True)
class ApplicationLine:
    """One application as lists show it. With `conflict_id` two reviewers disagree about it."""

    body: Body
    course: str
    days: int
    step: Step | None
    waiting: bool = False
    conflict_id: str | None = None

    @property
    def id(self) -> str:
        """The application's id."""
        return str(self.body["id"])

    @property
    def name(self) -> str:
        """The applicant's name."""
        return str(self.body["name"])

    @property
    def is_long(self) -> bool:
        """Whether somebody waits for long."""
        return self.days > DAYS_LONG


@dataclass(frozen=True)
class EnquiryLine:
    """One enquiry as the follow-up list shows it."""

    body: Body
    course: str
    assigned: str
    due: Due
    waiting: bool = False

    @property
    def id(self) -> str:
        """The enquiry's id."""
        return str(self.body["id"])


def course_titles(desk: Desk) -> dict[str, str]:
    """Return the titles of courses by id."""
    return {one["id"]: str(one.get("title") or one.get("code") or "") for one in desk.store.page(COURSE, limit=-1)}


def course_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the courses that are taught, by title."""
    found = [one for one in desk.store.page(COURSE, limit=-1) if not one.get("archived")]
    return [(one["id"], str(one.get("title") or one.get("code") or "")) for one in found]


def cohort_choices(desk: Desk, course_id: str) -> list[tuple[str, str]]:
    """Return the cohorts of a course into which one may come."""
    found = desk.store.page(COHORT, [Where("parent", "=", course_id)], limit=-1)
    return [(one["id"], str(one.get("name") or one.get("code") or "")) for one in found if not one.get("archived")]


def staff_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the staff who may follow an enquiry up, as far as this computer knows them."""
    people = desk.store.page(PERSON, [Where("state", "=", "active")], limit=-1)
    staff = [one for one in people if any(role != Role.STUDENT for role in one.get("roles") or ())]
    return [(one["id"], " ".join(filter(None, (one["given_name"], one.get("family_name"))))) for one in staff]


# -------------------------------------------------------------------------------------------------------- enquiries


def enquiry_lines(desk: Desk) -> list[EnquiryLine]:
    """Return all enquiries, what is due first."""
    today, courses = today_of(desk), course_titles(desk)
    bodies = desk.store.page(ENQUIRY, limit=-1)
    people = desk.store.many(PERSON, sorted({one["assigned_to"] for one in bodies if one.get("assigned_to")}))
    unsent = desk.store.waiting_among(ENQUIRY, [one["id"] for one in bodies])
    lines = []
    for body in sorted(bodies, key=lambda one: due_key(one, today)):
        person = people.get(body.get("assigned_to") or "") or {}
        name = " ".join(filter(None, (person.get("given_name"), person.get("family_name"))))
        course = courses.get(body.get("course_id") or "", "")
        lines.append(EnquiryLine(body, course, name, due_of(body, today), body["id"] in unsent))
    return lines


def enquiries_due(desk: Desk) -> int:
    """Return how many enquiries are to be followed up by today."""
    today = today_of(desk)
    found = desk.store.page(ENQUIRY, [Where("state", "=", str(EnquiryState.OPEN))], limit=-1)
    return sum(due_of(one, today) in (Due.OVERDUE, Due.TODAY) for one in found)


# ------------------------------------------------------------------------------------------------------------ forms


def forms(desk: Desk) -> list[dict[str, Any]]:
    """Return all forms by title."""
    return desk.store.page(APPLICATION_FORM, limit=-1)


def open_forms(desk: Desk) -> list[dict[str, Any]]:
    """Return the forms with which one may apply today."""
    today = today_of(desk)
    return [one for one in forms(desk) if is_open(one, today)]


# ----------------------------------------------------------------------------------------------------- applications


def application_lines(desk: Desk, states: Sequence[str] = tuple(OPEN_STATES)) -> list[ApplicationLine]:
    """Return applications in these states, the longest wait first."""
    where = [Where("state", "in", [str(one) for one in states])]
    return lines_of(desk, desk.store.page(APPLICATION, where, limit=-1))


def lines_of(desk: Desk, bodies: Sequence[Body]) -> list[ApplicationLine]:
    """Return applications with what is around them."""
    now, courses = instant_text(desk.clock.now()), course_titles(desk)
    unsent = desk.store.waiting_among(APPLICATION, [one["id"] for one in bodies])
    disputed = {one.entity_id: one.id for one in desk.store.conflicts() if one.kind == APPLICATION and not is_held(one)}
    return [
        ApplicationLine(
            one,
            courses.get(one["course_id"], ""),
            days_waiting(one, now),
            step_of(one, now),
            one["id"] in unsent,
            disputed.get(one["id"]),
        )
        for one in bodies
    ]


def line_of(desk: Desk, row_id: str) -> ApplicationLine | None:
    """Return one application."""
    body = desk.store.get(APPLICATION, row_id)
    return lines_of(desk, [body])[0] if body else None


def own_applications(desk: Desk) -> list[ApplicationLine]:
    """Return the applications of whoever is signed in, the latest first."""
    found = desk.store.page(APPLICATION, [Where("person_id", "=", desk.actor.person_id)], limit=-1)
    return sorted(lines_of(desk, found), key=lambda line: str(line.body["started_at"]), reverse=True)


def matches(line: ApplicationLine, typed: str) -> bool:
    """Tell whether an application has every word that was typed."""
    said = fold(" ".join(str(line.body.get(one) or "") for one in ("name", "number", "phone", "email")))
    return all(word in said for word in fold(typed).split())


def events_of(desk: Desk, application_id: str) -> list[dict[str, Any]]:
    """Return what happened to an application, the latest first."""
    where = [Where("application_id", "=", application_id)]
    return desk.store.page(APPLICATION_EVENT, where, descending=True, limit=-1)


def score_of(desk: Desk, application_id: str) -> int | None:
    """Return the mean score that reviewers gave."""
    return average_score([one for one in events_of(desk, application_id) if one["kind"] == EventKind.NOTE])


def places_left(desk: Desk, cohort_id: str | None) -> tuple[int, int] | None:
    """Return (left, all) places of a cohort, None where it takes everybody or isn't known here."""
    cohort = desk.store.get(COHORT, cohort_id or "") or {}
    capacity = cohort.get("capacity")
    if not capacity:
        return None
    found = desk.store.page(ENROLMENT, [Where("parent", "=", cohort_id)], limit=-1)
    taken = sum(one["state"] in ATTENDING for one in found)
    return int(capacity) - taken, int(capacity)


def to_review(desk: Desk) -> int:
    """Return how many applications wait for the institute."""
    states = [str(ApplicationState.PENDING), str(ApplicationState.UNDER_REVIEW)]
    return desk.store.count(APPLICATION, [Where("state", "in", states)])
