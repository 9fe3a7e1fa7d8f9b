"""Ids of the grading area that both sides derive, so that two devices mean the same row without asking."""

from shared.core.ids import derived_id
from shared.grading.vocabulary import (
    COURSE_GRADE,
    COURSE_GRADE_ENTRY,
    EXTENSION,
    GRADE_SCHEME,
    MARK,
    MARK_ENTRY,
    RUBRIC_VERSION,
    SUBMISSION,
    WORK_GROUP,
)


def mark_id(assignment_id: str, enrolment_id: str) -> str:
    """Return the id of the one mark that a student has for an assignment."""
    return derived_id(MARK, assignment_id, enrolment_id)


def extension_id(assignment_id: str, enrolment_id: str) -> str:
    """Return the id of the one extension that a student has for an assignment."""
    return derived_id(EXTENSION, assignment_id, enrolment_id)


def grade_scheme_id(cohort_id: str) -> str:
    """Return the id of a cohort's grade scheme."""
    return derived_id(GRADE_SCHEME, cohort_id)


def course_grade_id(enrolment_id: str) -> str:
    """Return the id of the one grade that a student has for a course's cohort."""
    return derived_id(COURSE_GRADE, enrolment_id)


def course_grade_entry_id(grade: str, command_id: str) -> str:
    """Return the id of the step that a command adds to a course grade's history."""
    return derived_id(COURSE_GRADE_ENTRY, grade, command_id)


def rubric_version_id(command_id: str) -> str:
    """Return the id of the version that a `SaveRubric` makes."""
    return derived_id(RUBRIC_VERSION, command_id)


def mark_entry_id(mark: str, command_id: str) -> str:
    """Return the id of the step that a command adds to a mark's history."""
    return derived_id(MARK_ENTRY, mark, command_id)


def work_groups_id(assignment_id: str) -> str:
    """Return the id that stands for all groups of a piece of work together."""
    return derived_id(WORK_GROUP, assignment_id)


def member_attempt_id(attempt_id: str, enrolment_id: str) -> str:
    """Return the id of the attempt that a member of a group has by what another member handed in."""
    return derived_id(SUBMISSION, attempt_id, enrolment_id)


def further_attempt_id(command_id: str) -> str:
    """Return the id of the attempt that a second hand-in of one draft becomes."""
    return derived_id(SUBMISSION, command_id)
