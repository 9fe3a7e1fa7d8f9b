"""Messages while a dialog is open: they lie over it and cover none of its buttons, and they outlive it."""

import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget

from desktop.shell.watch import calm
from desktop.widgets.buttons import primary, secondary
from desktop.widgets.dialog import Dialog
from desktop.widgets.field import Field
from desktop.widgets.text_field import TextField
from desktop.widgets.toast import ToastHost

LOW = (1366, 768)
LONG = "No printer answers on this computer. The receipt is saved. Print it again when a printer is there."


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.page = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(208, 56, 0, 0)
    column.addWidget(made.page)
    made.resize(*LOW)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture
def host(window):
    return ToastHost(window.page)


def make_dialog(window, width, height):
    dialog = Dialog(window, "Receipt R-000123", width=width)
    paper = QWidget()
    paper.setMinimumHeight(height)
    dialog.add(Field("Paper", TextField("A5")))
    dialog.add(paper, 1)
    dialog.add_cancel("Close")
    dialog.add_button(secondary("Save as PDF", "download"))
    dialog.print_button = dialog.add_button(primary("Print", "printer"))
    return dialog


def rect_of(widget, window):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def covered(host, dialog, window):
    """The dialog's buttons that lie under a message."""
    buttons = [one for one in dialog.box.findChildren(QAbstractButton) if one.isVisible()]
    assert len(buttons) >= 4
    stack = rect_of(host._stack, window)
    return [one for one in buttons if stack.intersects(rect_of(one, window))]


@pytest.mark.parametrize("messages", [1, 2, 3])
@pytest.mark.parametrize(("width", "height"), [(480, 60), (520, 330), (520, 470), (960, 400), (960, 500), (1200, 520)])
def test_no_button_of_a_dialog_lies_under_a_message(window, host, width, height, messages):
    dialog = make_dialog(window, width, height)
    dialog.open_dialog()
    for _ in range(messages):
        host.show_toast(LONG, "bad")
    calm()
    assert covered(host, dialog, window) == []
    for toast in host.toasts:
        seen = window.childAt(toast.mapTo(window, toast.rect().center()))
        assert seen is toast or toast.isAncestorOf(seen), "the message lies over the dialog, not under it"
        assert window.rect().contains(rect_of(toast, window))


def test_a_short_dialog_leaves_messages_at_the_bottom(window, host):
    dialog = make_dialog(window, 480, 60)
    dialog.open_dialog()
    host.show_toast("Register printed")
    assert rect_of(host._stack, window).bottom() == LOW[1] - 25


def test_a_message_gives_way_to_a_dialog_that_opens_and_grows_and_goes_back_when_it_closes(window, host):
    toast = host.show_toast(LONG, "bad")
    before = rect_of(toast, window)
    dialog = make_dialog(window, 1200, 300)
    dialog.open_dialog()
    calm()
    assert covered(host, dialog, window) == []
    dialog.add(Field("Reason", TextField("")))
    dialog.add(Field("Note", TextField("")))
    calm()
    assert covered(host, dialog, window) == []
    dialog.reject()
    assert toast.isVisible()
    assert rect_of(toast, window) == before


def test_tab_reaches_the_action_of_a_message_and_stays_in_the_dialog(window, host, qtbot):
    undone = []
    dialog = make_dialog(window, 520, 470)
    dialog.open_dialog()
    toast = host.show_undo("11 students marked present", lambda: undone.append(1))
    qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    for _ in range(12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.isAncestorOf(QApplication.focusWidget())
        if toast.action_button.hasFocus():
            break
    qtbot.keyClick(toast.action_button, Qt.Key.Key_Space)
    assert undone == [1]


def test_a_dialog_that_is_deleted_while_open_takes_no_later_message_with_it(window, host):
    dialog = make_dialog(window, 520, 300)
    dialog.open_dialog()
    host.show_toast("Saved")
    shiboken6.delete(dialog)
    assert host.toasts == []
    assert host.show_toast("Saved again").isVisible()
    assert len(host.toasts) == 1
