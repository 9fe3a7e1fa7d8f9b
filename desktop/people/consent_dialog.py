"""Asks once, after signing in, about each new text of the institute; the answer is kept here and sent like any work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.people.consent_actions import say
from desktop.people.consent_store import KINDS, to_ask
from desktop.shell.page import follow, tell_problem
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.core.text import plural
from shared.people.consent import ConsentAnswer, ConsentPurpose, purpose_words

_HEIGHT = 300


class ConsentDialog(Dialog):
    """Shows one text after the other; "Decide later" leaves the rest for the next sign-in."""

    def __init__(self, window: QWidget, desk: Desk, texts: Sequence[dict[str, Any]]) -> None:
        super().__init__(window, self.tr("The institute asks you"), icon="file-text", width=620)
        self._desk, self._texts, self._at = desk, list(texts), 0
        self.heading = Label("", "card-title", wrap=True)
        self.add(self.heading)
        column = ScrollColumn(padding=16)
        self.words = Label("", "body", wrap=True)
        column.body.addWidget(self.words)
        column.body.addStretch(1)
        column.setFixedHeight(theme().px(_HEIGHT))
        card = Card(padded=False)
        card.add(column)
        self.add(card)
        self.hint = Label("", "small", "muted", wrap=True)
        self.add(self.hint)
        self.add_cancel(self.tr("Decide later"))
        self.refuse_button = self.add_button(secondary(self.tr("I don't agree"), on_click=self.refuse))
        self.agree_button = self.add_button(primary(self.tr("I agree"), "check", on_click=self.agree))
        self._show()

    @property
    def shown(self) -> dict[str, Any]:
        """The text on show."""
        return self._texts[self._at]

    def _show(self) -> None:
        one = self.shown
        notice = one["purpose"] == ConsentPurpose.PRIVACY
        self.heading.setText(str(one["title"]))
        self.words.setText(str(one["body"]))
        names = purpose_words()[one["purpose"]]
        place = self.tr("{at} of {n}").format(at=self._at + 1, n=len(self._texts))
        self.subtitle.setText(f"{names} · {place}")
        self.subtitle.show()
        later = self.tr("You can change your answer under My account at any time.")
        self.hint.setText(self.tr("The institute tells you how it handles your data.") if notice else later)
        self.agree_button.setText(self.tr("I have read it") if notice else self.tr("I agree"))
        self.refuse_button.setVisible(not notice)

    def agree(self) -> None:
        """Agree, or say that one has read it, and go on."""
        self._say(ConsentAnswer.AGREED)

    def refuse(self) -> None:
        """Say that one doesn't agree, and go on."""
        self._say(ConsentAnswer.REFUSED)

    def _say(self, answer: ConsentAnswer) -> None:
        try:
            say(self._desk, self.shown, answer)
        except CampusError as problem:
            self.hint.setText(problem.message)
            return
        self._at += 1
        if self._at < len(self._texts):
            self._show()
        else:
            self.accept()


class ConsentCard(Card):
    """Stands on Today while something isn't answered, and opens the dialog once each time that one signs in."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("The institute asks you"), parent=parent)
        self._desk, self._offered = desk, False
        row = QHBoxLayout()
        self.words = Label("", "body", wrap=True)
        row.addWidget(self.words, 1)
        self.button = primary(self.tr("Read and answer"), "file-text", self.ask)
        row.addWidget(self.button)
        self.add(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._offer)
        follow(desk.store, self, lambda changed: self.refresh() if KINDS & set(changed.kinds) else None)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Offer the texts as soon as the page stands."""
        super().showEvent(event)
        self._timer.start(0)

    def refresh(self) -> None:
        """Show what waits for an answer, or hide."""
        n = len(to_ask(self._desk))
        self.words.setText(plural("1 text waits for your answer.", "{n} texts wait for your answer.", n))
        if not n or self.parentWidget() is not None:  # shown without a parent it would be a window for a moment
            self.setVisible(bool(n))

    def _offer(self) -> None:
        if not self._offered and self.isVisible():
            self.ask()

    def ask(self) -> None:
        """Open the dialog; nothing happens while another one is open."""
        texts = to_ask(self._desk)
        if not texts:
            return
        try:
            dialog = ConsentDialog(self.window(), self._desk, texts)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        dialog.finished.connect(dialog.deleteLater)
        if dialog.open_dialog():
            self._offered = True
        else:
            dialog.deleteLater()
