"""The journal on the desk, written by a real server: its sums, a second time, its file, and codes set offline."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from desktop.finance.journal_dialog import JournalDialog
from desktop.finance.journal_store import codes
from desktop.widgets.background import wait_for_background
from tests.finance.test_journal import charge
from tests.finance.test_report_page import CASHIER, Line, desks, look, planned, purse, small
from tests.timetable.planned_server import PlannedServer

__all__ = ["desks", "look", "planned", "purse", "small"]


class Writer(Line):
    """A line that also brings files."""

    def download_asked(self, path: str, body: Any) -> bytes:
        """Ask for a file."""
        told = self.served.ask("POST", path.removeprefix("/api/v1/"), body, by=self.by)
        assert told.status == 200, told
        return told.body


@pytest.fixture
def show(qtbot, desks, purse: PlannedServer):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1100, 720)

    def made(actor=None):
        desk = replace(desks(actor) if actor else desks(), client=Writer(purse))
        dialog = JournalDialog(window, desk, date(2026, 1, 1), date(2026, 12, 31))
        qtbot.waitUntil(lambda: bool(dialog.comes.text()))
        return dialog

    yield made
    wait_for_background()


def test_a_journal_is_saved_and_the_second_time_it_says_so(show, purse, qtbot, tmp_path):
    charge(purse)
    dialog = show()
    assert "3 lines: debit GHS 115.00, credit GHS 115.00" in dialog.comes.text()
    assert dialog.before.text() == ""
    dialog.path_for = lambda _parent, name, kind: tmp_path / f"{name}.{kind}"
    dialog.take("csv")
    qtbot.waitUntil(lambda: "Taken out before" in dialog.before.text())
    assert "The books say the same now" in dialog.before.text()
    assert b"1200" in (tmp_path / "journal-2026-01-01-2026-12-31.csv").read_bytes()
    charge(purse)
    dialog.refresh()
    qtbot.waitUntil(lambda: "were added since" in dialog.before.text())


def test_codes_are_set_here_and_what_is_none_is_refused(show, qtbot):
    dialog = show()
    dialog.account.choose("tax")
    dialog.code.setText("=1+1")
    dialog.set_code()
    assert "digits and letters" in dialog.code_field._error
    dialog.code.setText("2210")
    dialog.set_code()
    assert {one.what: one.code for one in codes(dialog._desk)}["tax"] == "2210"
    assert dialog.account.chosen == "tax"


def test_without_a_network_or_the_right_it_says_so(show, qtbot):
    dialog = show()
    dialog._desk.client.is_signed_in = False
    dialog.refresh()
    qtbot.waitUntil(lambda: "Connect" in dialog.notice.words.text())
    cashier = show(CASHIER)
    cashier.set_code()
    assert "Ask the bursar" in cashier.code_field._error
