"""Who may ask for leave, answer a request and withdraw it."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.attendance.permissions import may_correct_register
from shared.core.actor import Actor
from shared.learning.course_rights import CourseRight
from shared.people.vocabulary import Permission


def may_request_leave(actor: Actor, person_id: str, cohort_id: str | None) -> bool:
    """Everybody for himself; the office and whoever takes any register for anyone; instructors for their classes."""
    if actor.person_id == person_id or may_correct_register(actor) or actor.may(Permission.REGISTERS_TAKE_ANY):
        return True
    return actor.may(Permission.REGISTERS_TAKE_OWN) and actor.teaches_with(CourseRight.ATTEND, cohort_id or "")


def may_answer_leave(actor: Actor, request: Mapping[str, Any], attended: Iterable[str]) -> bool:
    """The office answers all; an instructor where only classes of his own are concerned; nobody his own request.

    `attended` are the cohorts in which the student is, as far as they are known here.
    """
    if actor.person_id == request["person_id"]:
        return False
    if may_correct_register(actor):
        return True
    if not actor.may(Permission.REGISTERS_TAKE_OWN):
        return False
    concerned = {request["cohort_id"]} if request.get("cohort_id") else set(attended)
    return bool(concerned) and all(actor.teaches_with(CourseRight.ATTEND, one) for one in concerned)


def may_withdraw_leave(actor: Actor, request: Mapping[str, Any], attended: Iterable[str]) -> bool:
    """Whoever asked, the student, and whoever may answer."""
    own = actor.person_id in (request["person_id"], request.get("asked_by"))
    return own or may_answer_leave(actor, request, attended)


def may_set_policy(actor: Actor) -> bool:
    """Administrators set when attendance warns."""
    return actor.may(Permission.ORGANISATION_EDIT)
