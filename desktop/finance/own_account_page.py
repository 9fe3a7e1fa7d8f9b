"""A student's own fees: what is due and when, everything that was charged and paid, and the statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance.account_card import AccountCard, Sums, sums_of
from desktop.finance.account_store import open_charges, today_of
from desktop.finance.earning_dialogs import code_dialog
from desktop.finance.holds_card import HoldsCard
from desktop.finance.online_dialog import PayOnlineDialog
from desktop.finance.plan_card import PlanCard
from desktop.finance.proofs_card import ProofsCard
from desktop.finance.receipt_view import receipt_of, show_receipt
from desktop.finance.statement import StatementSaver
from desktop.finance.subscription_card import SubscriptionsCard
from desktop.finance.words import entry_day
from desktop.people.code_notice import CodeNotice
from desktop.shell.page import tell
from desktop.widgets.buttons import Button, primary, secondary
from desktop.widgets.card import Card
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead, ScrollColumn
from desktop.widgets.list_row import RowContent, RowList
from shared.core.money import money_text
from shared.core.text import text
from shared.finance.ledger_rules import oldest_first


class OwnAccountPage(ScrollColumn):
    """Shows the ledger of whoever is signed in."""

    def __init__(self, desk: Desk, _id: str | None = None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self.setWindowTitle(self.tr("My fees"))
        self.head = PageHead(self.tr("My fees"))
        self.papers = StatementSaver(desk, self)
        self.head.add_button(secondary(self.tr("Statement"), "printer", self.print_statement))
        self.receipt_button = self.head.add_button(
            Button(self.tr("Receipt"), icon="receipt", on_click=self.open_receipt)
        )
        self.code_button = self.head.add_button(Button(self.tr("I have a code"), icon="users", on_click=self.give_code))
        self.pay_button = self.head.add_button(primary(self.tr("Pay online"), "credit-card", self.pay_online))
        self.body.addWidget(self.head)
        self.body.addWidget(CodeNotice(desk, desk.actor.person_id))
        self.holds = HoldsCard(desk, desk.actor.person_id)
        self.body.addWidget(self.holds)
        self.sums = Sums()
        top = Card()
        top.add(self.sums)
        self.body.addWidget(top)
        self.due_card = Card(self.tr("To pay"), padded=False)
        self.due = RowList(name=self.tr("To pay"))
        self.nothing = Label(self.tr("Nothing is due."), "small", "muted")
        self.nothing.setContentsMargins(16, 12, 16, 12)
        self.due_card.add(self.due)
        self.due_card.add(self.nothing)
        self.body.addWidget(self.due_card)
        self.plan = PlanCard(desk, desk.actor.person_id)
        self.body.addWidget(self.plan)
        self.subscriptions = SubscriptionsCard(desk, desk.actor.person_id, desk.actor.name)
        self.body.addWidget(self.subscriptions)
        self.proofs = ProofsCard(desk, desk.actor.person_id)
        self.body.addWidget(self.proofs)
        self.card = AccountCard(desk, desk.actor.person_id)
        self.card.shown.connect(self.refresh)
        self.card.table.current.connect(lambda _id: self._follow_line())
        self.card.opened.connect(lambda _id: self.open_receipt())
        self.body.addWidget(self.card)
        self.body.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show what is due, the longest due first."""
        ledger = self.card.ledger
        self.sums.show_sums(sums_of(ledger))
        self.code_button.setVisible(not ledger.totals.paid)
        today = today_of(self._desk)
        parts = self.plan.due_next()
        rows = [
            self._row(one, parts.get(one["id"], ledger.account.open[one["id"]]), ledger.currency, today)
            for one in oldest_first(open_charges(self._desk, self._desk.actor.person_id, ledger.currency))
        ]
        self.due.set_rows(rows)
        self.nothing.setVisible(not rows)
        self._follow_line()

    def _follow_line(self) -> None:
        self.receipt_button.setVisible(receipt_of(self._desk, self.card.current()) is not None)

    def open_receipt(self) -> None:
        """Show the receipt of the payment under the cursor."""
        payment = receipt_of(self._desk, self.card.current())
        if payment is not None:
            show_receipt(self, self._desk, payment)

    def _row(self, entry: Mapping[str, Any], owed: int, currency: str, today: str) -> RowContent:
        due = entry["due_on"]
        late = bool(due and due < today)
        when = text("Due {day}", day=entry_day(due, today)) if due else text("No day set")
        words = text("Overdue since {day}", day=entry_day(due, today)) if late else when
        amount = money_text(owed, currency)
        icon, tone = ("circle-alert", "bad") if late else ("clock", "text2")
        return RowContent(entry["id"], entry["what"], words, icon=icon, tone=tone, end=amount, end_tone="text")

    def pay_online(self) -> None:
        """Pay what is due through a gateway; it needs the network."""
        dialog = PayOnlineDialog(self.window(), self._desk, self._desk.actor.person_id)
        dialog.paid.connect(lambda words: tell(self, words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def give_code(self) -> None:
        """Ask whose code brought this person."""
        dialog = code_dialog(self.window(), self._desk, self._desk.actor.person_id, self._desk.actor.name)
        dialog.saved.connect(lambda words: tell(self, words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def print_statement(self) -> None:
        """Save the statement of the account as a PDF."""
        self.papers.save(self._desk.actor.person_id, self._desk.actor.name)

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.card.table
