"""Ids of the grading area that both sides derive, so that two devices mean the same row without asking."""

from shared.core.ids import derived_id
from shared.grading.vocabulary import EXTENSION, GRADE_SCHEME, MARK, MARK_ENTRY, RUBRIC_VERSION, SUBMISSION


def mark_id(assignment_id: str, enrolment_id: str) -> str:
    """Return the id of the one mark that a student has for an assignment."""
    return derived_id(MARK, assignment_id, enrolment_id)


def extension_id(assignment_id: str, enrolment_id: str) -> str:
    """Return the id of the one extension that a student has for an assignment."""
    return derived_id(EXTENSION, assignment_id, enrolment_id)


def grade_scheme_id(cohort_id: str) -> str:
    """Return the id of a cohort's grade scheme."""
    return derived_id(GRADE_SCHEME, cohort_id)


def rubric_version_id(command_id: str) -> str:
    """Return the id of the version that a `SaveRubric` makes."""
    return derived_id(RUBRIC_VERSION, command_id)


def mark_entry_id(mark: str, command_id: str) -> str:
    """Return the id of the step that a command adds to a mark's history."""
    return derived_id(MARK_ENTRY, mark, command_id)


def further_attempt_id(command_id: str) -> str:
    """Return the id of the attempt that a second hand-in of one draft becomes."""
    return derived_id(SUBMISSION, command_id)
