"""Every file that finance gives out, of what people wrote to break it: nothing is run, lost or shifted.

Admissions give no table out. The words come by commands, the files by the routes and by the desktop's own writers.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from desktop.finance.earnings_page import EarningsPage, StatementPage
from desktop.finance.report_store import Asked, Figures
from desktop.finance.report_views import MoneyTable
from desktop.shell.table_files import Head, Sheet, write_csv, write_xlsx
from server.finance.report_files import table_file
from shared.core.spreadsheet import workbook_text
from shared.finance.report_rules import GROUPINGS, Report, fields_of
from tests.finance.test_desk_payment_routes import Desk
from tests.finance.test_earning_pages import OF_RADIO, PAID, RADIO, ROWS, line, row
from tests.finance.test_plan_pages import desks, look, shown
from tests.timetable.planned_server import PlannedServer, planned, small

__all__ = ["desks", "look", "planned", "shown", "small"]
TYPED = [
    "=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", '=HYPERLINK("http://x", "y")', 'say "x", y; z', "  =2",
    "👩‍🔬 أمينة", "00042", "_x0041_ &lt;b>", "–", "1e5",
]  # fmt: skip
"""What a field of one line takes."""
PASTED = ["\t=1", "a\tb", "=1\n+2", "a\r\nb", "\r=1", "\n@x", "\u202e=1+1", "x" * 5_000, "-" + "é" * 4_999, "\ufeff=1"]
"""What only a text of several lines takes, or an older row holds."""
BROKEN = {"a\x00b": "ab", "a\x07b": "ab", "a\uffffb": "ab", "a\x1b\x0cb": "ab"}
"""What no workbook has a letter for."""
KINDS = ("csv", "xlsx")
DAYS = "first=2020-01-01&last=2027-01-31"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - what programs take for the plain ones
Table = list[list[Any]]


def opened(kind: str, content: bytes) -> Table:
    """Return the cells of a file as a spreadsheet has them: no formula, and as many in each row."""
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        assert {cell.data_type for cells in sheet for cell in cells} <= {"s", "n", "inlineStr"}
        found = [["" if cell.value is None else cell.value for cell in cells] for cells in sheet]
    else:
        found = [
            [_harmless(cell) for cell in cells] for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), ""))
        ]
    assert len({len(cells) for cells in found}) == 1
    return found


def _harmless(cell: str) -> str:
    """Return what a cell of a CSV file says: behind an apostrophe what would be run without it."""
    if cell.startswith("'") and cell[1:].lstrip(" ").startswith(_RUNS):
        return cell[1:]
    runs = cell.lstrip(" ").startswith(_RUNS)
    assert not runs or cell.removeprefix("-").replace(".", "").isdigit(), f"{cell[:40]!r} is run"
    return cell


def said(kind: str, value: object) -> object:
    """Return what a value is in an opened file."""
    if isinstance(value, str) or value is None:
        return workbook_text(value or "") if kind == "xlsx" else (value or "").replace("\0", "")
    return float(str(value)) if kind == "xlsx" else str(value)


def both(kind: str, cells: Sequence[object]) -> list[object]:
    """Return a row as `said`, with numbers of a workbook alike."""
    return [float(one) if kind == "xlsx" and isinstance(one, int | float) else one for one in cells]


def _on_disk(write: Callable[[Sheet, Path], None]) -> Callable[[Path, Sheet], bytes]:
    def made(folder: Path, sheet: Sheet) -> bytes:
        write(sheet, folder / "out")
        return (folder / "out").read_bytes()

    return made


WRITERS: dict[str, Callable[[Path, Sheet], bytes]] = {
    "desktop csv": _on_disk(write_csv),
    "desktop xlsx": _on_disk(write_xlsx),
    **{
        f"server {kind}": lambda _folder, sheet, kind=kind: table_file(
            kind, sheet.title, [head.title for head in sheet.heads], sheet.rows
        )
        for kind in KINDS
    },
}


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_loses_and_runs_nothing(writer: str, tmp_path: Path) -> None:
    kind = writer.split()[1]
    texts = [*TYPED, *PASTED, *BROKEN]
    rows = tuple((one, Decimal("-12.50"), one, -3, one) for one in texts)
    heads = tuple(map(Head, ("=1+1", "Amount", "@x", "Count", 'a "b", c')))
    found = opened(kind, WRITERS[writer](tmp_path, Sheet("=[1]/x:y", "", heads, rows)))
    assert found[0] == [head.title for head in heads]
    assert [both(kind, cells) for cells in found[1:]] == [[said(kind, one) for one in cells] for cells in rows]
    if kind == "xlsx":
        assert [cells[0] for cells in found[-len(BROKEN) :]] == list(BROKEN.values())
        assert "=1\n+2" in [cells[0] for cells in found], "lines stay apart"


class Office(Desk):
    """An institute all of whose words were typed to break a file."""

    def __init__(self, served: PlannedServer) -> None:
        super().__init__(served, till="=Till, 1", cashier="@Sam")
        served.people["eve"] = self.server.add_person(
            "eve", ("student",), given_name="=1+1", family_name='"Eve", x; y', number="+42"
        )
        course = served.do("AddCourse", {"code": "HOSTILE", "title": '=HYPERLINK("http://x", "y")'})
        term = {"name": "-Term, 1", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
        served.do("AddAcademicTerm", term)
        self.charges = {what: self._charge(what, course) for what in TYPED}
        self.take_from("eve", 1, 700, payer_name='+cmd, "x"')
        self.take_from("esi", 3, 500)
        gap = {"till_id": self.till["id"], "first": 2, "last": 2, "reason": "till_lost", "words": "=Lost\n-at\tnight"}
        told = served.ask("POST", "money-reports/gaps/explanations", gap, by="efua")
        assert told.status == 201, told.json
        code = {"what": "income:other", "code": "4090", "name": '=Income, "other"'}
        assert served.ask("PUT", "journal/accounts", code, by="efua").status == 200

    def _charge(self, what: str, course: str) -> str:
        wanted = {"person_id": self.served.people["eve"], "what": what, "amount": 1_250, "currency": "GHS"}
        told = self.served.ask("POST", "ledger-entries", {**wanted, "due_on": "2026-01-05", "course_id": course})
        assert told.status == 201, told.json
        return str(told.data["id"])

    def take_from(self, name: str, sequence: int, amount: int, **more: Any) -> None:
        body = self.body(sequence, amount, **more)
        body["paid_for"] = [{"person_id": self.served.people[name], "amount": amount}]
        told = self.take(body)
        assert told.status == 201, told.json

    def reports(self) -> Iterable[tuple[Report, str, dict[str, Any]]]:
        for report, groupings in GROUPINGS.items():
            for by in groupings:
                told = self.served.ask("GET", f"money-reports/{report}?by={by}&{DAYS}", by="efua")
                assert told.status == 200, told.json
                yield report, by, told.data


WORDS = {
    '=1+1 "Eve", x; y', "+42", "=Till, 1", "@Sam", '=HYPERLINK("http://x", "y")', "-Term, 1", "=Lost\n-at\tnight",
}  # fmt: skip
"""What of all this stands in some report."""


def _value(shape: str, value: Any) -> object:
    return Decimal(value).scaleb(-2) if shape == "amount" and value is not None else value


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_says_in_a_file_what_it_says_to_the_page(planned: PlannedServer, kind: str) -> None:
    office, seen = Office(planned), set()
    for report, by, told in office.reports():
        path = f"money-reports/{report}?by={by}&{DAYS}&format={kind}"
        found = opened(kind, planned.ask("GET", path, by="efua").body)
        columns = told["columns"]
        assert found[0] == [one["title"] for one in columns]
        rows = [[said(kind, _value(one["shape"], line.get(one["key"]))) for one in columns] for line in told["rows"]]
        assert [both(kind, cells) for cells in found[1 : 1 + len(rows)]] == rows, (report, by)
        assert {cells[0] for cells in found[1 + len(rows) :]} == ({"Total"} if rows else set())
        seen |= {cell for cells in found for cell in cells}
    assert seen >= WORDS


@pytest.mark.parametrize("what", ["\u202e=1+1", "a\tb", "=1\n+2", "x" * 5_000])
def test_what_no_line_holds_is_refused_before(small: PlannedServer, what: str) -> None:
    wanted = {"person_id": small.people["esi"], "what": what, "amount": 1_250, "currency": "GHS"}
    assert small.ask("POST", "ledger-entries", wanted).status == 422


@pytest.mark.parametrize("kind", KINDS)
def test_a_journal_has_each_word_beside_its_own_entry(planned: PlannedServer, kind: str) -> None:
    office = Office(planned)
    days = {"first": "2020-01-01", "last": "2027-01-31", "format": kind}
    found = opened(kind, planned.ask("POST", "journal/exports", days, by="efua").body)
    lines = [dict(zip(found[0], cells, strict=True)) for cells in found[1:]]
    told = {(one["Entry"], one["Text"], one["Student"]) for one in lines if one["Entry"] in office.charges.values()}
    assert told == {(key, what.strip(), "+42") for what, key in office.charges.items()}
    assert '=Income, "other"' in {one["Account name"] for one in lines}
    sums = [sum(Decimal(str(one[side] or 0)) for one in lines) for side in ("Debit", "Credit")]
    assert sums[0] == sums[1] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_desktops_own_files_say_what_the_screen_says(
    small: PlannedServer, kind: str, qtbot: Any, tmp_path: Path
) -> None:
    seen = set()
    for report, by, told in Office(small).reports():
        asked = Asked(report, by, date(2020, 1, 1), date(2027, 1, 31))
        view = MoneyTable(Figures(asked, fields_of(report, by), tuple(told["rows"]), tuple(told["totals"])))
        qtbot.addWidget(view.table)
        sheet = view.sheet("=1+1")
        found = opened(kind, WRITERS[f"desktop {kind}"](tmp_path, sheet))
        assert found[0] == [head.title for head in sheet.heads]
        rows = [[said(kind, one) for one in cells] for cells in sheet.rows]
        assert [both(kind, cells) for cells in found[1:]] == rows, (report, by)
        assert len(found) == 1 + len(told["rows"]) + len(view.totals())
        seen |= {cell for cells in found for cell in cells}
    assert seen >= WORDS


def test_earnings_as_csv_run_nothing_and_add_up(desks: Any, shown: Any, tmp_path: Path) -> None:
    hostile = row("affiliate", "radio", **{**RADIO[1], "id": RADIO[1]["id"], "name": '=1+1, "Radio"'})
    paid = ("payout", {**PAID[1], "reference": "@TRX;\n=1"})
    rows = [one for one in ROWS if one not in (RADIO, PAID)] + [hostile, paid]
    owed_back = line("09", OF_RADIO, -90_000, "2026-11-19")
    desk = desks(rows=[*rows, owed_back])
    figures, statement = shown(EarningsPage(desk)), shown(StatementPage(desk, RADIO[1]["id"], {"kind": "affiliate"}))
    for name, page in (("figures", figures), ("statement", statement)):
        page.path_for = lambda _page, _name, _kind, name=name: tmp_path / f"{name}.csv"
        page.save_csv()
    found = opened("csv", (tmp_path / "figures.csv").read_bytes())
    (radio,) = (cells for cells in found if cells[0] == '=1+1, "Radio"')
    assert radio[3:] == ["0.00", "1000.00", "300.00", "-300.00", "GHS"]
    lines = opened("csv", (tmp_path / "statement.csv").read_bytes())
    assert [cells[2:4] for cells in lines[1:]] == [
        ["", "1000.00"], ["-100.00", "900.00"], ["-300.00", "600.00"], ["-900.00", "-300.00"], ["", "-300.00"],
    ]  # fmt: skip
    assert "Paid out: @TRX;\n=1" in [cells[1] for cells in lines]
