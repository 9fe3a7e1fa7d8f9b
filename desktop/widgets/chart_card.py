"""A chart in a card with its title, "Show as table" and "Copy"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QScrollArea, QStackedWidget, QWidget

from desktop.widgets.announce import announce
from desktop.widgets.buttons import Kind, icon_button
from desktop.widgets.card import Card
from desktop.widgets.chart import Chart, Point
from desktop.widgets.columns import CellKind, Column
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource


class ChartCard(Card):
    """A chart and its table twin: both say the same, row by row."""

    def __init__(self, title: str, chart: Chart, heads: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.chart, self._heads = chart, heads
        self.source: ListSource[Point] = ListSource(lambda point: point.id, {"name": lambda point: point.name})
        columns = [
            Column("", heads[0], lambda point: point.name, width=160, stretch=True, sortable=False),
            Column("", heads[1], self._value, CellKind.NUMBER, width=110, sortable=False),
        ]
        self.table = RecordTable(self.source, columns, name=title)
        self.table.opened.connect(chart.opened)
        self.summary = Label("", "small", "muted", wrap=True)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(chart)
        scroll.setFocusProxy(chart)
        self.stack = QStackedWidget()
        self.stack.addWidget(scroll)
        self.stack.addWidget(self.table)
        menu = QMenu(self)
        self.swap = menu.addAction(self.tr("Show as table"), self.toggle)
        menu.addAction(self.tr("Copy"), self.copy)
        more = icon_button("ellipsis", self.tr("More about {title}").format(title=title), kind=Kind.QUIET)
        more.clicked.connect(lambda: menu.popup(more.mapToGlobal(more.rect().bottomLeft())))
        if self.head is not None:
            self.head.add(more)
        self.add(self.summary)
        self.add(self.stack, 1)

    @staticmethod
    def _value(point: Point) -> str:
        return "–" if point.value is None else f"{point.value:g}"

    def set_points(self, points: Sequence[Point], summary: str, target: float | None = None) -> None:
        """Show these values with the sentence that says what they mean."""
        self.chart.set_points(points, summary, target)
        self.summary.setText(summary)
        self.source.set_rows(points)
        self.table.refresh()

    def toggle(self) -> None:
        """Show the table instead of the chart, or the chart again."""
        table = self.stack.currentIndex() == 0
        self.stack.setCurrentIndex(int(table))
        self.swap.setText(self.tr("Show as chart") if table else self.tr("Show as table"))

    def copy(self) -> None:
        """Put the values with heads on the clipboard, as tab-separated text."""
        lines = ["\t".join(self._heads), *(f"{point.name}\t{self._value(point)}" for point in self.chart.points)]
        QGuiApplication.clipboard().setText("\n".join(lines))
        announce(self, self.tr("Copied"))
