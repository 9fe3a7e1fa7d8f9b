"""What the browser brings is taken once, and the port is given back whichever way the waiting ends."""

import gc
import http.client
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.core.browser_answer import BrowserAnswer
from desktop.shell.browser_wait import BrowserWait
from shared.core.errors import CampusError
from tests.loopback import listens


@pytest.fixture
def waiting(qapp):
    """A page that waits, what it waits with, and the answer it listens for."""
    page = QWidget()
    wait = BrowserWait(page)
    yield page, wait, wait.begin()
    if isValid(page):
        go_away(page)


def go_away(page):
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


def test_a_page_that_goes_gives_the_port_back(waiting):
    page, _, answer = waiting
    assert listens(answer.port)
    go_away(page)
    assert not listens(answer.port)


def test_a_page_that_goes_ends_the_worker_that_waits(waiting):
    page, _, answer = waiting
    told = []

    def wait():
        with pytest.raises(CampusError) as ended:
            answer.wait(60)
        told.append(ended.value.code)

    worker = threading.Thread(target=wait)
    worker.start()
    go_away(page)
    worker.join()
    assert told == ["browser_cancelled"]
    assert not listens(answer.port)


def test_another_try_gives_up_the_one_before(waiting):
    _, wait, first = waiting
    second = wait.begin()
    assert [listens(first.port), listens(second.port)] == [False, True]
    assert (wait.is_for(first), wait.is_for(second)) == (False, True)
    wait.end()
    assert not listens(second.port)


def test_the_last_window_closed_ends_the_waiting(waiting, qapp):
    answer = waiting[2]
    qapp.lastWindowClosed.emit()  # Qt says it only inside the program's own loop
    assert not listens(answer.port)


def ask(answer, target, host=""):
    """What a browser is told, from another thread."""
    connection = http.client.HTTPConnection("127.0.0.1", answer.port, timeout=60)
    connection.request("GET", target, headers={"Host": host or f"127.0.0.1:{answer.port}"})
    told = connection.getresponse().status
    connection.close()
    return told


def test_only_the_answer_itself_is_taken():
    answer, told = BrowserAnswer(), []
    wrong = [("/", ""), ("/signed-in", ""), ("/signed-in?code=x", ""), ("/signed-in?code=x&code=y&state=z", ""),
             ("/signed-in?code=x&state=y", "evil.example"), ("/favicon.ico", "")]  # fmt: skip

    def browser():
        told.extend(ask(answer, target, host) for target, host in wrong)
        told.append(ask(answer, "/signed-in?code=x&state=y&iss=z&other=1"))

    thread = threading.Thread(target=browser)
    thread.start()
    try:
        assert answer.wait(120) == {"code": "x", "state": "y", "iss": "z"}
    finally:
        thread.join()
    assert told == [404] * len(wrong) + [200]


@pytest.mark.parametrize(("act", "code"), [("late", "browser_late"), ("stop", "browser_cancelled")])
def test_waiting_ends(act, code):
    answer = BrowserAnswer()
    if act == "stop":
        answer.close()
    with pytest.raises(CampusError) as ended:
        answer.wait(0.1)
    assert ended.value.code == code
    assert not listens(answer.port)


def test_a_provider_that_declines_is_told():
    answer = BrowserAnswer()
    thread = threading.Thread(target=lambda: ask(answer, "/signed-in?error=access_denied&state=y"))
    thread.start()
    with pytest.raises(CampusError) as declined:
        answer.wait(120)
    thread.join()
    assert declined.value.code == "provider_declined"
