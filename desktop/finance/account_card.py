"""A ledger as a table with its running balance, all of it or its charges or payments, and its totals above."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance.account_store import KINDS_READ, ledger_of, today_of
from desktop.finance.words import entry_day
from desktop.shell.page import follow
from desktop.widgets.card import Card
from desktop.widgets.columns import Cell, CellKind, Column
from desktop.widgets.label import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.segmented import Segment, Segmented
from shared.core.money import money_text, short_amount
from shared.core.text import text
from shared.finance.statement_rules import CHARGES, PAYMENTS, Ledger, LedgerLine

ALL = "all"
_LATEST = 8


class Sums(QWidget):
    """Amounts side by side, each under its word; in the head of a page they are `large` and end at the right."""

    def __init__(self, parent: QWidget | None = None, *, large: bool = False) -> None:
        super().__init__(parent)
        self._large = large
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(32 if large else 20)
        self.row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.shown: dict[str, str] = {}

    def show_sums(self, sums: Sequence[tuple[str, str, str]]) -> None:
        """Show (word, amount, tone) each."""
        while self.row.count() > 1:
            item = self.row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.shown = {word: amount for word, amount, _ in sums}
        for word, amount, tone in sums:
            part = QWidget()
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            head = Label(word, "small", "text2")
            value = Label(amount, "dialog-title" if self._large else "section", tone)
            if self._large:
                for label in (head, value):
                    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            column.addWidget(head)
            column.addWidget(value)
            part.setAccessibleName(f"{word}: {amount}")
            self.row.insertWidget(self.row.count() - 1, part)


def sums_of(ledger: Ledger, *, short: bool = False) -> list[tuple[str, str, str]]:
    """Return what a ledger's head says: paid, waiting for confirmation, refunded, overdue, due or credit, balance.

    Where there is little room, what waits and what was refunded are left to the whole account.
    """
    found, currency = ledger.totals, ledger.currency
    sums = [(text("Paid"), found.paid, "text2")]
    if found.pending and not short:
        sums.append((text("Not confirmed"), found.pending, "warn"))
    if found.refunded and not short:
        sums.append((text("Paid back"), found.refunded, "text2"))
    if found.overdue:
        sums.append((text("Overdue"), found.overdue, "bad"))
    if found.credit:
        sums.append((text("Credit"), found.credit, "ok"))
    sums.append((text("Balance"), found.balance, "text"))
    return [(word, money_text(amount, currency), tone) for word, amount, tone in sums]


def _figure(key: str, title: str, cell: Callable[[LedgerLine], str], width: int) -> Column:
    return Column(key, title, cell, CellKind.NUMBER, width, sortable=False)


class AccountCard(Card):
    """The lines of one ledger, the latest first; ``opened`` gives an entry's id on Enter, ``shown`` tells of news.

    A ``compact`` one shows the latest lines in a narrow place.
    """

    opened = Signal(str)
    shown = Signal()

    def __init__(self, desk: Desk, person_id: str, *, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text("Account"), padded=False, parent=parent)
        self._desk, self._person_id, self._compact = desk, person_id, compact
        segments = (
            Segment(ALL, self.tr("All")),
            Segment(CHARGES, self.tr("Charges")),
            Segment(PAYMENTS, self.tr("Payments")),
        )
        self.parts = Segmented(segments, name=self.tr("Which lines are shown"))
        self.parts.chosen_changed.connect(lambda _part: self._show())
        if self.head is not None:
            self.head.add(self.parts)
        self.source: ListSource[LedgerLine] = ListSource(lambda line: line.id, {"": lambda _line: 0})
        self.table = RecordTable(self.source, self._columns(compact=compact), name=self.tr("Account"), embedded=True)
        self.table.opened.connect(self.opened)
        self.nothing = Label(self.tr("Nothing was charged or paid yet."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.add(self.table)
        self.add(self.nothing)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _columns(self, *, compact: bool) -> list[Column]:
        narrow = compact  # beside the form of a person at 1366 px there are 520
        day = Column("day", self.tr("Date"), self._day, CellKind.MUTED, 66 if narrow else 96, sortable=False)
        wide = 120 if narrow else 200
        what = Column("what", self.tr("What"), self._what, width=wide, stretch=True, sortable=False)
        state = Column("state", self.tr("State"), self._state, CellKind.BADGE, 134 if narrow else 144, sortable=False)
        if narrow:
            amount = _figure("amount", self.tr("Amount"), lambda line: self._amount(line.entry["amount"]), 88)
            return [day, what, state, amount, self._balance(92)]
        number = Column("number", self.tr("Document"), lambda line: line.document, CellKind.MUTED, 168, sortable=False)
        charge = _figure("charge", self.tr("Charge"), lambda line: self._amount(line.charge), 100)
        paid = _figure("paid", self.tr("Paid"), lambda line: self._amount(line.paid), 100)
        return [day, what, number, state, charge, paid, self._balance(110)]

    def _balance(self, width: int) -> Column:
        return _figure("balance", self.tr("Balance"), lambda line: self._amount(line.balance), width)

    def _day(self, line: LedgerLine) -> str:
        return entry_day(str(line.entry["day"]), today_of(self._desk))

    def _what(self, line: LedgerLine) -> Cell:
        return Cell(line.title, detail="" if self._compact else line.reason)

    def _state(self, line: LedgerLine) -> Cell:
        if line.reversed:
            return Cell(self.tr("Reversed"), "neu", "history")
        if line.unconfirmed:
            return Cell(self.tr("Not confirmed"), "warn", "hourglass")
        if not line.open or line.charge is None:
            return Cell("")
        due = line.entry["due_on"]
        if due and due < today_of(self._desk):
            return Cell(self.tr("Overdue"), "bad", "circle-alert")
        return Cell(self.tr("Part paid") if line.open < line.charge else self.tr("Open"), "info", "circle-dashed")

    def _amount(self, minor: int | None) -> str:
        return "" if minor is None else short_amount(minor, self.ledger.currency)

    def refresh(self) -> None:
        """Read the ledger anew."""
        self.ledger = ledger_of(self._desk, self._person_id)
        self._show()

    def _show(self) -> None:
        part = self.parts.chosen
        lines = [line for line in self.ledger.lines if part in (ALL, line.part)]
        if self._compact:
            lines = lines[:_LATEST]
        self.source.set_rows(lines)
        self.table.refresh()
        self.table.setVisible(bool(lines))
        self.nothing.setVisible(not lines)
        self.table.updateGeometry()
        self.shown.emit()

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Give columns these widths (px at 100 %), wider where an amount needs it."""
        self.table.restore_layout({"widths": widths})

    def current(self) -> LedgerLine | None:
        """Return the line on which the cursor stands."""
        return self.ledger.line(self.table.current_id())

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()
