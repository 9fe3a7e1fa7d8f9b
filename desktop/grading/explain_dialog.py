"""Opens the calculation behind a figure of the gradebook, and the history of a mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.grading.explain import Line
from desktop.widgets.buttons import Button
from desktop.widgets.card import Line as Hairline
from desktop.widgets.dialog import Dialog
from desktop.widgets.form_scroll import FormScroll
from desktop.widgets.label import Label


def _tr(words: str) -> str:
    return QCoreApplication.translate("ExplainDialog", words)


def line_row(line: Line) -> QWidget:
    """Return a line with its figure at the right, and its note below."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 6, 0, 6)
    column.setSpacing(2)
    row = QHBoxLayout()
    row.addWidget(Label(line.what, "body-medium", wrap=True), 1)
    row.addWidget(Label(line.figure, "body-strong"), 0, Qt.AlignmentFlag.AlignRight)
    column.addLayout(row)
    if line.note:
        column.addWidget(Label(line.note, "small", "muted", wrap=True))
    return box


class ExplainDialog(Dialog):
    """Shows lines, and below them the history where there is one."""

    def __init__(
        self, window: QWidget, title: str, subtitle: str, lines: Sequence[Line], history: Sequence[Line] = ()
    ) -> None:
        super().__init__(window, title, subtitle=subtitle, icon="table-2", width=480, padded=False)
        self.lines, self.history = tuple(lines), tuple(history)
        self.report: Button | None = None
        self.middle = FormScroll()
        self.middle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that the keys scroll it
        self.middle.setAccessibleName(title)
        for at, line in enumerate(lines):
            if at:
                self.middle.add(Hairline())
            self.middle.add(line_row(line))
        if history:
            self.middle.add(Label(_tr("History"), "section"))
            for line in history:
                self.middle.add(line_row(line))
        self.add(self.middle, 1)
        self.add_cancel(_tr("Close"))
