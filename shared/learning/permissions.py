"""Who may do what to courses, cohorts and enrolments."""

from shared.core.actor import Actor
from shared.learning.course_rights import CourseRight
from shared.people.vocabulary import Permission


def may_edit_courses(actor: Actor) -> bool:
    """Staff with `courses.edit` make courses, cohorts and terms."""
    return actor.may(Permission.COURSES_EDIT)


def may_edit_enrolments(actor: Actor) -> bool:
    """Staff with `enrolments.edit` enrol people and confirm walk-ins."""
    return actor.may(Permission.ENROLMENTS_EDIT)


def may_set_course_rights(actor: Actor) -> bool:
    """Whoever makes courses says what each instructor may do in them."""
    return actor.may(Permission.COURSES_EDIT)


def may_add_walk_in(actor: Actor, cohort_id: str) -> bool:
    """Whoever takes a cohort's registers may add someone who walked in, for the office to confirm."""
    if may_edit_enrolments(actor) or actor.may(Permission.REGISTERS_TAKE_ANY):
        return True
    return actor.may(Permission.REGISTERS_TAKE_OWN) and actor.teaches_with(CourseRight.ATTEND, cohort_id)
