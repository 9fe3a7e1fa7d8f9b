"""The data officer's card on the page of a person: taking data out, a legal hold, and anonymising for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.factor_api import FRESH_NEEDED
from desktop.core.server_asking import client_of
from desktop.people.person_page import PersonSection
from desktop.people.rights_api import RightsApi, is_officer, table_words
from desktop.people.words import full_name
from desktop.shell.confirm_dialog import run_fresh
from desktop.shell.page import tell, tell_problem
from desktop.widgets.asking import Asking
from desktop.widgets.buttons import Button, Kind, danger, secondary
from desktop.widgets.card import Card, Well
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.text_field import NoteField
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.vocabulary import PERSON, Permission

_MOST_REASON = 500
"""Letters that the server keeps of why: a longer reason would be refused when the dialog is gone with it."""


class EraseCard(Card):
    """Hidden from all but data officers, without a server, and on one's own page."""

    def __init__(self, desk: Desk, person_id: str, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Data of this person"), parent=parent)
        self._desk, self._person_id = desk, person_id
        self._asking = Asking(self, self._show_problem)
        self.dialog: EraseDialog | HoldDialog | None = None
        self.outlook: Mapping[str, Any] = {}
        self.words = Label("", "small", "muted", wrap=True)
        self.add(self.words)
        row = QHBoxLayout()
        self.hold_button = secondary(self.tr("Set a legal hold"), "lock", self.turn_hold)
        self.erase_button = danger(self.tr("Anonymise"), "user", self.open_dialog)
        row.addWidget(self.hold_button)
        row.addWidget(self.erase_button)
        row.addStretch(1)
        self.add(row)
        self.refresh()

    def _api(self) -> RightsApi:
        return RightsApi(client_of(self._desk, self.tr("This needs the server. Connect first.")), self._desk.ids)

    def refresh(self) -> None:
        """Ask the server what anonymising would do."""
        api = self._api()
        self.erase_button.setEnabled(False)
        self.hold_button.setEnabled(False)
        self._asking.ask(lambda: api.outlook(self._person_id), self._show)

    def _show(self, outlook: Mapping[str, Any]) -> None:
        self.outlook = outlook
        held, done = outlook.get("hold"), outlook.get("label")
        self.hold_button.setText(self.tr("Lift the legal hold") if held else self.tr("Set a legal hold"))
        self.hold_button.setEnabled(True)
        self.hold_button.setVisible(not done)
        self.erase_button.setVisible(not done)
        self.erase_button.setEnabled(not outlook["obstacles"])
        words = self.tr("Anonymising takes away name, contact and texts; marks, attendance and money stay.")
        if done:
            words = self.tr("This person was anonymised.")
        elif outlook["obstacles"]:
            words = " ".join(outlook["obstacles"])
        self.words.setText(words)

    def _show_problem(self, problem: CampusError) -> None:
        if problem.code != FRESH_NEEDED:
            self.words.setText(problem.message)

    def turn_hold(self) -> None:
        """Set a legal hold with a reason, or lift the one there is."""
        api, person_id = self._api(), self._person_id
        if self.outlook.get("hold"):
            self._asking.ask(lambda: api.release(person_id), self._turned, self.hold_button)
            return
        self.dialog = HoldDialog(self.window())
        self.dialog.given.connect(
            lambda reason: self._asking.ask(lambda: api.hold(person_id, reason), self._turned, self.hold_button)
        )
        self._open(self.dialog)

    def _turned(self, _done: object) -> None:
        tell(self, self.tr("Legal hold changed"))
        self.refresh()

    def open_dialog(self) -> None:
        """Show what goes and what stays, and ask for a reason."""
        name = full_name(self._desk.store.get(PERSON, self._person_id))
        self.dialog = EraseDialog(self.window(), name, self.outlook)
        self.dialog.given.connect(self.erase)
        self._open(self.dialog)

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        if not dialog.open_dialog():
            dialog.deleteLater()

    def erase(self, reason: str) -> None:
        """Anonymise; the server asks for a fresh sign-in first."""
        api, client = self._api(), self._desk.client
        if client is None:
            return
        self.erase_button.set_busy(True)
        run_fresh(self, client, lambda: api.erase(self._person_id, reason), self._erased, self._refused)

    def _erased(self, label: str) -> None:
        self.erase_button.set_busy(False)
        tell(self, self.tr("From now on this is {name}").format(name=label))
        self._desk.sync_now()
        self.refresh()

    def _refused(self, problem: Exception) -> None:
        self.erase_button.set_busy(False)
        if not isinstance(problem, CampusError):
            raise problem
        if problem.code != FRESH_NEEDED:
            tell_problem(self, problem)


class HoldDialog(Dialog):
    """Asks why someone's data is kept."""

    needs = (Permission.PEOPLE_ERASE,)

    given = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, self.tr("Set a legal hold"), icon="lock", width=460)
        words = self.tr("Until it is lifted, nobody anonymises this person and no night removes anything.")
        self.add(Label(words, "small", "muted", wrap=True))
        self.reason = NoteField(lines=3, most=_MOST_REASON)
        self.field = Field(self.tr("Reason"), self.reason)
        self.add(self.field)
        self.add_cancel()
        self.button = self.add_button(Button(self.tr("Set a legal hold"), kind=Kind.PRIMARY, on_click=self.give))

    def give(self) -> None:
        """Close with the reason."""
        _give(self, self.reason, self.field, self.given)


