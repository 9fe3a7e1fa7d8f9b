"""The forms that a page opens for what is chosen there: a line of money, a breach, a cohort, somebody's work."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.attendance.known_dialog import KnownDialog
from desktop.attendance.register_head import GRID
from desktop.attendance.walk_ins import WalkIn
from desktop.finance.bank_store import MoneyRow
from desktop.finance.discount_dialog import GrantDialog
from desktop.finance.journal_dialog import JournalDialog
from desktop.finance.report_store import today_of
from desktop.finance.statement_dialog import StatementDialog
from desktop.people import data_protection_api as api
from desktop.people.breach_dialogs import BreachLineDialog
from desktop.people.bulk_dialogs import RemoveDialog
from desktop.people.erase_card import EraseDialog, HoldDialog
from desktop.people.platform_dialogs import ReasonDialog
from desktop.people.rights_api import RightsApi
from desktop.widgets.dialog import Dialog
from server.people.platform_service import checked_reason
from shared.finance.vocabulary import EntryKind
from tests.forms.book_finance import BURSAR, line, owing
from tests.forms.book_learning import held
from tests.forms.driving import Form
from tests.forms.sample import Room, settle

ADMIN, REGISTRAR, TEACHER = "administrator", "registrar", "instructor"
STATEMENT = b"Date,Description,Reference,Amount,Balance\n20/11/2026,Ama Mensah,FT1,120.00,620.00\n"


def granting(room: Room) -> QWidget:
    """Give a discount by a coupon's code."""
    dialog = GrantDialog(room.window, room.desk, line(room, EntryKind.CHARGE))
    dialog.discount.setCurrentIndex(dialog.discount.count() - 1)
    return dialog


def placing(room: Room) -> QWidget | None:
    """Put money that came with no student on one."""
    shown: Any = room.page("finance.reconcile")
    settle()
    rows = shown.money.rows(list(shown.money.listed)).values()
    row: MoneyRow = next(one for one in rows if one.goal is None and one.part == "open" and one.left > 0)
    shown.acts.place(row, [owing(room)[0]])
    return Dialog.opened_in(room.window)


def statement(room: Room) -> QWidget:
    """Import a bank's statement that was chosen already."""
    dialog = StatementDialog(room.window, room.desk)
    dialog.take("november.csv", STATEMENT)
    return dialog


def missed(room: Room) -> QWidget:
    """Import one whose totals don't agree."""
    dialog = statement(room)
    assert isinstance(dialog, StatementDialog)
    dialog.opening.setText("100.00")
    dialog.closing.setText("900.00")
    dialog.closing.editingFinished.emit()
    return dialog


def journal(room: Room) -> QWidget:
    """Set the code of an account."""
    today = today_of(room.desk)
    return JournalDialog(room.window, room.desk, today.replace(day=1), today)


def breach_line(room: Room) -> QWidget:
    """Add a line to a breach, which is entered for it at the server."""
    if "breach" not in room.facts:
        words = {"title": "Lost laptop", "what": "Left in a bus", "whom": "A class", "people": 20}
        api.note_breach(room.desk, {**words, "noticed_at": "2026-11-20T08:00:00.000000Z"})
        room.facts["breach"] = api.breaches(room.desk)[0]
    return BreachLineDialog(room.window, room.desk, room.facts["breach"], lambda: None)


def removing(room: Room) -> QWidget:
    """Ask why somebody of whom nothing is kept is removed."""
    person_id = room.row("person")["id"]
    return RemoveDialog(room.window, [{"id": person_id, "name": "Ama Mensah", "free": True, "rows": {}}])


def reason(room: Room) -> QWidget:
    """Ask an operator why an institute's records are read, and for how long; the server's own check hears it."""
    words = "Its administrators are told at once."
    dialog = ReasonDialog(room.window, "Read records", words, "Read records", least=20, minutes=60)
    dialog.given.connect(lambda said, _minutes: checked_reason(said, 20))
    return dialog


def holding(room: Room) -> QWidget:
    """Set a legal hold at the server, on somebody who has none."""
    api, person_id = RightsApi(room.desk.client, room.desk.ids), room.row("enrolment", state="active")["person_id"]
    api.release(person_id)
    dialog = HoldDialog(room.window)
    dialog.given.connect(lambda said: api.hold(person_id, said))
    return dialog


def erasing(room: Room) -> QWidget:
    """Ask why somebody is anonymised."""
    return EraseDialog(room.window, "Ama Mensah", {"goes": {"credential": 1}, "stays": {"mark": 12}})


def rolling(room: Room) -> QWidget | None:
    """Choose what becomes of a cohort in the new term."""
    shown: Any = room.page("learning.rollover")
    settle()
    shown.name.setText("A term to come")
    shown.look()
    settle()
    shown.open_cohort(next(one["id"] for one in shown.plan["cohorts"] if not one["already"]))
    return Dialog.opened_in(room.window)


def known(room: Room) -> QWidget:
    """Choose who of those known somebody is who walked in."""
    enrolment = room.row("enrolment", state="active")
    walk_in = WalkIn(enrolment, "Esi Quaye", "", provisional=True, cohort="", day="", likely=())
    dialog = KnownDialog(room.window, room.desk, walk_in)
    dialog.look_for("a")
    dialog.people.choose(dialog.people.rows[0].content.id)
    dialog.people.pressed.emit(dialog.people.chosen)
    return dialog


def noting(room: Room) -> QWidget | None:
    """Write a note beside a mark of a register that is open."""
    shown: Any = room.page("attendance.register", held(room)["id"])
    settle()
    shown.body.choose(GRID)
    shown.note()
    return Dialog.opened_in(room.window)


CHOSEN = {
    "people": (
        Form("people.BreachLineDialog", ADMIN, breach_line),
        Form("people.RemoveDialog", ADMIN, removing),
        Form("people.HoldDialog", ADMIN, holding),
        Form("people.EraseDialog", ADMIN, erasing),
        Form("people.ReasonDialog", ADMIN, reason, {"Reason": "The institute itself asked for it"}),
    ),
    "learning": (Form("learning.RolloverDialog", REGISTRAR, rolling),),
    "finance": (
        Form("finance.GrantDialog", BURSAR, granting, {"Coupon": "EARLY10"}),
        Form("finance.PlaceDialog", BURSAR, placing),
        Form("finance.StatementDialog", BURSAR, statement, {"Opening balance": "", "Closing balance": ""}),
        Form("finance.StatementDialog missed", BURSAR, missed),
        Form(
            "finance.JournalDialog",
            BURSAR,
            journal,
            {"Code": "4{n}"},
            press="code_button",
            aside=("First day", "Last day"),
        ),  # they are for the file, not for a code
    ),
    "attendance": (Form("attendance.KnownDialog", REGISTRAR, known), Form("attendance.NoteDialog", TEACHER, noting)),
}
