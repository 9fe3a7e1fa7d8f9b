"""A field for a time of day with free typing: `8`, `8.30`, `830`, and `+90` for an end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.timetable.times import read_end, read_time
from desktop.widgets.text_field import TextField


class TimeField(TextField):
    """Rewritten to `08:30` when left; `start` gives what `+90` counts from. ``changed`` gives the time or None."""

    changed = Signal(object)

    def __init__(
        self,
        value: time | None = None,
        *,
        start: Callable[[], time | None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icon="clock", parent=parent)
        self._start = start
        self._value: time | None = None
        self.set_value(value)
        self.editingFinished.connect(self._read)

    @property
    def value(self) -> time | None:
        """The time in the field; None while it is empty or no time."""
        self._read()
        return self._value

    @property
    def unread_words(self) -> str:
        """The sentence for what is no time."""
        return "" if not self.text().strip() or self.value is not None else self.tr("Enter a time, like 8:30.")

    def set_value(self, value: time | None) -> None:
        """Show a time."""
        self._value = value
        self.setText("" if value is None else f"{value:%H:%M}")

    def _read(self) -> None:
        start = self._start() if self._start is not None else None
        found = read_end(self.text(), start) if start is not None else read_time(self.text())
        if found is not None:
            self.setText(f"{found:%H:%M}")
        if found != self._value:
            self._value = found
            self.changed.emit(found)
