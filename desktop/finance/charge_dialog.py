"""Adds a charge to a student's ledger, or asks why an entry is reversed."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import account_actions
from desktop.finance.account_store import currency_of, today_of
from desktop.finance.words import charge_kind_word
from desktop.timetable.session_form import side_by_side
from desktop.widgets.buttons import danger, primary
from desktop.widgets.combo import Combo
from desktop.widgets.date_field import DateField
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount, plain_amount
from shared.finance.statement_rules import LedgerLine
from shared.finance.vocabulary import ChargeKind
from shared.people.vocabulary import Permission

_AMOUNT_FAULTS = frozenset({"bad_amount", "too_many_decimals", "other_currency", "amount_too_large"})


def _tr(words: str) -> str:
    return QCoreApplication.translate("ChargeDialog", words)


class ChargeDialog(Dialog):
    """``charged`` gives the new charge's id and the words of what was done."""

    needs = (Permission.FINANCE_CHARGE,)

    charged = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, person_id: str, name: str) -> None:
        super().__init__(window, _tr("Add charge"), subtitle=name, icon="coins", width=520)
        self._desk, self._person_id, self._name = desk, person_id, name
        self._currency = currency_of(desk)
        self.what = TextField()
        self.what.setMaxLength(200)
        self.what_field = Field(_tr("What for"), self.what)
        self.kind = Combo([(str(one), charge_kind_word(one)) for one in ChargeKind], name=_tr("Kind"))
        self.kind.choose(ChargeKind.OTHER)
        self.amount = TextField()
        self.amount.editingFinished.connect(self._rewrite)
        self.amount_field = Field(_tr("Amount in {currency}").format(currency=self._currency), self.amount)
        today = date.fromisoformat(today_of(desk))
        self.due = DateField(today=lambda: today)
        self.due_field = Field(_tr("Due on"), self.due, optional=True)
        self.add(self.what_field)
        self.add(Field(_tr("Kind"), self.kind))
        self.add(side_by_side((self.amount_field, 1), (self.due_field, 1)))
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Add charge"), on_click=self.save))
        self.on_key("Ctrl+S", self.save)
        self.on_key("Ctrl+Return", self.save)

    def _rewrite(self) -> None:
        try:
            minor = parse_amount(self.amount.text(), self._currency)
        except CampusError:
            return
        self.amount.setText(plain_amount(minor, self._currency))

    def save(self) -> None:
        """Add the charge, or say beside the field what is amiss."""
        for field in (self.what_field, self.amount_field, self.due_field):
            field.set_error("")
        if not self.due.readable:
            self.due_field.set_error(_tr("Write the day like 20 Nov."))
            return
        due = self.due.value
        try:
            entry_id = account_actions.charge(
                self._desk,
                self._person_id,
                self.what.text(),
                self.amount.text(),
                kind=self.kind.chosen or ChargeKind.OTHER,
                due_on=due.isoformat() if due else None,
            )
        except CampusError as problem:
            field = self.amount_field if problem.code in _AMOUNT_FAULTS else self.what_field
            field.set_error(problem.message)
            return
        amount = money_text(parse_amount(self.amount.text(), self._currency), self._currency)
        self.accept()
        self.charged.emit(entry_id, _tr("{name} charged {amount}").format(name=self._name, amount=amount))


class ReverseDialog(Dialog):
    """``reversed`` gives the entry's id and the words of what was done."""

    needs = (Permission.FINANCE_CHARGE,)

    reversed = Signal(str, str)

    def __init__(self, window: QWidget, desk: Desk, line: LedgerLine, currency: str) -> None:
        amount = money_text(abs(line.entry["amount"]), currency)
        super().__init__(window, _tr("Reverse {what}").format(what=line.title), subtitle=amount, icon="history")
        self._desk, self._line = desk, line
        words = _tr("The entry stays on the account, with its reversal beside it. What was paid on it becomes credit.")
        self.add(Label(words, "body", "text2", wrap=True))
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.reason_field = Field(_tr("Reason"), self.reason)
        self.add(self.reason_field)
        self.add_cancel()
        self.save_button = self.add_button(danger(_tr("Reverse"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Reverse the entry."""
        try:
            account_actions.reverse(self._desk, self._line.id, self.reason.text())
        except CampusError as problem:
            self.reason_field.set_error(problem.message)
            return
        self.accept()
        self.reversed.emit(self._line.id, _tr("{what} reversed").format(what=self._line.title))
