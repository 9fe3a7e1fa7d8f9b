"""Shows what a file of marks would change, cell by cell, before anything changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.grading.book_import import Difference, Imported
from desktop.widgets.buttons import primary
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.label import Label
from desktop.widgets.list_row import RowContent, RowList
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.theme import theme
from shared.core.text import plural, text

_MOST_NAMED = 5


def _tr(words: str) -> str:
    return QCoreApplication.translate("ImportDialog", words)


def _said(words: str) -> str:
    return {"missing": text("Missing"), "excused": text("Excused")}.get(words, words or "–")


class ImportDialog(Dialog):
    """`found` says what would change; `save` is called when the person wants it."""

    def __init__(self, window: QWidget, name: str, found: Imported, save: Callable[[], object]) -> None:
        words = _tr("{n} of {count} marks change").format(n=f"{len(found.wanted):,}", count=f"{found.count:,}")
        super().__init__(window, _tr("Marks from {file}").format(file=name), subtitle=words, icon="upload", width=640)
        self.found, self._save = found, save
        if found.differences:
            numbered = list(enumerate(found.differences))
            source: ListSource[tuple[int, Difference]] = ListSource(
                lambda row: str(row[0]),
                {"name": lambda row: row[1].name, "work": lambda row: row[1].work},
                rows=numbered,
            )
            columns = [
                Column("name", _tr("Student"), lambda row: row[1].name, width=190, stretch=True),
                Column("work", _tr("Work"), lambda row: row[1].work, CellKind.MUTED, width=150),
                Column("", _tr("Now"), lambda row: _said(row[1].before), CellKind.NUMBER, 80, sortable=False),
                Column(
                    "", _tr("New"), lambda row: Cell(_said(row[1].after), "info"), CellKind.NUMBER, 80, sortable=False
                ),
            ]
            self.table = RecordTable(source, columns, name=_tr("What changes"))
            self.table.refresh()
            self.table.setMinimumHeight(theme().px(240))
            card = Card(padded=False)
            card.add(self.table)
            self.add(card)
        elif not found.problems:
            self.add(Label(_tr("The gradebook says all of it already."), "body", "muted"))
        if found.problems:
            self._add_problems(found)
        self.add_cancel()
        count = len(found.wanted)
        self.save_button = self.add_button(primary(plural("Set 1 mark", "Set {n} marks", count), on_click=self.save))
        self.save_button.setEnabled(count > 0)

    def _add_problems(self, found: Imported) -> None:
        self.add(Label(_tr("Left as it is"), "section", "bad"))
        rows = RowList(name=_tr("What is left as it is"))
        shown = [
            RowContent(str(at), words, icon="circle-alert", tone="bad", wraps=True)
            for at, words in enumerate(found.problems[:_MOST_NAMED])
        ]
        if len(found.problems) > _MOST_NAMED:
            more = _tr("{count} more lines").format(count=len(found.problems) - _MOST_NAMED)
            shown.append(RowContent("more", more))
        rows.set_rows(shown)
        card = Card(padded=False)
        card.add(rows)
        self.add(card)

    def save(self) -> None:
        """Set the marks that differ."""
        self.accept()
        self._save()
