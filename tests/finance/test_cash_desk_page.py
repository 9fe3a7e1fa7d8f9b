"""The cash desk by keys alone, with the network down: found, taken, printed, voided, counted and checked."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPageLayout
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest

from desktop.finance import shift_actions
from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.receipt_actions import receipt_content
from desktop.finance.receipt_dialog import DecideDialog, ReasonDialog, ReceiptDialog
from desktop.finance.receipt_print import no_printer
from desktop.finance.several_dialog import SeveralDialog
from desktop.finance.shift_dialogs import CloseDrawerDialog, MoveCashDialog, OpenDrawerDialog, ReportDialog
from desktop.finance.take_payment_dialog import TakePaymentDialog
from desktop.finance.till_dialog import TillDialog
from desktop.finance.till_store import account_of, receipts_of
from desktop.finance.verify_dialog import VerifyDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from desktop.widgets.theme import Scheme, theme
from shared.finance.receipt_code import Standing
from shared.people.id_card import qr_text
from tests.attendance.classes import person_id
from tests.desks import ORGANISATION
from tests.finance.cash_desks import BURSAR, HANA, INSTALMENT, NEXT, OMAR, TILL, open_cash_desk, till_row
from tests.finance.receipt_keys import receipt
from tests.fixtures.windows import bring_forward

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, tmp_path):
    opened = []

    def show(person=None, actor=None, more=(), *, drawer=True, **details):
        here = open_cash_desk(tmp_path / str(len(opened)), more=more, **({"actor": actor} if actor else {}))
        opened.append(here)
        if drawer:
            shift_actions.open_drawer(here.desk, 200_00)
        page = CashDeskPage(here.desk, person_id(person) if person else None, details)
        qtbot.addWidget(page)
        page.resize(1168, 844)
        page.acts.printer_for = _no_printer
        with qtbot.waitExposed(page):
            page.show()
        page.here = here
        return page

    yield show
    for one in opened:
        one.close()


def _no_printer():
    raise no_printer()


def _dialog(page, kind):
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind), found
    return found


def _said(page):
    return toasts_of(page).toasts[-1].words


class _Keys:
    """Presses keys as a person does, and counts them."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.pressed += 1
        QTest.keyClick(self.page.window().focusWidget() or self.page, key, modifier)

    def type(self, letters):
        for letter in letters:
            self.pressed += 1
            QTest.keyClicks(self.page.window().focusWidget(), letter)


def test_the_common_case_takes_12_keys_at_most_without_any_network(open_page, qtbot):
    page = open_page()
    assert page.here.desk.client is None
    bring_forward(qtbot, page)
    page.search.setFocus()
    keys = _Keys(page)
    keys.press(Qt.Key.Key_F4)
    page.next_student()
    keys.type("han")
    keys.press(Qt.Key.Key_Return)
    assert page.person_id == person_id(HANA)
    keys.pressed += 1  # F8
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    assert dialog.save_button.text() == "Receive GHS 25,000 and print"
    keys.press(Qt.Key.Key_1)
    assert dialog.given.hasFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    keys.pressed += 1
    assert keys.pressed <= 12, keys.pressed
    (line,) = receipts_of(page.here.desk, person_id(HANA))
    assert (line.number, line.amount) == ("R-K3-000001", 25_000_00)
    assert account_of(page.here.desk, person_id(HANA)).balance == 24_500_00
    assert _said(page) == (
        "No printer answers on this computer. The receipt is saved. Print it again when a printer is there."
    )


def test_with_a_network_mobile_money_can_be_asked_for_on_the_phone(open_page):
    page = open_page(HANA)
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.methods.pick(2)
    assert dialog.phone_link.isHidden(), "without a network it can't"
    dialog._desk = replace(page.here.desk, client=object())
    dialog.methods.pick(2)
    assert dialog.phone_link.isVisible()
    asked = []
    dialog.phone_asked.disconnect()
    dialog.phone_asked.connect(lambda *told: asked.append(told))
    dialog.amount.set_value(40_00)
    dialog.phone_link.click()
    assert asked == [(person_id(HANA), 40_00)]
    assert receipts_of(page.here.desk, person_id(HANA)) == []


def test_change_is_told_and_too_little_is_refused(open_page):
    page = open_page(HANA)
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.given.setText("30,000")
    dialog.given.changed.emit()
    assert (dialog.change.words, dialog.change.amount) == ("Change to give back", "GHS 5,000.00")
    dialog.given.setText("100")
    dialog.given.changed.emit()
    assert dialog.change.words == "Still missing"
    dialog.receive()
    assert dialog.given_field.error == "Less cash was handed over than it pays. Check the amounts."
    for typed, sentence in (
        ("0", "Enter an amount above zero."),
        ("-5", "-5 is not an amount. Write it like 1,500.00."),
        ("1.234", "GHS has 2 digits after the point."),
        ("USD 5", "This account is kept in GHS. Enter the amount in GHS."),
        ("99999999999999", "The amount is larger than Campusdesk keeps. Check the digits."),
    ):
        dialog.amount.setText(typed)
        dialog.amount.changed.emit()
        dialog.receive()
        assert dialog.amount_field.error == sentence
    assert not receipts_of(page.here.desk, person_id(HANA))


