"""Who may do what to people."""

from shared.core.actor import Actor
from shared.people.vocabulary import Permission, Role


def may_edit_people(actor: Actor) -> bool:
    """Staff with `people.edit` add, edit and deactivate people."""
    return actor.may(Permission.PEOPLE_EDIT)


def may_import_people(actor: Actor) -> bool:
    """Staff with `people.import` bring in rosters."""
    return actor.may(Permission.PEOPLE_IMPORT)


def may_assign_roles(actor: Actor, roles: tuple[str, ...]) -> bool:
    """Only `roles.assign` gives roles; whoever edits people may make students."""
    if actor.may(Permission.ROLES_ASSIGN):
        return Role.PLATFORM_ADMINISTRATOR not in roles or Role.PLATFORM_ADMINISTRATOR in actor.roles
    return may_edit_people(actor) and set(roles) <= {Role.STUDENT}


def may_change_person(actor: Actor, roles: frozenset[str]) -> bool:
    """Students are changed by the office; staff only by those who may assign roles, or themselves never here."""
    if actor.may(Permission.ROLES_ASSIGN):
        return True
    return may_edit_people(actor) and roles <= {Role.STUDENT}


def may_set_numbering(actor: Actor) -> bool:
    """Administrators set the rule for student numbers."""
    return actor.may(Permission.ORGANISATION_EDIT)


def may_see_computers(actor: Actor) -> bool:
    """Attendants see which computers hold unsent work."""
    return actor.may(Permission.DEVICES_SEE)


def is_student(actor: Actor) -> bool:
    """Students have pages of their own."""
    return Role.STUDENT in actor.roles
