"""The row above the timetable: back, today and ahead, week or day, by what, and which of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.core.desk import Desk
from desktop.timetable.week_store import By, Span, groups_of
from desktop.widgets.buttons import icon_button, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.segmented import Segment, Segmented
from desktop.widgets.theme import theme

WEEK, DAY = "week", "day"


class TimetableTools(QWidget):
    """``changed`` says that something else is to be shown, ``stepped`` gives weeks or days ahead."""

    changed = Signal()
    stepped = Signal(int)
    today_asked = Signal()

    def __init__(self, desk: Desk, *, everything: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.back = icon_button("chevron-left", self.tr("Back"), self.tr("Page Up"))
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.today = secondary(self.tr("Today"))
        self.today.setToolTip(self.tr("Go to today (T)"))
        self.today.clicked.connect(self.today_asked.emit)
        self.ahead = icon_button("chevron-right", self.tr("Ahead"), self.tr("Page Down"))
        self.ahead.clicked.connect(lambda: self.stepped.emit(1))
        for button in (self.back, self.today, self.ahead):
            row.addWidget(button)
        row.addSpacing(8)
        self.modes = Segmented(
            [Segment(WEEK, self.tr("Week")), Segment(DAY, self.tr("Day"))], name=self.tr("Week or day")
        )
        row.addWidget(self.modes)
        row.addStretch(1)
        self.ways = Segmented(
            [
                Segment(By.ROOM, self.tr("Rooms")),
                Segment(By.INSTRUCTOR, self.tr("Instructors")),
                Segment(By.COHORT, self.tr("Cohorts")),
            ],
            name=self.tr("By"),
        )
        self.choice = Combo(name=self.tr("Show"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.choice.setFixedWidth(theme().px(232))
        self.everything = everything
        for widget in (self.ways, self.choice):
            row.addWidget(widget)
            widget.setVisible(everything)
        self._desk = desk
        self.modes.chosen_changed.connect(lambda _mode: self.changed.emit())
        self.ways.chosen_changed.connect(self._by_changed)
        self.choice.currentIndexChanged.connect(lambda _index: self.changed.emit())

    @property
    def mode(self) -> str:
        """`week` or `day`."""
        return self.modes.chosen

    def set_mode(self, mode: str) -> None:
        """Show weeks or days."""
        self.modes.choose(mode)

    @property
    def by(self) -> By:
        """What columns or rows are; one's own timetable where nothing else may be seen."""
        return By(self.ways.chosen) if self.everything else By.OWN

    @property
    def chosen(self) -> str:
        """The one group to show, an empty text for all."""
        return (self.choice.chosen or "") if self.everything else ""

    def _by_changed(self, _by: str) -> None:
        self.choice.blockSignals(True)
        self._offer_all(self._desk)
        self.choice.setCurrentIndex(0)
        self.choice.blockSignals(False)
        self.changed.emit()

    def _offer_all(self, desk: Desk) -> None:
        self._set(self.by, [(one.id, one.name) for one in groups_of(desk, self.by, [])])

    def _set(self, by: By, choices: list[tuple[str, str]]) -> None:
        words = {
            By.ROOM: self.tr("All rooms"),
            By.INSTRUCTOR: self.tr("All instructors"),
            By.COHORT: self.tr("All cohorts"),
        }
        self.choice.set_choices([("", words.get(by, "")), *(one for one in choices if one[0])])

    def offer(self, _desk: Desk, span: Span) -> None:
        """Offer groups that only sessions name, too."""
        if not self.everything or self.chosen:
            return
        self._set(span.by, [(one.id, one.name) for one in span.groups])
