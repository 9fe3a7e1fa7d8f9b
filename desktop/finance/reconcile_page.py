"""The one list of reconciliation: lines of money to explain, what no line shows yet, and what belongs together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import bank_store as store
from desktop.finance.account_store import today_of
from desktop.finance.bank_store import MoneyRow
from desktop.finance.bank_words_shown import source_word, state_cell
from desktop.finance.money_list import AT_ONCE, Key, MoneyList
from desktop.finance.money_source import MoneySource
from desktop.finance.reconcile_acts import ReconcileActs
from desktop.finance.reconcile_side import ReconcileSide
from desktop.finance.words import entry_day
from desktop.shell.page import follow, tell
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.filter_row import FilterRow
from desktop.widgets.filtered_table import FilteredTable
from desktop.widgets.layouts import PageHead
from desktop.widgets.record_table import RecordTable
from shared.core.money import plain_amount
from shared.finance.match_hints import Students

_SOURCES = (store.BANK, store.GATEWAY, store.DESK_MONEY, store.TRANSFER, store.CASH, store.BACK)


class ReconcilePage(QWidget):
    """Enter matches the line under the cursor with the likeliest payment; everything else has a key, too."""

    def __init__(self, desk: Desk, _id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("Reconciliation"))
        self.money = MoneyList(desk)
        self.source = MoneySource(self.money)
        self.acts = ReconcileActs(desk, self, self._done)
        self._news = deque[frozenset[Key]]()
        self._missed: set[Key] | None = None
        self._reads_students = False
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        self.head = PageHead(self.tr("Reconciliation"))
        self.layout_button = self.head.add_button(secondary(self.tr("Layouts"), "table-2", self.acts.edit_layout))
        self.import_button = self.head.add_button(
            primary(self.tr("Import statement"), "upload", self.acts.import_statement)
        )
        column.addWidget(self.head)
        self._make_list(column)
        self._connect()
        # Beside `follow`, so that what one did oneself is on the screen before the word that it was done.
        news = self._news
        self.destroyed.connect(desk.store.subscribe(lambda changed: news.append(changed.keys)))
        follow(desk.store, self, lambda _changed: self._catch_up())
        self.refresh()
        if (details or {}).get("act") == "import":
            QTimer.singleShot(0, self, self.acts.import_statement)  # once the page has its window

    def _make_list(self, column: QVBoxLayout) -> None:
        self.filters = FilterRow(self.tr("Text, reference or amount"))
        parts = [(store.OPEN, self.tr("To explain")), (store.WAITING, self.tr("On no statement yet"))]
        parts += [
            (store.PROOF, self.tr("Transfers to approve")),
            (store.MATCHED, self.tr("Matched")),
            (store.ASIDE, self.tr("Set aside")),
        ]
        self.filters.add_filter("part", self.tr("Part"), [("", self.tr("Everything")), *parts])
        sources = [(one, source_word(one)) for one in _SOURCES]
        self.filters.add_filter("source", self.tr("Told by"), [("", self.tr("All sources")), *sources])
        self.filters.filters["part"].choose(store.OPEN)
        self.filters.changed.connect(self._show)
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Money to reconcile"))
        self.table.sort_by("day", descending=True)
        self.table.opened.connect(lambda _id: self.acts.match(self.current(), self.money))
        self.table.current.connect(lambda _id: self._show_side())
        self.body = FilteredTable(self.filters, self.table, icon="landmark", empty_words=self._nothing)
        self.side = ReconcileSide(self._desk)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.body, 1)
        row.addWidget(self.side)
        column.addLayout(row, 1)

    def _columns(self) -> list[Column]:
        return [
            Column("day", self.tr("Date"), self._day, CellKind.MUTED, 72),
            Column("words", self.tr("Text"), self._words, width=180, stretch=True),
            Column("reference", self.tr("Reference"), lambda row: row.reference, CellKind.MUTED, 112),
            Column("", self.tr("Told by"), lambda row: source_word(row.source), CellKind.MUTED, 112, sortable=False),
            Column("amount", self.tr("Amount"), self._amount, CellKind.NUMBER, 100),
            Column("", self.tr("State"), state_cell, CellKind.BADGE, 146, sortable=False),
        ]  # fmt: skip

    def _connect(self) -> None:
        side, acts = self.side, self.acts
        side.matched.connect(lambda key: acts.chosen(self.current(), self.money, key))
        pressed: tuple[tuple[Any, Callable[[MoneyRow | None], object], str], ...] = (
            (side.match_button, lambda row: acts.match(row, self.money), ""),
            (side.place_button, lambda row: acts.place(row, self._named(row)), "Ctrl+L"),
            (side.aside_button, acts.set_aside, "Ctrl+D"),
            (side.open_button, acts.set_aside, ""),
            (side.return_button, acts.give_back, "Ctrl+B"),
            (side.end_button, acts.end, "Ctrl+E"),
            (side.approve_button, lambda row: acts.decide(row, approved=True), ""),
            (side.refuse_button, lambda row: acts.decide(row, approved=False), ""),
            (side.look_button, acts.save_proof, ""),
            (side.book_button, lambda row: acts.decide_proof(row, approved=True), ""),
            (side.decline_button, lambda row: acts.decide_proof(row, approved=False), ""),
            (side.came_button, lambda row: acts.confirm(row, came=True), ""),
            (side.gone_button, lambda row: acts.confirm(row, came=False), ""),
        )
        for button, act, keys in pressed:
            button.clicked.connect(lambda _on=False, act=act: act(self.current()))
            if keys:
                QShortcut(QKeySequence(keys), self).activated.connect(lambda act=act: act(self.current()))

    def _amount(self, row: MoneyRow) -> str:
        return plain_amount(row.amount, row.currency)

    def _day(self, row: MoneyRow) -> str:
        return entry_day(row.day, today_of(self._desk))

    def _words(self, row: MoneyRow) -> Cell:
        likely = self.money.listed.get(row.hints[0].key) if row.hints else None
        return Cell(row.words or row.reference, detail=f"→ {likely.words}" if likely else "")

    def _nothing(self, typed: str, filtered: bool) -> tuple[str, str]:
        if not self.money.whole:
            return self.tr("Reading the list"), self.tr("It is long. What was found of it stands here in a moment.")
        if self.money.listed and (filtered or typed):
            return self.tr("Nothing here"), self.tr("Choose another part of the list, or clear the search.")
        words = self.tr(
            "Import a bank statement. Its lines are matched with what was taken; nothing is booked by itself."
        )
        return self.tr("Nothing to reconcile"), words

    def refresh(self) -> None:
        """Read the list: at once where it is short; else its newest lines at once, and the rest beside the window."""
        self.money = MoneyList(self._desk)
        self._news.clear()
        if self.money.is_short():
            self.money.read()
        else:
            self.money.read_newest()
            self._read_beside()
        self._show()

    def _read_beside(self) -> None:
        if self._missed is not None:
            return
        self._missed, whole = set(), MoneyList(self._desk)
        run_in_background(whole.read, lambda _none: self._take(whole), None, self)

    def _take(self, whole: MoneyList) -> None:
        missed, self._missed = self._missed or set(), None
        whole.update(missed)
        self.money = whole
        self._show()

    def _catch_up(self) -> None:
        keys: set[Key] = set()
        while self._news:
            keys |= {key for key in self._news.popleft() if key[0] in store.KINDS_READ}
        if not keys:
            return
        if len(keys) > AT_ONCE:
            self._read_beside()
        if self._missed is not None:
            self._missed |= keys
        if len(keys) <= AT_ONCE:
            self.money.update(keys)
            self._show()

    def _show(self) -> None:
        chosen = self.filters.chosen()
        self.source.money = self.money
        self.source.part, self.source.told_by = chosen.get("part", ""), chosen.get("source", "")
        total = self.source.total()
        self.body.show_rows(total)
        if not self.money.whole:
            self.filters.count.setText(self.tr("Reading the list"))
        # Without a row there is nothing beside it, and what says so stands in the middle.
        self.side.setVisible(bool(total))
        self._show_side()

    def _show_side(self) -> None:
        row = self.current()
        if row is not None and row.goal is None and row.left > 0:
            self._know_students()
        self.side.show_row(row, self.money)

    def _know_students(self) -> None:
        if self.money.knows_students or self._reads_students or not self.money.whole:
            return
        if self.money.is_short():
            self.money.take_students(self.money.read_students())
            return
        self._reads_students = True
        run_in_background(self.money.read_students, self._take_students, None, self)

    def _take_students(self, students: Students) -> None:
        self._reads_students = False
        self.money.take_students(students)
        self.side.show_row(self.current(), self.money)

    def _named(self, row: MoneyRow | None) -> list[str]:
        found = self.money.named(row.body) if row is not None and row.goal is None else []
        return [str(one["id"]) for one in found[:1]]

    def current(self) -> MoneyRow | None:
        """Return the row on which the cursor stands."""
        return self.money.row(self.table.current_id())

    def _done(self, words: str) -> None:
        self._catch_up()
        tell(self, words)

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table
