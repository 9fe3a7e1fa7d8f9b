"""A day with a time in a form, as one instant in the institute's time zone."""

from __future__ import annotations

from datetime import time

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.timetable.time_field import TimeField
from desktop.timetable.times import instant_of, local, local_now, zone_of
from desktop.widgets.date_field import DateField
from desktop.widgets.field import Field

_END_OF_DAY = time(23, 59)


def _tr(words: str) -> str:
    return QCoreApplication.translate("MomentField", words)


class MomentField(QWidget):
    """A day with a time; `read` gives the instant, None without a day. Without a time it is `unsaid`."""

    def __init__(
        self, desk: Desk, label: str, instant: str | None, *, unsaid: time = _END_OF_DAY, optional: bool = True
    ) -> None:
        super().__init__()
        self._zone, self._unsaid, self._optional = zone_of(desk), unsaid, optional
        self.day = DateField(today=lambda: local_now(desk, self._zone).date())
        self.at = TimeField()
        if instant:
            moment = local(instant, self._zone)
            self.day.set_value(moment.date())
            self.at.set_value(moment.time())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.day_field = Field(label, self.day, optional=optional)
        self.at_field = Field(_tr("At"), self.at, optional=True)
        row.addWidget(self.day_field, 3)
        row.addWidget(self.at_field, 2)

    def read(self) -> tuple[str | None, bool]:
        """Return the instant and whether the fields can be read; a field that can't be read says so."""
        typed = bool(self.day.text().strip())
        wrong = self.day.value is None and (typed or not self._optional)
        wrong_time = bool(self.at.text().strip()) and self.at.value is None
        self.day_field.set_error(_tr("Enter a day, like 20/11.") if wrong else "")
        self.at_field.set_error(_tr("Enter a time, like 8:30.") if wrong_time else "")
        if wrong or wrong_time or self.day.value is None:
            return None, not (wrong or wrong_time)
        return instant_of(self.day.value, self.at.value or self._unsaid, self._zone), True
