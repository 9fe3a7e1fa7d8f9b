"""Fields for whole numbers, such as minutes late or seats, with free typing and bounds."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.text_field import TextField

_WHOLE = re.compile(r"(?P<sign>[+−-]?)\s*(?P<digits>[0-9]{1,3}(?:[,'’\s][0-9]{3})+|[0-9]{1,20})")
"""Signs between thousands only: in many countries ``1,5`` is one and a half, and is no whole number."""


def read_number(text: str) -> int | None:
    """Return the whole number that ``text`` means (``1500``, ``1,500``, ``1 500``), None when it means none."""
    found = _WHOLE.fullmatch(text.strip())
    if found is None:
        return None
    number = int(re.sub(r"[^0-9]", "", found["digits"]))
    return -number if found["sign"] in {"-", "−"} else number


class NumberField(TextField):
    """A whole number between bounds; rewritten when left, arrows step by one, ``changed`` gives the number or None."""

    changed = Signal(object)

    def __init__(
        self,
        value: int | None = None,
        *,
        least: int = 0,
        most: int = 1_000_000,
        unit: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, parent=parent)
        self._least, self._most, self._unit = least, most, unit
        self._value: int | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.set_value(value)
        self.editingFinished.connect(self._read)

    @property
    def value(self) -> int | None:
        """The number in the field; None while it is empty, no number, or out of bounds."""
        self._read()
        return self._value

    @property
    def readable(self) -> bool:
        """Whether the field is empty or holds a number within its bounds."""
        return not self.text().strip() or self._parse() is not None

    @property
    def unread_words(self) -> str:
        """The sentence for what is no number within the bounds."""
        if self.readable:
            return ""
        words = self.tr("Enter a number from {least} to {most}.")
        return words.format(least=f"{self._least:,}", most=f"{self._most:,}")

    def set_value(self, value: int | None) -> None:
        """Show a number."""
        self._value = value
        self.setText("" if value is None else f"{value:,} {self._unit}".strip())

    def _parse(self) -> int | None:
        number = read_number(self.text().removesuffix(self._unit) if self._unit else self.text())
        return number if number is not None and self._least <= number <= self._most else None

    def _read(self) -> None:
        found = self._parse()
        before = self._value
        if found is None:
            self._value = None
        else:
            self.set_value(found)
        if found != before:
            self.changed.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step on Up and Down."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        number = self._parse()
        start = self._least - step if number is None else number
        before, new = self._value, max(self._least, min(self._most, start + step))
        self.set_value(new)
        if new != before:
            self.changed.emit(new)


class MinutesField(NumberField):
    """Minutes, 0 to 999, shown as ``8 min``."""

    def __init__(self, value: int | None = None, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            value, least=0, most=999, unit=QCoreApplication.translate("MinutesField", "min"), name=name, parent=parent
        )
