"""Who may plan class sessions."""

from shared.core.actor import Actor
from shared.people.vocabulary import Permission


def may_plan(actor: Actor) -> bool:
    """Staff with `sessions.plan` plan, move and cancel any class session."""
    return actor.may(Permission.SESSIONS_PLAN)


def may_add_unplanned(actor: Actor, cohort_id: str) -> bool:
    """Whoever teaches a cohort may make a session of it on the spot."""
    return may_plan(actor) or (actor.may(Permission.SESSIONS_ADD_OWN) and cohort_id in actor.teaches)
