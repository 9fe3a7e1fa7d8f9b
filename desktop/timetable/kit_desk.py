"""What can be done with a piece of kit on any page: the dialogs, and what is said when they are done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.shell.page import tell, tell_problem
from desktop.timetable import kit_actions
from desktop.timetable.kit_booking_dialog import BookingDialog
from desktop.timetable.kit_dialogs import LendDialog, ReturnDialog
from desktop.timetable.kit_forms import CancelDialog, ItemDialog, LiftDialog, PolicyDialog
from desktop.timetable.kit_store import KitLine
from desktop.widgets.announce import announce
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.timetable.kit_vocabulary import KIT_BOOKING, KIT_ITEM, KIT_LOAN, KitState

Done = Callable[[str, str, Callable[[], object] | None], object]


def _tr(words: str) -> str:
    return QCoreApplication.translate("KitDesk", words)


class KitDesk:
    """Opens the dialogs over a page; `done` gets the piece's id, the words, and perhaps an Undo."""

    def __init__(self, desk: Desk, page: QWidget, done: Done) -> None:
        self._desk, self._page, self._done = desk, page, done

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def lend(self, line: KitLine) -> None:
        """Lend a piece that is in."""
        dialog = LendDialog(self._page.window(), self._desk, line.body)
        dialog.lent.connect(partial(self._lent, line))
        dialog.lift_asked.connect(self.lift)
        self._open(dialog)

    def _lent(self, line: KitLine, loan_id: str) -> None:
        loan = self._desk.store.get(KIT_LOAN, loan_id) or {}
        words = _tr("{item} lent to {name}").format(item=line.name, name=loan.get("person_name", ""))
        announce(self._page, words)
        self._done(line.id, words, None)

    def take_back(self, line: KitLine) -> None:
        """Take a piece back that is out."""
        dialog = ReturnDialog(self._page.window(), self._desk, line)
        dialog.taken.connect(partial(self._taken, line))
        self._open(dialog)

    def _taken(self, line: KitLine) -> None:
        words = _tr("{item} taken back").format(item=line.name)
        announce(self._page, words)
        self._done(line.id, words, None)

    def lend_or_take_back(self, line: KitLine) -> None:
        """Do what a scan of the piece asks for."""
        if line.loan is not None:
            self.take_back(line)
        elif line.body.get("loan_id") is None:
            self.lend(line)

    def book(self, line: KitLine, booked: Callable[[], object] | None = None) -> None:
        """Book a piece or a studio."""
        dialog = BookingDialog(self._page.window(), self._desk, line.body)
        dialog.booked.connect(partial(self._booked, line, booked))
        self._open(dialog)

    def _booked(self, line: KitLine, booked: Callable[[], object] | None, booking_id: str) -> None:
        if booked is not None:
            booked()
        words = _tr("{item} booked").format(item=line.name)
        self._done(line.id, words, partial(self._unbook, booking_id))

    def _unbook(self, booking_id: str) -> None:
        booking = self._desk.store.get(KIT_BOOKING, booking_id)
        if booking is not None:
            self.run(lambda: kit_actions.cancel_booking(self._desk, booking))

    def cancel_booking(self, booking: Mapping[str, Any]) -> None:
        """Give a booked time back."""
        name = (self._desk.store.get(KIT_ITEM, booking["item_id"]) or {}).get("name") or ""
        if self.run(lambda: kit_actions.cancel_booking(self._desk, booking)):
            self._done(str(booking["item_id"]), _tr("Booking of {item} given back").format(item=name), None)

    def ask_cancel(self, booking: Mapping[str, Any], when: str) -> None:
        """Ask whether a booked time is given back."""
        dialog = CancelDialog(self._page.window(), when)
        dialog.agreed.connect(lambda: self.cancel_booking(booking))
        self._open(dialog)

    def lift(self, loan_id: str) -> None:
        """Lift the block that a late return made."""
        loan = self._desk.store.get(KIT_LOAN, loan_id)
        if loan is None:
            return
        dialog = LiftDialog(self._page.window(), self._desk, loan)
        words = _tr("Block of {name} lifted").format(name=loan["person_name"])
        dialog.lifted.connect(lambda: self._done(str(loan["item_id"]), words, None))
        self._open(dialog)

    def edit(self, shown: Mapping[str, Any] | None) -> None:
        """Add a piece, or change the one that is shown."""
        dialog = ItemDialog(self._page.window(), self._desk, shown)
        dialog.saved.connect(lambda item_id, words: self._done(item_id, words, None))
        dialog.state_asked.connect(self.set_state)
        self._open(dialog)

    def set_state(self, item_id: str, state: str) -> None:
        """Remove a piece, send it to repair or take it back into use, with Undo."""
        shown = self._desk.store.get(KIT_ITEM, item_id)
        if shown is None:
            return
        before = str(shown["state"])
        if not self.run(lambda: kit_actions.edit_item(self._desk, shown, {"state": state})):
            return
        words = {
            str(KitState.REMOVED): _tr("{item} removed"),
            str(KitState.REPAIR): _tr("{item} sent to repair"),
        }.get(state, _tr("{item} is in use again"))
        undo = partial(self._state_back, item_id, before)
        self._done(item_id, words.format(item=shown["name"]), undo)

    def _state_back(self, item_id: str, state: str) -> None:
        shown = self._desk.store.get(KIT_ITEM, item_id)
        if shown is not None:
            self.run(lambda: kit_actions.edit_item(self._desk, shown, {"state": state}))

    def set_policy(self) -> None:
        """Set the limits."""
        dialog = PolicyDialog(self._page.window(), self._desk)
        dialog.saved.connect(lambda: tell(self._page, _tr("The limits of loans are set")))
        self._open(dialog)

    def run(self, act: Callable[[], object]) -> bool:
        """Do something, or tell why not."""
        try:
            act()
        except CampusError as problem:
            tell_problem(self._page, problem)
            return False
        return True
