"""Workbooks from offices: cells read as they show, damage and protection named, no formula calculated."""

import datetime as dt
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.learning.roster.reading import inspect_roster, open_roster
from server.learning.roster.records import RosterEnrolment, RosterKind
from shared.core.errors import CampusError
from tests.learning.roster_reading import PLAIN, book, codes, read
from tests.learning.roster_samples import write_zip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(digits=st.from_regex(r"[0-9]{3,14}", fullmatch=True), as_text=st.booleans())
def test_a_number_in_a_sheet_keeps_its_zeros(tmp_path, digits, as_text):
    cell = digits if as_text else int(digits)
    path = book(tmp_path / "list.xlsx", [["Index", "Surname", "First name"], [cell, "Addo", "Ama"]],
                {} if as_text else {"A2": "0" * len(digits)})  # fmt: skip
    found, _, roster = read(path, PLAIN.model_copy(update={"columns": dict(list(PLAIN.columns.items())[:3])}))
    assert codes(roster) == []
    assert found[0].number == digits


def test_workbook_cells_read_as_they_show(tmp_path):
    header = ["Index", "Surname", "First name", "Mobile", "DOB", "Class"]
    rows = [
        header,
        [42, "Addo", "Ama", 233244123456, dt.date(2004, 2, 29), 7],
        ["00043", "Osei", "Yaw", "0244 123 456", dt.datetime(2003, 12, 1), 7.0],  # noqa: DTZ001 - a cell has no zone
        [44, "Ofori", "Esi", 244123456, "1/12/2003", "7"],
    ]
    path = book(tmp_path / "list.xlsx", rows, {"A2": "00000", "A4": "00000", "D4": '"0"00 000 0000', "B2": "@"})
    found, records, roster = read(path)
    assert codes(roster) == []
    assert [p.number for p in found] == ["00042", "00043", "00044"]
    assert [p.phone for p in found] == ["233244123456", "0244 123 456", "024 412 3456"]
    assert [p.date_of_birth for p in found] == [dt.date(2004, 2, 29), dt.date(2003, 12, 1), dt.date(2003, 12, 1)]
    assert {record.cohort_ref for record in records if isinstance(record, RosterEnrolment)} == {"7"}


def test_formulas_and_lost_digits_in_a_sheet_cost_their_rows(tmp_path):
    rows = [
        ["Index", "Surname", "First name", "Mobile", "Age"],
        ["1", "Addo", '=UPPER("ama")', "0244123456", "=2026-2004"],
        ["2", "Osei", "Yaw", 1234567890123456, 20],
        ["3", "Ofori", "Esi", "#N/A", 20],
        ['="007"', "Darko", "Kofi", '="0244123457"', "=2026-2005"],
    ]
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.active["D4"].data_type = "e"
    workbook.save(tmp_path / "list.xlsx")
    found, _, roster = read(tmp_path / "list.xlsx")
    assert [p.ref for p in found] == ["007"]  # its formula stands in a column that is not used
    assert found[0].phone == "0244123457"
    assert [(error.code, error.line, error.column) for error in roster.findings.errors] == [
        ("formula_in_cell", 2, "First name"),
        ("number_changed_by_spreadsheet", 3, "Mobile"),
        ("cell_with_error", 4, "Mobile"),
    ]
    assert "=UPPER" in roster.findings.errors[0].sentence


def test_sheets_can_be_chosen(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.title = "Notes"
    workbook.active.append(["nothing here"])
    sheet = workbook.create_sheet("Students")
    for row in (["Index", "Surname", "First name"], ["01", "Addo", "Ama"]):
        sheet.append(row)
    workbook.save(tmp_path / "list.xlsx")
    preview = inspect_roster(tmp_path / "list.xlsx", sheet="Students")
    assert preview.sheets == ("Notes", "Students")
    found, _, _ = read(tmp_path / "list.xlsx", preview.mapping)
    assert [p.number for p in found] == ["01"]
    assert found[0].file == "list.xlsx, Students"
    with pytest.raises(CampusError) as refused:
        inspect_roster(tmp_path / "list.xlsx", sheet="Staff")
    assert refused.value.code == "roster_sheet_unknown"


def _rewrite(path, name, change):
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)
    return path


def test_a_workbook_with_entities_is_refused(tmp_path):
    path = book(tmp_path / "list.xlsx", [["Index", "Surname", "First name"], ["1", "Addo", "Ama"]])
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda content: bomb + content)
    with pytest.raises(CampusError) as refused:
        open_roster(path)
    assert refused.value.code == "roster_workbook_damaged"


def test_a_sheet_that_breaks_off_keeps_the_rows_before(tmp_path):
    rows = [["Index", "Surname", "First name"], *[[f"{n:03d}", "Addo", "Ama"] for n in range(3_000)]]
    path = book(tmp_path / "list.xlsx", rows)
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda content: content[: len(content) * 9 // 10])
    found, _, roster = read(path)
    assert len(found) > 2_000
    assert codes(roster) == ["table_unreadable"]
    assert not roster.lists_all(RosterKind.PEOPLE)


def test_wrong_dimensions_in_a_sheet_do_no_harm(tmp_path):
    path = book(
        tmp_path / "list.xlsx", [["Index", "Surname", "First name"], ["1", "Addo", "Ama"], ["2", "Osei", "Yaw"]]
    )
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda content: content.replace(b'ref="A1:C3"', b'ref="A1:XFD1048576"'))
    assert len(read(path)[0]) == 2
    _rewrite(path, "xl/worksheets/sheet1.xml", lambda content: content.replace(b'ref="A1:XFD1048576"', b'ref="A1"'))
    assert len(read(path)[0]) == 2


def test_an_upload_without_an_ending_is_told_by_its_content(tmp_path):
    path = book(tmp_path / "list.xlsx", [["Index", "Surname", "First name"], ["01", "Addo", "Ama"]])
    upload = path.rename(tmp_path / "upload-7f3a")
    with open_roster(upload, label="list.xlsx") as roster:
        (person,) = roster.people()
    assert (person.number, person.file) == ("01", "list.xlsx")


def test_a_password_on_the_workbooks_zip_is_named(tmp_path):
    path = book(tmp_path / "list.xlsx", [["Index", "Surname", "First name"], ["01", "Addo", "Ama"]])
    content = bytearray(path.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(CampusError) as refused:
        open_roster(path)
    assert refused.value.code == "roster_zip_encrypted"


def test_other_spreadsheets_are_named(tmp_path):
    for name, parts in {"a.ods": {"mimetype": b"application/vnd.oasis"}, "b.xlsb": {"xl/workbook.bin": b"x"}}.items():
        with pytest.raises(CampusError) as refused:
            open_roster(write_zip(tmp_path / name, parts))
        assert refused.value.code == "roster_workbook_other"
