"""Asking a server for a page: the button is busy until the answer, problems are told, and faults are raised."""

import threading

import pytest
from PySide6.QtWidgets import QWidget

from desktop.widgets.asking import Asking
from desktop.widgets.buttons import Button
from shared.core.errors import CampusError

WAIT = 10_000


@pytest.fixture
def page(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.told = []
    made.button = Button("Merge 2 entries", parent=made)
    made.asking = Asking(made, made.told.append)
    made.show()
    return made


def test_the_button_works_until_the_answer_is_there(page, qtbot):
    go_on, found = threading.Event(), []

    def work():
        go_on.wait(WAIT / 1000)
        return 7

    page.asking.ask(work, found.append, page.button)
    assert page.button.busy
    go_on.set()
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT)
    assert (found, page.button.busy, page.told) == ([7], False, [])


def test_what_is_refused_is_told_and_the_button_can_be_pressed_again(page, qtbot):
    def work():
        raise CampusError("number_taken", "Somebody else has the number by now.")

    page.asking.ask(work, lambda _found: None, page.button)
    qtbot.waitUntil(lambda: bool(page.told), timeout=WAIT)
    assert (page.told[0].code, page.button.busy) == ("number_taken", False)
    other = []
    page.asking.ask(work, lambda _found: None, refused=other.append)
    qtbot.waitUntil(lambda: bool(other), timeout=WAIT)
    assert len(page.told) == 1


def test_a_fault_is_no_refusal(page, qtbot):
    def work():
        raise ZeroDivisionError

    with qtbot.captureExceptions() as raised:
        page.asking.ask(work, lambda _found: None, page.button)
        qtbot.waitUntil(lambda: bool(raised), timeout=WAIT)
    assert raised[0][0] is ZeroDivisionError
    assert (page.told, page.button.busy) == ([], False)
