"""What can be done at the cash desk: the dialogs, and what is said when they are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance import receipt_actions, shift_actions
from desktop.finance.online_dialog import PayOnlineDialog
from desktop.finance.receipt_dialog import DecideDialog, ReasonDialog, ReceiptDialog, print_again
from desktop.finance.receipt_print import default_printer
from desktop.finance.scan_dialog import ScanDialog
from desktop.finance.several_dialog import SeveralDialog
from desktop.finance.shift_dialogs import CloseDrawerDialog, MoveCashDialog, OpenDrawerDialog, ReportDialog
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.finance.till_dialog import TillDialog
from desktop.finance.till_store import ReceiptLine, open_shift, own_till
from desktop.finance.verify_dialog import VerifyDialog
from desktop.people.words import full_name
from desktop.shell.page import tell, tell_problem
from desktop.widgets.announce import announce
from desktop.widgets.background import Lane, run_in_background
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from shared.finance.vocabulary import REQUEST, TILL, RequestKind
from shared.people.vocabulary import PERSON


def _tr(words: str) -> str:
    return QCoreApplication.translate("CashDesk", words)


class CashDeskActs:
    """Opens the dialogs over the page."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        self._desk, self._page = desk, page
        self.printer_for: Callable[[], Any] = default_printer

    def _open(self, dialog: Dialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_dialog()

    def _done(self, words: str) -> None:
        announce(self._page, words)
        tell(self._page, words)

    def take_payment(self, person_ids: Sequence[str]) -> None:
        """Take a payment; where the drawer is closed, open it first."""
        try:
            receipt_actions.ready_till(self._desk)
        except CampusError as problem:
            if problem.code == "no_shift":
                self.open_drawer(lambda: self.take_payment(person_ids))
            else:
                tell_problem(self._page, problem)
            return
        dialog = TakePaymentDialog(self._page.window(), self._desk, person_ids)
        dialog.taken.connect(self._taken)
        dialog.phone_asked.connect(self.ask_phone)
        self._open(dialog)

    def ask_phone(self, person_id: str, amount: int) -> None:
        """Ask for an amount in minor units on a student's phone; the receipt comes from the server."""
        name = full_name(self._desk.store.get(PERSON, person_id) or {})
        dialog = PayOnlineDialog(self._page.window(), self._desk, person_id, name, on_phone=True, amount=amount)
        dialog.paid.connect(self._done)
        self._open(dialog)

    def _taken(self, receipt_id: str, prints: bool) -> None:
        content = receipt_actions.receipt_content(self._desk, receipt_id, duplicate=False)
        announce(self._page, _tr("Receipt {number} saved").format(number=content.number))
        if prints:
            print_again(self._page, self._desk, receipt_id, self.printer_for, duplicate=False)
        else:
            tell(self._page, _tr("Receipt {number} saved").format(number=content.number))

    def pay_for_several(self) -> None:
        """Let a sponsor pay for many in one receipt."""
        dialog = SeveralDialog(self._page.window(), self._desk)
        dialog.chosen.connect(self.take_payment)
        self._open(dialog)

    def print_again(self, receipt_id: str) -> None:
        """Print a duplicate."""
        print_again(self._page, self._desk, receipt_id, self.printer_for)

    def open_receipt(self, line: ReceiptLine, person_id: str) -> None:
        """Show a receipt."""
        dialog = ReceiptDialog(self._page.window(), self._desk, line)
        dialog.printer_for = self.printer_for
        dialog.void_asked.connect(lambda: self._ask(line, person_id, RequestKind.VOID))
        dialog.refund_asked.connect(lambda: self._ask(line, person_id, RequestKind.REFUND))
        self._open(dialog)

    def _ask(self, line: ReceiptLine, person_id: str, kind: RequestKind) -> None:
        dialog = ReasonDialog(self._page.window(), self._desk, line, person_id, kind)
        dialog.asked.connect(self._done)
        self._open(dialog)

    def decide(self, row_id: str) -> None:
        """Decide about a request, or approve a till."""
        request = self._desk.store.get(REQUEST, row_id)
        if request is not None:
            dialog = DecideDialog(self._page.window(), self._desk, request)
            dialog.decided.connect(self._done)
            self._open(dialog)
        elif self._desk.store.get(TILL, row_id) is not None:
            words = _tr("The till may print receipts now")
            run_in_background(
                lambda: shift_actions.approve_till(self._desk, row_id),
                lambda _none: self._done(words),
                self._refused,
                self._page,
                Lane.NETWORK,
            )

    def _refused(self, problem: Exception) -> None:
        if not isinstance(problem, CampusError):
            raise problem
        tell_problem(self._page, problem)

    def scan(self, then: Callable[[str], object]) -> None:
        """Read one card or receipt with the camera."""
        dialog = ScanDialog(self._page.window(), self._desk)
        dialog.read.connect(then)
        self._open(dialog)

    def check_receipt(self, scanned: str = "") -> None:
        """Check a receipt of anybody."""
        dialog = VerifyDialog(self._page.window(), self._desk)
        self._open(dialog)
        if scanned:
            dialog.take(scanned)

    # ------------------------------------------------------------------------------------------------------ the drawer

    def make_till(self) -> None:
        """Make this computer a till."""
        dialog = TillDialog(self._page.window(), self._desk, str((own_till(self._desk) or {}).get("name") or ""))
        dialog.made.connect(self._done)
        self._open(dialog)

    def open_drawer(self, then: Callable[[], object] | None = None) -> None:
        """Open the drawer."""
        dialog = OpenDrawerDialog(self._page.window(), self._desk)
        dialog.opened.connect(then or (lambda: self._done(_tr("The drawer is open"))))
        self._open(dialog)

    def _shift(self) -> Any:
        till = own_till(self._desk)
        return open_shift(self._desk, till["id"]) if till else None

    def close_drawer(self) -> None:
        """Count and close the drawer, then show its Z report."""
        shift = self._shift()
        if shift is not None:
            dialog = CloseDrawerDialog(self._page.window(), self._desk, shift)
            dialog.closed.connect(self._report)
            self._open(dialog)

    def move_cash(self) -> None:
        """Put cash in or take it out."""
        shift = self._shift()
        if shift is not None:
            dialog = MoveCashDialog(self._page.window(), self._desk, str(shift["id"]))
            dialog.moved.connect(self._done)
            self._open(dialog)

    def show_report(self) -> None:
        """Show the X report."""
        shift = self._shift()
        if shift is not None:
            self._report(str(shift["id"]))

    def _report(self, shift_id: str) -> None:
        dialog = ReportDialog(self._page.window(), self._desk, shift_id)
        dialog.printer_for = self.printer_for
        self._open(dialog)
