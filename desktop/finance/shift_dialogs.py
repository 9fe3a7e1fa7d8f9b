"""The drawer's dialogs: opens it with a float, moves cash, counts and closes it, and shows its report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.core.desk import Desk
from desktop.finance import shift_actions
from desktop.finance.account_store import currency_of
from desktop.finance.receipt_print import default_printer, print_pdf
from desktop.finance.shift_paper import report_pdf, report_size
from desktop.finance.take_payment_fields import AmountField
from desktop.finance.till_store import drawer_of, institute_of
from desktop.shell.page import tell, tell_problem
from desktop.timetable.times import local, moment_words, zone_of
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import Label
from desktop.widgets.notice import Notice
from desktop.widgets.number_field import NumberField, read_number
from desktop.widgets.text_field import TextField
from shared.core.currencies import minor_digits
from shared.core.errors import CampusError
from shared.core.money import money_text, short_amount
from shared.finance.shift_rules import counted_sum, denominations_of, difference_words, movement_words, report_lines
from shared.finance.vocabulary import SHIFT, Movement
from shared.people.vocabulary import Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("ShiftDialogs", words)


class OpenDrawerDialog(Dialog):
    """``opened`` tells that the drawer is open."""

    needs = (Permission.FINANCE_TAKE_PAYMENT,)

    opened = Signal()

    def __init__(self, window: QWidget, desk: Desk) -> None:
        hint = _tr("Count what lies in the drawer before the first payment.")
        super().__init__(window, _tr("Open the drawer"), subtitle=hint, icon="coins", width=440)
        self._desk = desk
        self.amount = AmountField(currency_of(desk))
        self.field = Field(_tr("Cash in the drawer"), self.amount)
        self.add(self.field)
        self.notice = Notice()
        self.add(self.notice)
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Open the drawer"), on_click=self.save))
        for key in ("Ctrl+Return", "Return", "Ctrl+S"):
            self.on_key(key, self.save)

    def save(self) -> None:
        """Open it."""
        if self.amount.unread_words:
            self.field.set_error(self.amount.unread_words)
            return
        try:
            shift_actions.open_drawer(self._desk, self.amount.value or 0)
        except CampusError as problem:
            self.notice.say(problem.message)
            return
        self.accept()
        self.opened.emit()


class MoveCashDialog(Dialog):
    """``moved`` gives what was done, in words."""

    needs = (Permission.FINANCE_TAKE_PAYMENT,)

    moved = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, shift_id: str) -> None:
        super().__init__(window, _tr("Move cash"), icon="arrow-up-right", width=480)
        self._desk, self._shift_id = desk, shift_id
        self.kind = Combo([(str(one), movement_words(one)) for one in Movement], name=_tr("What happens"))
        self.add(Field(_tr("What happens"), self.kind))
        self.amount = AmountField(currency_of(desk))
        self.field = Field(_tr("Amount"), self.amount)
        self.add(self.field)
        self.reason = TextField()
        self.reason.setMaxLength(300)
        self.add(Field(_tr("Why"), self.reason, optional=True))
        self.add_cancel()
        self.save_button = self.add_button(primary(_tr("Save"), on_click=self.save))
        for key in ("Ctrl+Return", "Ctrl+S"):
            self.on_key(key, self.save)

    def save(self) -> None:
        """Note it."""
        self.field.set_error(self.amount.unread_words)
        if self.amount.unread_words:
            return
        movement = Movement(str(self.kind.chosen))
        try:
            shift_actions.move_cash(
                self._desk, self._shift_id, movement, self.amount.value or 0, self.reason.text().strip()
            )
        except CampusError as problem:
            self.field.set_error(problem.message)
            return
        self.accept()
        self.moved.emit(movement_words(movement))


class CloseDrawerDialog(Dialog):
    """Counts by notes and coins; ``closed`` gives the shift's id."""

    needs = (Permission.FINANCE_TAKE_PAYMENT,)

    closed = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, shift: Mapping[str, Any]) -> None:
        hint = _tr("Count the cash. What should be there is shown once you counted.")
        super().__init__(window, _tr("Count and close the drawer"), subtitle=hint, icon="lock", width=560)
        self._desk, self._shift = desk, shift
        self.currency = str(shift["currency"])
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self.counts: list[tuple[int, NumberField]] = []
        worths = denominations_of(minor_digits(self.currency))
        half = -(-len(worths) // 2)
        for at, worth in enumerate(worths):
            name = short_amount(worth, self.currency)
            field = NumberField(None, least=0, most=1_000_000)
            field.setAccessibleName(_tr("How many of {worth}").format(worth=name))
            field.textChanged.connect(lambda _text: self.refresh())
            label = Label(name, "body-medium")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row, column = at % half, 2 * (at // half)
            grid.addWidget(label, row, column)
            grid.addWidget(field, row, column + 1)
            self.counts.append((worth, field))
        self.add(grid)
        self.sum = Label("", "section")
        self.add(self.sum)
        self.difference = Label("", "body-medium", "bad", wrap=True)
        self.add(self.difference)
        self.why = TextField()
        self.why.setMaxLength(500)
        self.why_field = Field(_tr("Why it differs"), self.why)
        self.add(self.why_field)
        self.add_cancel()
        self.save_button = self.add_button(danger(_tr("Close the drawer"), "lock", self.save))
        self.on_key("Ctrl+Return", self.save)
        self.refresh()

    def pairs(self) -> list[tuple[int, int]]:
        """Return (worth, count) of what was counted."""
        # What is being typed isn't rewritten yet, and what can't be read is told before the drawer is closed.
        return [(worth, read_number(field.text()) or 0 if field.readable else 0) for worth, field in self.counts]

    def refresh(self) -> None:
        """Show the sum, and what differs from what is expected."""
        counted = counted_sum(self.pairs())
        self.sum.setText(_tr("Counted {amount}").format(amount=money_text(counted, self.currency)))
        difference = counted - drawer_of(self._desk, self._shift).expected
        self.difference.setText(difference_words(difference, self.currency) if difference and counted else "")
        self.why_field.setVisible(bool(difference))
        self.why_field.set_error("")

    def save(self) -> None:
        """Close it."""
        pairs = self.pairs()
        try:
            shift_actions.close_drawer(
                self._desk, str(self._shift["id"]), counted_sum(pairs), pairs, self.why.text().strip()
            )
        except CampusError as problem:
            self.why_field.show()
            self.why_field.set_error(problem.message)
            self.why.setFocus()
            return
        self.accept()
        self.closed.emit(str(self._shift["id"]))


class ReportDialog(Dialog):
    """The X report of an open drawer, or the Z report of a closed one."""

    def __init__(self, window: QWidget, desk: Desk, shift_id: str) -> None:
        self._desk = desk
        self.shift = desk.store.get(SHIFT, shift_id) or {}
        self.kind = "Z" if self.shift.get("z_number") else "X"
        number = f" {self.shift['z_number']}" if self.kind == "Z" else ""
        title = _tr("{kind} report").format(kind=self.kind) + number
        super().__init__(window, title, subtitle=str(self.shift.get("cashier_name") or ""), icon="receipt", width=480)
        self.printer_for: Callable[[], Any] = default_printer
        found = drawer_of(desk, self.shift)
        self.lines = report_lines(found, str(self.shift["currency"]), self.shift.get("counted"))
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        for row, (words, value) in enumerate(self.lines):
            grid.addWidget(Label(words, "body", "text2"), row, 0)
            shown = Label(value, "body-strong")
            shown.setAlignment(Qt.AlignmentFlag.AlignRight)
            shown.setAccessibleName(f"{words}: {value}")
            grid.addWidget(shown, row, 1)
        self.add(grid)
        if self.shift.get("explanation"):
            self.add(Label(str(self.shift["explanation"]), "small", "muted", wrap=True))
        self.add_cancel(_tr("Close"))
        self.print_button = self.add_button(secondary(_tr("Print"), "printer", self.print_now))
        self.on_key("Ctrl+P", self.print_now)

    def pdf(self) -> bytes:
        """Return the report as PDF."""
        zone = zone_of(self._desk)
        today = self._desk.clock.now().astimezone(zone).date()
        opened = moment_words(local(str(self.shift["opened_at"]), zone), today)
        about = [str(institute_of(self._desk)["name"]), str(self.shift["cashier_name"]), opened]
        if self.shift.get("closed_at"):
            about.append(moment_words(local(str(self.shift["closed_at"]), zone), today))
        if self.shift.get("explanation"):
            about.append(str(self.shift["explanation"]))
        return report_pdf(self.title.text(), about, self.lines)

    def print_now(self) -> None:
        """Print it."""
        try:
            print_pdf(self.pdf(), report_size(self.lines), self.printer_for())
        except CampusError as problem:
            tell_problem(self.window(), problem)
            return
        tell(self.window(), _tr("Sent to the printer"))
