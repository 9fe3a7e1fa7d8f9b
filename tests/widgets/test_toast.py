"""Messages: how long, how many, what stops the time, Undo."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QEnterEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from desktop.shell.watch import calm
from desktop.widgets.theme import theme
from desktop.widgets.toast import ToastHost
from tests.fixtures.windows import bring_forward


@pytest.fixture
def page(qtbot):
    # Messages stop for the mouse, which an earlier test may have left where they appear.
    QCursor.setPos(0, 0)
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    bring_forward(qtbot, made)
    return made


@pytest.fixture
def host(page):
    return ToastHost(page)


def test_a_message_stays_five_seconds_and_ten_with_an_action(host):
    plain = host.show_toast("Register printed")
    acting = host.show_undo("11 students marked present", lambda: None)
    assert plain._timer.interval() == 5000
    assert acting._timer.interval() == 10_000
    assert plain.time_running
    assert acting.time_running


def test_an_error_stays_until_it_is_closed(host, qtbot):
    toast = host.show_toast("The camera stopped. Plug it in again", "bad")
    assert not toast.time_running
    with qtbot.waitSignal(toast.closed, timeout=1000):
        toast.close_toast()
    assert host.toasts == []


def test_a_message_stays_over_the_page_that_comes_next(qtbot):
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    for _ in range(2):
        pages.addWidget(QWidget())
    host = ToastHost(pages)
    pages.resize(900, 600)
    pages.show()
    host.show_toast("The camera stopped. Plug it in again", "bad")
    pages.setCurrentIndex(1)
    assert pages.children()[-1] is host._stack


def test_when_its_time_is_over_it_goes(host, qtbot):
    toast = host.show_toast("Register printed")
    toast._timer.start(0)
    qtbot.waitUntil(lambda: host.toasts == [])


def test_there_are_three_at_most_and_the_oldest_goes(host):
    for number in range(5):
        host.show_toast(f"Message {number}")
    assert [toast.words for toast in host.toasts] == ["Message 2", "Message 3", "Message 4"]


def test_undo_acts_once_and_closes(host, qtbot):
    undone = []
    toast = host.show_undo("Ama marked absent", lambda: undone.append(1))
    qtbot.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)
    toast._act()
    assert undone == [1]


def test_the_mouse_stops_the_time(host):
    toast = host.show_toast("Register printed")
    middle = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(middle, middle, middle))
    assert not toast.time_running


def test_a_mouse_that_lies_where_the_message_appears_stops_its_time(host, page, qtbot):
    QCursor.setPos(page.mapToGlobal(QPoint(450, 550)))
    toast = host.show_undo("Ama marked absent", lambda: None)
    qtbot.waitUntil(lambda: not toast.time_running)


def test_focus_stops_the_time_and_losing_it_lets_it_go_on(host, page, qtbot):
    toast = host.show_undo("Ama marked absent", lambda: None)
    page.activateWindow()
    toast.action_button.setFocus()
    qtbot.waitUntil(toast.action_button.hasFocus)
    assert not toast.time_running
    toast.action_button.clearFocus()
    qtbot.waitUntil(lambda: toast.time_running)


def test_escape_closes_the_focused_message(host, page, qtbot):
    toast = host.show_undo("Ama marked absent", lambda: None)
    qtbot.keyClick(toast.action_button, Qt.Key.Key_Escape)
    assert host.toasts == []


def test_it_lies_at_the_bottom_centre_and_follows_the_page(host, page):
    toast = host.show_toast("Register printed")
    stack = toast.parentWidget()
    assert stack.geometry().bottom() < page.height() - 20
    assert abs(stack.geometry().center().x() - page.width() // 2) <= 1
    page.resize(700, 400)
    QApplication.processEvents()
    assert stack.geometry().bottom() < 400 - 20
    assert abs(stack.geometry().center().x() - 350) <= 1


def test_it_can_be_painted_in_every_tone(host):
    for tone in ("ok", "info", "warn", "bad"):
        assert not host.show_toast("Words", tone).grab().isNull()


def test_a_long_sentence_widens_its_message_as_far_as_the_page_lets_it(qtbot):
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(1158, 712)
    page.show()
    host = ToastHost(page)
    words = "No printer answers on this computer. The receipt is saved. Print it again when a printer is there."
    toast = host.show_toast(words, "bad")
    calm()
    assert toast.label.width() >= theme().metrics("body-medium").horizontalAdvance(words)
    page.resize(500, 400)
    calm()
    assert toast.width() == 468
    assert toast.label.text() == words, "it goes on in a second line"
    assert toast.label.height() >= toast.label.heightForWidth(toast.label.width())
    short = ToastHost(page).show_toast("Saved")
    assert short.wanted_width() < 420


def test_a_sentence_beyond_three_lines_ends_with_dots_and_is_whole_in_its_tool_tip(host):
    name = "Ofori-Atta-Mensah-Bonsu of the Very Long Name " * 9
    toast = host.show_toast(f"“{name}” isn't open to you any more.", "bad")
    calm()
    assert toast.label.text().endswith("…")
    assert toast.label.toolTip() == toast.words
    assert toast.label.height() >= toast.label.heightForWidth(toast.label.width())
    assert toast.accessibleName() == toast.words
    before = toast.height()
    theme().apply(scale=150)
    calm()
    assert toast.height() > before
    assert toast.label.height() >= toast.label.heightForWidth(toast.label.width())
