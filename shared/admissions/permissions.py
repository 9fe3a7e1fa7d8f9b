"""Who sees applications, who designs forms and answers enquiries, who decides, and what an applicant does."""

from collections.abc import Mapping
from typing import Any

from shared.core.actor import Actor
from shared.people.vocabulary import Permission

_ANY = (Permission.ADMISSIONS_SEE, Permission.ADMISSIONS_EDIT, Permission.ADMISSIONS_DECIDE)


def may_see_admissions(actor: Actor) -> bool:
    """Staff with any permission of admissions see enquiries and applications."""
    return any(actor.may(word) for word in _ANY)


def may_edit_admissions(actor: Actor) -> bool:
    """Staff with `admissions.edit` keep enquiries, design forms and help applicants to fill them in."""
    return actor.may(Permission.ADMISSIONS_EDIT)


def may_decide(actor: Actor) -> bool:
    """Staff with `admissions.decide` check documents, plan interviews, write to applicants and decide."""
    return actor.may(Permission.ADMISSIONS_DECIDE)


def may_fill_in(actor: Actor, person_id: str) -> bool:
    """Everybody applies for himself or herself; staff with `admissions.edit` do it for others."""
    return actor.person_id == person_id or may_edit_admissions(actor)


def is_own(actor: Actor, application: Mapping[str, Any]) -> bool:
    """Tell whether an application is the actor's own: nobody decides about that."""
    return bool(application["person_id"] == actor.person_id)
