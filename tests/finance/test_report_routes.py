"""Reports of money over HTTP: who reads them, files that run nothing, days that can't be, and explained numbers."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.finance.report_rules import GROUPINGS, Report
from tests.finance.test_account_routes import money, planned, purse, small
from tests.timetable.planned_server import PlannedServer

__all__ = ["money", "planned", "purse", "small"]
PATH = "money-reports"


def charge(served: PlannedServer, amount: int, what: str = "Tuition", **more: Any) -> Any:
    """Charge a student."""
    wanted = {"person_id": served.people["esi"], "what": what, "amount": amount, "currency": "GHS", **more}
    made = served.ask("POST", "ledger-entries", wanted)
    assert made.status == 201, made
    return made.data


def test_every_report_is_read_by_the_bursar_alone(money: PlannedServer) -> None:
    charge(money, 10_000, due_on="2026-01-05")
    for report, groupings in GROUPINGS.items():
        for by in groupings:
            told = money.ask("GET", f"{PATH}/{report}?by={by}&first=2026-01-01&last=2027-01-31", by="efua")
            assert told.status == 200, (report, by, told)
            assert (told.data["report"], told.data["by"]) == (report, by)
            keys = {column["key"] for column in told.data["columns"]}
            assert all(keys <= set(row) for row in told.data["rows"])
        assert money.ask("GET", f"{PATH}/{report}", by="efua").status == 200
        assert money.ask("GET", f"{PATH}/{report}", by="esi").code == "not_allowed"
    debt = money.ask("GET", f"{PATH}/debt?last=2027-01-31", by="efua").data
    assert debt["totals"][0]["older"] == 10_000
    balance = money.ask("GET", f"{PATH}/balance?first=2020-01-01", by="efua").data
    assert (balance["totals"][0]["balance"], balance["totals"][0]["debit"]) == (0, 10_000)


@pytest.mark.parametrize(
    ("asked", "code"),
    [("daily?by=colour", "filter_unknown"), ("daily?first=2026-02-30", "invalid"), ("daily?first=soon", "invalid"),
     ("daily?first=2026-05-02&last=2026-05-01", "period_invalid"), ("debt?format=exe", "invalid"),
     ("daily?by=%27+OR+1=1", "filter_unknown")],
)  # fmt: skip
def test_what_cant_be_asked(purse: PlannedServer, asked: str, code: str) -> None:
    told = purse.ask("GET", f"{PATH}/{asked}", by="efua")
    assert (told.status, told.code) == (422, code)


def test_days_at_the_ends_of_the_calendar(purse: PlannedServer) -> None:
    for report in Report:
        told = purse.ask("GET", f"{PATH}/{report}?first=0001-01-01&last=9999-12-31", by="efua")
        assert told.status == 200, told


def test_files_run_nothing_and_say_the_same(purse: PlannedServer) -> None:
    charge(purse, 1_234_50, due_on="2026-01-05")
    esi = purse.people["esi"]
    asked = f"{PATH}/debt?last=2026-12-31"
    shown = purse.ask("GET", asked, by="efua").data
    raw = purse.ask("GET", f"{asked}&format=csv", by="efua")
    lines = list(csv.reader(io.StringIO(raw.body.decode("utf-8-sig"))))
    assert lines[0][0] == "Student"
    assert lines[1][lines[0].index("Owed")] == "1234.50"
    assert lines[-1][0] == "Total"
    assert shown["rows"][0]["id"] == esi
    book = purse.ask("GET", f"{asked}&format=xlsx", by="efua")
    sheet = load_workbook(io.BytesIO(book.body)).active
    assert sheet is not None
    owed = [cell.value for cell in sheet[1]].index("Owed")
    assert (sheet[2][owed].value, sheet[2][owed].number_format) == (1234.5, "#,##0.00")
    assert book.body == purse.ask("GET", f"{asked}&format=xlsx", by="efua").body
    assert "attachment" in book.headers["content-disposition"]
