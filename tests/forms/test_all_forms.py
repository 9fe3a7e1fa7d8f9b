"""No dialog with a field is forgotten: each is tried with bad input, or says here why not."""

from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import BUILT_IN_ROLES, Permission, Role
from tests.forms.catalogue import BOOK
from tests.forms.rights import unfit
from tests.forms.sorts import dialogs_with_fields

BY_PAGE = "opened by a page for what is chosen there; the page's own tests fill it"
OTHER_SIDE = "asks another server, a gateway or a device; its own tests stand beside a simulator"
PASSWORD = "asks for the password of whoever is signed in, or for another's; the tests of signing in fill it"
LEFT_OUT = {
    **dict.fromkeys(
        (
            "grading.CaptionDialog", "grading.GradesDialog", "grading.ObservationView",
            "grading.SimilarityDialog",
        ),
        BY_PAGE,
    ),
    **dict.fromkeys(("finance.PayOnlineDialog", "shell.ServerDialog"), OTHER_SIDE),
    **dict.fromkeys(
        ("attendance.LeaveKioskDialog", "shell.ConfirmHereDialog"), PASSWORD
    ),
    "people.NewInstituteDialog": "nobody of the sample runs the platform of institutes",
    "shell.CommandPalette": "searches, and saves nothing",
    **dict.fromkeys(("shell.SyncLineDialog", "timetable.CalendarDialog"), "shows words, and takes none"),
    "shell.LostAskDialog": "wipes a computer; the tests of lost computers fill it",
    "timetable.PlaceDialog": "what the dialogs of rooms and holidays are made of",
}  # fmt: skip


def test_every_dialog_with_a_field_is_tried_or_says_why_not():
    tried = {form.name.partition(" ")[0] for forms in BOOK.values() for form in forms}
    present = dialogs_with_fields()
    assert present - tried - set(LEFT_OUT) == set(), "Add them to a book of tests/forms."
    assert set(LEFT_OUT) - present == set(), "They are gone."
    assert set(LEFT_OUT) & tried == set(), "They are tried now."


def test_whoever_a_dialog_is_tried_by_holds_what_it_says_that_it_needs():
    """Else its button would be greyed for those who may press it."""
    kinds, known = [Dialog], {}
    while kinds:
        kind = kinds.pop()
        known[f"{kind.__module__.split('.')[1]}.{kind.__name__}"] = kind
        kinds += kind.__subclasses__()
    tried = [(known.get(form.name.partition(" ")[0]), form.role) for forms in BOOK.values() for form in forms]
    wanted = [(kind, role) for kind, role in tried if kind is not None and kind.needs]
    assert len(wanted) > 30
    assert [
        (kind, role)
        for kind, role in wanted
        if not BUILT_IN_ROLES[Role(role.partition(" ")[0])].intersection(kind.needs)
    ] == []


def test_a_dialog_that_needs_another_right_than_its_command_is_told():
    assert unfit((Permission.FINANCE_CHARGE,), ["COMMAND ChargeStudent", "POST /api/v1/ledger-entries"]) == []
    wrong = unfit((Permission.FINANCE_MANAGE,), ["COMMAND ChargeStudent"])
    assert wrong == [
        "needs finance.manage, which alone doesn't let COMMAND ChargeStudent pass",
        "COMMAND ChargeStudent passes without any of finance.manage",
    ]
    assert unfit((Permission.FINANCE_CHARGE, Permission.FINANCE_APPROVE), ["COMMAND ChargeStudent"]) == [
        "needs finance.approve, which alone doesn't let COMMAND ChargeStudent pass"
    ]