class EraseDialog(Dialog):
    """What goes, what loses its words, what stays; it says that this can't be undone."""

    needs = (Permission.PEOPLE_ERASE,)

    given = Signal(str)

    def __init__(self, window: QWidget, name: str, outlook: Mapping[str, Any]) -> None:
        super().__init__(window, self.tr("Anonymise {name}").format(name=name), icon="user", width=620)
        self.add(Well("circle-alert", self.tr("This can't be undone. Laptops follow at their next contact."), "bad"))
        column = ScrollColumn(padding=0)
        parts = (
            (self.tr("Goes"), "goes"),
            (self.tr("Stays without its words"), "emptied"),
            (self.tr("Stays"), "stays"),
        )
        self.parts: dict[str, str] = {}
        for title, key in parts:
            rows = outlook.get(key) or {}
            self.parts[key] = ", ".join(f"{table_words(table)} ({n})" for table, n in sorted(rows.items()))
            if rows:
                column.body.addWidget(Label(title, "small-medium", "text2"))
                column.body.addWidget(Label(self.parts[key], "small", wrap=True))
        column.body.addStretch(1)
        column.setMinimumHeight(min(theme().px(240), max(120, window.height() - theme().px(420))))
        self.add(column, 1)
        self.reason = NoteField(lines=2, most=_MOST_REASON)
        self.field = Field(self.tr("Reason"), self.reason, hint=self.tr("It is kept with what was done."))
        self.add(self.field)
        self.add_cancel()
        self.button = self.add_button(
            Button(self.tr("Anonymise for good"), kind=Kind.DANGER_FILLED, on_click=self.give)
        )

    def give(self) -> None:
        """Close with the reason."""
        _give(self, self.reason, self.field, self.given)


def _give(dialog: Dialog, note: NoteField, field: Field, given: Any) -> None:
    reason = note.toPlainText().strip()
    if not reason:
        field.set_error(dialog.tr("Enter a reason."))
        note.setFocus()
        return
    dialog.accept()
    given.emit(reason)


def erase_section() -> PersonSection:
    """Return the card for those who may, and not for oneself; None otherwise, and without a server."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        other = person_id != desk.actor.person_id
        return EraseCard(desk, person_id) if is_officer(desk.actor) and other and desk.client is not None else None

    return PersonSection(make)
