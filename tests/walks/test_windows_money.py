"""Money between windows: paid back by a second person, read by the student, a receipt checked without a network."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.finance.receipt_actions import receipt_content
from desktop.finance.receipt_dialog import DecideDialog, ReasonDialog, ReceiptDialog
from desktop.finance.receipt_print import no_printer
from desktop.finance.receipt_view import ReceiptViewDialog
from desktop.finance.shift_dialogs import OpenDrawerDialog
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.finance.till_area import PALETTE
from desktop.finance.till_dialog import TillDialog
from desktop.finance.till_store import account_of, own_till, receipts_of
from desktop.finance.verify_dialog import VerifyDialog
from shared.finance.receipt_code import Standing
from tests.people.test_door_pages import keep_picture
from tests.walks.windows import dialog, house_of

pytestmark = pytest.mark.slow
TUITION = 1_000_00


@pytest.fixture
def house(server, tmp_path, qtbot):
    with house_of(server, tmp_path, qtbot) as made:
        yield made


class Desk:
    """Sam at the cash desk and Efua, who decides, each with a window; Esi owes tuition."""

    def __init__(self, house):
        self.house, server = house, house.server
        server.add_person("sam", ("cashier",), family_name="Njoroge")
        server.add_person("efua", ("bursar",), family_name="Ofori-Atta-Mensah of the Long Name")
        self.esi = server.add_person("esi", ("student",), family_name="Quaye", number="S-0001")
        charge = {"person_id": self.esi, "what": "Tuition", "amount": TUITION, "currency": "GHS"}
        assert server.do(server.command("ChargeStudent", server.new_id(), charge)).verdict == "applied"
        self.sam, self.efua = house.enter("sam"), house.enter("efua")
        for program in (self.sam, self.efua):
            program.main_window.open_page("finance.cash_desk")
            program.main_window.page.acts.printer_for = _no_printer
        self._make_a_till()

    def _make_a_till(self):
        self.page.acts.make_till()
        making = dialog(self.sam, TillDialog)
        making.name.setText("Front desk 2")
        making.save()
        self.house.wait(lambda: own_till(self.sam.workplace.desk))
        self.decided(lambda: None)
        self.house.meets(self.sam, lambda: own_till(self.sam.workplace.desk)["state"] == "active")

    @property
    def page(self):
        """Sam's page."""
        return self.sam.main_window.page

    def decided(self, act):
        """Efua finds what waits on her page and presses it; `act` answers."""
        page = self.efua.main_window.page
        self.house.meets(self.efua, lambda: page.requests.list.rows)
        page.requests.list.rows[0].click()
        act()
        self.house.wait(lambda: not page.requests.isVisible())
        self.house.settle(self.efua)

    def take(self, amount):
        """Take cash of Esi by the keys, open the drawer where it is closed; gives the newest receipt."""
        known = {one.id for one in receipts_of(self.sam.workplace.desk, self.esi)}
        self.page.show_person(self.esi)
        QTest.mouseClick(self.page.pay_button, Qt.MouseButton.LeftButton)
        if not known:
            drawer = dialog(self.sam, OpenDrawerDialog)
            drawer.amount.setText("200")
            drawer.save()
        taking = dialog(self.sam, TakePaymentDialog)
        QTest.keyClick(taking.methods.tiles[0], Qt.Key.Key_1)
        taking.amount.setText(amount)
        taking.amount.changed.emit()
        QTest.keyClick(taking, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        (made,) = (one for one in receipts_of(self.sam.workplace.desk, self.esi) if one.id not in known)
        self.house.settle(self.sam)
        return made

    def ask(self, receipt, signal, reason, amount=""):
        """Sam opens a receipt and asks for it to be voided, or for some of it to go back."""
        self.page.acts.open_receipt(receipt, self.esi)
        shown = dialog(self.sam, ReceiptDialog)
        shown._want(getattr(shown, signal))
        asking = dialog(self.sam, ReasonDialog)
        if amount:
            asking.amount.setText(amount)
        asking.reason.setText(reason)
        asking.save()
        self.house.settle(self.sam)

    def say_yes(self):
        """Efua approves."""
        dialog(self.efua, DecideDialog).decide(approved=True)

    def balance(self, program):
        """What Esi owes, as a window has it."""
        return account_of(program.workplace.desk, self.esi).balance


def _no_printer():
    raise no_printer()


@pytest.fixture
def desk(house):
    return Desk(house)


def test_money_goes_back_once_a_second_person_says_so_and_the_student_reads_the_receipt(house, desk):
    receipt = desk.take("600")
    desk.ask(receipt, "refund_asked", "Left the course", "150")
    assert desk.balance(desk.sam) == 400_00, "nothing moved yet"
    assert not desk.page.requests.isVisible(), "nobody decides about what he asked himself"
    desk.decided(desk.say_yes)
    house.meets(desk.sam, lambda: desk.balance(desk.sam) == 550_00)
    assert desk.balance(desk.efua) == 550_00
    esi = house.enter("esi")
    window = esi.main_window
    window.open_page("finance.own")
    own = window.page
    house.wait(lambda: len(own.card.ledger.lines) == 3)
    own.card.table.go_to(next(one.id for one in own.card.ledger.lines if one.entry["kind"] == "payment"))
    house.wait(own.receipt_button.isVisible)
    keep_picture(window, "own-fees")
    own.receipt_button.click()
    shown = dialog(esi, ReceiptViewDialog)
    assert shown.content().number == receipt.number
    keep_picture(window, "own-receipt")


def _check(program, qr):
    """Somebody scans a receipt, by the palette's command; gives the verdict, and whether it is known as voided."""
    desk = program.main_window.desk
    next(one for one in PALETTE if one.title == "Check a receipt" and one.may(desk.actor)).run(desk)
    QTest.keyClick(program.main_window.page.first_focus(), Qt.Key.Key_Return)
    shown = dialog(program, VerifyDialog)
    shown.typed.setText(qr)
    shown.check_button.click()
    found = shown.checked
    assert found.voided == ("It was voided." in shown.words.text())
    keep_picture(program.main_window, f"checked-{found.standing}-{found.voided}")
    shown.reject()
    return found.standing, found.voided


def test_a_receipt_is_checked_at_other_windows_without_a_network(house, desk):
    good, voided = desk.take("600"), desk.take("400")
    desk.ask(voided, "void_asked", "Paid for her sister")
    desk.decided(desk.say_yes)
    server = house.server
    server.add_person("yao", ("bursar",), organisation_id=server.add_organisation("volta", "Volta College"))
    yao = house.enter("yao", house.program("volta"))
    esi = house.enter("esi")
    qr, voided_qr = (receipt_content(desk.sam.workplace.desk, one.id).qr for one in (good, voided))
    for program in (desk.efua, esi, yao):
        house.unplug(program)
    altered = qr[:-20] + ("A" if qr[-20] != "A" else "B") + qr[-19:]
    assert _check(desk.efua, qr) == (Standing.GENUINE, False)
    assert _check(desk.efua, altered) == (Standing.ALTERED, False)
    assert _check(desk.efua, voided_qr) == (Standing.GENUINE, True)
    assert _check(desk.efua, "CDR and no more")[0] is Standing.NO_RECEIPT
    assert _check(esi, qr) == (Standing.GENUINE, False), "whoever has a computer of the institute may check"
    assert _check(yao, qr) == (Standing.OTHER_INSTITUTE, False)
