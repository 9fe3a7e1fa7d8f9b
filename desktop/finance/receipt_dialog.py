"""One receipt: as it was printed, to be printed again, voided or paid back with a second person's word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import receipt_actions, shift_actions
from desktop.finance.receipt_print import default_printer, picture_of, print_receipt
from desktop.finance.take_payment_fields import AmountField
from desktop.finance.take_payment_preview import ReceiptPreview, size_of
from desktop.finance.till_store import ReceiptLine
from desktop.shell.page import tell, tell_problem
from desktop.widgets.background import run_in_background
from desktop.widgets.buttons import danger, primary, secondary
from desktop.widgets.combo import Combo
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.label import IconText, Label
from desktop.widgets.notice import Notice
from desktop.widgets.text_field import TextField
from shared.core.errors import CampusError
from shared.core.money import money_text
from shared.finance.receipt_paper import receipt_pdf
from shared.finance.shift_rules import method_words
from shared.finance.vocabulary import AT_THE_DESK, Method, RequestKind
from shared.people.vocabulary import Permission


def _tr(words: str) -> str:
    return QCoreApplication.translate("ReceiptDialog", words)


class ReceiptDialog(Dialog):
    """``void_asked`` and ``refund_asked`` say what the person wants beside printing."""

    void_asked = Signal()
    refund_asked = Signal()

    def __init__(self, window: QWidget, desk: Desk, line: ReceiptLine) -> None:
        state = _tr("Voided") if line.voided else ""
        super().__init__(window, line.number, subtitle=state, icon="receipt", width=480)
        self._desk, self._line = desk, line
        self.printer_for: Callable[[], Any] = default_printer
        self.preview = ReceiptPreview()
        self.add(self.preview, 1)
        content, size = receipt_actions.receipt_content(desk, line.id), size_of(desk)
        run_in_background(lambda: picture_of(receipt_pdf(content, size), 620), self.preview.show_page, None, self)
        self.add_cancel(_tr("Close"))
        if not line.voided:
            self.add_button(secondary(_tr("Pay back"), on_click=lambda: self._want(self.refund_asked)))
            void = self.add_button(danger(_tr("Void"), on_click=lambda: self._want(self.void_asked)))
            void.setEnabled(not line.void_asked)
            if line.void_asked:
                self.add(IconText("hourglass", _tr("A void waits for a second person."), "warn"))
        self.print_button = self.add_button(primary(_tr("Print again"), "printer", self.print_now))
        self.on_key("Ctrl+P", self.print_now)

    def _want(self, signal: Any) -> None:
        self.accept()
        signal.emit()

    def print_now(self) -> None:
        """Print a duplicate."""
        print_again(self, self._desk, self._line.id, self.printer_for)


def print_again(
    widget: QWidget,
    desk: Desk,
    receipt_id: str,
    printer_for: Callable[[], Any] = default_printer,
    *,
    duplicate: bool = True,
) -> bool:
    """Print a receipt and say so, or say why not."""
    try:
        content = receipt_actions.receipt_content(desk, receipt_id, duplicate=duplicate)
        print_receipt(content, size_of(desk), printer_for)
    except CampusError as problem:
        tell_problem(widget.window(), problem)
        return False
    tell(widget.window(), _tr("Receipt {number} sent to the printer").format(number=content.number))
    return True


class ReasonDialog(Dialog):
    """Asks why a receipt is voided, or how much of it goes back; ``asked`` tells that the request is saved."""

    needs = (Permission.FINANCE_TAKE_PAYMENT,)

    asked = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, line: ReceiptLine, person_id: str, kind: RequestKind) -> None:
        void = kind is RequestKind.VOID
        title = _tr("Void {number}") if void else _tr("Pay back from {number}")
        hint = _tr("Somebody else decides. The receipt stays in the list.")
        super().__init__(window, title.format(number=line.number), subtitle=hint, icon="circle-x", width=480)
        self._desk, self._line, self._person_id, self._void = desk, line, person_id, void
        self.amount, self.method = AmountField(line.currency), Combo([], name=_tr("How it goes back"))
        self.amount_field = Field(_tr("Amount"), self.amount)
        if not void:
            self.amount.set_value(line.amount)
            self.add(self.amount_field)
            self.method = Combo([(str(one), method_words(one)) for one in AT_THE_DESK], name=_tr("How it goes back"))
            self.add(Field(_tr("How it goes back"), self.method))
        else:
            shown = money_text(line.amount, line.currency)
            self.add(Label(_tr("{amount} is taken off the account again.").format(amount=shown), wrap=True))
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.reason_field = Field(_tr("Why"), self.reason)
        self.add(self.reason_field)
        self.notice = Notice()
        self.add(self.notice)
        self.add_cancel()
        words = _tr("Ask to void") if void else _tr("Ask to pay back")
        self.save_button = self.add_button(danger(words, on_click=self.save))
        self.on_key("Ctrl+Return", self.save)

    def save(self) -> None:
        """Save the request."""
        try:
            if self._void:
                receipt_actions.ask_void(self._desk, self._line.id, self.reason.text())
            else:
                receipt_actions.ask_refund(
                    self._desk,
                    self._line.payment_id,
                    self._person_id,
                    self.amount.value or 0,
                    Method(str(self.method.chosen)),
                    self.reason.text(),
                )
        except CampusError as problem:
            field = {"reason_missing": self.reason_field, "bad_amount": self.amount_field}.get(problem.code)
            (field.set_error if field else self.notice.say)(problem.message)
            return
        self.accept()
        self.asked.emit(_tr("Asked. Somebody else decides about {number}").format(number=self._line.number))


class DecideDialog(Dialog):
    """Asks the second person; ``decided`` gives what was said."""

    needs = (Permission.FINANCE_APPROVE,)

    decided = Signal(str)

    def __init__(self, window: QWidget, desk: Desk, request: Any) -> None:
        void = request["kind"] == RequestKind.VOID
        title = _tr("Void {number}") if void else _tr("Pay back from {number}")
        who = _tr("{name} asks").format(name=request["asked_by_name"])
        super().__init__(window, title.format(number=request["number"]), subtitle=who, icon="users", width=480)
        self._desk, self._request = desk, request
        self.add(Label(money_text(request["amount"], request["currency"]), "title"))
        self.add(Label(str(request["reason"]), wrap=True))
        self.reason = TextField()
        self.reason.setMaxLength(500)
        self.add(Field(_tr("What you say to it"), self.reason, optional=True))
        self.notice = Notice()
        self.add(self.notice)
        self.add_cancel()
        self.add_button(secondary(_tr("Refuse"), on_click=lambda: self.decide(approved=False)))
        words = _tr("Void it") if void else _tr("Pay it back")
        self.approve_button = self.add_button(danger(words, "check", lambda: self.decide(approved=True)))

    def decide(self, *, approved: bool) -> None:
        """Save the decision."""
        try:
            shift_actions.decide(self._desk, self._request["id"], approved=approved, reason=self.reason.text())
        except CampusError as problem:
            self.notice.say(problem.message)
            return
        self.accept()
        words = _tr("Approved: {number}") if approved else _tr("Refused: {number}")
        self.decided.emit(words.format(number=self._request["number"]))
