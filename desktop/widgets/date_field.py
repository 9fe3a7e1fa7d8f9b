"""A date field with free typing that is rewritten when left, and a calendar for the mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QVBoxLayout, QWidget

from desktop.widgets.free_date import read_date
from desktop.widgets.text_field import TextField


def format_date(day: date) -> str:
    """Return a date as fields show it: ``11 Jan 2027``, with the month's name in the reader's language."""
    name = QLocale().standaloneMonthName(day.month, QLocale.FormatType.ShortFormat)
    return f"{day.day} {name} {day.year}"


class DateField(TextField):
    """Takes ``20/11``, ``20 Nov``, ``+7``; ``changed`` gives the date, or None, on leaving the field and on Enter.

    ``today`` is asked each time, so that a clock can be handed in. Alt Down opens the calendar. ``picked`` tells
    whether a person wrote or chose what stands here.
    """

    changed = Signal(object)

    def __init__(
        self, value: date | None = None, *, today: Callable[[], date], name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(icon="calendar", name=name, parent=parent)
        self._today = today
        self._value: date | None = None
        self._popup: _CalendarPopup | None = None
        self.picked = False
        self.textEdited.connect(self._was_picked)
        self.set_value(value)
        self.editingFinished.connect(self._read)

    @property
    def value(self) -> date | None:
        """The date in the field; None while it is empty or not a date."""
        self._read()
        return self._value

    @property
    def readable(self) -> bool:
        """Whether the field is empty or holds a date."""
        return not self.text().strip() or self._parse() is not None

    @property
    def unread_words(self) -> str:
        """The sentence for what is no date."""
        return "" if self.readable else self.tr("Write the day like 20 Nov.")

    def set_value(self, value: date | None) -> None:
        """Show a date."""
        self._value = value
        self.setText("" if value is None else format_date(value))

    def write(self, words: str) -> None:
        """Write for the person, and read it at once."""
        self.picked = True
        self.setText(words)
        self._read()

    def _was_picked(self) -> None:
        self.picked = True

    def _parse(self) -> date | None:
        locale = QLocale()
        months = [locale.standaloneMonthName(month, QLocale.FormatType.LongFormat) for month in range(1, 13)]
        days = (self.tr("yesterday"), self.tr("today"), self.tr("tomorrow"))
        pattern = locale.dateFormat(QLocale.FormatType.ShortFormat).lower()
        day_first = pattern.find("d") < pattern.find("m") or locale.territory() == QLocale.Country.UnitedStates
        return read_date(self.text(), self._today(), months=months, day_first=day_first, days=days)

    def _read(self) -> None:
        found = self._parse()
        if found is not None:
            self.setText(format_date(found))
        if found != self._value:
            self._value = found
            self.changed.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the calendar on Alt Down."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the calendar on a press on its icon."""
        if event.position().x() < 28:
            self.open_calendar()
        else:
            super().mousePressEvent(event)

    def open_calendar(self) -> None:
        """Show a month to pick from, below the field."""
        if self._popup is None:
            self._popup = _CalendarPopup(self)
            self._popup.picked.connect(self._pick)
        self._popup.open_at(self._parse() or self._today(), self.mapToGlobal(QPoint(0, self.height() + 2)))

    def _pick(self, day: date) -> None:
        self.write(format_date(day))
        self.setFocus(Qt.FocusReason.PopupFocusReason)


class _CalendarPopup(QFrame):
    """A month in a frame that closes by itself; made once for a field and kept."""

    picked = Signal(object)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        self.calendar = QCalendarWidget()
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.activated.connect(self._choose)
        self.calendar.clicked.connect(self._choose)
        column.addWidget(self.calendar)

    def open_at(self, day: date, place: QPoint) -> None:
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.move(place)
        self.show()
        self.calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, picked: QDate) -> None:
        # A click may be followed by "activated" for the same day; the popup is closed by then.
        if self.isVisible():
            self.hide()
            self.picked.emit(date(picked.year(), picked.month(), picked.day()))
