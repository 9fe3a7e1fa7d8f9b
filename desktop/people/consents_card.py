"""What one agreed to: each text of the institute with one's own answer, to read again, to agree to and to withdraw."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.consent_actions import agree, withdraw
from desktop.people.consent_store import KINDS, OwnAnswer, own_answers
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.times import instant_words, local_now, zone_of
from desktop.widgets.buttons import Button, quiet, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.people.consent import ConsentPurpose

_HEIGHT = 320


class ConsentsCard(Card):
    """Hidden while the institute has published nothing."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What you agreed to"), parent=parent)
        self._desk = desk
        words = self.tr("The institute keeps which version of a text you answered, how and when.")
        self.add(Label(words, "small", "muted", wrap=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.add(self._rows)
        self.buttons: dict[str, Button] = {}
        follow(desk.store, self, lambda changed: self.refresh() if KINDS & set(changed.kinds) else None)
        self.refresh()

    def refresh(self) -> None:
        """Read the answers anew."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self.buttons = {}
        found = own_answers(self._desk)
        for one in found:
            self._rows.addWidget(self._row(one))
        if not found or self.parentWidget() is not None:  # shown without a parent it would be a window for a moment
            self.setVisible(bool(found))

    def _row(self, one: OwnAnswer) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Label(one.heading, "body", wrap=True))
        told = one.told
        if one.answered_at:
            told = f"{told}, {instant_words(one.answered_at, zone_of(self._desk), local_now(self._desk))}"
        words.addWidget(Label(told, "small", "muted", wrap=True))
        row.addLayout(words, 1)
        row.addWidget(quiet(self.tr("Read"), "file-text", lambda: self._read(one)))
        if one.may_withdraw:
            self.buttons[one.purpose] = secondary(self.tr("Withdraw"), on_click=lambda: self._withdraw(one))
        elif one.answer and one.purpose != ConsentPurpose.PRIVACY:
            self.buttons[one.purpose] = secondary(self.tr("Agree"), on_click=lambda: self._agree(one))
        elif not one.answer:
            said = self.tr("I have read it") if one.purpose == ConsentPurpose.PRIVACY else self.tr("Agree")
            self.buttons[one.purpose] = secondary(said, on_click=lambda: self._agree(one))
        if one.purpose in self.buttons:
            row.addWidget(self.buttons[one.purpose])
        return holder

    def _read(self, one: OwnAnswer) -> None:
        dialog = Dialog(self.window(), one.title, subtitle=one.heading, icon="file-text", width=620)
        column = ScrollColumn(padding=16)
        column.body.addWidget(Label(one.body, "body", wrap=True))
        column.body.addStretch(1)
        column.setFixedHeight(theme().px(_HEIGHT))
        dialog.add(column)
        dialog.add_cancel(self.tr("Close"))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _withdraw(self, one: OwnAnswer) -> None:
        self._do(lambda: withdraw(self._desk, one), self.tr("Withdrawn. The institute sees it at its next contact."))

    def _agree(self, one: OwnAnswer) -> None:
        self._do(lambda: agree(self._desk, one), self.tr("Your answer is kept."))

    def _do(self, act: Callable[[], object], words: str) -> None:
        try:
            act()
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self.refresh()
        tell(self, words)