def test_a_card_needs_its_transaction_and_a_split_pays_both_ways(open_page):
    page = open_page(HANA)
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    QTest.keyClick(dialog.methods.tiles[0], Qt.Key.Key_2)
    assert dialog.reference.hasFocus()
    assert dialog.change.words == "Unconfirmed until the office has seen the money"
    dialog.receive()
    assert dialog.reference_field.error
    dialog.amount.setText("10,000")
    dialog.amount.changed.emit()
    dialog.reference.setText("TX-77")
    dialog.split_here()
    assert dialog.amount.value == 15_000_00
    dialog.methods.pick(0)
    dialog.receive()
    payment = page.here.store.page("payment", limit=-1)[0]
    assert [(one["method"], one["amount"]) for one in payment["tenders"]] == [("card", 10_000_00), ("cash", 15_000_00)]
    assert payment["confirmation"] == "unconfirmed"
    page.refresh()
    assert page.receipts.rows[0].detail.startswith("Not confirmed, ")


def test_a_part_is_dropped_again_and_a_cheque_is_a_way_of_the_bank(open_page):
    page = open_page(HANA)
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.split_here()
    dialog.parts_list.rows[0].click()
    assert not dialog.parts_list.rows
    dialog.methods.pick(3)
    dialog.bank_kind.choose("cheque")
    assert dialog.reference_field.label.text() == "Number of the cheque"
    dialog.amount.setText("0")
    dialog.amount.changed.emit()
    dialog.split_here()
    assert dialog.amount_field.error
    dialog.amount.setText("5")
    dialog.amount.changed.emit()
    dialog.split_here()
    assert dialog.reference_field.error
    dialog.reference.setText("0042")
    dialog.receive()
    assert page.here.store.page("payment", limit=-1)[0]["tenders"][0]["method"] == "cheque"


def test_money_goes_where_the_cashier_says(open_page):
    page = open_page(HANA)
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    checks = dict(zip([one.charge_id for one in dialog.goals.goals], dialog.goals.checks, strict=True))
    assert [checks[one].isChecked() for one in (INSTALMENT, NEXT)] == [True, False]
    checks[INSTALMENT].setChecked(False)
    assert [checks[one].isChecked() for one in (INSTALMENT, NEXT)] == [False, True]
    checks[INSTALMENT].setChecked(True)
    assert [checks[one].isChecked() for one in (INSTALMENT, NEXT)] == [True, False]


def test_the_preview_is_the_receipt_that_prints(open_page, qtbot):
    page = open_page(HANA)
    page.take_payment()
    dialog = _dialog(page, TakePaymentDialog)
    dialog.paper.size_choice.choose("80 mm")
    qtbot.waitUntil(lambda: not dialog.paper.preview.page.isNull(), timeout=20_000)
    assert isinstance(dialog.paper.preview.page, QImage)
    assert dialog.grab().width() > 0
    dialog.paper.prints.setChecked(False)
    dialog.note.setText("Paid at the gate")
    assert dialog.save_button.text() == "Receive GHS 25,000"
    dialog.receive()
    assert _said(page) == "Receipt R-K3-000001 saved"


def test_a_printer_prints_at_once_and_again(open_page, tmp_path):
    page = open_page(HANA)
    made = []

    def printer():
        found = QPrinter()
        found.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        found.setOutputFileName(str(tmp_path / f"out{len(made)}.pdf"))
        made.append(found)
        return found

    page.acts.printer_for = printer
    page.take_payment()
    _dialog(page, TakePaymentDialog).receive()
    assert _said(page) == "Receipt R-K3-000001 sent to the printer"
    page.acts.print_again(receipts_of(page.here.desk, person_id(HANA))[0].id)
    assert [len((tmp_path / f"out{at}.pdf").read_bytes()) > 1_000 for at in (0, 1)] == [True, True]
    assert made[0].pageLayout().orientation() is QPageLayout.Orientation.Portrait


def test_a_closed_drawer_is_opened_first(open_page):
    page = open_page(HANA, drawer=False)
    assert not page.drawer.open_button.isHidden()
    page.take_payment()
    drawer = _dialog(page, OpenDrawerDialog)
    drawer.amount.setText("x")
    drawer.save()
    assert drawer.field.error
    drawer.amount.setText("200")
    drawer.save()
    _dialog(page, TakePaymentDialog).reject()
    page.refresh()
    assert page.drawer.shown["Cash"] == "GHS 200"


def test_what_is_no_till_says_what_to_do(open_page):
    page = open_page(HANA, more=[till_row(install_epoch=9)], drawer=False)
    assert "belongs to another install" in page.drawer.words.text()
    page.take_payment()
    assert "belongs to another install" in _said(page)
    page.acts.make_till()
    dialog = _dialog(page, TillDialog)
    dialog.save()
    assert dialog.save_button.busy or dialog.notice.said


