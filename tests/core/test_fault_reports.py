"""Reports of faults to another program: what is in them, how often, and that nothing waits for them."""

import logging
import threading

import pytest

from server.core.fault_reports import MOST_WAITING, FaultReports, reporting
from shared.core.clock import ManualClock
from tests.serving import server_settings


class Other:
    """The program that is told."""

    def __init__(self):
        self.told, self.open, self.seconds = [], threading.Event(), 0.0
        self.open.set()

    def take(self, report):
        assert self.open.wait(60)
        self.told.append(report)


@pytest.fixture
def other():
    return Other()


@pytest.fixture
def log(other):
    made = logging.getLogger("tests.faulty")
    made.propagate = False
    handler = FaultReports(other.take, ManualClock(), "1.2.3", lambda: other.seconds)
    made.addHandler(handler)
    yield made
    made.removeHandler(handler)


def _finish(log):
    for handler in log.handlers:
        handler.close()


def test_a_fault_is_told_with_its_place_and_without_secrets(log, other):
    def broken():
        message = "Authorization: Bearer abc.def of postgresql://u:hush@h/d"
        raise RuntimeError(message)

    try:
        broken()
    except RuntimeError:
        log.exception("A request of %s met a fault", "Ama Mensah")
    log.warning("not worth a report")
    _finish(log)
    (told,) = other.told
    assert (told["version"], told["logger"], told["message"]) == (
        "1.2.3",
        "tests.faulty",
        "A request of %s met a fault",
    )
    assert "in broken" in told["fault"]
    assert not any(word in str(told) for word in ("Ama", "abc.def", "hush"))


def test_the_same_fault_is_told_once_a_minute(log, other):
    for _ in range(50):
        log.error("the disk is full")
    other.seconds = 61
    log.error("the disk is full")
    log.error("another one")
    _finish(log)
    assert [one["message"] for one in other.told] == ["the disk is full", "the disk is full", "another one"]


def test_nothing_waits_for_a_program_that_does_not_answer(log, other):
    other.open.clear()
    for number in range(MOST_WAITING * 3):
        log.error(f"fault {number}")  # noqa: G004 - each is to be another fault
    other.open.set()
    _finish(log)
    assert MOST_WAITING <= len(other.told) <= MOST_WAITING + 2


def test_without_an_address_nothing_is_reported(tmp_path):
    before = list(logging.getLogger().handlers)
    with reporting(server_settings(tmp_path), ManualClock(), "1"):
        assert logging.getLogger().handlers == before


def test_a_program_that_is_away_makes_no_further_fault(tmp_path, expect_log):
    expect_log("tests.other: ERROR: once")
    with reporting(server_settings(tmp_path, fault_report_url="http://127.0.0.1:9/x"), ManualClock(), "1"):
        logging.getLogger("tests.other").error("once")
