"""The form of an application, one step at a time; what is typed is kept by itself, without a network, too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.admissions import actions
from desktop.admissions.form_fields import FileControl, FormField
from desktop.admissions.store import ApplicationLine
from desktop.core.desk import Desk
from desktop.people.code_check import CodeCheck
from desktop.shell.page import tell_problem
from desktop.timetable.times import today
from desktop.widgets.buttons import Button, Kind, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.label import IconText, Label
from desktop.widgets.layouts import PageHead, ScrollColumn, show_part
from desktop.widgets.progress import Bar
from desktop.widgets.tabs import Tabs
from desktop.widgets.text_field import TextField
from shared.admissions.form_rules import progress
from shared.admissions.vocabulary import FieldType
from shared.core.errors import CampusError

_SOON_MS = 900
_MOST = 820
_DOCUMENTS = "documents"


class ApplyForm(QWidget):
    """`left` goes back to all forms, `sent` says that the application is on its way."""

    left = Signal()
    sent = Signal()
    withdraw_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.line: ApplicationLine | None = None
        self.fields: dict[str, FormField] = {}
        self.steps: list[tuple[str, str, list[str]]] = []
        self._edited: set[str] = set()
        self._only: tuple[str, ...] = ()
        self.at = 0
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(_SOON_MS)
        self.timer.timeout.connect(self.keep)
        self._lay()
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self.keep)

    def _lay(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.column = ScrollColumn(most=_MOST)
        self.head = PageHead("")
        self.head.add_button(secondary(self.tr("All applications"), "arrow-left", self._leave))
        self.bar = Bar(name=self.tr("Filled in"))
        self.saved = IconText("hard-drive", "", "text2", step="small")
        self._tab_place = QVBoxLayout()
        self.card_place = QVBoxLayout()
        self.missing = Label("", "small", "bad", wrap=True)
        self.missing.hide()
        row = QHBoxLayout()
        self.withdraw_button = Button(self.tr("Withdraw"), kind=Kind.QUIET, on_click=self.withdraw_asked.emit)
        self.back_button = secondary(self.tr("Back"), on_click=partial(self.go, -1))
        self.next_button = primary(self.tr("Next"), on_click=partial(self.go, 1))
        self.send_button = primary(self.tr("Send application"), "check", self.send)
        row.addWidget(self.withdraw_button)
        row.addStretch(1)
        for button in (self.back_button, self.next_button, self.send_button):
            row.addWidget(button)
        body = self.column.body
        for widget in (self.head, self.bar, self.saved):
            body.addWidget(widget)
        body.addLayout(self._tab_place)
        body.addLayout(self.card_place)
        body.addWidget(self.missing)
        body.addLayout(row)
        body.addStretch(1)
        column.addWidget(self.column)

    # -------------------------------------------------------------------------------------------------- showing

    def show_line(self, line: ApplicationLine, only: Sequence[str] = ()) -> None:
        """Show an application; what is being typed stays. With `only` just these documents are asked for."""
        fresh = self.line is None or self.line.id != line.id or self._only != tuple(only)
        self.line, self._only = line, tuple(only)
        self.head.set_words(str(line.body["content"]["title"]), line.body["number"] or self.tr("not numbered yet"))
        if fresh:
            self._make_steps(line)
        for key, field in self.fields.items():
            value = line.body["answers"].get(key)
            if key not in self._edited and actions.bare(field.value) != actions.bare(value):
                field.set_value(value)
        done, count = progress(line.body["content"], line.body["answers"])
        self.bar.setRange(0, max(1, count))
        self.bar.setValue(done if count else 1)
        self._show_saved()

    def _make_steps(self, line: ApplicationLine) -> None:
        content = line.body["content"]
        self._edited.clear()
        self.fields, self.steps, self.at = {}, [], 0
        day = partial(today, self._desk)
        if not self._only:
            for step in content["steps"]:
                keys = [field["key"] for field in step["fields"]]
                self.steps.append((step["key"], str(step["title"]), keys))
                for field in step["fields"]:
                    self._add_field(field, day)
        documents = [one for one in content["documents"] if not self._only or one["key"] in self._only]
        for one in documents:
            self._add_field({**one, "label": one["title"], "type": str(FieldType.FILE)}, day)
        if documents:
            self.steps.append((_DOCUMENTS, self.tr("Documents"), [one["key"] for one in documents]))
        self._make_tabs()
        self._make_cards()
        self._show_step()

    def _add_field(self, field: dict[str, Any], day: Any) -> None:
        made = FormField(field, day)
        made.edited.connect(partial(self._was_edited, field["key"]))
        made.file_chosen.connect(partial(self.take_file, field["key"]))
        if made.kind is FieldType.CODE and isinstance(made.control, TextField):
            CodeCheck(made, made.control, self._desk, self._applicant)
        self.fields[field["key"]] = made

    def _applicant(self) -> str:
        """Return who applies; "" where the fee came first, for that is no earlier payment."""
        return str(self.line.body["person_id"]) if self.line is not None and not self.line.body["fee"] else ""

    def _make_tabs(self) -> None:
        self._empty(self._tab_place)
        names = [(key, f"{at + 1}  {title}") for at, (key, title, _keys) in enumerate(self.steps)]
        self.tabs = Tabs(names or [("", "")], name=self.tr("Steps"))
        self.tabs.chosen_changed.connect(self._to_step)
        show_part(self.tabs, len(names) > 1)
        self._tab_place.addWidget(self.tabs)

    def _make_cards(self) -> None:
        self._empty(self.card_place)
        self.cards: list[Card] = []
        for _key, title, keys in self.steps:
            card = Card(title)
            card.body.setSpacing(16)
            for key in keys:
                card.add(self.fields[key])
            self.cards.append(card)
            self.card_place.addWidget(card)

    @staticmethod
    def _empty(layout: QVBoxLayout) -> None:
        while (item := layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show_step(self) -> None:
        for at, card in enumerate(self.cards):
            card.setVisible(at == self.at)
        last = self.at >= len(self.steps) - 1
        again = bool(self._only)
        self.back_button.setVisible(self.at > 0)
        self.next_button.setVisible(not last)
        self.send_button.setVisible(last and not again)
        self.withdraw_button.setVisible(not again)

    def _show_saved(self) -> None:
        if self.line is None:
            return
        if self._edited:
            self.saved.set_state("clock", self.tr("Not kept yet"), "text2")
        elif self.line.waiting:
            self.saved.set_state("hard-drive", self.tr("Saved on this computer"), "text2")
        else:
            self.saved.set_state("check", self.tr("On the server"), "ok")

    # ------------------------------------------------------------------------------------------------- filling in

    def _to_step(self, key: str) -> None:
        self.at = next((at for at, step in enumerate(self.steps) if step[0] == key), 0)
        self._show_step()

    def go(self, by: int) -> None:
        """Go to the next step or back; what is there is kept."""
        self.keep()
        self.at = max(0, min(len(self.steps) - 1, self.at + by))
        self.tabs.choose(self.steps[self.at][0])
        self._show_step()

    def _was_edited(self, key: str) -> None:
        self._edited.add(key)
        self.fields[key].set_error("")
        self._show_saved()
        self.timer.start()

    def take_file(self, key: str, path: Path) -> None:
        """Look at a document that was chosen, and keep a copy of it here."""
        field = self.fields[key]
        try:
            value = actions.choose_file(self._desk, path)
        except CampusError as problem:
            field.set_error(problem.message)
            return
        if isinstance(field.control, FileControl):
            field.control.set_value(value)
        self._edited.add(key)
        field.set_error("")
        self.keep()

    def keep(self) -> bool:
        """Keep what was typed; a field that can't be kept says why, and the others are kept."""
        self.timer.stop()
        if self.line is None or not self._edited:
            return True
        for key in sorted(self._edited):
            try:
                actions.save_answers(self._desk, self.line.id, {key: self.fields[key].value})
            except CampusError as problem:
                told = problem.details.get("fields", {})
                self.fields[key].set_error(told.get(key) or problem.message)
                continue
            self._edited.discard(key)
        self._show_saved()
        return not self._edited

    def send(self) -> None:
        """Send the application, or say what it lacks, at each field."""
        if self.line is None or not self.keep():
            return
        try:
            actions.submit(self._desk, self.line.id)
        except CampusError as problem:
            told: dict[str, str] = problem.details.get("fields", {})
            for key, words in told.items():
                self.fields[key].set_error(words)
            self.missing.setText(problem.message)
            self.missing.show()
            if not told:
                tell_problem(self, problem)
            first = next((at for at, step in enumerate(self.steps) if set(step[2]) & set(told)), self.at)
            self.tabs.choose(self.steps[first][0])
            return
        self.missing.hide()
        self.sent.emit()

    def _leave(self) -> None:
        self.keep()
        self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed when somebody goes elsewhere."""
        self.keep()
        super().hideEvent(event)
