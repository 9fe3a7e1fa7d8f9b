"""A whole day at the cash desk, clicked: drawer, three payments, a void by a second person, the bank, count and Z."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.core.outbox import Ask
from desktop.core.settings import Server
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.receipt_dialog import DecideDialog, ReasonDialog, ReceiptDialog
from desktop.finance.receipt_print import no_printer
from desktop.finance.several_dialog import SeveralDialog
from desktop.finance.shift_dialogs import CloseDrawerDialog, MoveCashDialog, OpenDrawerDialog, ReportDialog
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.finance.till_store import account_of, own_till, receipts_of
from desktop.widgets.dialog import Dialog
from shared.finance.vocabulary import Method
from tests.walks.office import SLUG, Office
from tests.walks.test_office_cash_desk import _become_a_till
from tests.walks.test_office_roll import PLAIN, first_sign_in, person

pytestmark = pytest.mark.slow

CTRL = Qt.KeyboardModifier.ControlModifier
FLOAT, TUITION = 200_00, 1_000_00


@pytest.fixture
def shown(shown):
    """Shows somebody's cash desk; what would print finds no printer."""

    def show(place):
        page = CashDeskPage(place.desk)
        page.acts.printer_for = _no_printer
        return shown(page)

    return show


def _no_printer():
    raise no_printer()


def _prepare(efua):
    """Add a cashier and four students who owe tuition; returns their ids."""
    new = efua.desk.ids
    sam, names = new(), ("Esi Quaye", "Kofi Adjei", "Yaa Danso", "Ato Baah")
    students = [new() for _ in names]
    asks = [Ask("AddPerson", sam, person("Sam", "Njoroge", username="sam", roles=["cashier"]))]
    for at, (name, student) in enumerate(zip(names, students, strict=True), 1):
        charge = {"person_id": student, "what": "Tuition", "amount": TUITION, "currency": "GHS"}
        asks.append(Ask("AddPerson", student, person(*name.split(), number=f"S-{at:04}")))
        asks.append(Ask("ChargeStudent", new(), charge))
    efua.desk.commit(asks)
    assert efua.sync().waiting == 0
    return sam, students


def _dialog(page, kind):
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind), found
    return found


def _find(page, letters):
    QTest.keyClick(page, Qt.Key.Key_F4)
    page.next_student()
    QTest.keyClicks(page.search, letters)
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.person_id
    QTest.mouseClick(page.pay_button, Qt.MouseButton.LeftButton)


def _open(page):
    """The first payment of the day asks for the drawer first."""
    _find(page, "esi")
    drawer = _dialog(page, OpenDrawerDialog)
    drawer.amount.setText("200")
    drawer.save()


def _take_cash(page):
    dialog = _dialog(page, TakePaymentDialog)
    QTest.keyClick(dialog.methods.tiles[0], Qt.Key.Key_1)
    dialog.given.setText("1200")
    dialog.given.changed.emit()
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)


def _take_in_two_parts(page):
    _find(page, "kof")
    dialog = _dialog(page, TakePaymentDialog)
    QTest.keyClick(dialog.methods.tiles[0], Qt.Key.Key_2)
    dialog.amount.setText("600")
    dialog.amount.changed.emit()
    dialog.reference.setText("TX-77")
    dialog.split_here()
    dialog.methods.pick(0)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)


def _take_of_a_sponsor(page, students):
    QTest.mouseClick(page.several_button, Qt.MouseButton.LeftButton)
    choosing = _dialog(page, SeveralDialog)
    for one in students:
        choosing.picker.add(one)
    choosing.go_on()
    dialog = _dialog(page, TakePaymentDialog)
    assert dialog.amount.value == 2 * TUITION
    dialog.payer.setText("Rotary Club")
    dialog.words.send_to.setText("fees@rotary.example")
    QTest.keyClick(dialog.methods.tiles[0], Qt.Key.Key_1)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)


def _ask_for_a_void(page, student):
    page.show_person(student)
    page.receipts.rows[0].click()
    receipt = _dialog(page, ReceiptDialog)
    receipt._want(receipt.void_asked)
    asking = _dialog(page, ReasonDialog)
    asking.reason.setText("Paid for her sister")
    asking.save()


def _bank(page, amount):
    page.acts.move_cash()
    moving = _dialog(page, MoveCashDialog)
    moving.kind.choose("bank")
    moving.amount.setText(amount)
    moving.save()


def _count(page, notes):
    page.acts.close_drawer()
    counting = _dialog(page, CloseDrawerDialog)
    for worth, count in notes.items():
        dict(counting.counts)[worth].setText(str(count))
    assert counting.difference.text() == ""
    counting.save()
    report = _dialog(page, ReportDialog)
    assert (report.kind, report.title.text()) == ("Z", "Z report 1")
    report.reject()
    return dict(report.lines)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_at_the_cash_desk(tmp_path, database_url, computers, shown):
    office = Office(tmp_path / "office", database_url)
    office.init()
    server = Server(url=f"http://127.0.0.1:{office.port}", organisation=SLUG)
    with office.serving(*PLAIN) as serving:
        assert serving.told
        efua = computers["Office"].sign_in(server, "efua")
        efua.sync()
        sam_id, (esi, kofi, *sponsored) = _prepare(efua)
        sam = first_sign_in(computers["Front desk"], server, efua, sam_id, "sam")
        _become_a_till(sam, efua)
        page = shown(sam)
        _open(page)
        _take_cash(page)
        _take_in_two_parts(page)
        _take_of_a_sponsor(page, sponsored)
        assert [account_of(sam.desk, one).balance for one in (esi, kofi, *sponsored)] == [0, 0, 0, 0]
        _ask_for_a_void(page, esi)
        assert sam.sync().waiting == 0
        _decide(shown(efua), efua)
        sam.sync()
        page.show_person(esi)
        assert receipts_of(sam.desk, esi)[0].voided
        assert account_of(sam.desk, esi).balance == TUITION
        # Float 200, 400 of the second payment, 2,000 of the sponsor; the first went back by the void.
        _bank(page, "2000")
        lines = _count(page, {200_00: 3})
        assert (lines["Receipts"], lines["Taken in all"], lines["Voided, 1"]) == ("3", "GHS 3,000.00", "GHS 1,000.00")
        assert (lines["Cash counted"], lines["Difference"]) == ("GHS 600.00", "GHS 0.00")
        assert sam.sync().waiting == 0
        _server_agrees(sam)


def _decide(page, efua):
    """The second person finds what waits on the same page, and decides."""
    efua.sync()
    page.refresh()
    page.requests.list.rows[0].click()
    _dialog(page, DecideDialog).decide(approved=True)
    assert efua.sync().waiting == 0


def _server_agrees(sam):
    (shift,) = sam.desk.store.page("shift", limit=-1)
    report = sam.desk.client.get(f"/api/v1/shifts/{shift['id']}/report")["data"]
    assert (report["kind"], report["lines"][-1]) == ("Z", ["Difference", "GHS 0.00"])
    assert sam.desk.client.get(f"/api/v1/tills/{own_till(sam.desk)['id']}/gaps")["data"] == []
    taken = {one["method"] for row in sam.desk.store.page("payment", limit=-1) for one in row["tenders"]}
    assert taken == {str(Method.CASH), str(Method.CARD)}
