"""Who may take and correct registers."""

from shared.core.actor import Actor
from shared.learning.course_rights import CourseRight
from shared.people.vocabulary import Permission


def may_take_register(actor: Actor, cohort_id: str, taught_by: str | None) -> bool:
    """Whoever may take any register, teaches the cohort, or teaches the session (see `clashes.taught_by`)."""
    if actor.may(Permission.REGISTERS_TAKE_ANY) or may_correct_register(actor):
        return True
    if not actor.may(Permission.REGISTERS_TAKE_OWN) or actor.lacks(CourseRight.ATTEND, cohort_id):
        return False
    return cohort_id in actor.teaches or taught_by == actor.person_id


def takes_registers(actor: Actor) -> bool:
    """Tell whether someone takes registers at all: those who only look at the institute don't."""
    return (
        actor.may(Permission.REGISTERS_TAKE_ANY)
        or actor.may(Permission.REGISTERS_TAKE_OWN)
        or may_correct_register(actor)
    )


def may_correct_register(actor: Actor) -> bool:
    """The office corrects registers that others took."""
    return actor.may(Permission.REGISTERS_CORRECT)


def is_office(actor: Actor, cohort_id: str, taught_by: str | None) -> bool:
    """Tell whether the actor's mark is an office correction rather than a mark made in class."""
    teaches = cohort_id in actor.teaches or taught_by == actor.person_id
    return may_correct_register(actor) and not teaches
