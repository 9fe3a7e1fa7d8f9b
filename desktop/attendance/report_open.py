"""The registers that are still open or not taken, the oldest first; one click opens each."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QCoreApplication, QModelIndex
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.attendance.registers import PROGRESS_LOOKS, Progress, RegisterLine, progress_word, register_lines
from desktop.attendance.report_register import preview_register
from desktop.core.desk import Desk
from desktop.timetable.times import day_words, local_now, zone_of
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource

LOOK_BACK = timedelta(days=120)
_WANTED = frozenset({Progress.NOT_TAKEN, Progress.OPEN})


def open_registers(desk: Desk) -> list[RegisterLine]:
    """Return the registers of the last 120 days that nobody finished, the oldest first."""
    today = local_now(desk, zone_of(desk)).date()
    found = register_lines(desk, today - LOOK_BACK, today)
    return sorted((line for line in found if line.progress in _WANTED), key=lambda line: (line.session.starts, line.id))


def _tr(words: str) -> str:
    return QCoreApplication.translate("OpenRegisters", words)


class OpenRegisters(QWidget):
    """A table of them; a click or Enter opens the register."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines: list[RegisterLine] = []
        self.source: ListSource[RegisterLine] = ListSource(
            lambda line: line.id,
            {
                "starts": lambda line: line.session.starts.timestamp(),
                "cohort": lambda line: line.session.cohort,
                "instructor": lambda line: line.session.instructor,
            },
            name_key="cohort",
        )
        columns = [
            Column("starts", _tr("Day"), lambda line: day_words(line.session.starts.date()), width=110),
            Column("", _tr("Time"), lambda line: line.session.times, CellKind.MUTED, width=110, sortable=False),
            Column("cohort", _tr("Cohort"), lambda line: line.session.cohort, width=220, stretch=True),
            Column("instructor", _tr("Instructor"), lambda line: line.session.instructor, CellKind.MUTED, width=180),
            Column("", _tr("Marked"), lambda line: str(line.marked), CellKind.NUMBER, width=80, sortable=False),
            Column("", _tr("State"), self._state, CellKind.BADGE, width=130, sortable=False),
        ]
        self.table = RecordTable(self.source, columns, name=_tr("Open registers"))
        self.table.clicked.connect(self._clicked)
        self.table.opened.connect(self._open)
        card = Card(padded=False)
        card.add(self.table, 1)
        words = _tr("Every register of the last 120 days is finished.")
        self.empty = EmptyState("clipboard-check", _tr("No open registers"), words)
        self.stack = QStackedWidget()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.refresh()

    @staticmethod
    def _state(line: RegisterLine) -> Cell:
        tone, icon = PROGRESS_LOOKS[line.progress]
        return Cell(progress_word(line.progress), tone, icon)

    def refresh(self) -> None:
        """Read them anew."""
        self.lines = open_registers(self._desk)
        self.source.set_rows(self.lines)
        self.table.refresh()
        self.stack.setCurrentIndex(0 if self.lines else 1)

    def print_current(self) -> None:
        """Show the register under the cursor as it prints, the first one where there is no cursor."""
        session_id = self.table.current_id() or next((line.id for line in self.lines), "")
        if session_id:
            preview_register(self, self._desk, session_id)

    def _clicked(self, index: QModelIndex) -> None:
        self._open(self.table.record_model.id_at(index.row()))

    def _open(self, session_id: str) -> None:
        self._desk.open("attendance.register", session_id)
