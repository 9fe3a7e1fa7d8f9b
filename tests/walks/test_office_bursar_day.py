"""A bursar's day in the real window: proof, statement, matching, money placed and given back, overdue, journal."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.finance import bank_store
from desktop.finance.journal_dialog import JournalDialog
from desktop.finance.overdue_page import OverduePage
from desktop.finance.place_dialog import PlaceDialog
from desktop.finance.reason_dialog import ReasonDialog
from desktop.finance.reconcile_page import ReconcilePage
from desktop.finance.report_page import MoneyReportPage
from desktop.finance.statement_dialog import StatementDialog
from desktop.shell.page import toasts_of
from desktop.widgets.dialog import Dialog
from server.core.isolation import acting_for
from shared.finance.report_rules import Report
from tests.finance.online import Online
from tests.finance.test_online_pages import WAIT, at, enter, program
from tests.finance.test_proof_service import brought, sha
from tests.people.test_door_pages import keep_picture

__all__ = ["at", "program"]
pytestmark = pytest.mark.slow
STATEMENT = """Date,Description,Reference,Amount
17/11/2026,TRF AMA SCHOOL FEES,FT1,1000.00
18/11/2026,TRANSFER,FT7,300.00
19/11/2026,TRANSFER FROM A WELL-WISHER,FT9,500.00
"""


def _prepare(at: Online) -> None:
    """Two students who owe money since long ago, and a proof of Ama's that nobody has looked at."""
    for name, amount in (("ama", 250_000), ("esi", 80_000)):
        at.charge(amount, name, due_on="2026-10-01")
    server = at.server
    parts = SimpleNamespace(database=server.context.database)
    place: Any = SimpleNamespace(
        institute=SimpleNamespace(organisation_id=server.organisation_id, parts=parts), new_id=server.new_id
    )
    with acting_for(server.organisation_id):
        brought(place, at.people["ama"])
    proof = {"person_id": at.people["ama"], "amount": 100_000, "currency": "GHS", "paid_on": "2026-11-17"}
    more = {"reference": "FT1", "sha256": sha(), "file_name": "slip.jpg", "file_kind": "jpeg"}
    told = at.send("/api/v1/transfer-proofs", {**proof, **more})
    assert told.status == 201, told.json
    for name in ("efua", "grace"):
        assert at.people[name]


def _dialog(page: Any, kind: type[Any]) -> Any:
    found = Dialog.opened_in(page.window())
    assert isinstance(found, kind), found
    return found


def _reconciling(window: Any, qtbot: Any, part: str, count: int) -> Any:
    """The page of reconciliation with one part of its list on show, once that many rows are there."""
    window.open_page("finance.reconcile")
    page = window.page
    assert isinstance(page, ReconcilePage)
    page.filters.filters["part"].choose(part)
    qtbot.waitUntil(lambda: page.body.shown == count, timeout=WAIT)
    return page


def _on(page: Any, qtbot: Any, reference: str) -> None:
    """Go to the line with this reference by its keys."""
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    for _step in range(page.body.shown):
        if page.current().reference == reference:
            return
        QTest.keyClick(page.table, Qt.Key.Key_Down)
    pytest.fail(f"No line {reference}")


def _import(page: Any, qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "november.csv"
    path.write_text(STATEMENT)
    page.import_button.click()
    dialog = _dialog(page, StatementDialog)
    dialog.take_file(path)
    dialog.save()
    qtbot.waitUntil(lambda: page.body.shown == 3, timeout=WAIT)
    keep_picture(page.window(), "bursar-statement")


def _sent(page: Any, qtbot: Any) -> None:
    def done() -> bool:
        pending = page._desk.store.pending()
        return not pending.waiting and not pending.sending

    qtbot.waitUntil(done, timeout=WAIT)


def test_a_bursars_day(at: Online, program: Any, qtbot: Any, tmp_path: Path) -> None:
    _prepare(at)
    window = enter(program, qtbot, "efua")
    page = _reconciling(window, qtbot, bank_store.PROOF, 1)
    _on(page, qtbot, "FT1")
    page.side.book_button.click()
    page.filters.filters["part"].choose(bank_store.OPEN)
    _import(page, qtbot, tmp_path)
    _on(page, qtbot, "FT1")
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert toasts_of(page).toasts[-1].words == "GHS 1,000.00 matched"
    _on(page, qtbot, "FT7")
    page.acts.place(page.current(), [at.people["esi"]])
    placing = _dialog(page, PlaceDialog)
    placing.amounts[at.people["esi"]].setText("300.00")
    placing.save()
    _on(page, qtbot, "FT9")
    QTest.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    giving = _dialog(page, ReasonDialog)
    giving.reason.setText("Meant for another school")
    giving.save()
    _sent(page, qtbot)
    assert (at.balance("ama"), at.balance("esi")) == (150_000, 50_000)
    _overdue(window, qtbot)
    _figures(window, qtbot, tmp_path)
    _second_person(at, window, program, qtbot)


def _overdue(window: Any, qtbot: Any) -> None:
    """Who owes, with what a look would do; then one student is reminded by hand."""
    window.open_page("finance.overdue")
    page = window.page
    assert isinstance(page, OverduePage)
    qtbot.waitUntil(lambda: len(page.lines) == 2, timeout=WAIT)
    assert sorted(row.overdue for row in page.lines) == [50_000, 150_000]
    page.table.selectRow(0)
    assert page.remind_button.text() == "Remind 1 student"
    page.remind_button.click()
    assert toasts_of(page).toasts[-1].words == "1 student is reminded"
    page.run_button.click()
    _sent(page, qtbot)
    keep_picture(window, "bursar-overdue")


def _figures(window: Any, qtbot: Any, tmp_path: Path) -> None:
    """What is owed as a report, and the journal as a file."""
    window.open_page("finance.reports", None, tab=str(Report.DEBT))
    page = window.page
    assert isinstance(page, MoneyReportPage)
    qtbot.waitUntil(lambda: page.view is not None and len(page.view.rows()) == 2, timeout=WAIT)
    assert "Owed 2,000.00" in page.strip.words
    path = tmp_path / "journal.csv"
    page.path_for = lambda *_asked: path
    page.open_journal()
    dialog = _dialog(page, JournalDialog)
    qtbot.waitUntil(lambda: "lines" in dialog.comes.text(), timeout=WAIT)
    dialog.csv_button.click()
    qtbot.waitUntil(lambda: path.exists() and dialog.csv_button.isEnabled(), timeout=WAIT)
    keep_picture(window, "bursar-journal")
    dialog.reject()
    assert path.read_text(encoding="utf-8-sig").count("\n") > 4


def _second_person(at: Online, window: Any, program: Any, qtbot: Any) -> None:
    """What goes back waits for somebody else, who finds it in the same list."""
    page = _reconciling(window, qtbot, bank_store.OPEN, 1)
    _on(page, qtbot, "FT9")
    assert not page.side.approve_button.isVisible()
    (asked,) = [one for one in at.bodies("money_match") if one["state"] == "waiting"]
    told = at.send(f"/api/v1/money-matches/{asked['id']}/decision", {"approved": True, "reason": ""}, "grace")
    assert told.status == 200, told.json
    window.desk.sync_now()
    qtbot.waitUntil(lambda: page.body.shown == 0, timeout=WAIT)
    page.filters.filters["part"].choose(bank_store.MATCHED)
    side = page.side.hints_card.head.title
    qtbot.waitUntil(lambda: page.body.shown >= 3 and side.text() == "What it is", timeout=WAIT)
    keep_picture(window, "bursar-matched")
