"""Registers the people area with the desktop."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from desktop.core.area import DesktopArea, NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from desktop.people.account_page import ACCOUNT_CARDS, ACCOUNT_PAGE, AccountPage
from desktop.people.audit_page import AUDIT_PAGE, audit_page, may_read_audit
from desktop.people.backups_page import BACKUPS_PAGE, BackupsPage
from desktop.people.cards_page import CardsPage
from desktop.people.code_notice import codes_section
from desktop.people.coming_in_page import COMING_IN_PAGE, ComingInPage
from desktop.people.consent_dialog import ConsentCard
from desktop.people.data_protection_page import (
    DATA_PROTECTION_PAGE,
    DataProtectionPage,
    may_see_data_protection,
)
from desktop.people.erase_card import erase_section
from desktop.people.institute_page import INSTITUTE_CARDS, INSTITUTE_PAGE, CardMaker, InstitutePage
from desktop.people.lines import STORE
from desktop.people.list_page import Cohorts, Members, PeoplePage
from desktop.people.merge_page import MERGE_PAGE, MergePage, may_merge_people
from desktop.people.merges_card import merges_section
from desktop.people.operator_looks_page import OPERATOR_LOOKS_PAGE, OperatorLooksPage
from desktop.people.passwords_page import PASSWORDS_PAGE, PasswordsPage
from desktop.people.person_audit_card import audit_section
from desktop.people.person_doors_card import doors_section
from desktop.people.person_page import PersonPage, PersonSection
from desktop.people.platform_page import PLATFORM_PAGE, PlatformPage
from desktop.people.profile_section import profile_section
from desktop.people.roles_page import ROLES_PAGE, RolesPage
from desktop.people.security_page import SECURITY_PAGE, SecurityPage, may_see_security
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.permissions import may_edit_institute, may_edit_people, may_make_backups, may_manage_institutes
from shared.people.vocabulary import Permission, Role


def may_see_people(actor: Actor) -> bool:
    """Staff see the list of people."""
    return actor.may(Permission.PEOPLE_SEE)


def may_see_roles(actor: Actor) -> bool:
    """Whoever makes roles or gives them reads what they allow."""
    return actor.may(Permission.ROLES_EDIT) or actor.may(Permission.ROLES_ASSIGN)


def area(
    sections: Sequence[PersonSection] = (),
    cohorts: Cohorts | None = None,
    members: Members | None = None,
    institute_cards: Sequence[CardMaker] = (),
    account_cards: Sequence[CardMaker] = (),
) -> DesktopArea:
    """Return the area.

    Higher areas lend it cards for the pages of a person, of the institute and of one's own account, and the cohort
    filter of the list.
    """

    def person_page(desk: Desk, person_id: str | None, _details: Mapping[str, Any]) -> PersonPage:
        return PersonPage(desk, person_id, _own_sections(sections))

    def cards_page(desk: Desk, _id: str | None, details: Mapping[str, Any]) -> CardsPage:
        return CardsPage(desk, details, cohorts, members)

    return DesktopArea(
        name="people",
        store=STORE,
        navigation=_navigation(),
        pages={
            **_plain_pages(),
            "people.list": lambda desk, _id, details: PeoplePage(desk, details, cohorts, members),
            "people.person": person_page,
            "people.cards": cards_page,
            MERGE_PAGE: _merge_page,
            PASSWORDS_PAGE: lambda desk, _id, details: PasswordsPage(desk, details),
            ACCOUNT_PAGE: lambda desk, _id, _details: AccountPage(desk, (*ACCOUNT_CARDS, *account_cards)),
            INSTITUTE_PAGE: lambda desk, _id, _details: InstitutePage(desk, (*INSTITUTE_CARDS, *institute_cards)),
            AUDIT_PAGE: audit_page,
        },
        guards=_GUARDS,
        today=(lambda desk, _id, _details: ConsentCard(desk),),
        palette=_palette(),
    )


def _own_sections(sections: Sequence[PersonSection]) -> tuple[PersonSection, ...]:
    return (
        codes_section(),
        profile_section(),
        doors_section(),
        *sections,
        merges_section(),
        audit_section(),
        erase_section(),
    )


def _merge_page(desk: Desk, person_id: str | None, details: Mapping[str, Any]) -> MergePage:
    return MergePage(desk, details.get("ids") or ((person_id,) if person_id else ()))


_GUARDS = {
    MERGE_PAGE: may_merge_people,
    INSTITUTE_PAGE: may_edit_institute,
    BACKUPS_PAGE: may_make_backups,
    PLATFORM_PAGE: may_manage_institutes,
    ROLES_PAGE: may_see_roles,
    SECURITY_PAGE: may_see_security,
    AUDIT_PAGE: may_read_audit,
    OPERATOR_LOOKS_PAGE: may_read_audit,
    DATA_PROTECTION_PAGE: may_see_data_protection,
}


def _navigation() -> tuple[NavigationEntry, ...]:
    return (
        NavigationEntry("people.list", text("People"), "users", "office", may_see_people, order=10),
        NavigationEntry("people.cards", text("ID cards"), "id-card", "office", may_edit_people, order=15),
        NavigationEntry(COMING_IN_PAGE, text("Coming in"), "inbox", "office", may_edit_people, order=16),
        NavigationEntry(ROLES_PAGE, text("Roles"), "lock", "institute", may_see_roles, order=65),
        NavigationEntry(AUDIT_PAGE, text("Audit"), "history", "institute", may_read_audit, order=75),
        NavigationEntry(
            DATA_PROTECTION_PAGE, text("Data protection"), "file-text", "institute", may_see_data_protection, order=72
        ),
        NavigationEntry(SECURITY_PAGE, text("Security"), "eye", "institute", may_see_security, order=70),
        NavigationEntry(INSTITUTE_PAGE, text("Institute"), "building-2", "institute", may_edit_institute, order=60),
        NavigationEntry(BACKUPS_PAGE, text("Backups"), "hard-drive", "institute", may_make_backups, order=85),
        NavigationEntry(PLATFORM_PAGE, text("Institutes"), "landmark", "institute", may_manage_institutes, order=90),
    )


def _plain_pages() -> dict[str, PageFactory]:
    """Return the pages that need nothing but the desk."""
    made: dict[str, Callable[[Desk], object]] = {
        COMING_IN_PAGE: ComingInPage,
        SECURITY_PAGE: SecurityPage,
        DATA_PROTECTION_PAGE: DataProtectionPage,
        ROLES_PAGE: RolesPage,
        BACKUPS_PAGE: BackupsPage,
        PLATFORM_PAGE: PlatformPage,
        OPERATOR_LOOKS_PAGE: OperatorLooksPage,
    }
    return {name: partial(_plain, page) for name, page in made.items()}


def _plain(page: Callable[[Desk], object], desk: Desk, _id: str | None, _details: Mapping[str, Any]) -> object:
    return page(desk)


def _palette() -> tuple[PaletteCommand, ...]:
    return (
        PaletteCommand(
            text("Add a person"),
            "user-plus",
            lambda desk: desk.open("people.list", add=True),
            may_edit_people,
            "Ctrl+N",
        ),
        PaletteCommand(
            text("Show all students"),
            "users",
            lambda desk: desk.open("people.list", role=str(Role.STUDENT)),
            may_see_people,
        ),
        PaletteCommand(
            text("Show suspended people"),
            "lock",
            lambda desk: desk.open("people.list", state="suspended"),
            may_see_people,
        ),
        PaletteCommand(text("Merge people"), "users", lambda desk: desk.open(MERGE_PAGE), may_merge_people),
        PaletteCommand(text("My account"), "user", lambda desk: desk.open(ACCOUNT_PAGE)),
    )
