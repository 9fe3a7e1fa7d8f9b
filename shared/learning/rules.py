"""Pure decisions of the learning area: what pending commands make of courses, cohorts and enrolments."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.command import Command
from shared.core.days import is_day
from shared.core.projection import Draft, Projection, ReadRow
from shared.learning.commands import COHORT_FIELDS, COURSE_FIELDS
from shared.learning.vocabulary import ACADEMIC_TERM, COHORT, COURSE, ENROLMENT

_DEFAULTS = {
    COURSE: {"description": "", "category": "other", "difficulty": "beginner", "mode": "on_site", "archived": False},
    COHORT: {"room": "", "instructors": [], "archived": False},
}


def has_no_day(values: Mapping[str, Any], *, needed: bool = False) -> bool:
    """Tell whether one of the days that are to be set is none; without `needed` nothing stands for none."""
    given = [values[name] for name in ("starts_on", "ends_on") if name in values]
    return any(not is_day(one) and (needed or one is not None) for one in given)


def is_turned(body: Mapping[str, Any]) -> bool:
    """Tell whether something that has days would end before it begins."""
    first, last = body.get("starts_on"), body.get("ends_on")
    return bool(first and last and str(last) < str(first))


def _project_add_course(command: Command, _read: ReadRow) -> Sequence[Draft]:
    given = {name: command.payload[name] for name in COURSE_FIELDS if name in command.payload}
    body = {**_DEFAULTS[COURSE], **given, "id": command.target_id, "revision": command.id}
    return [Draft(COURSE, command.target_id, body)]


def _project_add_cohort(command: Command, _read: ReadRow) -> Sequence[Draft]:
    course_id = command.payload["course_id"]
    given = {name: command.payload.get(name, _DEFAULTS[COHORT].get(name)) for name in COHORT_FIELDS}
    body = {**given, "course_id": course_id, "id": command.target_id, "revision": command.id}
    return [Draft(COHORT, command.target_id, body, course_id)]


def _project_edit(kind: str, parent_field: str | None) -> Projection:
    def project(command: Command, read: ReadRow) -> Sequence[Draft]:
        present = read(kind, command.target_id)
        if present is None:
            return []
        new = {name: change.get("new") for name, change in command.payload["changes"].items()}
        parent = present[parent_field] if parent_field else None
        return [Draft(kind, command.target_id, {**present, **new, "revision": command.id}, parent)]

    return project


def _project_enrol(command: Command, _read: ReadRow) -> Sequence[Draft]:
    payload = command.payload
    body = {
        "id": command.target_id,
        "revision": command.id,
        "cohort_id": payload["cohort_id"],
        "person_id": payload["person_id"],
        "state": payload.get("state", "active"),
        "enrolled_on": payload.get("enrolled_on"),
        "testing": payload.get("testing", False),
    }
    return [Draft(ENROLMENT, command.target_id, body, payload["cohort_id"])]


def _project_enrolment_state(command: Command, read: ReadRow) -> Sequence[Draft]:
    shown = [(target.id, read(ENROLMENT, target.id)) for target in command.targets]
    return [
        Draft(
            ENROLMENT,
            enrolment_id,
            {**body, "state": command.payload["state"], "revision": command.id},
            body["cohort_id"],
        )
        for enrolment_id, body in shown
        if body is not None
    ]


def _project_confirm(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ENROLMENT, command.target_id)
    if present is None:
        return []
    person_id = command.payload.get("person_id") or present["person_id"]
    body = {**present, "state": "active", "person_id": person_id, "revision": command.id}
    return [Draft(ENROLMENT, command.target_id, body, present["cohort_id"])]


def _project_term(command: Command, _read: ReadRow) -> Sequence[Draft]:
    body = {**command.payload, "id": command.target_id, "revision": command.id}
    return [Draft(ACADEMIC_TERM, command.target_id, body)]


PROJECTIONS: dict[str, Projection] = {
    "AddCourse": _project_add_course,
    "EditCourse": _project_edit(COURSE, None),
    "AddCohort": _project_add_cohort,
    "EditCohort": _project_edit(COHORT, "course_id"),
    "EnrolPerson": _project_enrol,
    "SetEnrolmentState": _project_enrolment_state,
    "ConfirmEnrolment": _project_confirm,
    "AddAcademicTerm": _project_term,
    "EditAcademicTerm": _project_edit(ACADEMIC_TERM, None),
}
