"""The tables of money reports: made from the columns of each report, with its sheet for files and for paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.finance.report_store import Figures
from desktop.people.table_paper import Paper
from desktop.shell.table_files import Head, Sheet, Value
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.theme import theme
from shared.core.money import decimal_amount, plain_amount
from shared.core.text import text
from shared.finance.report_rules import Field, Report, Row, Shape, totals
from shared.finance.report_words import column_words, report_words
from shared.people.rules import fold

_WIDE = 8
"""From so many columns on, paper lies."""
_WIDTHS = {
    "number": 112,
    "currency": 84,
    "day": 108,
    "payments": 94,
    "count": 86,
    "words": 220,
    "first": 116,
    "last": 116,
    "charged": 160,
    "by": 170,
}
_MANY, _NARROW, _BROAD = 6, 102, 132
"""From so many amounts on, their columns are narrow."""
_PER_LINE = 5
"""How many sums stand in one line below a table."""


def _tr(words: str) -> str:
    return QCoreApplication.translate("MoneyReport", words)


def row_key(row: Mapping[str, Any]) -> str:
    """Return what tells the rows of a report apart."""
    return f"{row['id']}|{row.get('currency', '')}"


class MoneyTable:
    """One answer as a table; order and search are the table's, the sheet says what is on the screen."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        one_currency = len(figures.currencies) <= 1
        self.shown = [one for one in figures.fields if one.key != "currency" or not one_currency]
        values = {one.key: _value_of(one) for one in self.shown}
        self.source: ListSource[Row] = ListSource(row_key, values, name_key="name")
        name = report_words(figures.asked.report)
        self.table = RecordTable(self.source, [self._column(one) for one in self.shown], name=name)
        self.set_figures(figures)

    def fits(self, figures: Figures) -> bool:
        """Tell whether other figures have the same columns."""
        one_currency = len(figures.currencies) <= 1
        fields = [one for one in figures.fields if one.key != "currency" or not one_currency]
        return figures.asked.report is self.figures.asked.report and fields == self.shown

    def set_figures(self, figures: Figures) -> None:
        """Show other figures; order and search stay."""
        self.figures = figures
        self.source.set_rows(figures.rows)
        self.table.refresh()

    def rows(self) -> list[Row]:
        """Return the rows in the order of the screen."""
        query = self.table.record_model.query
        ids = self.source.ids(query, 0, self.source.count(query))
        found = self.source.rows(ids)
        return [found[one] for one in ids]

    def totals(self) -> list[Row]:
        """Return the sums of the rows on the screen, by currency."""
        return totals(self.figures.fields, self.rows())

    def _column(self, field: Field) -> Column:
        title = column_words(field.key, self.figures.asked.by)
        if field.shape in (Shape.AMOUNT, Shape.COUNT):
            return Column(field.key, title, lambda row: _shown(field, row), CellKind.NUMBER, self._width(field))
        if field.key == "reason":
            return Column(field.key, title, _reason, CellKind.BADGE, 150)
        if field.key == "what":
            return Column(field.key, title, lambda row: what_words(row["what"]), CellKind.MUTED, 90)
        kind = CellKind.TEXT if field.key == "name" else CellKind.MUTED
        stretch = field.key == ("words" if self.figures.asked.report is Report.GAPS else "name")
        width = _WIDTHS.get(field.key, 150)
        return Column(field.key, title, lambda row: _shown(field, row), kind, width, stretch)

    def _width(self, field: Field) -> int:
        many = sum(one.shape is Shape.AMOUNT for one in self.shown) >= _MANY
        return _WIDTHS.get(field.key, _NARROW if many else _BROAD)

    def sheet(self, about: str, *, paper: bool = False) -> Sheet:
        """Return what is on the screen with its totals; on paper amounts have thousands marks."""
        by, fields = self.figures.asked.by, self.figures.fields
        heads = tuple(
            Head(column_words(one.key, by), one.shape in (Shape.AMOUNT, Shape.COUNT), _share(one)) for one in fields
        )
        sums = [{**line, fields[0].key: text("Total")} for line in self.totals()]
        make = _shown if paper else _kept
        rows = tuple(tuple(make(one, row) for one in fields) for row in (*self.rows(), *sums))
        return Sheet(report_words(self.figures.asked.report), about, heads, rows)

    def paper(self) -> Paper:
        """Return how the sheet goes on paper."""
        return Paper(landscape=len(self.figures.fields) >= _WIDE)


def what_words(what: str) -> str:
    """Return what a transaction was."""
    return {"received": text("Received"), "voided": text("Voided"), "refunded": text("Paid back")}.get(what, what)


def _share(field: Field) -> float:
    return {"name": 2.2, "words": 3.0, "currency": 0.7, "payments": 0.9, "count": 0.8}.get(field.key, 1.2)


def _name_of(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or "") or "–"


def _shown(field: Field, row: Mapping[str, Any]) -> str:
    value = row.get(field.key)
    if field.key == "name" and "id" in row:
        return _name_of(row)
    if value is None:
        return ""
    if field.shape is Shape.AMOUNT:
        return plain_amount(int(value), str(row.get("currency") or "USD"))
    if field.shape is Shape.COUNT:
        return f"{value:,}"
    return what_words(str(value)) if field.key == "what" else str(value)


def _kept(field: Field, row: Mapping[str, Any]) -> Value:
    value = row.get(field.key)
    if field.shape is Shape.AMOUNT and value is not None:
        return decimal_amount(int(value), str(row.get("currency") or "USD"))
    return int(value) if field.shape is Shape.COUNT and value is not None else _shown(field, row)


def _value_of(field: Field) -> Callable[[Row], object]:
    if field.shape in (Shape.AMOUNT, Shape.COUNT):
        return lambda row: row.get(field.key) or 0
    return lambda row: fold(str(row.get(field.key) or ""))


def _reason(row: Row) -> Cell:
    tones = {"not_arrived": ("bad", "circle-alert"), "held": ("warn", "clock"), "rejected": ("warn", "circle-x")}
    return Cell(str(row["reason"]), *tones.get(row["why"], ("neu", "check")))


class TotalsStrip(QWidget):
    """The sums below a table, one line for each currency."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(16, 8, 16, 8)
        self.grid.setHorizontalSpacing(18)
        self.grid.setVerticalSpacing(4)
        self.words: list[str] = []

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line that parts the sums from the rows above."""
        QPainter(self).fillRect(0, 0, self.width(), 1, theme().colour("border"))

    def show_totals(self, table: MoneyTable) -> None:
        """Show the sums of what is on the screen."""
        while self.grid.count():
            taken = self.grid.takeAt(0)
            widget = taken.widget() if taken else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.words = []
        by = table.figures.asked.by
        summed = [one for one in table.figures.fields if one.summed]
        line = 0
        for row in table.totals():
            head = " ".join(part for part in (_tr("Total"), str(row["currency"])) if part)
            self.grid.addWidget(Label(head, "body-strong"), line, 0)
            for at, field in enumerate(summed):
                place = (line + at // _PER_LINE, 1 + at % _PER_LINE)
                self._add(*place, column_words(field.key, by), _shown(field, row))
            line += -(-len(summed) // _PER_LINE)
        self.grid.setColumnStretch(_PER_LINE + 1, 1)
        self.setVisible(bool(self.words))

    def _add(self, line: int, place: int, name: str, shown: str) -> None:
        label = Label(f"{name} {shown}", "small", "text2")
        label.setAccessibleName(f"{name}: {shown}")
        self.grid.addWidget(label, line, place)
        self.words.append(f"{name} {shown}")
