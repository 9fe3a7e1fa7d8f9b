"""Dialogs: focus, keys, one at a time, nothing of the page below can be reached."""

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from desktop.widgets.buttons import Button, primary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.number_field import NumberField
from desktop.widgets.text_field import TextField
from tests.fixtures.windows import bring_forward


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.below = QLineEdit()
    layout = QVBoxLayout(made)
    layout.addWidget(made.below)
    layout.addWidget(Button("Below"))
    made.resize(900, 600)
    bring_forward(qtbot, made)
    made.below.setFocus()
    qtbot.waitUntil(made.below.hasFocus)
    return made


@pytest.fixture
def dialog(window):
    made = Dialog(window, "Change the phone number")
    made.field = TextField("0712")
    made.add(made.field)
    made.cancel = made.add_cancel()
    made.save = made.add_button(primary("Save phone number", on_click=made.accept))
    return made


def test_the_first_field_gets_the_focus_and_closing_gives_it_back(dialog, window, qtbot):
    assert dialog.open_dialog()
    qtbot.waitUntil(dialog.field.hasFocus)
    dialog.reject()
    qtbot.waitUntil(window.below.hasFocus)


def test_without_a_field_the_safest_button_gets_the_focus(window, qtbot):
    dialog = Dialog(window, "Delete for ever")
    cancel = dialog.add_cancel()
    dialog.add_button(Button("Delete 3 files"))
    dialog.open_dialog()
    qtbot.waitUntil(cancel.hasFocus)


def test_escape_cancels_and_keeps_what_was_typed(dialog, qtbot):
    dialog.open_dialog()
    qtbot.keyClicks(dialog.field, " 555")
    with qtbot.waitSignal(dialog.rejected, timeout=1000):
        qtbot.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    dialog.open_dialog()
    assert dialog.field.text() == "0712 555"


def test_enter_in_a_field_presses_nothing_by_surprise(dialog, qtbot):
    dialog.open_dialog()
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_its_button_accepts(dialog, qtbot):
    dialog.open_dialog()
    with qtbot.waitSignal(dialog.accepted, timeout=1000):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)


def test_tab_goes_round_inside(dialog, window, qtbot):
    dialog.open_dialog()
    qtbot.waitUntil(dialog.field.hasFocus)
    seen = []
    for _step in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert set(seen) == {dialog.field, dialog.cancel, dialog.save, dialog.close_button}
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is not window.below


def test_no_dialog_opens_on_top_of_another(dialog, window):
    other = Dialog(window, "Another")
    assert dialog.open_dialog()
    assert not other.open_dialog()
    assert not other.isVisible()
    assert Dialog.opened_in(window) is dialog
    dialog.reject()
    assert Dialog.opened_in(window) is None
    assert other.open_dialog()


def test_shortcuts_of_the_page_sleep_meanwhile(dialog, window, qtbot):
    pressed = []
    shortcut = QShortcut(QKeySequence("Ctrl+K"), window)
    shortcut.activated.connect(lambda: pressed.append("page"))
    qtbot.keyClick(window.below, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["page"]
    dialog.open_dialog()
    qtbot.waitUntil(dialog.field.hasFocus)
    qtbot.keyClick(dialog.field, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["page"]
    dialog.reject()
    qtbot.waitUntil(window.below.hasFocus)
    qtbot.keyClick(window.below, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["page", "page"]


def test_its_own_keys_win_over_those_of_the_page(dialog, window, qtbot):
    pressed = []
    QShortcut(QKeySequence("Ctrl+Return"), window).activated.connect(lambda: pressed.append("page"))
    dialog.on_key("Ctrl+Return", lambda: pressed.append("dialog"))
    dialog.open_dialog()
    qtbot.waitUntil(dialog.field.hasFocus)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["dialog", "dialog"]


def test_it_covers_its_window_at_every_size(dialog, window, qtbot):
    dialog.open_dialog()
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: dialog.geometry() == window.rect())
    assert window.childAt(5, 5) is dialog, "the page below takes no click"


def test_it_says_its_title_to_screen_readers(dialog):
    assert dialog.accessibleName() == "Change the phone number"
    assert dialog.close_button.accessibleName() == "Close"


def test_the_window_is_dimmed(dialog, window):
    before = window.grab().toImage().pixelColor(3, 3)
    dialog.open_dialog()
    after = window.grab().toImage().pixelColor(3, 3)
    assert after.lightness() < before.lightness()


def test_closing_looks_for_no_focus_in_a_dialog_that_was_deleted_meanwhile(window, qtbot, monkeypatch):
    first, second = Dialog(window, "Cancel a class"), Dialog(window, "Say why")
    first.field = TextField("Ill")
    first.add(first.field)
    first.open_dialog()
    qtbot.waitUntil(first.field.hasFocus)
    with monkeypatch.context() as closing:
        # As when the next one opens in `finished` of the first, before its fields have let go of the focus.
        closing.setattr(QApplication, "focusWidget", lambda: first.field)
        first.hide()
        assert second.open_dialog()
    shiboken6.delete(first)
    second.reject()
    assert not second.isVisible()


def test_a_dialog_does_nothing_while_a_field_cant_be_read(qtbot, window):
    done = []
    dialog = Dialog(window, "Limits")
    seats, loose, other = NumberField(least=1, most=40), NumberField(name="Days"), NumberField(name="Days")
    field = Field("Seats", seats)
    dialog.add(field)
    dialog.add(loose)
    dialog.add(other)
    dialog.add_cancel()
    save = dialog.add_button(primary("Save", on_click=lambda: done.append("button")))
    dialog.on_key("Ctrl+S", lambda: done.append("key"))
    dialog.open_dialog()
    seats.setText("many")
    loose.setText("1,5")
    other.setText("2,5")
    save.click()
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not done
    assert field.error == "Enter a number from 1 to 40."
    assert seats.text() == "many"
    assert dialog._unread_line.text() == "Days: Enter a number from 0 to 1,000,000."
    seats.setText("12")
    loose.setText("")
    other.setText("")
    save.click()
    assert done == ["button"]
    assert not field.error
    assert dialog._unread_line.isHidden()
    seats.hide()
    seats.setText("none of it")
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert done == ["button", "key"]
