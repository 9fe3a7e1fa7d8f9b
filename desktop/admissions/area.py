"""What admissions add to the desktop."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.admissions.apply_page import ApplyPage
from desktop.admissions.enquirers_page import EnquirersPage
from desktop.admissions.enquiries_page import EnquiriesPage
from desktop.admissions.form_page import FormPage
from desktop.admissions.forms_page import FormsPage
from desktop.admissions.lines import STORE
from desktop.admissions.review_page import ReviewPage
from desktop.admissions.store import enquiries_due, to_review
from desktop.core.area import DesktopArea, NavigationEntry, PageFactory, PaletteCommand
from desktop.core.desk import Desk
from shared.admissions.forgetting import may_forget
from shared.admissions.permissions import may_edit_admissions, may_see_admissions
from shared.core.actor import Actor
from shared.core.text import text
from shared.people.vocabulary import Role


def applies(actor: Actor) -> bool:
    """Students and those who want to be: whoever has no other role."""
    return Role.STUDENT in actor.roles and not may_see_admissions(actor)


def one_application(desk: Desk, row_id: str | None, details: Mapping[str, Any]) -> QWidget:
    """Open an application: for staff in the review, for others as their own."""
    page = ReviewPage if may_see_admissions(desk.actor) else ApplyPage
    return page(desk, row_id, details)


NAVIGATION = (
    NavigationEntry(
        "admissions.review", text("Admissions"), "inbox", "office", may_see_admissions, to_review, order=12
    ),
    NavigationEntry(
        "admissions.enquiries",
        text("Enquiries"),
        "phone",
        "office",
        may_see_admissions,
        enquiries_due,
        order=13,
    ),
    NavigationEntry(
        "admissions.forms", text("Application forms"), "pencil-ruler", "office", may_edit_admissions, order=14
    ),
    NavigationEntry("admissions.enquirers", text("Enquirers' data"), "lock", "institute", may_forget, order=73),
    NavigationEntry("admissions.apply", text("Apply"), "clipboard-list", "teaching", applies, order=40),
)
PAGES: dict[str, PageFactory] = {
    "admissions.review": ReviewPage,
    "admissions.enquiries": EnquiriesPage,
    "admissions.forms": FormsPage,
    "admissions.form": FormPage,
    "admissions.enquirers": EnquirersPage,
    "admissions.apply": ApplyPage,
    "admissions.application": one_application,
}
PALETTE = (
    PaletteCommand(
        text("Note an enquiry"),
        "phone",
        lambda desk: desk.open("admissions.enquiries", None, act="new"),
        may_edit_admissions,
    ),
    PaletteCommand(
        text("Design an application form"),
        "pencil-ruler",
        lambda desk: desk.open("admissions.form", None),
        may_edit_admissions,
    ),
    PaletteCommand(
        text("Review applications"), "inbox", lambda desk: desk.open("admissions.review"), may_see_admissions
    ),
    PaletteCommand(text("Apply for a course"), "clipboard-list", lambda desk: desk.open("admissions.apply"), applies),
)
GUARDS = {
    "admissions.review": may_see_admissions,
    "admissions.enquiries": may_see_admissions,
    "admissions.forms": may_edit_admissions,
    "admissions.form": may_edit_admissions,
    "admissions.enquirers": may_forget,
}


def area() -> DesktopArea:
    """Return the rows, pages, navigation entries and palette commands of admissions."""
    return DesktopArea(
        name="admissions", store=STORE, navigation=NAVIGATION, pages=PAGES, palette=PALETTE, guards=GUARDS
    )
