"""Buttons: keyboard, busy state, names."""

import pytest
from PySide6.QtCore import Qt

from desktop.widgets.buttons import Button, Kind, danger, icon_button, link, primary, quiet, secondary
from tests.fixtures.windows import bring_forward


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_keys_press(qtbot, key):
    presses = []
    button = primary("Save", "check", lambda: presses.append(1))
    qtbot.addWidget(button)
    button.show()
    qtbot.keyClick(button, key)
    assert presses == [1]


def test_while_busy_it_keeps_its_width_and_takes_no_press(qtbot):
    presses = []
    button = Button("Save the whole register", kind=Kind.PRIMARY, on_click=lambda: presses.append(1))
    qtbot.addWidget(button)
    button.adjustSize()
    button.show()
    width = button.width()
    button.set_busy(True)
    assert button.busy
    assert button.sizeHint().width() == width
    assert button.accessibleDescription()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    button.click()
    assert presses == []
    button.set_busy(False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert presses == [1]


def test_enter_with_control_is_left_to_the_page(qtbot):
    presses = []
    button = secondary("Print", "printer", lambda: presses.append(1))
    qtbot.addWidget(button)
    button.show()
    qtbot.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert presses == []


def test_an_icon_only_button_is_square_with_name_and_key(qtbot):
    button = icon_button("x", "Close", "Esc")
    qtbot.addWidget(button)
    assert (button.sizeHint().width(), button.sizeHint().height()) == (32, 32)
    assert button.accessibleName() == "Close"
    assert button.toolTip() == "Close (Esc)"


def test_a_text_is_never_cut(qtbot):
    button = quiet("More", "ellipsis")
    qtbot.addWidget(button)
    assert button.minimumSizeHint() == button.sizeHint()


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("enabled", [True, False])
def test_every_kind_can_be_painted_in_every_state(qtbot, kind, enabled):
    button = Button("Do it", kind=kind, icon="check", trailing_icon="arrow-right")
    qtbot.addWidget(button)
    button.setEnabled(enabled)
    plain = button.grab().toImage()
    button.setDown(True)
    pressed = button.grab().toImage()
    assert not plain.isNull()
    if enabled and kind is not Kind.LINK:
        assert plain != pressed


def test_a_disabled_primary_does_not_look_like_an_enabled_one(qtbot):
    button = primary("Save")
    qtbot.addWidget(button)
    on = button.grab().toImage()
    button.setEnabled(False)
    assert button.grab().toImage() != on


def test_focus_can_be_seen_on_filled_and_plain_buttons(qtbot):
    for button in (primary("Save"), danger("Decline"), link("Show all")):
        qtbot.addWidget(button)
        button.show()
        button.clearFocus()
        plain = button.grab().toImage()
        bring_forward(qtbot, button)
        button.setFocus()
        qtbot.waitUntil(button.hasFocus)
        assert button.grab().toImage() != plain
