"""What can be done with the payment under the cursor of an account: move it, or say whether its money came."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import account_actions, confirm_actions
from desktop.finance.reason_dialog import ReasonDialog
from desktop.people.person_picker import PersonPicker
from desktop.shell.page import tell_problem
from desktop.widgets.buttons import Button, primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.finance.permissions import may_approve
from shared.finance.statement_rules import LedgerLine
from shared.finance.vocabulary import EntryKind
from shared.people.vocabulary import Permission, Role


def _tr(words: str) -> str:
    return QCoreApplication.translate("AccountMoneyActs", words)


class MoveDialog(Dialog):
    """Asks to whom a payment is moved, and why; ``moved`` gives the words of what was done."""

    needs = (Permission.FINANCE_APPROVE,)

    moved = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, line: LedgerLine, currency: str) -> None:
        self._amount = money_text(abs(line.entry["amount"]), currency)
        title = _tr("Move {amount}").format(amount=self._amount)
        super().__init__(window, title, subtitle=line.title, icon="arrow-right", width=560)
        self._desk, self._line = desk, line
        words = _tr("The money is taken back here and put there, where it pays what is owed longest. Both stay listed.")
        self.add(Label(words, "body", "text2", wrap=True))
        self.picker = PersonPicker(desk, role=Role.STUDENT, taken={line.entry["person_id"]: _tr("This account")})
        self.add(self.picker)
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.add(Field(_tr("Reason"), self.reason))
        self.refusal = Notice()
        self.add(self.refusal)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Move"), on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Move the money, or say why it can't be."""
        if len(self.picker.chosen) != 1:
            self.refusal.say(_tr("Choose one student."))
            return
        try:
            account_actions.move(self._desk, self._line.id, self.picker.chosen[0], self.reason.text())
        except CampusError as problem:
            self.refusal.say(problem.message)
            return
        self.accept()
        self.moved.emit(_tr("{amount} moved").format(amount=self._amount))


class AccountMoneyActs(QWidget):
    """Three buttons for those who decide about money; hidden where the line under the cursor is no payment."""

    def __init__(self, desk: Desk, done: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._done = desk, done
        self._line: LedgerLine | None = None
        self._currency = ""
        self.move_button = Button(_tr("Move to another student"), icon="arrow-right", on_click=self.move_payment)
        self.came_button = Button(_tr("The money is there"), icon="check", on_click=self.came)
        self.gone_button = Button(_tr("The money never came"), icon="x", on_click=self.never_came)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.move_button, self.came_button, self.gone_button):
            row.addWidget(button)
        row.addStretch(1)
        self.hide()

    def show_line(self, line: LedgerLine | None, currency: str) -> None:
        """Show what can be done with a line."""
        self._line, self._currency = line, currency
        is_paid = line is not None and line.entry["kind"] == EntryKind.PAYMENT and not line.reversed
        self.setVisible(is_paid and may_approve(self._desk.actor))
        for button in (self.came_button, self.gone_button):
            button.setVisible(line is not None and line.unconfirmed)

    def move_payment(self) -> None:
        """Ask to whom the payment is moved."""
        if self._line is not None:
            dialog = MoveDialog(self.window(), self._desk, self._line, self._currency)
            dialog.moved.connect(self._done)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open_dialog()

    def came(self) -> None:
        """Confirm the payment."""
        if self._line is None:
            return
        try:
            confirm_actions.confirm(self._desk, str(self._line.entry["payment_id"]), came=True)
        except CampusError as problem:
            tell_problem(self, problem)
            return
        self._done(_tr("Payment confirmed"))

    def never_came(self) -> None:
        """Ask why the money isn't there, and take the payment back."""
        line = self._line
        if line is None:
            return

        def act(reason: str) -> None:
            confirm_actions.confirm(self._desk, str(line.entry["payment_id"]), came=False, reason=reason)
            self._done(_tr("Payment taken back"))

        words = _tr("The payment is taken back, and what it paid is owed again.")
        dialog = ReasonDialog(self.window(), _tr("The money never came"), words, act, subtitle=line.title)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()
