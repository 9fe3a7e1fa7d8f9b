"""Who may read reports on attendance, and of which cohorts."""

from shared.attendance.permissions import may_correct_register
from shared.core.actor import Actor
from shared.people.vocabulary import Permission

_WHOLE = (Permission.SEE_ALL, Permission.REGISTERS_TAKE_ANY)


def reports_on_all(actor: Actor) -> bool:
    """Whoever corrects or takes any register, or sees the whole institute."""
    return may_correct_register(actor) or any(actor.may(word) for word in _WHOLE)


def may_see_reports(actor: Actor) -> bool:
    """The office reports on everybody, instructors on the cohorts that they teach."""
    return reports_on_all(actor) or (actor.may(Permission.REGISTERS_TAKE_OWN) and bool(actor.teaches))


def reported_cohorts(actor: Actor) -> frozenset[str] | None:
    """Return the cohorts that an actor's reports are about, None for all of them."""
    return None if reports_on_all(actor) else actor.teaches
