"""What the menu of a register offers about leave: the student's requests, and entering an apology."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.attendance.actions import RollCall
from desktop.attendance.leave_dialog import LeaveDialog
from desktop.attendance.leave_words import kind_word, state_word
from desktop.attendance.store import MarkRow
from desktop.core.desk import Desk
from desktop.shell.page import tell
from shared.attendance.leave_permissions import may_request_leave

Offer = tuple[str, str, Callable[[], None]]


def _tr(words: str) -> str:
    return QCoreApplication.translate("RegisterMenu", words)


def leave_offers(page: QWidget, roll_call: RollCall, row: MarkRow) -> list[Offer]:
    """Return (icon, words, act) for the current student."""
    desk = roll_call.desk
    offers: list[Offer] = []
    for request in row.member.leave:
        state = state_word(request["state"])
        words = _tr("{kind}: {state}").format(kind=kind_word(request["kind"]), state=state[:1].lower() + state[1:])
        offers.append(("file-text", words, _opener(desk, request["id"])))
    cohort_id = (roll_call.roll.session or {}).get("cohort_id")
    if may_request_leave(desk.actor, row.member.person_id, cohort_id):
        offers.append(("file-text", _tr("Enter an apology or leave"), lambda: _enter(page, roll_call, row)))
    return offers


def _opener(desk: Desk, request_id: str) -> Callable[[], None]:
    return lambda: desk.open("attendance.leave", request_id)


def _enter(page: QWidget, roll_call: RollCall, row: MarkRow) -> None:
    dialog = LeaveDialog(page.window(), roll_call.desk, row.member.person_id, roll_call.session_id)
    words = _tr("Entered for {name}").format(name=row.member.name)
    dialog.asked.connect(lambda _request: tell(page, words))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open_dialog()
