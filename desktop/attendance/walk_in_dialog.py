"""Adds someone who walked in: a known person by a few letters, or a new one with a name and perhaps a number."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.attendance import walk_ins
from desktop.attendance.store import Roll
from desktop.core.desk import Desk
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import SearchField, TextField
from shared.core.errors import CampusError


def _tr(words: str) -> str:
    return QCoreApplication.translate("WalkInDialog", words)


class WalkInDialog(Dialog):
    """Offers known people while a name is typed; ``added`` gives the enrolment's id, ``is_here`` one that was there."""

    added = Signal(str)
    is_here = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, roll: Roll) -> None:
        super().__init__(
            window,
            _tr("Add someone who walked in"),
            subtitle=_tr("They are on this register at once. The office confirms them later."),
            icon="user-plus",
            width=520,
        )
        self._desk, self._roll = desk, roll
        self._found: dict[str, walk_ins.Found] = {}
        self.name = SearchField(self.tr("First and family name, or number"))
        self.name_field = Field(self.tr("Name"), self.name)
        self.add(self.name_field)
        self.known_head = Label(self.tr("Already known. Choose with Enter"), "small-medium", "text2")
        self.known = RowList(name=self.tr("People already known"))
        self.add(self.known_head)
        self.add(self.known)
        self.number = TextField()
        hint = self.tr("As it stands on the card or the letter")
        self.number_field = Field(self.tr("Number of a new person"), self.number, optional=True, hint=hint)
        self.add(self.number_field)
        self.add_cancel()
        self.new_button = self.add_button(primary(self.tr("Add as a new person"), "user-plus", self.add_new))
        self.name.searched.connect(self.search)
        self.name.left_down.connect(self._go_down)
        self.name.jump.connect(lambda _typed: self._go_down())
        self.known.pressed.connect(self.choose)
        self.search("")

    def search(self, typed: str) -> None:
        """Show known people whose name or number begins so."""
        found = walk_ins.find_people(self._desk, self._roll, typed)
        self._found = {one.person_id: one for one in found}
        self.known.set_rows([
            RowContent(one.person_id, one.name, one.where, person=one.number or one.person_id, end=one.number)
            for one in found
        ])  # fmt: skip
        self.known_head.setVisible(bool(found))
        self.known.setVisible(bool(found))
        self.new_button.setEnabled(bool(typed.strip()))
        self.new_button.setToolTip("" if typed.strip() else self.tr("Type the name first."))

    def _go_down(self) -> None:
        if self.known.rows:
            self.known.rows[0].setFocus()
        else:
            self.number.setFocus()

    def choose(self, person_id: str) -> None:
        """Add someone known, or go to him or her on the register."""
        found = self._found[person_id]
        if found.enrolment_id is not None:
            self.is_here.emit(found.enrolment_id)
            self.accept()
            return
        self._finish(lambda: walk_ins.add_known(self._desk, self._roll, person_id))

    def add_new(self) -> None:
        """Add the name as a new, provisional person."""
        self._finish(lambda: walk_ins.add_new(self._desk, self._roll, self.name.text(), self.number.text()))

    def _finish(self, act: Callable[[], str]) -> None:
        try:
            enrolment_id = act()
        except CampusError as problem:
            self.name_field.set_error(problem.message)
            self.name.setFocus()
            return
        self.added.emit(enrolment_id)
        self.accept()
