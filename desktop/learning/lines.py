"""What courses, cohorts, enrolments and terms are to the local store: listed, found, told on the sync page."""

from collections.abc import Callable

from desktop.core.area import KeyValue, KindSpec, Line, StoreArea
from desktop.learning.words import enrolment_word
from desktop.people.words import full_name
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import plural, text
from shared.learning import course_rights
from shared.learning.commands import PAYLOADS, TYPE_VERSIONS
from shared.learning.holds import HOLD
from shared.learning.rules import PROJECTIONS
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, COURSE_RIGHT, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON


def course_title(body: Body) -> str:
    """Return what a search result prints for a course."""
    return f"{body['code']} {body['title']}"


def cohort_title(body: Body) -> str:
    """Return what a search result prints for a cohort."""
    return str(body["name"]) if body["code"] in body["name"] else f"{body['name']} {body['code']}"


def _key(name: str) -> Callable[[Body], KeyValue]:
    return lambda body: body.get(name)


def _flag(body: Body) -> int:
    return int(bool(body.get("archived")))


def _person(person_id: str, read: ReadRow) -> str:
    return full_name(read(PERSON, person_id)) or text("someone")


def _cohort(cohort_id: str, read: ReadRow) -> str:
    return str((read(COHORT, cohort_id) or {}).get("name") or text("a cohort"))


def _titled(command: Command, read: ReadRow, kind: str) -> str:
    body = read(kind, command.target_id) or {}
    return str(body.get("title") or body.get("name") or text("a row that is gone"))


def _added_course(command: Command, _read: ReadRow) -> str:
    return text("Added the course {title}", title=command.payload["title"])


def _edited_course(command: Command, read: ReadRow) -> str:
    return text("Changed the course {title}", title=_titled(command, read, COURSE))


def _added_cohort(command: Command, _read: ReadRow) -> str:
    return text("Added the cohort {name}", name=command.payload["name"])


def _edited_cohort(command: Command, read: ReadRow) -> str:
    return text("Changed the cohort {name}", name=_titled(command, read, COHORT))


def _enrolled(command: Command, read: ReadRow) -> str:
    payload = command.payload
    return text(
        "Enrolled {name} in {cohort}",
        name=_person(payload["person_id"], read),
        cohort=_cohort(payload["cohort_id"], read),
    )


def _state_set(command: Command, read: ReadRow) -> str:
    state = enrolment_word(str(command.payload["state"]))
    n = 1 + len(command.more_targets)
    body = read(ENROLMENT, command.target_id) or {}
    name = _person(body.get("person_id", ""), read)
    cohort = _cohort(body.get("cohort_id", ""), read)
    return plural(
        "Enrolment of {name} in {cohort}: {state}", "{n} enrolments in {cohort}: {state}", n, name=name, cohort=cohort,
        state=state,
    )  # fmt: skip


def _confirmed(command: Command, read: ReadRow) -> str:
    body = read(ENROLMENT, command.target_id) or {}
    return text(
        "Confirmed {name} in {cohort}",
        name=_person(body.get("person_id", ""), read),
        cohort=_cohort(body.get("cohort_id", ""), read),
    )


def _added_term(command: Command, _read: ReadRow) -> str:
    return text("Added the term {name}", name=command.payload["name"])


def _edited_term(command: Command, read: ReadRow) -> str:
    return text("Changed the term {name}", name=_titled(command, read, ACADEMIC_TERM))


def _rights_set(command: Command, read: ReadRow) -> str:
    course = read(COURSE, command.payload["course_id"]) or {}
    name = _person(command.payload["person_id"], read)
    return text("Changed what {name} may do in {course}", name=name, course=course.get("title") or text("a course"))


LINES: dict[str, Line] = {
    "AddCourse": _added_course,
    "EditCourse": _edited_course,
    "AddCohort": _added_cohort,
    "EditCohort": _edited_cohort,
    "EnrolPerson": _enrolled,
    "SetEnrolmentState": _state_set,
    "ConfirmEnrolment": _confirmed,
    "AddAcademicTerm": _added_term,
    "EditAcademicTerm": _edited_term,
    "SetCourseRights": _rights_set,
}
KINDS = {
    COURSE: KindSpec(
        sort_text=lambda body: fold(body["title"]),
        search_text=course_title,
        title=course_title,
        keys={"code": _key("code"), "archived_key": _flag, "category": _key("category")},
    ),
    COHORT: KindSpec(
        sort_text=lambda body: fold(body["name"]),
        search_text=lambda body: f"{body['name']} {body['code']} {body.get('room') or ''}",
        title=cohort_title,
        keys={"code": _key("code"), "archived_key": _flag, "starts_on": _key("starts_on")},
    ),
    ENROLMENT: KindSpec(keys={"person_id": _key("person_id"), "state": _key("state")}),
    HOLD: KindSpec(keys={"person_id": _key("person_id"), "state": _key("state")}),
    COURSE_RIGHT: KindSpec(),
    ACADEMIC_TERM: KindSpec(sort_text=lambda body: str(body.get("starts_on") or "")),
}
STORE = StoreArea(
    kinds=KINDS,
    projections=PROJECTIONS | course_rights.PROJECTIONS,
    type_versions=TYPE_VERSIONS | course_rights.TYPE_VERSIONS,
    lines=LINES,
    payloads=PAYLOADS | course_rights.PAYLOADS,
)
