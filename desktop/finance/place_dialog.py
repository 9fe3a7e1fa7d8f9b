"""Places money that came with no student on one or several; what they owe longest is paid first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import bank_actions
from desktop.finance.account_store import ledger_of
from desktop.finance.bank_store import MoneyRow
from desktop.people.person_picker import PersonPicker
from desktop.timetable.store import full_name
from desktop.widgets.buttons import primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text, parse_amount, plain_amount
from shared.people.vocabulary import PERSON, Permission, Role

_MOST_ROWS = 8


def _tr(words: str) -> str:
    return QCoreApplication.translate("PlaceDialog", words)


class PlaceDialog(Dialog):
    """``placed`` gives the words of what was done."""

    needs = (Permission.FINANCE_APPROVE,)

    placed = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, line: MoneyRow, students: Sequence[str] | None = None) -> None:
        amount = money_text(line.left, line.currency)
        title = _tr("Place {amount}").format(amount=amount)
        super().__init__(window, title, subtitle=line.words or line.reference, icon="users", width=620)
        self._desk, self._line = desk, line
        self.picker = PersonPicker(desk, role=Role.STUDENT)
        self.add(self.picker)
        self.amounts: dict[str, TextField] = {}
        self._rows = QWidget()
        self._column = QVBoxLayout(self._rows)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.add(self._rows)
        self.left = Label("", "body-strong")
        self.add(self.left)
        self.payer = TextField()
        self.payer.setMaxLength(200)
        self.add(Field(_tr("Sponsor or payer"), self.payer, optional=True))
        self.refusal = Notice()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Place"), "check", self.save))
        self.on_key("Ctrl+Return", self.save)
        self.picker.changed.connect(self._show_rows)
        if students:
            self.picker.choose(list(students))
        self._show_rows()

    def _show_rows(self) -> None:
        kept = {key: field.text() for key, field in self.amounts.items()}
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.amounts = {}
        for person_id in self.picker.chosen[:_MOST_ROWS]:
            self._column.addWidget(self._row(person_id, kept.get(person_id)))
        if len(self.picker.chosen) == 1:
            self.amounts[self.picker.chosen[0]].setText(plain_amount(self._line.left, self._line.currency))
        self._show_left()

    def _row(self, person_id: str, typed: str | None) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        owed = ledger_of(self._desk, person_id, self._line.currency).account.owed
        name = full_name(self._desk.store.get(PERSON, person_id))
        words = _tr("{name}, {amount} owed").format(name=name, amount=money_text(owed, self._line.currency))
        row.addWidget(Label(words, "body", wrap=True), 1)
        offered = plain_amount(min(owed, self._free(person_id)), self._line.currency) if typed is None else typed
        field = TextField(offered, name=_tr("Amount for {name}").format(name=name))
        field.setMaximumWidth(140)
        field.textChanged.connect(lambda _text: self._show_left())
        self.amounts[person_id] = field
        row.addWidget(field)
        return box

    def _free(self, person_id: str) -> int:
        return max(0, self._line.left - sum(self._amount(one) for one in self.amounts if one != person_id))

    def _amount(self, person_id: str) -> int:
        try:
            return parse_amount(self.amounts[person_id].text() or "0", self._line.currency)
        except CampusError:
            return 0

    def _show_left(self) -> None:
        left = self._line.left - sum(self._amount(one) for one in self.amounts)
        self.left.setText(_tr("{amount} stays in the list").format(amount=money_text(left, self._line.currency)))
        self.left.set_tone("bad" if left < 0 else "text2")

    def save(self) -> None:
        """Place the money, or say why it can't be."""
        try:
            shares = [
                (key, parse_amount(field.text() or "0", self._line.currency)) for key, field in self.amounts.items()
            ]
            bank_actions.place(self._desk, self._line, shares, self.payer.text())
        except CampusError as problem:
            self.refusal.say(problem.message)
            return
        total = sum(amount for _, amount in shares)
        self.accept()
        self.placed.emit(_tr("{amount} placed").format(amount=money_text(total, self._line.currency)))