def test_cash_is_moved_counted_and_reported(open_page):
    page = open_page(HANA)
    page.acts.move_cash()
    moving = _dialog(page, MoveCashDialog)
    moving.kind.choose("drop")
    moving.amount.setText("500")
    moving.save()
    assert moving.field.error == "There is only GHS 200.00 in the drawer."
    moving.amount.setText("50")
    moving.save()
    page.acts.show_report()
    report = _dialog(page, ReportDialog)
    assert (report.kind, dict(report.lines)["Cash expected"]) == ("X", "GHS 150.00")
    report.reject()
    page.acts.close_drawer()
    counting = _dialog(page, CloseDrawerDialog)
    dict(counting.counts)[100_00].setText("1")
    assert counting.difference.text() == "GHS 50.00 is missing. Say in a few words why."
    counting.save()
    assert counting.why_field.error
    dict(counting.counts)[50_00].setText("1")
    counting.save()
    report = _dialog(page, ReportDialog)
    assert (report.kind, report.title.text()) == ("Z", "Z report 1")
    assert report.pdf().startswith(b"%PDF")
    report.printer_for = _no_printer
    report.print_now()
    assert "No printer answers" in _said(page)


def test_a_void_stays_in_the_list_and_someone_else_decides(open_page):
    page = open_page(HANA)
    page.take_payment()
    _dialog(page, TakePaymentDialog).receive()
    page.refresh()
    page.receipts.rows[0].click()
    shown = _dialog(page, ReceiptDialog)
    shown._want(shown.void_asked)
    asking = _dialog(page, ReasonDialog)
    asking.reason.setText("Wrong student")
    asking.save()
    page.refresh()
    assert page.receipts.rows[0].detail == "Void waits"
    rows = [("finance_request", one) for one in page.here.store.page("finance_request", limit=-1)]
    assert len(rows) == 1


def test_the_second_person_decides_on_the_same_page(open_page):
    request = {
        "id": person_id("request"), "kind": "void", "state": "waiting", "payment_id": TILL, "receipt_id": None,
        "person_id": None, "shift_id": None, "number": "R-K3-000009", "amount": 500_00, "currency": "GHS",
        "method": "", "reason": "Wrong student", "asked_by": person_id("samuel"), "asked_by_name": "Samuel Njoroge",
        "asked_at": "2026-11-20T08:00:00.000Z", "decided_by": None, "decided_by_name": "", "decided_at": None,
        "decided_reason": "",
    }  # fmt: skip
    page = open_page(actor=BURSAR, more=[("finance_request", request)], drawer=False)
    page.requests.list.rows[0].click()
    dialog = _dialog(page, DecideDialog)
    dialog.decide(approved=False)
    assert page.here.store.get("finance_request", request["id"])["state"] == "refused"
    assert _said(page) == "Refused: R-K3-000009"


def test_a_sponsor_pays_for_many_in_one_receipt(open_page):
    page = open_page()
    page.acts.pay_for_several()
    choosing = _dialog(page, SeveralDialog)
    for name in (HANA, OMAR):
        choosing.picker.add(person_id(name))
    choosing.go_on()
    dialog = _dialog(page, TakePaymentDialog)
    assert dialog.amount.value == 35_000_00
    dialog.payer.setText("Rotary Club")
    mails = dialog.paper.mails
    assert (mails.isChecked(), dialog.paper.texts.isChecked(), "own part" in mails.toolTip()) == (True, False, True)
    dialog.receive()
    assert [account_of(page.here.desk, person_id(one)).due_today for one in (HANA, OMAR)] == [0, 0]
    assert [one["printed"]["mail"] for one in page.here.store.page("receipt_text", limit=-1)] == [True]


def test_a_card_finds_its_student_and_a_receipt_is_checked(open_page):
    page = open_page()
    page.take_scan(qr_text(ORGANISATION, "S-004103"))
    assert page.name.text() == OMAR
    page.take_scan("rubbish")
    assert _said(page)
    words, signature = receipt()
    page.take_scan(words + signature)
    dialog = _dialog(page, VerifyDialog)
    assert dialog.checked.standing is Standing.OTHER_INSTITUTE
    dialog.take("nothing")
    assert dialog.words.text() == "This is no code of a receipt. Scan the square at the bottom of the receipt."
    dialog.reject()
    page.show_person(person_id(HANA))
    page.take_payment()
    _dialog(page, TakePaymentDialog).receive()
    line = receipts_of(page.here.desk, person_id(HANA))[0]
    page.acts.check_receipt(receipt_content(page.here.desk, line.id).qr)
    dialog = _dialog(page, VerifyDialog)
    assert dialog.words.text() == "Genuine. Lakeside Institute of Technology issued this receipt."
    assert "wasn't voided" in dialog.known.text()


def test_finding_by_letters_and_nobody(open_page, qtbot):
    page = open_page()
    page.search.setText("zzz")
    page._to_found(press=True)
    assert page.person_id == ""
    page.search.setText("oma")
    page._to_found(press=False)
    assert [row.content.title for row in page.found.rows] == [OMAR]
    page.found.rows[0].click()
    assert page.account is not None
    page.next_student()
    assert (page.account, page.person_id) == (None, "")
    assert [key for key, _ in page.page_keys()] == ["F4", "F8", "F9", "1–4", "Ctrl Enter"]
