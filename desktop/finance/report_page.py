"""Reports of money: one question, its answer as a table with totals, as CSV, XLSX and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance.gap_dialog import GapDialog
from desktop.finance.journal_dialog import JournalDialog
from desktop.finance.report_filters import MoneyFilters
from desktop.finance.report_store import Asked, Figures, ask, last_told
from desktop.finance.report_views import MoneyTable, TotalsStrip
from desktop.shell.document_preview import ask_path
from desktop.shell.file_task import FileTask
from desktop.shell.page import follow, tell
from desktop.timetable.sheet_files import save_sheet, show_paper
from desktop.timetable.times import local, moment_words, today, zone_of
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.label import IconText
from desktop.widgets.layouts import PageHead
from desktop.widgets.tabs import Tabs
from shared.core.errors import CampusError
from shared.finance.permissions import may_manage_finance
from shared.finance.report_rules import Report
from shared.finance.report_vocabulary import GAP_EXPLANATION
from shared.finance.report_words import report_words
from shared.finance.vocabulary import LEDGER_ENTRY

_KINDS = frozenset({LEDGER_ENTRY, GAP_EXPLANATION})


class MoneyReportPage(QWidget):
    """What is shown can be sorted, searched, copied, saved and printed."""

    def __init__(self, desk: Desk, _entity_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Money reports"))
        self.view: MoneyTable | None = None
        self._asking: Asked | None = None
        self._again = False
        self._answered = ""
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self._make()
        self.tabs.choose(str((details or {}).get("tab") or Report.DAILY))
        self.refresh()
        follow(desk.store, self, self._store_changed)

    def _make(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Money reports"), " ")
        self.journal_button = self.head.add_button(secondary(self.tr("Journal"), "book-open", self.open_journal))
        self.explain_button = self.head.add_button(secondary(self.tr("Explain"), "message-square", self.explain))
        self.csv_button = self.head.add_button(secondary(self.tr("CSV"), "download", partial(self.export, "csv")))
        self.xlsx_button = self.head.add_button(secondary(self.tr("XLSX"), "download", partial(self.export, "xlsx")))
        self.print_button = self.head.add_button(primary(self.tr("Preview and print"), "printer", self.print_page))
        column.addWidget(self.head)
        self.tabs = Tabs([(str(one), report_words(one)) for one in Report], name=self.tr("Money reports"))
        column.addWidget(self.tabs)
        self.filters = MoneyFilters(self._desk)
        column.addWidget(self.filters)
        self.task = FileTask()
        self.task.running.connect(self._enable)
        column.addWidget(self.task)
        self.away = IconText("cloud-off", "", "muted")
        self.away.words.setWordWrap(True)
        self.away.hide()
        column.addWidget(self.away)
        self.card = Card(padded=False)
        self.place, self.strip = QStackedWidget(), TotalsStrip()
        self.card.add(self.place, 1)
        self.card.add(self.strip)
        self.empty = EmptyState("chart-column", self.tr("Nothing to report"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.card)
        self.stack.addWidget(self.empty)
        self.stack.setCurrentWidget(self.empty)
        column.addWidget(self.stack, 1)
        self.filters.changed.connect(self.refresh)
        self.filters.row.search.searched.connect(lambda _typed: self._search())
        self.filters.row.search.left_down.connect(lambda: self.view and self.view.table.setFocus())
        self.tabs.chosen_changed.connect(self._choose)

    # ------------------------------------------------------------------------------------------------- asking

    @property
    def report(self) -> Report:
        """The report that is chosen."""
        return Report(self.tabs.chosen)

    def _choose(self, chosen: str) -> None:
        self.filters.set_report(Report(chosen))
        self.refresh()

    def refresh(self) -> None:
        """Ask the server in the background; what is asked meanwhile is asked afterwards."""
        if self._asking is not None:
            self._again = True
            return
        asked = self._asking = self.filters.asked()
        run_in_background(partial(ask, self._desk, asked), self._done, self._failed, self)

    def _end(self) -> bool:
        """Tell whether the answer still is one to what is asked."""
        self._asking = None
        if self._again:
            self._again = False
            self.refresh()
            return False
        return True

    def _done(self, figures: Figures) -> None:
        if self._end():
            self.away.hide()
            self._show_figures(figures)

    def _show_figures(self, figures: Figures) -> None:
        self._answered = moment_words(local(figures.at, zone_of(self._desk)), today(self._desk))
        if self.view is None or not self.view.fits(figures):
            self._show_table(MoneyTable(figures))
        elif self.view is not None:
            self.view.set_figures(figures)
        words = self.tr("No figures for these days. Choose others.")
        if figures.asked.report is Report.GAPS:
            words = self.tr("No receipt number is missing, and none was voided.")
        self.empty.set_words(self.tr("Nothing to report"), words)
        self.head.set_words(self.tr("Money reports"), self._said())
        self._search()

    def _show_table(self, view: MoneyTable) -> None:
        if self.view is not None:
            self.place.removeWidget(self.view.table)
            self.view.table.deleteLater()
        self.view = view
        self.place.addWidget(view.table)
        self.place.setCurrentWidget(view.table)
        view.table.opened.connect(self._open)
        view.table.current.connect(lambda _id: self._enable())

    def _said(self) -> str:
        words = self.tr("Figures of the server, {time}. Amounts of {currencies}.")
        currencies = ", ".join(self.view.figures.currencies) if self.view else ""
        if not currencies:
            return self.tr("Figures of the server, {time}").format(time=self._answered)
        return words.format(time=self._answered, currencies=currencies)

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            self._asking = None
            raise problem
        if not self._end():
            return
        self._show_last(problem.message)

    def _show_last(self, why: str) -> None:
        """Say that the server is away, and of which moment and days the figures are that it told last."""
        known = last_told(self._desk, self.filters.asked())
        if known is None:
            self.away.hide()
            self.empty.set_words(self.tr("The report can't be made now"), why)
            self.stack.setCurrentWidget(self.empty)
            self._enable()
            return
        self._show_figures(known)
        words = self.tr("{why} The server told these figures {when}: {about}.")
        said = words.format(why=why, when=self._answered, about=self.filters.about(known.asked))
        self.away.set_state("cloud-off", said, "muted")
        self.away.show()

    def _store_changed(self, changed: Changed) -> None:
        if changed.kinds & _KINDS and self.isVisible():
            self.refresh()

    # ------------------------------------------------------------------------------------------------ showing

    def _search(self) -> None:
        if self.view is None:
            return
        self.view.table.set_search(self.filters.row.search.text())
        shown = self.view.table.record_model.rowCount()
        self.filters.row.set_count(shown, len(self.view.figures.rows))
        self.strip.show_totals(self.view)
        self.stack.setCurrentWidget(self.card if shown else self.empty)
        self._enable()

    def _enable(self, _running: object = None) -> None:
        shown = self.view is not None and self.stack.currentWidget() is self.card
        for button in (self.csv_button, self.xlsx_button, self.print_button):
            button.setEnabled(shown and not self.task.is_running)
        self.explain_button.setVisible(self.report is Report.GAPS and may_manage_finance(self._desk.actor))
        self.explain_button.setEnabled(shown and self._current_gap() is not None)

    def _current_gap(self) -> Mapping[str, Any] | None:
        if self.view is None or self.view.figures.asked.report is not Report.GAPS:
            return None
        here = self.view.table.current_id()
        rows = {f"{row['id']}|": row for row in self.view.figures.rows}
        row = rows.get(str(here or ""))
        return row if row is not None and not (row["why"] == "void" and not row["by"]) else None

    def _open(self, key: str) -> None:
        if self.view is None:
            return
        asked = self.view.figures.asked
        if asked.report is Report.GAPS:
            self.explain()
        elif asked.report is Report.DEBT and asked.by == "student":
            self._desk.open("finance.account", key.partition("|")[0])

    def explain(self) -> None:
        """Write down why the numbers under the cursor are missing."""
        row = self._current_gap()
        if row is None:
            return
        dialog = GapDialog(self.window(), self._desk, row)
        dialog.saved.connect(lambda words: tell(self, words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def open_journal(self) -> None:
        """Take the journal of the days on the screen out, for an accountant."""
        asked = self.filters.asked()
        dialog = JournalDialog(self.window(), self._desk, asked.first, asked.last)
        dialog.path_for = self.path_for
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    # ------------------------------------------------------------------------------------------ files and paper

    def export(self, kind: str) -> None:
        """Save what is on the screen as `csv` or `xlsx`."""
        if self.view is None:
            return
        save_sheet(self, self.task, self.view.sheet(self._about()), kind, self.path_for)

    def _about(self) -> str:
        # What stands on the screen may be of other days than those that are chosen.
        return self.filters.about(self.view.figures.asked) if self.view is not None else ""

    def print_page(self) -> None:
        """Show what is on the screen as it prints."""
        if self.view is None or not self.view.rows():
            return
        sheet, paper = self.view.sheet(self._about(), paper=True), self.view.paper()
        show_paper(self, self.task, self._desk, sheet, paper, self.path_for)

    # -------------------------------------------------------------------------------------------------- window

    def find(self) -> None:  # type: ignore[override] # the window asks pages for this name; Qt's own is static
        """Put the cursor into the search field."""
        self.filters.row.search.setFocus()

    def page_keys(self) -> list[tuple[str, str]]:
        """Return the keys of this page."""
        return [
            ("Ctrl P", self.tr("Preview and print")),
            ("Enter", self.tr("Open the student, or explain missing numbers")),
        ]

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.tabs
