"""The list of reconciliation where it is long: the newest first, pages, and what one act touches read alone."""

from threading import Event

import pytest
from PySide6.QtCore import Qt

from desktop.finance import bank_actions, bank_store, money_list
from desktop.finance.money_list import MoneyList
from desktop.finance.money_source import MoneySource
from desktop.finance.reason_dialog import ReasonDialog
from desktop.finance.reconcile_page import ReconcilePage
from desktop.widgets.background import wait_for_background
from desktop.widgets.dialog import Dialog
from desktop.widgets.row_source import RowQuery
from tests.attendance.classes import person_id
from tests.finance.bank_rows import BY_REFERENCE, CARD, FEE, MOMO, NAMED, UNKNOWN, bank_rows, line, match, taken
from tests.finance.money_rows import HANA
from tests.finance.test_plan_pages import FINE, TERM, desks, look, shown
from tests.finance.test_proof_pages import proof

__all__ = ["desks", "look", "shown"]
ROWS = [*bank_rows(), TERM, FINE, proof()]
MANY = 450
"""More lines than one look at the newest takes."""


def old_lines():
    """Lines that were matched long ago, and the payments they are."""
    for at in range(MANY):
        came = line(f"OLD TRANSFER {at}", 1_000 + at, f"2026-08-{at % 28 + 1:02}", f"OLD-{at}")
        paid = taken(f"OLD-{at}", 1_000 + at, confirmation="confirmed", taken_at="2026-08-01T09:00:00.000Z")
        yield from (came, paid, match(came, paid, 1_000 + at))


@pytest.fixture
def long(monkeypatch):
    """Every list counts as long."""
    monkeypatch.setattr(money_list, "AT_ONCE", 5)


@pytest.fixture
def held(long, monkeypatch):
    """What is read beside the window is taken once this is set, however long the page takes to be shown."""
    go_on, read = Event(), MoneyList.read

    def slow(money):
        read(money)
        assert go_on.wait(120)

    monkeypatch.setattr(MoneyList, "read", slow)
    yield go_on
    go_on.set()
    wait_for_background()


@pytest.fixture
def page(desks, shown):
    return shown(ReconcilePage(desks(rows=ROWS)))


def told(money):
    """All that a list says, with what it would show of each row."""
    shown = {key: (row.hints, row.matches, row.part, row.left) for key, row in money.rows(list(money.listed)).items()}
    return money.listed, {key: money.found_by(key) for key in money.listed}, shown


def agrees(page):
    """Check that what was followed is what reading anew gives."""
    anew = MoneyList(page._desk)
    anew.read()
    assert told(page.money) == told(anew)


def reason(page, words):
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, ReasonDialog)
    dialog.reason.setText(words)
    dialog.save()


def choose(page, part):
    page.filters.filters["part"].choose(part)


def test_each_act_is_followed_without_reading_the_list_again(page, qtbot):
    first = page.money
    page.table.go_to(BY_REFERENCE[1]["id"])
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    agrees(page)
    page.table.go_to(UNKNOWN[1]["id"])
    page.side.aside_button.click()
    reason(page, "Interest")
    agrees(page)
    choose(page, bank_store.ASIDE)
    page.table.go_to(FEE[1]["id"])
    page.side.open_button.click()
    agrees(page)
    choose(page, bank_store.MATCHED)
    page.table.go_to(BY_REFERENCE[1]["id"])
    page.side.end_button.click()
    reason(page, "Somebody else's")
    agrees(page)
    choose(page, bank_store.WAITING)
    page.table.go_to(CARD[1]["id"])
    page.side.gone_button.click()
    reason(page, "Never arrived")
    agrees(page)
    choose(page, bank_store.OPEN)
    row = page.money.row(NAMED[1]["id"])

    bank_actions.place(page._desk, row, [(person_id(HANA), 200_000)])
    page._catch_up()
    bank_actions.ask_return(page._desk, page.money.row(NAMED[1]["id"]), "Too much")
    page._catch_up()
    agrees(page)
    choose(page, bank_store.PROOF)
    page.table.go_to(proof()[1]["id"])
    page.side.book_button.click()
    agrees(page)
    assert page.money is first


