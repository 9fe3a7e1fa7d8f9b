"""The ledger on a person's page, for those who work with money: totals, lines, charging and reversing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import account_actions, online_actions
from desktop.finance.account_card import AccountCard, Sums, sums_of
from desktop.finance.account_money_acts import AccountMoneyActs
from desktop.finance.cancel_actions import choices_of
from desktop.finance.cancel_dialog import CancelDialog
from desktop.finance.charge_dialog import ChargeDialog, ReverseDialog
from desktop.finance.discount_dialog import GrantDialog
from desktop.finance.earning_dialogs import code_dialog
from desktop.finance.holds_card import HoldsCard
from desktop.finance.invoice_dialog import show_invoice
from desktop.finance.online_dialog import PayOnlineDialog
from desktop.finance.plan_actions import may_plan
from desktop.finance.plan_card import PlanCard
from desktop.finance.plan_dialog import PlanDialog
from desktop.finance.proofs_card import ProofsCard
from desktop.finance.receipt_view import receipt_of, show_receipt
from desktop.finance.statement import StatementSaver
from desktop.finance.subscription_card import SubscriptionsCard
from desktop.people.code_notice import CodeNotice
from desktop.people.person_page import PersonSection
from desktop.shell.page import tell, tell_problem
from desktop.timetable.store import full_name
from desktop.widgets.buttons import Button, secondary
from desktop.widgets.layouts import PageHead, ScrollColumn
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.finance.permissions import may_charge, may_see_ledgers, may_take_payment
from shared.finance.statement_rules import LedgerLine
from shared.learning.permissions import may_edit_enrolments
from shared.people.vocabulary import PERSON


class PersonAccount(QWidget):
    """What someone owes and paid; the buttons act on the line under the cursor."""

    def __init__(self, desk: Desk, person_id: str, *, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._person_id, self._compact = desk, person_id, compact
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.card = AccountCard(desk, person_id, compact=compact)
        self.sums = Sums()
        self.papers = StatementSaver(desk, self)
        self.charge_button = secondary(self.tr("Add charge"), "plus", self.add_charge)
        self.reverse_button = Button(self.tr("Reverse"), icon="history", on_click=self.reverse)
        self.discount_button = Button(self.tr("Give a discount"), icon="coins", on_click=self.give_discount)
        self.credit_button = Button(self.tr("Use credit"), icon="check", on_click=self.use_credit)
        self.print_button = Button(self.tr("Statement"), icon="printer", on_click=self.print_statement)
        self.invoice_button = Button(self.tr("Invoice"), icon="file-text", on_click=self.open_invoice)
        self.online_button = Button(self.tr("Pay online"), icon="credit-card", on_click=self.pay_online)
        self.whole_button = Button(self.tr("Whole account"), icon="arrow-right", on_click=self.open_whole)
        self.money_acts = AccountMoneyActs(desk, self._done)
        self.card.body.insertWidget(2, self._make_head())
        self.card.shown.connect(self._show)
        self.card.table.current.connect(lambda _id: self._show())
        self.holds = HoldsCard(desk, person_id)
        column.addWidget(self.holds)
        column.addWidget(self.card)
        self._show()

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(head)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        column.addWidget(self.sums)
        row = QHBoxLayout()
        row.setSpacing(8)
        whole = (self.charge_button, self.discount_button, self.reverse_button, self.credit_button)
        for button in (*whole, self.online_button, self.invoice_button, self.print_button, self.whole_button):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.money_acts)
        charges = may_charge(self._desk.actor)
        self.charge_button.setVisible(charges)
        self.reverse_button.setVisible(charges and not self._compact)
        self.discount_button.setVisible(charges and not self._compact)
        self.print_button.setVisible(not self._compact)
        self.invoice_button.setVisible(not self._compact)
        self.credit_button.setVisible(False)
        self.whole_button.setVisible(self._compact)
        self.online_button.setVisible(online_actions.may_pay(self._desk, self._person_id))
        return head

    def _show(self) -> None:
        ledger = self.card.ledger
        self.sums.show_sums(sums_of(ledger, short=self._compact))
        line = self.card.current()
        self.reverse_button.setEnabled(
            line is not None and not line.reversed and line.entry["kind"] in account_actions.REVERSIBLE
        )
        self._show_papers(line)
        self.discount_button.setEnabled(line is not None and line.charge is not None and line.open > 0)
        self.money_acts.show_line(None if self._compact else line, ledger.currency)
        if self._compact:
            return
        may = may_take_payment(self._desk.actor) or may_charge(self._desk.actor)
        self.credit_button.setVisible(may and ledger.account.free > 0 and ledger.account.owed > 0)

    def _show_papers(self, line: LedgerLine | None) -> None:
        """Offer the invoice of a charge, or the receipt of a payment."""
        receipt = receipt_of(self._desk, line)
        self.invoice_button.setText(self.tr("Invoice") if receipt is None else self.tr("Receipt"))
        has_invoice = line is not None and bool(line.entry["number"]) and line.charge is not None
        self.invoice_button.setEnabled(has_invoice or receipt is not None)

    @property
    def _name(self) -> str:
        return full_name(self._desk.store.get(PERSON, self._person_id))

    def add_charge(self) -> None:
        """Ask what is charged."""
        dialog = ChargeDialog(self.window(), self._desk, self._person_id, self._name)
        dialog.charged.connect(lambda _id, words: self._done(words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def reverse(self) -> None:
        """Ask why the line under the cursor is reversed."""
        line = self.card.current()
        if line is None:
            return
        dialog = ReverseDialog(self.window(), self._desk, line, self.card.ledger.currency)
        dialog.reversed.connect(lambda _id, words: self._done(words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def give_discount(self) -> None:
        """Give a discount against the charge under the cursor."""
        line = self.card.current()
        if line is None:
            return
        dialog = GrantDialog(self.window(), self._desk, line)
        dialog.granted.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def use_credit(self) -> None:
        """Let credit pay what is due longest."""
        currency = self.card.ledger.currency
        try:
            used = account_actions.use_credit(self._desk, self._person_id, currency)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self._done(self.tr("{amount} of credit used").format(amount=money_text(used, currency)))

    def pay_online(self) -> None:
        """Begin a payment through a gateway for the student; it needs the network."""
        dialog = PayOnlineDialog(self.window(), self._desk, self._person_id, self._name)
        dialog.paid.connect(self._done)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def open_invoice(self) -> None:
        """Show the invoice of the charge under the cursor, or the receipt of the payment, as it prints."""
        line = self.card.current()
        payment = receipt_of(self._desk, line)
        if payment is not None:
            show_receipt(self, self._desk, payment)
        elif line is not None:
            show_invoice(self, self._desk, line.entry)

    def print_statement(self) -> None:
        """Save the statement of the account as a PDF."""
        self.papers.save(self._person_id, self._name)

    def open_whole(self) -> None:
        """Open the account on a page of its own."""
        self._desk.open("finance.account", self._person_id)

    def _done(self, words: str) -> None:
        self.card.refresh()
        tell(self, words)


class AccountPage(ScrollColumn):
    """One person's account, whole."""

    def __init__(self, desk: Desk, person_id: str | None, _details: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk, self._person_id = desk, person_id or ""
        self.account = PersonAccount(desk, person_id or "")
        name = full_name(desk.store.get(PERSON, person_id or ""))
        self.setWindowTitle(name or self.tr("Account"))
        head = PageHead(name or self.tr("Account"))
        self.code_button = head.add_button(Button(self.tr("Referral code"), icon="users", on_click=self.give_code))
        self.code_button.setVisible(may_charge(desk.actor) and not self.account.card.ledger.totals.paid)
        self.plan_button = head.add_button(secondary(self.tr("Change plan"), "calendar", self.change_plan))
        self.plan_button.setVisible(may_plan(desk.actor))
        self.cancel_button = head.add_button(secondary(self.tr("Cancel an enrolment"), "x", self.cancel_enrolment))
        self.cancel_button.setVisible(may_edit_enrolments(desk.actor))
        self.body.addWidget(head)
        self.body.addWidget(CodeNotice(desk, person_id or ""))
        self.plan = PlanCard(desk, person_id or "")
        self.body.addWidget(self.plan)
        self.proofs = ProofsCard(desk, person_id or "", name)
        self.body.addWidget(self.proofs)
        self.body.addWidget(self.account)
        self.subscriptions = SubscriptionsCard(desk, person_id or "", name)
        self.body.addWidget(self.subscriptions)
        self.body.addStretch(1)

    def cancel_enrolment(self) -> None:
        """Show what cancelling an enrolment does to its fees, then cancel it."""
        dialog = CancelDialog(self.window(), self._desk, choices_of(self._desk, self._person_id), self.windowTitle())
        dialog.cancelled.connect(lambda name: tell(self, self.tr("Enrolment cancelled: {name}").format(name=name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def change_plan(self) -> None:
        """Set or change the instalment plan of this student."""
        dialog = PlanDialog(self.window(), self._desk, self._person_id, self.windowTitle())
        dialog.saved.connect(self._planned)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _planned(self, words: str) -> None:
        self.plan.refresh()
        self.account.card.refresh()
        tell(self, words)

    def give_code(self) -> None:
        """Ask whose code brought this person."""
        dialog = code_dialog(self.window(), self._desk, self._person_id, self.windowTitle())
        dialog.saved.connect(lambda words: tell(self, words))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def first_focus(self) -> QWidget:
        """Return what gets the focus on opening."""
        return self.account.card.table


def account_section() -> PersonSection:
    """Return the ledger for the page of a person; None for those who don't work with money."""

    def make(desk: Desk, person_id: str) -> QWidget | None:
        return PersonAccount(desk, person_id, compact=True) if may_see_ledgers(desk.actor) else None

    return PersonSection(make)
