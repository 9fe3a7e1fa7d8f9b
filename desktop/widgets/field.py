"""A form field: label above, control, and below it a hint that gives way to the error."""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.widgets.label import IconLabel, Label, breakable


class _Markable(Protocol):
    def set_invalid(self, invalid: bool) -> None: ...


def cut_words(control: QLineEdit) -> str:
    """Return what is said of a paste that was longer than a control takes."""
    words = QCoreApplication.translate("Field", "Only {n} letters fit here. The rest of what you typed was left out.")
    return words.format(n=control.maxLength())


class Field(QWidget):
    """Wraps a control; the label names it for screen readers, the error is read as its description.

    A paste that is longer than the control takes is cut, and the field says so: what was left out isn't lost unseen.
    What can't be read is told when the control is left. Beside others a field stands at the top of its line: the
    labels stay in one line, and its sentence gets the height that it needs.
    """

    def __init__(
        self,
        label: str,
        control: QWidget,
        *,
        hint: str = "",
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._hint_text = hint
        self._error = self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(6)
        self.label = Label(label, "small-medium", "text2")
        self.label.setBuddy(control)
        head.addWidget(self.label)
        if optional:
            head.addWidget(Label(self.tr("Optional"), "small", "muted"))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(control)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(4)
        self._sign = IconLabel("circle-alert", "bad", 14)
        self._words = Label(hint, "small", "muted", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._foot.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._foot.addWidget(self._words, 1)
        column.addLayout(self._foot)
        control.setAccessibleName(label)
        self._follow_control()
        self._show()

    def _follow_control(self) -> None:
        control = self.control
        if isinstance(control, QLineEdit):
            control.inputRejected.connect(self._say_cut)
            control.textChanged.connect(self._forget_note)
            control.editingFinished.connect(self._say_unread)

    def _say_cut(self) -> None:
        control = self.control
        if isinstance(control, QLineEdit) and not control.inputMask() and control.validator() is None:
            self._note = cut_words(control)
            self._show()

    def _say_unread(self) -> None:
        words = str(getattr(self.control, "unread_words", ""))
        if words:
            self._note = words
            self._show()

    def _forget_note(self, text: str) -> None:
        control = self.control
        if self._note and isinstance(control, QLineEdit) and len(text) < control.maxLength():
            self._note = ""
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Stand at the top of the line."""
        super().showEvent(event)
        above = self.parentWidget()
        layout = _layout_with(self, above.layout()) if above is not None else None
        if layout is not None and self.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Fixed:
            layout.setAlignment(self, Qt.AlignmentFlag.AlignTop)

    @property
    def error(self) -> str:
        """The error on show, or an empty text."""
        return self._error

    def set_error(self, error: str) -> None:
        """Show an error in place of the hint; an empty text brings the hint back."""
        self._error = error
        if hasattr(self.control, "set_invalid"):
            cast("_Markable", self.control).set_invalid(bool(error))
        self._show()

    @property
    def hint(self) -> str:
        """The hint, whether it is on show or an error in its place."""
        return self._hint_text

    def set_hint(self, hint: str) -> None:
        """Change the hint."""
        self._hint_text = hint
        self._show()

    def _show(self) -> None:
        text = self._error or self._note or self._hint_text
        tone = "bad" if self._error else "warn" if self._note else "muted"
        self._sign.set_icon("circle-alert", "muted" if tone == "muted" else tone)
        self._sign.setVisible(tone != "muted")
        self._words.setVisible(bool(text))
        self._words.setText(breakable(text))
        self._words.set_tone(tone)
        self._words.setProperty("step", "small" if tone == "muted" else "small-medium")
        self._words.style().polish(self._words)
        self.control.setAccessibleDescription(text)


def _layout_with(widget: QWidget, layout: QLayout | None) -> QLayout | None:
    """Return the layout, this one or one inside it, that holds a widget."""
    if layout is None or layout.indexOf(widget) >= 0:
        return layout
    inner = (item.layout() for at in range(layout.count()) if (item := layout.itemAt(at)) is not None)
    return next((found for one in inner if one is not None and (found := _layout_with(widget, one))), None)


def field_of(control: QWidget) -> Field | None:
    """Return the field that a control stands in, None where it stands in none."""
    above = control.parentWidget()
    while above is not None and not isinstance(above, Field):
        above = above.parentWidget()
    return above
