"""Puts a walk-in on someone already known."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.attendance import walk_ins
from desktop.attendance.walk_ins import Found, WalkIn
from desktop.core.desk import Desk
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.text_field import SearchField


def _tr(words: str) -> str:
    return QCoreApplication.translate("KnownDialog", words)


class KnownDialog(Dialog):
    """Offers likely people first and anyone by search; ``chosen`` gives enrolment id and person id."""

    chosen = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, walk_in: WalkIn) -> None:
        title = _tr("Who is {name}?").format(name=walk_in.name)
        subtitle = _tr("The marks go to the person you choose.")
        super().__init__(window, title, subtitle=subtitle, icon="users", width=520)
        self._desk, self._walk_in = desk, walk_in
        self.search = SearchField(_tr("Name or number"))
        self.add(Field(_tr("Search"), self.search))
        self.none = Label(_tr("Nobody known begins so."), "small", "muted")
        self.people = RowList(selectable=True, name=_tr("People already known"))
        self.add(self.people)
        self.add(self.none)
        self.add_cancel()
        self.confirm = self.add_button(primary(_tr("Put the marks on this person"), on_click=self.put))
        self.search.searched.connect(self.look_for)
        self.search.left_down.connect(self._go_down)
        self.people.pressed.connect(lambda _id: self._show_choice())
        self._show(walk_in.likely)

    def look_for(self, typed: str) -> None:
        """Show people whose name or number begins so; the likely ones while nothing is typed."""
        self._show(walk_ins.known_people(self._desk, typed) if typed else self._walk_in.likely)

    def _show(self, found: list[Found] | tuple[Found, ...]) -> None:
        self.people.set_rows([
            RowContent(one.person_id, one.name, one.where, person=one.number or one.person_id, end=one.number)
            for one in found
        ])  # fmt: skip
        self.people.setVisible(bool(found))
        self.none.setVisible(not found)
        self._show_choice()

    def _show_choice(self) -> None:
        self.confirm.setEnabled(bool(self.people.chosen))

    def _go_down(self) -> None:
        if self.people.rows:
            self.people.rows[0].setFocus()

    def put(self) -> None:
        """Hand the choice over and close."""
        if self.people.chosen:
            self.chosen.emit(self._walk_in.enrolment["id"], self.people.chosen)
            self.accept()