def test_the_cursor_goes_on_to_the_next_line(page, qtbot):
    before = page.table.record_model.rowCount()
    place = page.table.record_model.place_of(BY_REFERENCE[1]["id"])
    following = page.table.record_model.id_at(place + 1)
    page.table.go_to(BY_REFERENCE[1]["id"])
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.table.record_model.rowCount() == before - 1
    assert page.table.current_id() == following
    assert page.side.words.text() == page.money.row(following).words


def test_a_long_list_shows_its_newest_lines_first_and_misses_nothing(desks, shown, qtbot, held):
    desk = desks(rows=[*ROWS, *old_lines()])
    page = shown(ReconcilePage(desk))
    assert not page.money.whole
    assert page.filters.count.text() == "Reading the list"
    assert page.table.go_to(BY_REFERENCE[1]["id"])
    assert not page.money.row(BY_REFERENCE[1]["id"]).hints
    # What is done while the rest is read is in the list that was read meanwhile.
    bank_actions.set_aside(desk, page.money.row(UNKNOWN[1]["id"]), "Interest")
    page._catch_up()
    assert page.money.row(UNKNOWN[1]["id"]).part == bank_store.ASIDE
    held.set()
    qtbot.waitUntil(lambda: page.money.whole)
    agrees(page)
    assert page.money.row(UNKNOWN[1]["id"]).part == bank_store.ASIDE
    assert page.table.current_id() == BY_REFERENCE[1]["id"]
    assert page.money.row(BY_REFERENCE[1]["id"]).hints[0].key == MOMO[1]["id"]
    assert sum(row.part == bank_store.MATCHED for row in page.money.listed.values()) == MANY + 1
    page.table.go_to(NAMED[1]["id"])
    qtbot.waitUntil(lambda: bool(page.side.hints.rows))
    assert page.side.hints.rows[0].content.title == "Hana Novak"


def test_much_news_at_once_is_read_beside_the_window(desks, shown, qtbot, long, monkeypatch):
    page = shown(ReconcilePage(desks(rows=ROWS)))
    qtbot.waitUntil(lambda: page.money.whole)
    first = page.money
    monkeypatch.setattr("desktop.finance.reconcile_page.AT_ONCE", 0)
    bank_actions.set_aside(page._desk, page.money.row(UNKNOWN[1]["id"]), "Interest")
    page._catch_up()
    qtbot.waitUntil(lambda: page.money is not first)
    agrees(page)


def test_a_page_that_closes_while_its_list_is_read(desks, shown, long):
    page = shown(ReconcilePage(desks(rows=[*ROWS, *old_lines()])))
    page.close()
    page.deleteLater()
    assert wait_for_background()


def test_a_match_that_the_server_refused_is_gone_again(page):
    desk = page._desk
    line_row = page.money.row(BY_REFERENCE[1]["id"])
    bank_actions.match(desk, line_row, [page.money.row(MOMO[1]["id"])])
    page._catch_up()
    made = page.money.row(BY_REFERENCE[1]["id"]).matches[0]
    gone = {key: row for key, row in page.money.listed.items() if key != made["id"]}
    assert MOMO[1]["id"] not in gone
    page.money.update({("money_match", "nobody-knows-it"), ("statement_line", "gone"), ("payment", "gone")})
    agrees(page)


@pytest.mark.parametrize(
    ("order", "descending", "text", "first"),
    [("amount", True, "", "CARD SETTLEMENT"), ("amount", False, "", "TRANSFER FROM A."), ("words", False, "", "CARD"),
     ("reference", True, "", "CARD"), ("day", True, "hana novak", "TRF HANA"), ("day", False, "2450", "MTN MOMO"),
     ("", False, "FT26325X", "TRANSFER FROM"), ("day", True, "ft26325x well", "TRANSFER FROM")],
)  # fmt: skip
def test_order_and_search(page, order, descending, text, first):
    source = MoneySource(page.money)
    source.part, source.told_by = bank_store.OPEN, bank_store.BANK
    query = RowQuery(order, descending, text)
    ids = source.ids(query, 0, 10)
    assert source.rows(ids)[ids[0]].words.startswith(first)
    assert source.count(query) == len(ids)
    assert source.position(query, first[:4].lower()) == 0
    assert source.position(query, "zzz") == -1
    assert source.count(RowQuery("day", False, "nothing like it")) == 0
