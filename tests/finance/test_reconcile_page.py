"""The list of reconciliation on the desk, with the network down: suggestions, matching by one key, and every act."""

import pytest
from PySide6.QtCore import Qt

from desktop.finance import bank_actions, bank_store
from desktop.finance.account_store import ledger_of
from desktop.finance.layout_dialog import LayoutDialog
from desktop.finance.place_dialog import PlaceDialog
from desktop.finance.reason_dialog import ReasonDialog
from desktop.finance.reconcile_page import ReconcilePage
from desktop.finance.statement_dialog import StatementDialog
from desktop.shell.conflict_money import money_kinds, money_value
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from shared.core.errors import CampusError
from tests.attendance.classes import person_id
from tests.finance.bank_rows import (
    BY_REFERENCE,
    CARD,
    FEE,
    LOST,
    MOMO,
    NAMED,
    STRAY,
    TEST,
    UNKNOWN,
    WITH_FEES,
    bank_rows,
    match,
)
from tests.finance.money_rows import HANA
from tests.finance.test_plan_pages import FINE, TERM, desks, look, shown

__all__ = ["desks", "look", "shown"]
ROWS = [*bank_rows(), LOST, TERM, FINE]
STATEMENT = "Date,Description,Reference,Amount\n18/11/2026,TRANSFER KOFI,FT9,12.00\n19/11/2026,Fee,,-2.00\n"


@pytest.fixture
def page(desks, shown):
    return shown(ReconcilePage(desks(rows=ROWS)))


def _dialog(page, kind):
    dialog = Dialog.opened_in(page.window())
    assert isinstance(dialog, kind)
    return dialog


def _on(page, row):
    assert page.table.go_to(row[1]["id"])
    return page.current()


def _payment(page, row):
    return page._desk.store.get("payment", row[1]["id"])


def test_enter_matches_the_line_with_what_it_is(page, qtbot):
    row = _on(page, BY_REFERENCE)
    assert [one.reasons for one in row.hints] == [("reference", "amount", "day")]
    assert page.side.hints.rows[0].content.title == "Mobile money · Hana Novak"
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert toasts_of(page).toasts[-1].words == "GHS 2,450.00 matched"
    assert _payment(page, MOMO)["confirmation"] == "confirmed"
    assert page.money.row(BY_REFERENCE[1]["id"]).part == bank_store.MATCHED
    assert page.table.go_to(BY_REFERENCE[1]["id"]) is False


def test_a_difference_has_a_reason(page):
    _on(page, WITH_FEES)
    page.side.match_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.save()
    assert dialog.reason_field.error
    dialog.reason.setText("Fees of the provider")
    dialog.save()
    assert _payment(page, CARD)["confirmation"] == "confirmed"
    made = page.money.row(WITH_FEES[1]["id"]).matches[0]
    assert (made["amount"], made["difference"], made["reason"]) == (1_200_000, -18_000, "Fees of the provider")


def test_a_match_is_ended_with_a_reason(page):
    page.filters.filters["part"].choose(bank_store.MATCHED)
    done = next(one for one in ROWS if one[0] == "statement_line" and one[1]["words"] == "SETTLED")
    _on(page, done)
    page.side.end_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.reason.setText("Somebody else's")
    dialog.save()
    assert page.money.row(done[1]["id"]).part == bank_store.OPEN


def test_money_is_placed_on_the_student_it_names(page):
    _on(page, NAMED)
    assert page.side.hints.rows[0].content.title == "Hana Novak"
    page.side.hints.rows[0].click()
    dialog = _dialog(page, PlaceDialog)
    assert dialog.picker.chosen == [person_id(HANA)]
    dialog.amounts[person_id(HANA)].setText("3,500.00")
    dialog.save()
    assert dialog.refusal.isVisible()
    dialog.amounts[person_id(HANA)].setText("2,000.00")
    assert "1,000.00" in dialog.left.text()
    dialog.payer.setText("City fund")
    dialog.save()
    assert toasts_of(page).toasts[-1].words == "GHS 2,000.00 placed"
    assert page.money.row(NAMED[1]["id"]).left == 100_000
    assert ledger_of(page._desk, person_id(HANA)).totals.paid == 200_000


def test_a_line_is_set_aside_and_opened_again(page):
    _on(page, UNKNOWN)
    page.side.aside_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.reason.setText("Interest")
    dialog.save()
    assert page.money.row(UNKNOWN[1]["id"]).part == bank_store.ASIDE
    page.filters.filters["part"].choose(bank_store.ASIDE)
    _on(page, FEE)
    page.side.open_button.click()
    assert page.money.row(FEE[1]["id"]).part == bank_store.OPEN


