"""What other threads say to the GUI thread, while pages come and go."""

import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread

from desktop.widgets.background import run_in_background, wait_for_background
from desktop.widgets.hand_over import handed_over


@pytest.fixture
def hasty():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def owner(qapp):
    made = QObject()
    yield made
    if shiboken6.isValid(made):
        shiboken6.delete(made)


def elsewhere(work):
    """Do something on another thread, to its end; raises what went wrong there."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def test_it_comes_on_the_gui_thread_in_order(owner, qapp, qtbot):
    seen = []
    put = handed_over(owner, lambda said: seen.append((said, QThread.currentThread() is qapp.thread())))
    elsewhere(lambda: [put(one) for one in range(5)])
    assert seen == []
    qtbot.waitUntil(lambda: seen == [(one, True) for one in range(5)])


def test_what_the_gui_thread_says_itself_comes_at_once(owner):
    seen = []
    handed_over(owner, seen.append)("saved")
    assert seen == ["saved"]


def test_whoever_is_gone_hears_nothing_and_the_other_thread_is_none_the_wiser(owner, qtbot):
    seen, other = [], QObject()
    put, last = handed_over(owner, seen.append), handed_over(other, seen.append)
    elsewhere(lambda: put("on its way"))
    shiboken6.delete(owner)
    elsewhere(lambda: put("too late"))
    elsewhere(lambda: last("for another"))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["for another"]


def test_owners_may_go_in_the_very_moment_they_are_told(qapp, hasty):
    told, ended = [], threading.Event()

    def tell():
        while not ended.is_set():
            for put in told.copy():
                put("news")

    with ThreadPoolExecutor(1) as pool:
        telling = pool.submit(tell)
        for _ in range(1_000):
            owner = QObject()
            put = handed_over(owner, lambda _said: None)
            told.append(put)
            qapp.processEvents()
            shiboken6.delete(owner)
            told.remove(put)
        ended.set()
        assert telling.result() is None
    qapp.processEvents()


def test_what_work_holds_is_let_go_of_on_the_gui_thread(owner, qtbot, hasty):
    """A page whose last friend is a worker would be taken apart there, beside the window that still paints."""
    ends = []
    for _ in range(300):
        page = type("Page", (), {})()
        weakref.finalize(page, lambda: ends.append(threading.current_thread() is threading.main_thread()))
        run_in_background(lambda page=page: page, lambda page: None, None, owner)
    del page
    wait_for_background()
    qtbot.waitUntil(lambda: len(ends) == 300)
    assert all(ends), f"{ends.count(False)} of 300 ended on a worker"
