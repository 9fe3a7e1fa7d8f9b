"""The page of money reports, asking a real server: tables, totals, files, paper, explained numbers, and no network."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.finance.area import STORE
from desktop.finance.gap_dialog import GapDialog, explain
from desktop.finance.report_page import MoneyReportPage
from desktop.shell.document_preview import PreviewDialog
from desktop.shell.page import toasts_of
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.finance.report_rules import Report
from shared.people.vocabulary import Role
from tests.attendance.classes import areas, person_id, school
from tests.desks import make_actor, make_desk
from tests.finance.test_account_routes import planned, purse, small
from tests.timetable.planned_server import PlannedServer

__all__ = ["planned", "purse", "small"]
BURSAR = make_actor(person_id("Grace Kimani"), "Grace Kimani", Role.BURSAR)
CASHIER = make_actor(person_id("Samuel Njoroge"), "Samuel Njoroge", Role.CASHIER)


class Line:
    """What a desk asks of its server, answered by a real one in this process."""

    def __init__(self, served: PlannedServer, by: str = "efua") -> None:
        self.is_signed_in = True
        self.served, self.by, self.asked = served, by, list[str]()

    def get(self, path: str, parameters: Mapping[str, Any]) -> Any:
        """Ask for something."""
        self.asked.append(f"{path.removeprefix('/api/v1/')}?{urlencode(parameters)}")
        told = self.served.ask("GET", self.asked[-1], by=self.by)
        if told.status != 200:
            raise CampusError(told.code, told.json["error"])
        return told.json


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def desks(tmp_path):
    opened = []

    def open_one(actor=BURSAR, rows=()):
        made = make_desk(tmp_path / str(len(opened)), actor, [*school(), *rows], areas=(*areas(), STORE))
        opened.append(made)
        return made.desk

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def open_page(qtbot, desks, purse):
    def show(line: Line | None = None, size=(1136, 640), actor=BURSAR, **details: Any) -> MoneyReportPage:
        client: Any = line if line is not None else Line(purse)
        desk: Desk = replace(desks(actor), client=client)
        page = MoneyReportPage(desk, None, details)
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitExposed(page):
            page.show()
        settled(qtbot, page)
        return page

    yield show
    wait_for_background()


def settled(qtbot, page: MoneyReportPage) -> None:
    """Wait for the answer."""
    qtbot.waitUntil(lambda: page._asking is None and page.stack.currentWidget() is not None, timeout=5_000)


def owing(served: PlannedServer) -> None:
    """Two students owe something, one of them with a name like a formula."""
    served.people["eve"] = served.server.add_person("eve", ("student",), number="=1+2")
    for who, amount in (("esi", 1_234_56), ("eve", 500_00)):
        wanted = {"person_id": served.people[who], "what": "Tuition", "amount": amount, "currency": "GHS"}
        assert served.ask("POST", "ledger-entries", {**wanted, "due_on": "2026-01-05"}).status == 201


def test_debt_is_a_table_with_totals_and_opens_the_student(open_page, purse, qtbot):
    owing(purse)
    page = open_page(tab=Report.DEBT)
    assert [row["owed"] for row in page.view.rows()] in ([500_00, 1_234_56], [1_234_56, 500_00])
    assert "Owed 1,734.56" in page.strip.words
    assert "GHS" in page.head.subtitle.text()
    page.view.table.sort_by("owed")
    page.filters.row.search.setText("Esi")
    qtbot.waitUntil(lambda: page.view.table.record_model.rowCount() == 1)
    qtbot.waitUntil(lambda: "Owed 1,234.56" in page.strip.words)
    page.view.table.opened.emit(f"{purse.people['esi']}|GHS")
    assert page._desk.open.pages[-1][:2] == ("finance.account", purse.people["esi"])
    page.filters.by.choose("course")
    settled(qtbot, page)
    assert "by=course" in page._desk.client.asked[-1]


def test_each_tab_asks_its_report_and_says_what_is_empty(open_page, qtbot):
    page = open_page()
    for report in Report:
        page.tabs.choose(str(report))
        settled(qtbot, page)
        assert f"money-reports/{report}?" in page._desk.client.asked[-1]
        assert page.stack.currentWidget() is page.empty
        assert not page.csv_button.isEnabled()
        assert page.explain_button.isVisible() is (report is Report.GAPS)
    page.tabs.choose(str(Report.BALANCE))
    settled(qtbot, page)
    page.filters.period.choose("days")
    page.filters.choose_days(page.filters.last.value, page.filters.first.value)
    settled(qtbot, page)
    assert page.filters.asked().first <= page.filters.asked().last


def test_files_and_paper_say_what_the_screen_says(open_page, purse, qtbot, tmp_path):
    owing(purse)
    page = open_page(tab=Report.DEBT)
    page.path_for = lambda _parent, _name, kind: tmp_path / f"debt.{kind}"
    for kind in ("csv", "xlsx"):
        page.export(kind)
        qtbot.waitUntil(lambda kind=kind: (tmp_path / f"debt.{kind}").exists() and not page.task.is_running)
    lines = list(csv.reader(io.StringIO((tmp_path / "debt.csv").read_text("utf-8-sig"))))
    assert lines[0][0] == "Student"
    owed = lines[0].index("Owed")
    assert {line[owed] for line in lines[1:]} == {"1234.56", "500.00", "1734.56"}
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    sheet = load_workbook(tmp_path / "debt.xlsx").active
    assert sheet[sheet.max_row][owed].value == pytest.approx(1734.56)
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    page.print_page()
    qtbot.waitUntil(lambda: page.findChild(PreviewDialog) is not None)
    dialog = page.findChild(PreviewDialog)
    assert dialog.document.pageCount() == 1
    dialog.reject()
    assert page.view.sheet("", paper=True).rows[-1][owed] == "1,734.56"
    assert page.view.sheet("").rows[-1][owed] == Decimal("1734.56")


def test_without_a_network_the_page_says_so_and_keeps_what_it_has(open_page, purse, qtbot):
    owing(purse)
    page = open_page(tab=Report.DEBT)
    assert not page.away.isVisible()
    page._desk.client.is_signed_in = False
    page.refresh()
    settled(qtbot, page)
    assert len(page.view.rows()) == 2
    assert "Connect" in page.away.words.text()
    assert toasts_of(page).toasts == []
    page.tabs.choose(str(Report.REVENUE))
    settled(qtbot, page)
    assert "Connect" in page.empty.words.text()
    assert not page.away.isVisible()
    page._desk.client.is_signed_in = True
    page.refresh()
    settled(qtbot, page)
    assert page.view.figures.asked.report is Report.REVENUE


def test_a_page_opened_without_a_network_shows_what_was_told_last_and_of_when(open_page, purse, qtbot, tmp_path):
    owing(purse)
    before = open_page(tab=Report.DEBT)
    told = before._desk.clock.now()
    before._desk.clock.advance(3 * 24 * 3_600)
    before._desk.client.is_signed_in = False
    page = MoneyReportPage(before._desk, None, {"tab": Report.DEBT})
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    settled(qtbot, page)
    assert len(page.view.rows()) == 2
    assert page.view.figures.at == instant_text(told)
    said = page.away.words.text()
    assert "Connect" in said
    assert page.filters.about(page.view.figures.asked) in said
    assert str(told.day) in page.head.subtitle.text()
    # What is saved says its own day, not the one that is chosen now.
    path = tmp_path / "debt.csv"
    page.path_for = lambda *_: path
    page.export("csv")
    wait_for_background()
    assert page._about() == page.filters.about(page.view.figures.asked) != page.filters.about(page.filters.asked())


def test_missing_numbers_are_explained_by_the_bursar(desks, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    row = {"first": "R-A1-000002", "last": "R-A1-000004", "count": 3, "why": "not_arrived", "words": "", "by": "",
           "till_id": person_id("till"), "first_sequence": 2, "last_sequence": 4}  # fmt: skip
    desk = desks()
    with pytest.raises(CampusError) as refused:
        explain(desk, row, "other", " x ")
    assert refused.value.code == "reason_missing"
    with pytest.raises(CampusError) as refused:
        explain(desks(CASHIER), row, "other", "Paper jam")
    assert refused.value.code == "not_allowed"
    explain(desk, row, "till_lost", "Stolen  on Monday")
    dialog = GapDialog(window, desk, row)
    dialog.save()
    assert "few words" in dialog.words_field._error
    dialog.words.setText("Stolen again")
    dialog.save()
    kept, _again = sorted(desk.store.page("gap_explanation", limit=-1), key=lambda one: len(one["words"]), reverse=True)
    assert (kept["first"], kept["last"], kept["reason"], kept["words"]) == (2, 4, "till_lost", "Stolen on Monday")