def test_money_goes_back_only_with_somebody_elses_word(page, desks, shown):
    _on(page, UNKNOWN)
    page.side.return_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.reason.setText("Wrong school")
    dialog.save()
    row = _on(page, UNKNOWN)
    assert not page.side.approve_button.isVisible()
    with pytest.raises(CampusError, match="Somebody else"):
        bank_actions.decide_return(page._desk, row.matches[0], approved=True)
    asked = match(UNKNOWN, MOMO, 50_000, goal="return", goal_id=None, state="waiting", made_by="somebody")
    other = shown(ReconcilePage(desks(rows=[UNKNOWN, asked])))
    _on(other, UNKNOWN)
    other.side.approve_button.click()
    assert other.money.row(UNKNOWN[1]["id"]).part == bank_store.MATCHED


def test_gateway_money_that_isnt_as_asked_says_what_to_do(page):
    _on(page, TEST)
    assert "Set the line aside" in page.side.problem.said
    assert not page.side.place_button.isVisible()
    assert page.side.aside_button.isVisible()
    _on(page, STRAY)
    assert "isn't ours" in page.side.problem.said
    assert page.side.place_button.isVisible()
    _on(page, LOST)
    said, buttons = page.side.problem.said, (page.side.place_button, page.side.aside_button)
    assert [one.isVisible() and one.text().split(" (")[0] in said for one in buttons] == [True, True]
    assert not page.side.match_button.isVisible(), "a transfer that happens to be as large is another one"
    assert ("restored backup" in said, LOST[1]["reference"] in page.side.facts.text()) == (True, True)


def test_what_is_on_no_statement_is_confirmed_by_hand(page):
    page.filters.filters["part"].choose(bank_store.WAITING)
    _on(page, MOMO)
    page.side.gone_button.click()
    dialog = _dialog(page, ReasonDialog)
    dialog.reason.setText("Never arrived")
    dialog.save()
    assert _payment(page, MOMO)["confirmation"] == "refused"
    _on(page, CARD)
    page.side.came_button.click()
    assert _payment(page, CARD)["confirmation"] == "confirmed"


def test_a_statement_is_looked_at_and_imported(page, tmp_path):
    path = tmp_path / "november.csv"
    path.write_text(STATEMENT)
    page.import_button.click()
    dialog = _dialog(page, StatementDialog)
    assert not dialog.save_button.isEnabled()
    dialog.take_file(path)
    assert dialog.chosen.key == "signed"
    assert dialog.sums.text() == "2 lines · in GHS 12.00 · out GHS 2.00"
    assert dialog.preview.rowCount() == 3
    dialog.opening.setText("5.00")
    dialog.closing.setText("20.00")
    dialog._show()
    assert dialog.reason_field.isVisible()
    dialog.save()
    assert "5.00" in dialog.refusal.said
    dialog.closing.setText("15.00")
    dialog._show()
    dialog.save()
    row = page._desk.store.page("bank_statement")[0]
    assert (row["file_name"], row["opening"], row["closing"]) == ("november.csv", 500, 1_500)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04", "workbook"),
        (b"", "empty"),
        (b"Date,Description,Amount\n24/12/2026,A,5\n", "future"),
        (b"Name,Town\nAma,Accra\n", "no column"),
    ],
)
def test_a_file_that_cant_be_imported_says_why(page, tmp_path, content, says):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    page.acts.import_statement()
    dialog = _dialog(page, StatementDialog)
    dialog.take_file(path)
    assert says in dialog.refusal.said
    assert not dialog.save_button.isEnabled()


def test_a_layout_of_ones_own_reads_the_file(page, tmp_path, qtbot):
    path = tmp_path / "odd.csv"
    path.write_text("When|What|Sum\n2026-11-18|KOFI|12,50\n")
    page.acts.import_statement()
    first = _dialog(page, StatementDialog)
    first.take_file(path)
    assert first.refusal.isVisible()
    first.change_button.click()
    layout = _dialog(page, LayoutDialog)
    layout.name.setText("Our bank")
    layout.delimiter.choose("|")
    layout.dates.choose("YYYY-MM-DD")
    layout.decimal.choose(",")
    layout.thousands.choose("none")
    layout.columns["date"].setText("")
    layout.save()
    assert "date" in layout.refusal.said
    assert layout.preview.columnCount() == 3
    for name, head in (("date", "When"), ("text", "What"), ("amount", "Sum")):
        layout.columns[name].setText(head)
    layout.save()
    qtbot.waitUntil(lambda: isinstance(Dialog.opened_in(page.window()), StatementDialog))
    dialog = _dialog(page, StatementDialog)
    assert dialog.chosen.name == "Our bank"
    assert [one.amount for one in dialog.found.rows] == [1_250]


def test_an_empty_list(desks, shown):
    page = shown(ReconcilePage(desks(rows=[])))
    assert page.body.shown == 0
    assert "Import" in page._nothing("", False)[1]
    page.acts.match(None, page.money)


def test_two_versions_of_a_layout_are_read_by_people(page):
    layout = bank_actions.layouts(page._desk)[0]
    words = money_value(page._desk.store, "rules", layout.rules)
    assert words.startswith("Days like DD/MM/YYYY; date: Date, ")
    assert money_kinds()["bank_layout"]
