"""Background work: lanes, order, errors, owners that are gone."""

import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread

from desktop.widgets.background import Lane, run_in_background, wait_for_background


@pytest.fixture
def owner(qapp):
    made = QObject()
    yield made
    wait_for_background()
    if shiboken6.isValid(made):
        shiboken6.delete(made)


def test_the_result_comes_back_on_the_gui_thread(owner, qapp, qtbot):
    seen = []
    run_in_background(
        lambda: (QThread.currentThread() is qapp.thread(), 42),
        lambda result: seen.append((result, QThread.currentThread() is qapp.thread())),
        None,
        owner,
    )
    qtbot.waitUntil(lambda: seen == [((False, 42), True)])


def test_a_failure_comes_back_too(owner, qtbot):
    seen = []

    def fail():
        message = "The disk is full."
        raise OSError(message)

    run_in_background(fail, None, seen.append, owner)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert isinstance(seen[0], OSError)


def test_a_failure_that_nobody_takes_is_a_crash(owner, qtbot):
    with qtbot.captureExceptions() as caught:
        run_in_background(lambda: 1 / 0, None, None, owner)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


@pytest.mark.parametrize("lane", [Lane.LOCAL_WRITE, Lane.NETWORK])
def test_a_serial_lane_keeps_the_order_and_runs_one_at_a_time(owner, qtbot, lane):
    running, most, order = [0], [0], []
    lock = threading.Lock()

    def work(number):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.001)
        with lock:
            running[0] -= 1
        return number

    for number in range(20):
        run_in_background(lambda number=number: work(number), order.append, None, owner, lane)
    qtbot.waitUntil(lambda: len(order) == 20)
    assert order == list(range(20))
    assert most == [1]


def test_a_busy_network_does_not_hold_up_local_writes(owner, qtbot):
    go_on = threading.Event()
    seen = []
    run_in_background(go_on.wait, lambda _: seen.append("network"), None, owner, Lane.NETWORK)
    run_in_background(lambda: None, lambda _: seen.append("write"), None, owner, Lane.LOCAL_WRITE)
    qtbot.waitUntil(lambda: seen == ["write"])
    go_on.set()
    qtbot.waitUntil(lambda: seen == ["write", "network"])


def test_when_the_owner_is_gone_nothing_is_called(qapp, qtbot):
    owner, other = QObject(), QObject()
    go_on = threading.Event()
    seen = []
    run_in_background(go_on.wait, lambda _: seen.append("gone"), seen.append, owner, Lane.NETWORK)
    run_in_background(lambda: None, lambda _: seen.append("other"), None, other, Lane.NETWORK)
    shiboken6.delete(owner)
    go_on.set()
    qtbot.waitUntil(lambda: seen == ["other"])


def test_waiting_says_whether_all_is_done(owner):
    go_on = threading.Event()
    run_in_background(go_on.wait, None, None, owner)
    assert not wait_for_background(10)
    go_on.set()
    assert wait_for_background(60_000)
