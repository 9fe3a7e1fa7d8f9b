"""The fields of an application form as they are filled in: one control for each kind, with label, help and error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, Kind
from desktop.widgets.check import Check
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.label import ElidedLabel
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.text_field import NoteField, TextField
from shared.admissions.form_rules import LONGEST
from shared.admissions.vocabulary import FieldType

Body = Mapping[str, Any]


def _tr(words: str) -> str:
    return QCoreApplication.translate("FormFields", words)


class FileControl(QWidget):
    """A document: its name, and buttons to choose another one or to leave it out; `chosen` gives a path."""

    chosen = Signal(object)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value: Any = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.name = ElidedLabel("", "body-medium")
        self.choose_button = Button(_tr("Choose a file"), icon="paperclip", small=True, on_click=self.choose)
        self.remove_button = Button(_tr("Remove"), kind=Kind.QUIET, small=True, on_click=self.remove)
        row.addWidget(self.choose_button)
        row.addWidget(self.name, 1)
        row.addWidget(self.remove_button)
        self.set_value(None)

    def set_value(self, value: Any) -> None:
        """Show a document, or none."""
        self.value = value
        self.name.setText(str(value["name"]) if value else _tr("PDF or picture, 10 MB at most"))
        self.name.set_tone("text" if value else "muted")
        self.remove_button.setVisible(bool(value))

    def choose(self) -> None:
        """Ask for a file."""
        path, _ = QFileDialog.getOpenFileName(
            self, _tr("Choose a file"), "", "PDF, PNG, JPEG (*.pdf *.png *.jpg *.jpeg)"
        )
        if path:
            self.chosen.emit(Path(path))

    def remove(self) -> None:
        """Leave the document out."""
        self.set_value(None)
        self.changed.emit()


class ChoicesControl(QWidget):
    """Several of several."""

    changed = Signal()

    def __init__(self, choices: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.checks = {one: Check(one) for one in choices}
        for check in self.checks.values():
            column.addWidget(check)
            check.toggled.connect(lambda _on: self.changed.emit())

    @property
    def value(self) -> list[str]:
        """What is chosen, in the form's order."""
        return [one for one, check in self.checks.items() if check.isChecked()]

    def set_value(self, value: Any) -> None:
        """Choose these."""
        for one, check in self.checks.items():
            check.blockSignals(True)
            check.setChecked(one in (value or ()))
            check.blockSignals(False)


class FormField(Field):
    """One field; `edited` says that its value is another one, `file_chosen` gives a path to look at."""

    edited = Signal()
    file_chosen = Signal(object)

    def __init__(self, field: Body, today: Callable[[], date], parent: QWidget | None = None) -> None:
        self.field = field
        self.kind = FieldType(field["type"])
        self._own_file = self.kind is FieldType.FILE
        made, self._read, self._write = _control(field, today)
        super().__init__(
            str(field["label"]),
            made,
            hint=str(field.get("help") or ""),
            optional=not field.get("required"),
            parent=parent,
        )
        self._listen(made)

    def _listen(self, made: QWidget) -> None:
        if isinstance(made, Combo):
            made.currentIndexChanged.connect(lambda _at: self.edited.emit())
        elif isinstance(made, Segmented):
            made.chosen_changed.connect(lambda _chosen: self.edited.emit())
        elif isinstance(made, FileControl | ChoicesControl):
            made.changed.connect(self.edited.emit)
            if isinstance(made, FileControl):
                made.chosen.connect(self.file_chosen.emit)
        elif isinstance(made, TextField | NoteField):
            made.textChanged.connect(lambda *_: self.edited.emit())

    @property
    def value(self) -> Any:
        """What stands in the field."""
        return self._read()

    def set_value(self, value: Any) -> None:
        """Show a value without saying that it was edited."""
        blocked = self.blockSignals(True)
        self._write(value)
        self.blockSignals(blocked)


Reader = Callable[[], Any]
Writer = Callable[[Any], object]


def _control(field: Body, today: Callable[[], date]) -> tuple[QWidget, Reader, Writer]:
    kind = FieldType(field["type"])
    if kind is FieldType.LONG_TEXT:
        note = NoteField(lines=4)
        return note, note.toPlainText, lambda value: note.setPlainText(str(value or ""))
    if kind is FieldType.CHOICE:
        combo = Combo([("", _tr("Choose")), *((one, one) for one in field["choices"])])
        return combo, lambda: combo.chosen or None, lambda value: combo.choose(value or "")
    if kind is FieldType.CHOICES:
        several = ChoicesControl(list(field["choices"]))
        return several, lambda: several.value, several.set_value
    if kind is FieldType.YES_NO:
        return _yes_no()
    if kind is FieldType.FILE:
        file = FileControl()
        return file, lambda: file.value, file.set_value
    if kind is FieldType.DATE:
        return _day(today)
    line = TextField()
    line.setMaxLength(LONGEST[FieldType.TEXT])
    return line, lambda: line.text().strip() or None, lambda value: line.setText(str(value or ""))


def _yes_no() -> tuple[QWidget, Reader, Writer]:
    words = {True: "yes", False: "no", None: ""}
    choice = Segmented([Segment("", "–"), Segment("yes", _tr("Yes")), Segment("no", _tr("No"))])
    back = {word: value for value, word in words.items()}
    return choice, lambda: back[choice.chosen], lambda value: choice.choose(words.get(value, ""))


def _day(today: Callable[[], date]) -> tuple[QWidget, Reader, Writer]:
    day = DateField(None, today=today)

    def read() -> str | None:
        if day.value is not None:
            return day.value.isoformat()
        return day.text().strip() or None

    def write(value: Any) -> None:
        try:
            day.set_value(date.fromisoformat(str(value)) if value else None)
        except ValueError:
            day.setText(str(value))

    return day, read, write
