"""The list that the server keeps: pages, a server that is away, and an answer that comes too late."""

import threading

import pytest
from PySide6.QtCore import QCoreApplication

from desktop.widgets.asked_list import PAGE, AskedList, filters_of_log, with_since
from desktop.widgets.background import wait_for_background
from desktop.widgets.columns import Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from shared.core.clock import parse_instant
from shared.core.errors import CampusError

WAIT = 10_000


class Server:
    """What answers: so many rows of a kind, or a problem; a question about "slow" waits to be let go."""

    def __init__(self):
        self.rows, self.problem, self.code, self.asked = 450, "", "server_unreachable", []
        self.let_go = threading.Event()

    def ask(self, wanted, page, size):
        self.asked.append((dict(wanted), page))
        if self.problem:
            raise CampusError(self.code, self.problem)
        if wanted.get("kind") == "slow":
            self.let_go.wait(WAIT / 1000)
            return [{"id": "late", "name": "late"}], 1
        here = range((page - 1) * size, min(self.rows, page * size))
        return [{"id": str(at), "name": f"row {at}"} for at in here], self.rows


@pytest.fixture
def shown(qtbot):
    server = Server()
    filters = filters_of_log("Search", [("slow", "Slow"), ("other", "Other")])
    source = ListSource(lambda one: one["id"], {})
    table = RecordTable(source, (Column("name", "Name", lambda one: one["name"]),), name="Rows")
    made = AskedList(
        filters,
        table,
        source,
        server.ask,
        nothing=EmptyState("inbox", "Nothing"),
        away_words="Connect, then ask again.",
    )
    made.server, made.filters, made.table, made.words = server, filters, table, []
    made.told.connect(made.words.append)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.words), timeout=WAIT)
    return made


def test_earlier_rows_come_behind_the_ones_there_are(shown, qtbot):
    assert (len(shown.rows), shown.filters.count.text()) == (PAGE, "200 of 450")
    for reached in (400, 450):
        assert shown.more_button.isVisible()
        shown.more_button.click()
        qtbot.waitUntil(lambda many=reached: len(shown.rows) == many, timeout=WAIT)
    assert not shown.more_button.isVisible()
    assert [one["id"] for one in shown.rows] == [str(at) for at in range(450)]
    assert shown.row("449")["name"] == "row 449"
    assert shown.row("450") is None


def test_an_answer_to_an_older_question_is_left_out(shown, qtbot):
    shown.filters.filters["kind"].choose("slow")
    shown.server.rows = 3
    shown.filters.filters["kind"].choose("other")
    shown.server.let_go.set()
    qtbot.waitUntil(lambda: len(shown.rows) == 3, timeout=WAIT)
    wait_for_background()
    QCoreApplication.processEvents()
    assert "late" not in {one["id"] for one in shown.rows}


def test_without_rows_the_list_says_that_the_server_is_away_and_asks_again(shown, qtbot):
    shown.server.rows = 0
    shown.refresh()
    qtbot.waitUntil(lambda: not shown.rows, timeout=WAIT)
    shown.server.problem = "The server can't be reached."
    shown.refresh()
    qtbot.waitUntil(shown.away.isVisible, timeout=WAIT)
    assert shown.words[-1] == "The server can't be reached."
    shown.server.problem, shown.server.rows = "", 2
    shown.away.button.click()
    qtbot.waitUntil(lambda: len(shown.rows) == 2, timeout=WAIT)
    assert (shown.words[-1], shown.away.isVisible()) == ("", False)


def test_a_refusal_is_told_as_one_and_not_as_a_server_that_is_away(shown, qtbot):
    shown.server.rows = 0
    shown.refresh()
    qtbot.waitUntil(lambda: not shown.rows, timeout=WAIT)
    for code, problem, words in (
        ("not_allowed", "Ask whoever runs it.", "Ask whoever runs it."),
        ("server_unreachable", "The server can't be reached.", "Connect, then ask again."),
    ):
        shown.server.code, shown.server.problem = code, problem
        shown.refresh()
        qtbot.waitUntil(lambda words=words: shown.away.words.text() == words, timeout=WAIT)
        assert shown.away.isVisible()
        assert ("can't be reached" in shown.away.title.text()) is (code == "server_unreachable")


def test_rows_that_are_there_stay_where_the_server_goes_away(shown, qtbot):
    shown.server.problem = "The server can't be reached."
    shown.refresh()
    qtbot.waitUntil(lambda: bool(shown.words[-1]), timeout=WAIT)
    assert shown.table.isVisible()


def test_a_time_is_told_as_the_instant_since_when():
    now = parse_instant("2026-11-20T09:00:00.000Z")
    assert with_since({"kind": "x", "days": "7"}, now) == {"kind": "x", "since": "2026-11-13T09:00:00.000Z"}
    assert with_since({"kind": "x"}, now) == {"kind": "x"}
