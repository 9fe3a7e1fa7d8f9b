"""Who may do what to people."""

from collections.abc import Iterable, Mapping

from shared.core.actor import Actor
from shared.people.vocabulary import BUILT_IN_ROLES, Permission, Role

Grants = Mapping[str, frozenset[str]]
"""What each role allows, by its key."""
BUILT_IN_GRANTS: Grants = {str(role): frozenset(map(str, words)) for role, words in BUILT_IN_ROLES.items()}


def may_edit_people(actor: Actor) -> bool:
    """Staff with `people.edit` add, edit and deactivate people."""
    return actor.may(Permission.PEOPLE_EDIT)


def may_import_people(actor: Actor) -> bool:
    """Staff with `people.import` bring in rosters."""
    return actor.may(Permission.PEOPLE_IMPORT)


def may_edit_roles(actor: Actor) -> bool:
    """`roles.edit` makes and changes roles, up to what one holds oneself."""
    return actor.may(Permission.ROLES_EDIT)


def holds_all_of(actor: Actor, roles: Iterable[str], grants: Grants = BUILT_IN_GRANTS) -> bool:
    """Tell whether everything that `roles` allow is the actor's, too: nobody gives what he or she doesn't hold.

    `grants` are the permissions by role key (`role_rules.grants_of`); a role that isn't there is nobody's to give.
    """
    wanted = frozenset(roles)
    if Role.PLATFORM_ADMINISTRATOR in wanted - set(actor.roles):
        return False
    return all(role in grants and grants[role] <= actor.permissions for role in wanted)


def may_assign_roles(actor: Actor, roles: Iterable[str], grants: Grants = BUILT_IN_GRANTS) -> bool:
    """Only `roles.assign` gives and takes roles, and only what one holds oneself; `people.edit` makes students."""
    wanted = frozenset(roles)
    if may_edit_people(actor) and wanted <= {Role.STUDENT}:
        return True
    return actor.may(Permission.ROLES_ASSIGN) and holds_all_of(actor, wanted - {Role.STUDENT}, grants)


def may_change_person(actor: Actor, roles: frozenset[str], grants: Grants = BUILT_IN_GRANTS) -> bool:
    """Students are changed by the office; staff only by those who may assign roles, and hold what they hold."""
    if may_edit_people(actor) and roles <= {Role.STUDENT}:
        return True
    return actor.may(Permission.ROLES_ASSIGN) and holds_all_of(actor, (roles & set(grants)) - {Role.STUDENT}, grants)


def may_set_numbering(actor: Actor) -> bool:
    """Administrators set the rule for student numbers."""
    return actor.may(Permission.ORGANISATION_EDIT)


def may_edit_institute(actor: Actor) -> bool:
    """Administrators set what the institute is called, looks like and counts in."""
    return actor.may(Permission.ORGANISATION_EDIT)


def may_make_backups(actor: Actor) -> bool:
    """Administrators look after the server's backups."""
    return actor.may(Permission.BACKUPS_MAKE)


def may_manage_institutes(actor: Actor) -> bool:
    """Operators of the platform make and suspend institutes; the server asks whether they are the platform's."""
    return actor.may(Permission.PLATFORM_ORGANISATIONS)


def may_see_computers(actor: Actor) -> bool:
    """Attendants see which computers hold unsent work."""
    return actor.may(Permission.DEVICES_SEE)


def is_student(actor: Actor) -> bool:
    """Students have pages of their own."""
    return Role.STUDENT in actor.roles
