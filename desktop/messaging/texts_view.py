"""The texts of letters: choose one, write it with its fixed places, look at it with samples, try it on oneself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.messaging.letter_actions import look_at, save_text, supplied_text, texts, try_text
from desktop.messaging.letter_dialog import empty
from desktop.messaging.letter_words import channel_words, size_words
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.buttons import link, primary, quiet, secondary
from desktop.widgets.card import Card
from desktop.widgets.combo import Combo
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import FlowLayout, ScrollColumn
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import NoteField, TextField
from shared.core.errors import CampusError

_LOOK_AFTER_MS = 400
_LINES, _LONGEST_SUBJECT = 14, 300


class TextsView(QWidget):
    """Two cards side by side: the text, and how it looks with samples. It needs the network."""

    told = Signal(str)
    """What the head of the page says of the texts."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._texts: dict[tuple[str, str], dict[str, Any]] = {}
        self._asked = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        left = ScrollColumn(padding=0)
        left.body.addWidget(self._make_editor())
        left.body.addStretch(1)
        right = ScrollColumn(padding=0)
        right.body.addWidget(self._make_preview())
        right.body.addStretch(1)
        row.addWidget(left, 3)
        row.addWidget(right, 2)
        self._later = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._later.timeout.connect(self.look)

    def _make_editor(self) -> Card:
        card = Card(self.tr("Text"))
        head = QHBoxLayout()
        head.setSpacing(12)
        self.choice = Combo(name=self.tr("Letter"))
        self.choice.currentIndexChanged.connect(lambda _index: self._show_chosen())
        self.way = Segmented([Segment(word, name) for word, name in channel_words().items()], name=self.tr("Way"))
        self.way.chosen_changed.connect(lambda _word: self._show_chosen())
        head.addWidget(self.choice, 1)
        head.addWidget(self.way)
        card.add(head)
        self.subject = TextField()
        self.subject.setMaxLength(_LONGEST_SUBJECT)
        self.subject_field = Field(self.tr("Subject"), self.subject)
        self.body = NoteField(lines=_LINES)
        self.body_field = Field(
            self.tr("Text"), self.body, hint=self.tr("A line whose places are all empty is left out")
        )
        card.add(self.subject_field)
        card.add(self.body_field)
        card.add(Label(self.tr("Places of this letter"), "small-medium", "text2"))
        self.places = QWidget()
        self._flow = FlowLayout(self.places, space=6)
        card.add(self.places)
        card.add(self._make_foot())
        self.subject.textChanged.connect(lambda _text: self._typed())
        self.body.textChanged.connect(self._typed)
        return card

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.supplied_button = quiet(self.tr("Back to the supplied text"), on_click=self.take_supplied)
        self.try_button = secondary(self.tr("Send me a test"), "mail", self.send_test)
        self.save_button = primary(self.tr("Save"), "check", self.save)
        foot.addWidget(self.supplied_button)
        foot.addStretch(1)
        foot.addWidget(self.try_button)
        foot.addWidget(self.save_button)
        return foot

    def _make_preview(self) -> Card:
        card = Card(self.tr("With samples"))
        self.fault = IconText("circle-alert", "", "bad")
        self.preview_subject = Label("", "body-medium", wrap=True)
        self.preview = Label("", wrap=True)
        self.size_label = Label("", "small", "text2", wrap=True)
        for part in (self.fault, self.preview_subject, self.preview, self.size_label):
            card.add(part)
        self.fault.hide()
        return card

    # ------------------------------------------------------------------------------------------------------ reading

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the texts, once."""
        super().showEvent(event)
        if not self._texts:
            self._do(lambda: texts(self._desk), self._show)

    @property
    def shown(self) -> dict[str, Any] | None:
        """The text that is being written, as the server has it."""
        return self._texts.get((self.choice.chosen or "", self.way.chosen))

    def _show(self, found: list[dict[str, Any]]) -> None:
        self._texts = {(one["template"], one["channel"]): one for one in found}
        self.choice.set_choices({one["template"]: one["title"] for one in found}.items())
        self.told.emit(self.tr("What letters say; places in braces are filled in when one goes out"))
        self._show_chosen()

    def _show_chosen(self) -> None:
        shown = self.shown
        if shown is None:
            return
        self.subject.setText(shown["subject"])
        self.body.setPlainText(shown["body"])
        self.subject_field.setVisible(shown["channel"] == "mail")
        self.supplied_button.setEnabled(shown["own"])
        empty(self._flow)
        for name in shown["places"]:
            self._flow.addWidget(link(f"{{{name}}}", partial(self.body.insertPlainText, f"{{{name}}}")))
        self._typed()
        self._later.stop()
        self.look()

    @property
    def is_changed(self) -> bool:
        """Whether something is written that isn't saved."""
        shown = self.shown
        return shown is not None and (self.subject.text(), self.body.toPlainText()) != (shown["subject"], shown["body"])

    def _typed(self) -> None:
        self.save_button.setEnabled(self.is_changed)
        self.try_button.setEnabled(not self.is_changed)
        self.try_button.setToolTip(self.tr("Save first: a test shows the saved text.") if self.is_changed else "")
        self._later.start()

    # ------------------------------------------------------------------------------------------------------ acting

    def look(self) -> None:
        """Ask how the text looks."""
        shown = self.shown
        if shown is None:
            return
        self._asked += 1
        asked, subject, body = self._asked, self.subject.text(), self.body.toPlainText()

        def done(told: dict[str, Any]) -> None:
            if asked == self._asked:
                self._show_preview(told)

        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            if asked == self._asked:
                self.fault.set_state("circle-alert", problem.message, "bad")
                self.fault.show()
                for label in (self.preview_subject, self.preview, self.size_label):
                    label.setText("")

        run_in_background(lambda: look_at(self._desk, shown, subject, body), done, failed, self, Lane.NETWORK)

    def _show_preview(self, told: dict[str, Any]) -> None:
        self.fault.hide()
        self.preview_subject.setText(told.get("subject", ""))
        self.preview_subject.setVisible("subject" in told)
        self.preview.setText(told["text"])
        self.size_label.setText(size_words(told) if "parts" in told else "")

    def save(self) -> None:
        """Keep what is written."""
        shown, subject, body = self.shown, self.subject.text(), self.body.toPlainText()
        if shown is not None:
            self._do(lambda: save_text(self._desk, shown, subject, body), self._saved)

    def take_supplied(self) -> None:
        """Go back to the supplied text."""
        shown = self.shown
        if shown is not None:
            self._do(lambda: supplied_text(self._desk, shown), self._saved)

    def _saved(self, told: dict[str, Any]) -> None:
        self._texts[told["template"], told["channel"]] = told
        self._show_chosen()
        tell(self, self.tr("Text of {letter} saved").format(letter=told["title"]))

    def send_test(self) -> None:
        """Send the saved text with samples to oneself."""
        shown = self.shown
        if shown is not None:
            words = self.tr("A test is on its way to you. It stands in the list of letters.")
            self._do(lambda: try_text(self._desk, shown), lambda _id: tell(self, words))

    def _do(self, work: Callable[[], Any], done: Callable[[Any], Any]) -> None:
        def failed(problem: Exception) -> None:
            if not isinstance(problem, CampusError):
                raise problem
            tell_problem(self, problem)

        run_in_background(work, done, failed, self, Lane.NETWORK)
