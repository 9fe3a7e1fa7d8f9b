"""Cards and receipts at the cash desk: typed by a reader wherever the cursor is, or held into the camera's picture."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.finance.cash_desk_page import CashDeskPage
from desktop.finance.scan_dialog import ScanDialog
from desktop.finance.verify_dialog import VerifyDialog
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from shared.people.id_card import qr_text
from tests.attendance.card_pictures import bars, picture, qr
from tests.attendance.classes import person_id
from tests.attendance.fed_camera import FedSource
from tests.desks import ORGANISATION
from tests.finance.cash_desks import HANA, OMAR, open_cash_desk
from tests.finance.receipt_keys import receipt
from tests.fixtures.windows import bring_forward
from tests.people.test_door_pages import keep_picture

OMARS, HANAS = "S-004103", "S-004102"


@pytest.fixture
def page(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.finance.scan_dialog.CameraSource", FedSource)
    here = open_cash_desk(tmp_path / "desk")
    made = CashDeskPage(here.desk)
    qtbot.addWidget(made)
    made.resize(1168, 844)
    with qtbot.waitExposed(made):
        made.show()
    made.here = here
    yield made
    here.close()


def _scanning(page):
    QTest.keyClick(page, Qt.Key.Key_F9)
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ScanDialog)
    return dialog


def _hold(dialog, code):
    """Hold a code into the picture until it is read."""
    dialog.camera._source.frame.emit(picture(code))
    wait_for_background()
    QApplication.processEvents()


def _said(page):
    return toasts_of(page).toasts[-1].words


def test_the_camera_finds_a_student_and_goes_off(page, qtbot):
    dialog = _scanning(page)
    source = dialog.camera._source
    assert source.on
    _hold(dialog, qr(qr_text(ORGANISATION, OMARS)))
    qtbot.waitUntil(lambda: page.name.text() == OMAR, timeout=5_000)
    assert not source.on
    assert Dialog.opened_in(page.window()) is None
    assert page.window().focusWidget() is page.pay_button, "Enter goes on"


def test_bars_of_an_older_card_do_as_well(page, qtbot):
    _hold(_scanning(page), bars(HANAS))
    qtbot.waitUntil(lambda: page.person_id == person_id(HANA), timeout=5_000)


def test_a_receipt_in_the_picture_is_checked(page, qtbot):
    words, signature = receipt()
    _hold(_scanning(page), qr(words + signature, 4))
    qtbot.waitUntil(lambda: isinstance(Dialog.opened_in(page.window()), VerifyDialog), timeout=5_000)


@pytest.mark.parametrize(
    ("scanned", "words"),
    [
        (qr_text(ORGANISATION, "S-999999"), "Nobody has the number S-999999."),
        (qr_text("01a1f7f8-3000-7672-874a-d4a8ff8edb99", OMARS), "another institute"),
        ("https://example.org/menu", ""),
    ],
)
def test_what_is_nobodys_card_is_said_and_shows_nobody(page, qtbot, scanned, words):
    _hold(_scanning(page), qr(scanned))
    qtbot.waitUntil(lambda: bool(toasts_of(page).toasts), timeout=5_000)
    assert words in _said(page)
    assert page.person_id == ""


def test_without_a_camera_it_says_so_and_the_window_closes(page):
    dialog = _scanning(page)
    dialog.camera._source.lost.emit("No camera is connected. Plug one in, or use a handheld reader.")
    assert dialog.view.trouble.startswith("No camera is connected")
    keep_picture(page, "desk-scan")
    dialog.reject()
    assert not dialog.camera.is_on


def _type(page, text, gap=5):
    """Type as a handheld reader does: presses a few milliseconds apart, then Enter."""
    window, at = page.window().windowHandle(), 10_000
    none = Qt.KeyboardModifier.NoModifier
    for key, letter in [*((Qt.Key.Key_A, one) for one in text), (Qt.Key.Key_Return, "\r")]:
        at += gap
        press = QKeyEvent(QEvent.Type.KeyPress, key, none, letter)
        press.setTimestamp(at)
        QApplication.sendEvent(window, press)


def test_a_reader_types_into_the_desk_and_never_into_a_field(page, qtbot):
    bring_forward(qtbot, page)
    page.search.setFocus()
    qtbot.waitUntil(lambda: page.reader._window is not None, timeout=5_000)
    page.search.setText("")
    _type(page, qr_text(ORGANISATION, OMARS))
    assert page.name.text() == OMAR
    assert page.search.text() == OMAR, "the name that was found, not what the reader typed"
    _type(page, HANAS)
    assert page.person_id == person_id(HANA), "a bare number, as old cards bear"
