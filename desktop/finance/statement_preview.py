"""The first lines of a bank statement as a table, as a layout cuts them into columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop.widgets.theme import theme
from shared.core.errors import CampusError
from shared.finance.statement_reading import preview

_HEIGHT, _LONGEST, _MOST_COLUMNS = 176, 60, 16


class StatementPreview(QTableWidget):
    """Shows up to twelve lines; columns are numbered as a layout names them by number."""

    def __init__(self, height: int = _HEIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("First lines of the file"))
        self.setFixedHeight(theme().px(height))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme().px(24))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def show_file(self, content: str, rules: Mapping[str, Any]) -> None:
        """Show a file's first lines; nothing where it can't be cut."""
        try:
            self.show_lines(preview(content, rules))
        except CampusError:
            self.show_lines([])

    def show_lines(self, lines: Sequence[Sequence[str]]) -> None:
        """Show lines of cells."""
        columns = min(_MOST_COLUMNS, max((len(line) for line in lines), default=0))
        self.setRowCount(len(lines))
        self.setColumnCount(columns)
        self.setHorizontalHeaderLabels([f"#{number}" for number in range(1, columns + 1)])
        for at, line in enumerate(lines):
            for place, cell in enumerate(line[:columns]):
                self.setItem(at, place, QTableWidgetItem(" ".join(cell.split())[:_LONGEST]))
