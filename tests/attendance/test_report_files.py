"""Files and papers of reports: formulas are guarded, zeros kept, pages numbered, letters embedded."""

import csv
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtPdf import QPdfDocument

from desktop.attendance.report_documents import REGISTER_PAPER, hours_paper, register_sheet
from desktop.core.long_work import StoppedError
from desktop.people.table_paper import Letterhead, Paper, pdf_of
from desktop.shell.document_preview import print_pages
from desktop.shell.table_files import Head, Sheet, guarded, write_bytes, write_csv, write_xlsx
from desktop.timetable.letterhead import letterhead
from shared.core.errors import CampusError
from tests.attendance.classes import NAMES, SESSION, observation, school

HEAD = Letterhead("Lakeside Institute", "Printed by Efua Sarpong, Fri 20 Nov 2026, 08:36")


def sheet(*rows, heads=("Number", "Student", "Percent")):
    return Sheet("Attendance", "All days", tuple(Head(one) for one in heads), rows)


def opened(content, parent=None):
    document = QPdfDocument(parent)
    buffer = QBuffer(document)
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    return document


@pytest.mark.parametrize("text", ["=1+1", "+233 24", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_begins_like_a_formula_is_guarded(text, tmp_path):
    assert guarded(text) == f"'{text}"
    write_csv(sheet((text, "Amina", 5)), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][0] == f"'{text}"
    write_xlsx(sheet((text, "Amina", 5)), tmp_path / "a.xlsx")
    cell = load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text.strip()


@pytest.mark.parametrize("value", ["Amina", "00042", "", 5, -3, 1.5, None])
def test_everything_else_stays_as_it_is(value):
    assert guarded(value) == value


def test_leading_zeros_scripts_and_numbers_survive(tmp_path):
    rows = [("00042", "Đặng, “Ánh”", 83), ("S-1", "أمينة", None), ("7", "Line\nbreak", 0)]
    write_csv(sheet(*rows), tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [[row[0], row[1], "" if row[2] is None else str(row[2])] for row in rows]
    write_xlsx(sheet(*rows), tmp_path / "a.xlsx")
    page = load_workbook(tmp_path / "a.xlsx").active
    assert [tuple(cell.value for cell in row) for row in page.iter_rows(min_row=2)] == rows


def test_a_file_that_cannot_be_written_is_a_sentence_and_leaves_nothing(tmp_path):
    gone = tmp_path / "no folder" / "a.csv"
    with pytest.raises(CampusError) as told:
        write_csv(sheet(("1", "A", 1)), gone)
    assert told.value.code == "file_not_written"
    assert "a.csv" in told.value.message
    with pytest.raises(CampusError):
        write_bytes(b"x", tmp_path / "no folder" / "a.pdf")


def test_stopped_writing_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def stop(_done, _total):
        raise StoppedError

    with pytest.raises(StoppedError):
        write_csv(sheet(("1", "A", 1)), path, stop)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_for_a_file_has_no_letters_that_file_systems_refuse():
    assert Sheet("Report: a/b", "1–2 · x?", (), ()).name == "Report a b 1 2 x"


def test_every_page_has_head_foot_and_the_heads_of_the_table(qapp):
    rows = [(f"{at:05}", f"Student {at}", at) for at in range(120)]
    told = []
    document = opened(pdf_of(sheet(*rows), HEAD, Paper(), lambda done, total: told.append((done, total))))
    pages = document.pageCount()
    assert pages == len(told) == 4
    for page in range(pages):
        text = document.getAllText(page).text()
        for words in (HEAD.institute, HEAD.printed, f"Page {page + 1} of {pages}", "Student", "Percent"):
            assert words in text
    everything = "".join(document.getAllText(page).text() for page in range(pages))
    assert all(number in everything for number, _, _ in rows)


def test_letters_are_embedded_and_nothing_is_filled():
    from reportlab import rl_config

    kept, rl_config.pageCompression = rl_config.pageCompression, 0
    try:
        content = pdf_of(sheet(("1", "Amina ق", 5)), HEAD, Paper())
    finally:
        rl_config.pageCompression = kept
    assert b"/FontFile2" in content
    assert b"Inter" in content
    assert b"Helvetica" not in content.replace(b"/Helvetica-Bold", b"")


def test_hours_say_their_rule_and_have_a_place_to_sign(qapp):
    full = [("1", "A", 1)] * 33
    for rows in (full[:2], full):
        document = opened(pdf_of(sheet(*rows), HEAD, hours_paper()))
        last = document.getAllText(document.pageCount() - 1).text()
        assert "minutes late or left early taken off" in last
        assert "signature" in last


def test_a_register_lies_and_has_a_column_to_sign(qapp, desks):
    rows = [*school(NAMES[:3]), observation(NAMES[1], "late", minutes=8)]
    here = desks(rows=rows)
    made = register_sheet(here.desk, SESSION)
    assert [head.title for head in made.heads] == ["No.", "Number", "Student", "Mark", "Signature", "Note"]
    assert [row[2:5] for row in made.rows] == [
        ("Amina Yusuf", "", ""), ("Baraka Otieno", "Late · 8 min", ""), ("Chen Wei", "", ""),
    ]  # fmt: skip
    document = opened(pdf_of(made, letterhead(here.desk), REGISTER_PAPER))
    size = document.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == (842, 595)
    assert "Diploma in Accounting 1B · Fri 20 Nov 2026, 08:30–10:00 · Studio 2" in document.getAllText(0).text()
    with pytest.raises(CampusError) as told:
        register_sheet(here.desk, "gone")
    assert told.value.code == "class_session_unknown"


def test_printing_gives_every_page(qapp, qtlog, tmp_path):
    from PySide6.QtPrintSupport import QPrinter

    document = opened(pdf_of(sheet(*[("1", "A", 1)] * 80), HEAD, Paper()))
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    print_pages(document, printer, landscape=False)
    assert opened((tmp_path / "out.pdf").read_bytes()).pageCount() == document.pageCount() == 3
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no folder" / "out.pdf"))
    with qtlog.disabled(), pytest.raises(CampusError) as told:
        print_pages(document, printer, landscape=False)
    assert told.value.code == "printer_missing"


def test_who_printed_and_when_is_by_the_clock_handed_in(desks):
    here = desks()
    here.clock.set(datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
    assert letterhead(here.desk).printed == "Printed by Lucia Ortiz, Sun 1 Mar 2026, 09:05"
