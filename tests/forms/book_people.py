"""The forms about people and the institute."""

from __future__ import annotations

from typing import Any

from desktop.people.add_dialog import AddPersonDialog
from desktop.people.branches_card import BranchDialog
from desktop.people.breach_dialogs import NoteBreachDialog
from desktop.people.consent_text_dialog import ConsentTextDialog
from desktop.people.invite_dialog import InviteDialog, RefuseDialog
from desktop.people.profile_section import ProfileDialog
from desktop.people.provider_dialog import ProviderDialog
from desktop.people.role_dialog import RoleDialog
from tests.forms.driving import Form
from tests.forms.sample import Room

ADMIN, REGISTRAR, STUDENT = "administrator", "registrar", "student"


def plain(sort: Any, *more: Any) -> Any:
    """Open a dialog that needs nothing but the desk."""
    return lambda room: sort(room.window, room.desk, *more)


def learner(room: Room) -> str:
    """A student."""
    return str(room.row("enrolment", state="active")["person_id"])


def page(name: str, *more: Any) -> Any:
    """Open a page."""
    return lambda room: room.page(name, *more)


def provider(room: Room) -> Any:
    """Open the form of a provider of sign-ins."""
    return ProviderDialog(room.window, None, room.desk.ids)


INSTITUTE: dict[str, dict[str, str]] = {
    "NameCard": {"Phone": "024 555 0137", "Web address": "https://example.org"},
    "LookCard": {"Colour": "#146c3f"},
    "PlaceCard": {"Calling code": "234"},
    "NumberingCard": {"Begins with": "N-"},
    "RetentionCard": {},
    "GatewayForm": {"Secret key": "sk_test_{n}{n}{n}{n}"},
}
"""The parts of the page, with what is meant for their fields."""
PEOPLE = (
    Form(
        "people.AddPersonDialog",
        REGISTRAR,
        plain(AddPersonDialog),
        {"Given name": "Zubaida", "Family name": "Quaynor", "Number": "Z-77", "Date of birth": "28/3/2004"},
    ),
    Form("people.BranchDialog", ADMIN, plain(BranchDialog, None)),
    Form("people.NoteBreachDialog", ADMIN, plain(NoteBreachDialog, lambda: None)),
    Form("people.ConsentTextDialog", ADMIN, plain(ConsentTextDialog, [], lambda: None)),
    Form("people.InviteDialog", ADMIN, plain(InviteDialog), {"Mail address": "ama{n}@example.org"}),
    Form("people.ProfileDialog", REGISTRAR, lambda room: ProfileDialog(room.window, room.desk, learner(room))),
    Form("people.RoleDialog", ADMIN, plain(RoleDialog, None)),
    Form("people.person page", REGISTRAR, lambda room: room.page("people.person", learner(room))),
    *(
        Form(f"people.institute {part}", ADMIN, page("people.institute"), good, part=part, press="save_button")
        if part in {"NumberingCard", "RetentionCard"}
        else Form(f"people.institute {part}", ADMIN, page("people.institute"), good, part=part)
        for part, good in INSTITUTE.items()
    ),
    *(
        Form(f"people.account {part}", STUDENT, page("people.account"), part=part)
        for part in ("AboutCard", "LearningCard", "PrivateCard")
    ),
    Form("people.ProviderDialog", ADMIN, provider),
    Form("people.RefuseDialog", REGISTRAR, lambda room: RefuseDialog(room.window, "Ama Mensah")),
)
