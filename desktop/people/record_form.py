"""A form over one record: one column of fields, checked when left, whose unsaved typing survives leaving the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatch
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.core.local_store import LocalStore
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.number_field import NumberField

_KEEP_AFTER_MS = 700


@singledispatch
def value_of(control: object) -> Any:
    """Return what a control holds as a row keeps it; what can't be read stays text, for the check to refuse."""
    message = f"No form knows the value of a {type(control).__name__}."
    raise TypeError(message)


@value_of.register
def _(control: QLineEdit) -> str:
    return control.text().strip()


@value_of.register
def _(control: QPlainTextEdit) -> str:
    return control.toPlainText().strip()


@value_of.register
def _(control: Combo) -> str | None:
    return control.chosen


@value_of.register
def _(control: DateField) -> str:
    if not control.readable:
        return control.text().strip()
    return control.value.isoformat() if control.value else ""


@value_of.register
def _(control: NumberField) -> int | str | None:
    return control.value if control.readable else control.text().strip()


@singledispatch
def put_value(control: object, _value: Any) -> None:
    """Show a row's value in a control."""
    message = f"No form can fill a {type(control).__name__}."
    raise TypeError(message)


@put_value.register
def _(control: QLineEdit, value: Any) -> None:
    control.setText("" if value is None else str(value))


@put_value.register
def _(control: QPlainTextEdit, value: Any) -> None:
    control.setPlainText("" if value is None else str(value))


@put_value.register
def _(control: Combo, value: Any) -> None:
    control.choose(str(value or ""))


@put_value.register
def _(control: DateField, value: Any) -> None:
    try:
        control.set_value(date.fromisoformat(value) if value else None)
    except ValueError:
        control.set_value(None)
        control.setText(str(value))


@put_value.register
def _(control: NumberField, value: Any) -> None:
    if isinstance(value, str):
        control.setText(value)
    else:
        control.set_value(value)


@dataclass(frozen=True)
class FormField:
    """A field of a record; ``check`` gives the sentence for a value that can't be kept, or None."""

    name: str
    label: str
    control: QWidget
    check: Callable[[Any], str | None] = lambda _value: None
    hint: str = ""
    optional: bool = True
    section: str = ""


class RecordForm(QWidget):
    """``changed`` says that something was typed; ``draft_kept`` is the name under which unsaved typing is kept.

    Enter moves on to the next field. Typing is kept 0.7 s after the last key and when the form is left; it is shown
    again at the next visit until it is saved or discarded.
    """

    changed = Signal()

    def __init__(
        self, fields: Sequence[FormField], store: LocalStore, draft_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._fields = {field.name: field for field in fields}
        self._store, self._draft_name = store, draft_name
        self._saved: dict[str, Any] = {}
        self._filling = False
        self.rows: dict[str, Field] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for field in fields:
            if field.section:
                column.addWidget(Label(field.section, "section"))
            row = Field(field.label, field.control, hint=field.hint, optional=field.optional)
            self.rows[field.name] = row
            column.addWidget(row)
            self._watch(field)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep_draft)

    def _watch(self, field: FormField) -> None:
        control = field.control
        control.installEventFilter(self)
        for name in ("textChanged", "currentIndexChanged", "changed"):
            signal = getattr(control, name, None)
            if signal is not None:
                signal.connect(lambda *_: self._typed())

    def _typed(self) -> None:
        if not self._filling:
            if self._draft_name:
                self._timer.start()
            self.changed.emit()

    def control(self, name: str) -> QWidget:
        """Return the control of a field."""
        return self._fields[name].control

    def show_record(self, body: Mapping[str, Any]) -> None:
        """Fill in a record as saved, then what was typed before and never saved."""
        typed = {**self.kept(), **(self.wanted() if self.is_changed() else {})}
        self._saved = {name: body.get(name) for name in self._fields}
        self._fill({**self._saved, **typed})
        self.changed.emit()

    def kept(self) -> dict[str, Any]:
        """Return what was typed at an earlier visit and never saved."""
        found = self._store.recall(self._draft_name) if self._draft_name else None
        return {name: value for name, value in (found or {}).items() if name in self._fields}

    def _fill(self, values: Mapping[str, Any]) -> None:
        self._filling = True
        for name, field in self._fields.items():
            if not _same(value_of(field.control), values.get(name)):
                put_value(field.control, values.get(name))
            self.rows[name].set_error("")
        self._filling = False

    def values(self) -> dict[str, Any]:
        """Return what all controls hold."""
        return {name: value_of(field.control) for name, field in self._fields.items()}

    def wanted(self) -> dict[str, Any]:
        """Return the fields that differ from the saved record."""
        return {name: value for name, value in self.values().items() if not _same(value, self._saved.get(name))}

    def is_changed(self) -> bool:
        """Tell whether anything differs from the saved record."""
        return bool(self._saved) and bool(self.wanted())

    def check(self) -> bool:
        """Check all fields, show the errors and go to the first; True when there are none."""
        wrong = [name for name in self._fields if not self._check_field(name)]
        if wrong:
            self._fields[wrong[0]].control.setFocus(Qt.FocusReason.OtherFocusReason)
        return not wrong

    def _check_field(self, name: str) -> bool:
        field = self._fields[name]
        self.rows[name].set_error(field.check(value_of(field.control)) or "")
        return not self.rows[name].error

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show sentences that came from elsewhere at their fields."""
        for name, sentence in errors.items():
            if name in self.rows:
                self.rows[name].set_error(sentence)

    def keeps_drafts(self) -> bool:
        """Tell whether unsaved typing is there again where the form is made anew."""
        return bool(self._draft_name)

    def keep_draft(self) -> None:
        """Keep unsaved typing, or forget what was kept when there is none."""
        self._timer.stop()
        if not self._draft_name:
            return
        typed = self.wanted()
        if typed != self.kept():
            self._store.remember(self._draft_name, typed or None)

    def forget_draft(self) -> None:
        """Forget unsaved typing, after it was saved."""
        self._timer.stop()
        if self._draft_name and self.kept():
            self._store.remember(self._draft_name, None)

    def take_saved(self, body: Mapping[str, Any]) -> None:
        """Show a record that was just saved as it is kept now."""
        self.forget_draft()
        self._saved = {}
        self.show_record(body)

    def discard(self) -> None:
        """Return to the saved record."""
        self.forget_draft()
        self._fill(self._saved)
        self.changed.emit()

    def set_read_only(self, reason: str) -> None:
        """Let nothing be typed; the page says the reason near the form."""
        for field in self._fields.values():
            if isinstance(field.control, QLineEdit | QPlainTextEdit):
                field.control.setReadOnly(True)
            else:
                field.control.setEnabled(False)
            field.control.setToolTip(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Check a field that is left after something was typed."""
        if event.type() == QEvent.Type.FocusOut:
            for name, field in self._fields.items():
                if field.control is watched and (name in self.wanted() or self.rows[name].error):
                    self._check_field(name)
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move on with Enter."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed when the page is left."""
        if self._timer.isActive():
            self.keep_draft()
        super().hideEvent(event)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (one in (None, "", []) and other in (None, "", []))
