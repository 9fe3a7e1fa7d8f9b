"""Who may plan class sessions, rooms and holidays, and who takes part in them."""

from collections.abc import Mapping
from typing import Any

from shared.core.actor import Actor
from shared.core.sync import ALL_SCOPE
from shared.learning.course_rights import CourseRight
from shared.people.vocabulary import Permission


def may_plan(actor: Actor) -> bool:
    """Staff with `sessions.plan` plan, move and cancel any class session, and keep rooms and holidays."""
    return actor.may(Permission.SESSIONS_PLAN)


def may_add_unplanned(actor: Actor, cohort_id: str) -> bool:
    """Whoever teaches a cohort may make a session of it on the spot."""
    return may_plan(actor) or (
        actor.may(Permission.SESSIONS_ADD_OWN) and actor.teaches_with(CourseRight.ATTEND, cohort_id)
    )


def may_attend(actor: Actor, cohort_id: str) -> bool:
    """Whoever sees a class may join its live sessions and book its office hours: its students and its staff."""
    return ALL_SCOPE in actor.scopes or f"class:{cohort_id}" in actor.scopes


def may_cancel_booking(actor: Actor, booking: Mapping[str, Any], session: Mapping[str, Any]) -> bool:
    """Whoever booked a time gives it back; so do the one whose hours they are, and the office."""
    return may_plan(actor) or actor.person_id in (booking["person_id"], session.get("instructor_id"))


def may_see_calendar_of(actor: Actor, person_id: str) -> bool:
    """One's own calendar; staff with `people.see` who see all see everybody's."""
    return actor.person_id == person_id or (actor.may(Permission.SEE_ALL) and actor.may(Permission.PEOPLE_SEE))
