"""What affiliates and instructors earn: who is owed what, payouts, codes and shares, and the statement of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.core.local_store import Changed
from desktop.finance import earning_actions
from desktop.finance.account_card import Sums
from desktop.finance.account_store import today_of
from desktop.finance.earning_cards import AffiliatesCard, CodesCard, PayoutsCard, SharesCard
from desktop.finance.earning_dialogs import WordsDialog
from desktop.finance.earning_store import (
    KINDS_READ,
    NamedRow,
    PayeeRow,
    earnings_of,
    figures_sheet,
    kind_word,
    month_of,
    payee_name,
    payee_rows,
    statement,
)
from desktop.finance.rows_card import MOST_ROWS, RowsCard
from desktop.finance.words import entry_day
from desktop.people.table_paper import Paper, pdf_of
from desktop.shell.document_preview import ask_path
from desktop.shell.page import follow, tell, tell_problem
from desktop.shell.table_files import Sheet, Value, write_bytes, write_csv
from desktop.timetable.letterhead import letterhead
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.columns import CellKind, Column
from desktop.widgets.date_field import DateField
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.errors import CampusError
from shared.core.money import money_text, plain_amount
from shared.core.text import text
from shared.finance.earning_rules import figures_of
from shared.finance.earning_vocabulary import Payee
from shared.finance.permissions import may_manage_finance, may_see_ledgers


class Span(QWidget):
    """Two days between which is looked; `changed` is called when another one is meant."""

    def __init__(self, desk: Desk, changed: Callable[[], None]) -> None:
        super().__init__()
        self._days = month_of(today_of(desk))
        today = date.fromisoformat(self._days[1])
        self.first = DateField(date.fromisoformat(self._days[0]), today=lambda: today, name=text("From"))
        self.last = DateField(today, today=lambda: today, name=text("To"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for words, field in ((text("From"), self.first), (text("To"), self.last)):
            row.addWidget(Label(words, "small", "text2"))
            row.addWidget(field)
            field.editingFinished.connect(changed)
        row.addStretch(1)

    def days(self) -> tuple[str, str]:
        """Return the first and the last day; of one that can't be read the month's stays."""
        first, last = self.first.value, self.last.value
        return (first.isoformat() if first else self._days[0]), (last.isoformat() if last else self._days[1])


def save_sheet(page: QWidget, desk: Desk, sheet: Sheet, kind: str, path: Path | None) -> None:
    """Write a table as `csv` or `pdf`, and tell of it; None where the person went back."""
    if path is None:
        return
    try:
        if kind == "csv":
            write_csv(sheet, path)
        else:
            write_bytes(pdf_of(sheet, letterhead(desk), Paper()), path)
    except CampusError as problem:
        tell_problem(page, problem)
    else:
        tell(page, text("Saved as {name}", name=path.name))


class EarningsPage(ScrollColumn):
    """Who is owed what; Enter opens a statement."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        self.setWindowTitle(self.tr("Affiliates and shares"))
        self.lines: list[PayeeRow] = []
        self.head = PageHead(self.tr("Affiliates and shares"))
        self.csv_button = self.head.add_button(secondary(self.tr("Save as CSV"), "download", self.save_csv))
        self.ask_button = self.head.add_button(primary(self.tr("Prepare a payout"), "coins", self.ask))
        self.ask_button.setVisible(may_manage_finance(desk.actor))
        self.body.addWidget(self.head)
        self.span = Span(desk, self.refresh)
        self.body.addWidget(self.span)
        self.body.addWidget(self._make_list())
        self.payouts, self.affiliates, self.shares = PayoutsCard(desk), AffiliatesCard(desk), SharesCard(desk)
        self.codes = CodesCard(desk)
        self.cards: tuple[RowsCard[NamedRow], ...] = (self.payouts, self.affiliates, self.codes, self.shares)
        for card in self.cards:
            self.body.addWidget(card)
        self.body.addStretch(1)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _make_list(self) -> Card:
        card = Card(self.tr("What is owed"), padded=False)
        self.source: ListSource[PayeeRow] = ListSource(lambda row: row.id, {"": lambda _row: 0})
        self.table = RecordTable(
            self.source, self._columns(), name=self.tr("What is owed"), embedded=True, most_rows=MOST_ROWS
        )
        self.table.current.connect(lambda _id: self._show_buttons())
        self.table.opened.connect(self.open_statement)
        self.nothing = Label(self.tr("Nobody earns yet. Add an affiliate, or agree on a share."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        card.add(self.table)
        card.add(self.nothing)
        return card

    def _columns(self) -> list[Column]:
        def figure(key: str, title: str) -> Column:
            def words(row: PayeeRow) -> str:
                return plain_amount(row.figures[key], row.currency)

            return Column(key, title, words, CellKind.NUMBER, 116, sortable=False)

        def waiting(row: PayeeRow) -> str:
            return plain_amount(row.waiting, row.currency) if row.waiting else ""

        return [
            Column("name", self.tr("Name"), lambda row: row.name, width=200, stretch=True, sortable=False),
            Column("kind", self.tr("Kind"), lambda row: kind_word(row.kind), CellKind.MUTED, 110, sortable=False),
            Column("students", self.tr("Students"), self._students, CellKind.NUMBER, 90, sortable=False),
            figure("earned", self.tr("Earned")),
            figure("taken_back", self.tr("Went back")),
            figure("paid_out", self.tr("Paid out")),
            Column("waiting", self.tr("Asked for"), waiting, CellKind.NUMBER, 110, sortable=False),
            Column("owed", self.tr("Owed"), self._owed, CellKind.NUMBER, 140, sortable=False),
        ]

    def _students(self, row: PayeeRow) -> str:
        return str(row.students) if row.kind == Payee.AFFILIATE else ""

    def _owed(self, row: PayeeRow) -> str:
        return money_text(row.figures["owed"], row.currency)

    def refresh(self) -> None:
        """Read everything anew."""
        self.lines = payee_rows(self._desk, *self.span.days())
        self.source.set_rows(self.lines)
        self.table.refresh()
        self.table.setVisible(bool(self.lines))
        self.nothing.setVisible(not self.lines)
        self.table.updateGeometry()
        for card in self.cards:
            card.refresh()
        self._show_buttons()

    def _show_buttons(self) -> None:
        row = self.current()
        self.ask_button.setEnabled(row is not None and row.free > 0)
        self.csv_button.setEnabled(bool(self.lines))

    def current(self) -> PayeeRow | None:
        """Return the payee on whom the cursor stands."""
        here = self.table.current_id()
        return next((row for row in self.lines if row.id == here), None)

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def ask(self) -> None:
        """Ask how much is to be paid out to whom the cursor stands on."""
        row = self.current()
        if row is None:
            return

        def act(typed: str) -> str:
            amount = earning_actions.ask_payout(self._desk, row, typed)
            return self.tr("{amount} to {name} waits for a second person").format(amount=amount, name=row.name)

        field = self.tr("Amount in {currency}").format(currency=row.currency)
        said = self.tr("Somebody else pays it out and enters the reference.")
        first = plain_amount(row.free, row.currency)
        title = self.tr("Prepare a payout")
        self.payouts.ask(WordsDialog(self.window(), title, row.name, field, act, first=first, said=said))

    def open_statement(self, row_id: str) -> None:
        """Open the statement of one payee."""
        row = next((one for one in self.lines if one.id == row_id), None)
        if row is not None:
            self._desk.open("finance.earning", row.payee_id, kind=row.kind)

    def save_csv(self) -> None:
        """Save the figures as CSV."""
        sheet = figures_sheet(self.lines, *self.span.days())
        save_sheet(self, self._desk, sheet, "csv", self.path_for(self, sheet.name, "csv"))

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table


class StatementPage(ScrollColumn):
    """The statement of one payee, as CSV and on paper; instructors have their own, and no other's."""

    def __init__(self, desk: Desk, payee_id: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.path_for: Callable[[QWidget, str, str], Path | None] = ask_path
        sees = may_see_ledgers(desk.actor) and payee_id is not None
        self._payee = (payee_id or "") if sees else desk.actor.person_id
        self._kind = str((details or {}).get("kind") or Payee.INSTRUCTOR) if sees else str(Payee.INSTRUCTOR)
        title = payee_name(desk, self._kind, self._payee) if sees else self.tr("My earnings")
        self.setWindowTitle(title)
        self.head = PageHead(title)
        self.csv_button = self.head.add_button(secondary(self.tr("Save as CSV"), "download", self.save_csv))
        self.pdf_button = self.head.add_button(Button(self.tr("Save as PDF"), icon="printer", on_click=self.save_pdf))
        self.body.addWidget(self.head)
        self.span = Span(desk, self.refresh)
        self.body.addWidget(self.span)
        self.sums = Sums()
        top = Card()
        top.add(self.sums)
        self.body.addWidget(top)
        card = Card(self.tr("Statement"), padded=False)
        self.source: ListSource[tuple[int, tuple[Value, ...]]] = ListSource(
            lambda row: str(row[0]), {"": lambda _row: 0}
        )
        self.table = RecordTable(self.source, self._columns(), name=self.tr("Statement"), embedded=True)
        card.add(self.table)
        self.body.addWidget(card)
        self.body.addStretch(1)
        self.refresh()
        follow(desk.store, self, self._changed)

    def _columns(self) -> list[Column]:
        titles = (self.tr("Date"), self.tr("What"), self.tr("Amount"), self.tr("Owed after"), self.tr("Currency"))
        kinds = (CellKind.MUTED, CellKind.TEXT, CellKind.NUMBER, CellKind.NUMBER, CellKind.MUTED)
        today = today_of(self._desk)
        return [
            Column(str(at), title, _cell(at, today), kind, 340 if at == 1 else 120, stretch=at == 1, sortable=False)
            for at, (title, kind) in enumerate(zip(titles, kinds, strict=True))
        ]

    @property
    def sheet(self) -> Sheet:
        """The statement as it is shown."""
        return statement(self._desk, self._kind, self._payee, *self.span.days())

    def refresh(self) -> None:
        """Read the lines anew."""
        self.source.set_rows(list(enumerate(self.sheet.rows)))
        self.table.refresh()
        self.table.updateGeometry()
        lines = earnings_of(self._desk, self._kind, self._payee)
        sums = []
        for currency in sorted({str(one["currency"]) for one in lines}):
            own = [one for one in lines if one["currency"] == currency]
            found = figures_of(own, *self.span.days())
            words = (("earned", text("Earned")), ("taken_back", text("Went back")), ("paid_out", text("Paid out")))
            sums += [(word, money_text(found[key], currency), "text2") for key, word in words]
            sums.append((text("Owed"), money_text(found["owed"], currency), "text"))
        self.sums.show_sums(sums or [(text("Owed"), text("Nothing yet"), "muted")])

    def _changed(self, changed: Changed) -> None:
        if changed.kinds & KINDS_READ or not changed.keys:
            self.refresh()

    def save_csv(self) -> None:
        """Save the statement as CSV."""
        sheet = statement(self._desk, self._kind, self._payee, *self.span.days(), exact=True)
        save_sheet(self, self._desk, sheet, "csv", self.path_for(self, sheet.name, "csv"))

    def save_pdf(self) -> None:
        """Save the statement as a PDF."""
        sheet = self.sheet
        save_sheet(self, self._desk, sheet, "pdf", self.path_for(self, sheet.name, "pdf"))

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.table


def _cell(at: int, today: str) -> Callable[[tuple[int, tuple[Value, ...]]], str]:
    """Return what shows a value; the days of the first column as people say them."""
    return lambda row: str(row[1][at] or "") if at else entry_day(str(row[1][0]), today)
