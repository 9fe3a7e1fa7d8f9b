"""A cohort's classes, each opening its register."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.learning.cohort_model import session_columns
from desktop.learning.store import SessionRow, session_rows
from desktop.widgets.buttons import secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource


class ClassesTab(QWidget):
    """Lists what the timetable has planned; planning itself is the timetable's page."""

    def __init__(self, desk: Desk, cohort_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._cohort_id = desk, cohort_id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        line = QHBoxLayout()
        self.count = Label("", "small", "muted")
        line.addWidget(self.count, 1)
        line.addWidget(secondary(self.tr("Attendance by month"), "clipboard-check", self._open_month))
        line.addWidget(secondary(self.tr("Open the timetable"), "calendar", self._plan))
        column.addLayout(line)
        self.source: ListSource[SessionRow] = ListSource(
            lambda row: row.id,
            {
                "starts": lambda row: row.starts.isoformat(),
                "room": lambda row: row.room,
                "instructor": lambda row: row.instructor,
                "state": lambda row: row.state,
            },
        )
        self.table = RecordTable(self.source, session_columns(), name=self.tr("Classes"))
        self.table.sort_by("starts")
        self.table.opened.connect(lambda session_id: desk.open("attendance.register", session_id))
        words = self.tr("Classes appear here when the office plans them, or when an instructor adds one on the spot.")
        self.nothing = EmptyState(
            "calendar", self.tr("No classes yet"), words, action=self.tr("Open the timetable"), on_action=self._plan
        )
        card = Card(padded=False)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nothing)
        card.add(holder, 1)
        column.addWidget(card, 1)

    def _open_month(self) -> None:
        self._desk.open("attendance.month", self._cohort_id)

    def _plan(self) -> None:
        self._desk.open("timetable.sessions", cohort=self._cohort_id)

    def refresh(self) -> int:
        """Read the classes anew; returns how many there are, cancelled ones left out."""
        rows = session_rows(self._desk, self._cohort_id)
        self.source.set_rows(rows)
        self.table.refresh()
        self._stack.setCurrentIndex(0 if rows else 1)
        living = [row for row in rows if row.state != "cancelled"]
        held = sum(row.state == "held" for row in rows)
        self.count.setText(self.tr("{held} of {all} held").format(held=held, all=len(living)) if living else "")
        return len(living)
