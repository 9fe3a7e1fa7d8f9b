"""The page of reports on a real store: tables, filters, charts with their twin, files and paper of what is shown."""

import csv
from datetime import date
from threading import Event

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.attendance.report_page import ReportPage
from desktop.attendance.report_store import Asked, local_figures
from desktop.attendance.report_views import COHORTS, COURSES, HOURS, OPEN, STUDENTS, TERMS
from desktop.core.long_work import StoppedError, Work
from desktop.shell.document_preview import PreviewDialog, default_printer, no_printer, print_pages
from desktop.shell.page import toasts_of
from desktop.shell.table_files import Head, Sheet, minutes_words, write_csv, write_xlsx
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.attendance.rules import percentage
from shared.core.errors import CampusError
from tests.attendance.classes import COHORT, INSTRUCTOR, NAMES, OTHER_COHORT, PATTERN, REGISTRAR, SESSION, person_id
from tests.attendance.report_rows import OTHER_NAME, TERM, reported


@pytest.fixture
def open_page(qtbot, desks, plain_look):
    def show(actor=REGISTRAR, rows=None, size=(1232, 844), **details):
        here = desks(actor, reported() if rows is None else rows)
        page = ReportPage(here.desk, None, details)
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.waitUntil(lambda: page._work is None)
        page.here = here
        return page

    yield show
    wait_for_background()


def names(page):
    return [row.name for row in page.views[page.tabs.chosen].rows()]


def test_students_are_listed_with_their_percentages(open_page):
    page = open_page()
    rows = {row.name: row for row in page.views[STUDENTS].rows()}
    assert len(rows) == 9
    second = [PATTERN[(3 + back * 2) % len(PATTERN)] for back in range(14, 0, -1)]
    assert rows[NAMES[1]].tally.percent == percentage(second)
    assert (rows[OTHER_NAME].tally.percent, rows[OTHER_NAME].streak, rows[OTHER_NAME].number) == (0, 1, "00042")
    assert page.head.subtitle.text() == "Figures of this computer, 08:36"


def test_an_instructor_sees_the_own_cohort_only(open_page):
    page = open_page(INSTRUCTOR)
    assert {row.cohort_id for row in page.figures.students} == {COHORT}
    assert page.filters.cohort.count() == 2


def test_filters_ask_anew_and_below_narrows(open_page, qtbot):
    page = open_page()
    assert page.filters.period.chosen == TERM
    page.filters.cohort.choose(OTHER_COHORT)
    qtbot.waitUntil(lambda: names(page) == [OTHER_NAME])
    page.filters.cohort.choose("")
    qtbot.waitUntil(lambda: len(names(page)) == 9)
    page.filters.below.setChecked(True)
    assert OTHER_NAME in names(page)
    assert all(row.tally.percent < 80 for row in page.views[STUDENTS].rows())
    page.filters.below.setChecked(False)
    page.filters.choose_days(date(2026, 11, 30), date(2026, 11, 21))
    qtbot.waitUntil(lambda: page.figures.students == ())
    assert page.stack.currentWidget() is page.empty
    assert not page.print_button.isEnabled()


def test_the_other_tables_say_the_same_together(open_page):
    page = open_page(tab=COHORTS)
    assert [row.name for row in page.views[COHORTS].rows()] == ["Diploma in Accounting 1B", "Diploma in Accounting 2A"]
    (course,), (term,) = page.views[COURSES].rows(), page.views[TERMS].rows()
    assert course.tally == term.tally
    assert course.tally.recorded == 8 * 14 + 1
    hours = {row.student.name: row.hours for row in page.views[HOURS].rows()}
    assert hours[OTHER_NAME].attended == 0
    late = [PATTERN[(3 + back * 2) % len(PATTERN)] for back in range(1, 15)]
    there = sum(state in ("present", "late") for state in late)
    assert hours[NAMES[1]].attended == there * 90 - late.count("late") * 12


def test_a_row_opens_what_it_is_about(open_page, qtbot):
    page = open_page()
    page.views[STUDENTS].table.opened.emit(page.figures.students[0].id)
    assert page.here.opened.pages[-1][:2] == ("people.person", page.figures.students[0].person_id)
    page.bars.chart.opened.emit(OTHER_COHORT)
    qtbot.waitUntil(lambda: names(page) == [OTHER_NAME])
    assert page.here.opened.pages[-1][1] != person_id(OTHER_NAME)


def test_one_click_opens_a_register_that_is_not_finished(open_page, qtbot):
    page = open_page(tab=OPEN)
    table = page.open_registers.table
    assert [line.session.starts for line in page.open_registers.lines] == sorted(
        line.session.starts for line in page.open_registers.lines
    )
    last = page.open_registers.lines[-1]
    assert last.id == SESSION
    table.go_to(SESSION)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.currentIndex()).center())
    assert page.here.opened.pages == [("attendance.register", SESSION, {})]
    assert not page.csv_button.isVisible()


def test_marks_made_elsewhere_change_the_figures(open_page, qtbot):
    page = open_page()
    from tests.attendance.classes import observation

    before = page.figures.students[0].tally.recorded
    page.here.feed.bring([observation(NAMES[0], "present")])
    qtbot.waitUntil(lambda: page.figures.students[0].tally.recorded == before + 1)


def test_files_are_what_is_on_the_screen(open_page, qtbot, tmp_path):
    page = open_page()
    page.views[STUDENTS].table.sort_by("number", descending=True)
    page.filters.row.search.setText("accounting")
    page._search("accounting")
    order = names(page)
    for kind in ("csv", "xlsx"):
        page.path_for = lambda _parent, _name, kind: tmp_path / f"report.{kind}"
        page.export(kind)
        qtbot.waitUntil(lambda: not page.task.is_running)
    wait_for_background()
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert [line[1] for line in lines[1:]] == order
    book = load_workbook(tmp_path / "report.xlsx")
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == order
    assert [row[0] for row in rows[1:]] == [line[0] for line in lines[1:]]
    assert "00042" in [row[0] for row in rows]
    assert [str(row[3]) for row in rows[1:]] == [line[3] for line in lines[1:]]


def test_the_preview_shows_and_saves_what_prints(open_page, qtbot, tmp_path):
    page = open_page(tab=HOURS)
    page.path_for = lambda _parent, name, kind: tmp_path / f"{name}.{kind}"
    page.print_page()
    qtbot.waitUntil(lambda: page.findChild(PreviewDialog) is not None, timeout=15_000)
    dialog = page.findChild(PreviewDialog)
    assert dialog.document.pageCount() == 1
    text = dialog.document.getAllText(0).text()
    for words in (
        "Lakeside Institute",
        "Hours attended",
        "00042",
        "Page 1 of 1",
        "Printed by Efua Sarpong",
        "Fri 20 Nov",
    ):
        assert words in text
    dialog.save()
    (saved,) = tmp_path.glob("Hours attended*.pdf")
    assert saved.read_bytes().startswith(b"%PDF")


def test_a_printer_that_is_not_there_is_a_sentence(open_page, qtbot):
    page = open_page()
    page.print_page()
    qtbot.waitUntil(lambda: page.findChild(PreviewDialog) is not None, timeout=15_000)
    dialog = page.findChild(PreviewDialog)

    def gone():
        raise no_printer()

    dialog.printer_for = gone
    dialog.print_now()
    told = [toast.accessibleName() or toast.words.text() for toast in toasts_of(page).toasts]
    assert any("No printer is set up on this computer" in words for words in told)
    assert dialog.isVisible()


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_computer_without_printer_and_one_that_went_away_are_told(monkeypatch, qapp):
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "defaultPrinter", staticmethod(QPrinterInfo))
    monkeypatch.setattr(QPrinterInfo, "availablePrinters", staticmethod(list))
    with pytest.raises(CampusError) as refused:
        default_printer()
    assert refused.value.code == "printer_missing"
    with pytest.raises(CampusError) as refused:
        print_pages(None, _gone_printer(), landscape=False)
    assert refused.value.code == "printer_missing"


def _gone_printer():
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName("/no/such/folder/a.pdf")
    return printer


def test_a_long_file_says_how_far_it_is_and_is_stopped(open_page, qtbot):
    page = open_page()
    on, done = Event(), []

    def make(step):
        step(0, 5_000)
        on.wait(120)
        step(500, 5_000)
        return "made"

    assert page.task.run("Saving a.csv", make, done.append, least=1_000)
    qtbot.waitUntil(page.task.isVisible)
    assert (page.task.title.text(), page.task.numbers.text()) == ("Saving a.csv", "0 of 5,000")
    assert not any(one.isEnabled() for one in (page.csv_button, page.xlsx_button, page.print_button))
    assert not page.task.run("Saving b.csv", make, done.append, least=1_000)
    page.task.stop_button.click()
    on.set()
    qtbot.waitUntil(lambda: not page.task.is_running)
    assert (done, page.task.isVisible(), page.csv_button.isEnabled()) == ([], False, True)
    assert toasts_of(page).toasts[-1].words == "Stopped. Nothing was saved"


def test_a_short_file_is_made_without_a_bar_and_a_failed_one_gives_the_buttons_back(open_page, qtbot, tmp_path):
    page = open_page()
    page.path_for = lambda _parent, _name, kind: tmp_path / "no" / f"a.{kind}"
    shown = []
    page.task.bar.valueChanged.connect(lambda _at: shown.append(page.task.isVisible()))
    for kind in ("csv", "xlsx"):
        page.export(kind)
        qtbot.waitUntil(lambda: not page.task.is_running)
        assert toasts_of(page).toasts[-1].words.startswith(f"a.{kind} can")
        assert page.csv_button.isEnabled()
    assert not any(shown)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_stopped_file_leaves_nothing_behind(tmp_path, write):
    work = Work()
    rows = (("a", 1),) * 1_200
    sheet = Sheet("Attendance", "", (Head("Name"), Head("Marks", number=True)), rows)

    def step(done, total):
        work.step(done, total)
        if done >= 500:
            work.stop.set()

    with pytest.raises(StoppedError):
        write(sheet, tmp_path / "a.file", step)
    assert list(tmp_path.iterdir()) == []


def test_charts_say_what_they_show_and_have_a_table_twin(open_page):
    page = open_page()
    assert page.bars.chart.accessibleDescription() == page.bars.summary.text()
    assert "Diploma in Accounting 2A" in page.bars.summary.text()
    page.bars.toggle()
    assert page.bars.table.record_model.rowCount() == len(page.bars.chart.points) == 2
    page.bars.copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "Cohort\tPercent"
    assert lines[2] == "Diploma in Accounting 2A\t0"
    assert page.line.chart.points[0].label.startswith("Week of 2 Nov: ")


def test_work_that_is_stopped_leaves_the_figures_as_they_were(open_page):
    page = open_page()
    work = Work()
    work.stop.set()
    with pytest.raises(StoppedError):
        local_figures(page.here.desk, Asked(date(2026, 1, 1), date(2026, 12, 31)), work)
    shown = page.figures
    page.refresh()
    page.stop()
    wait_for_background()
    assert page.figures.students == shown.students
    assert not page.progress.isVisible()


def test_minutes_are_hours_in_words():
    assert minutes_words(0) == "0 h 00 min"
    assert minutes_words(725) == "12 h 05 min"


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_every_part_paints(open_page, scheme):
    theme().apply(scheme)
    page = open_page(size=(1158, 700))
    for tab in (STUDENTS, COHORTS, COURSES, TERMS, HOURS, OPEN):
        page.tabs.choose(tab)
        assert not page.grab().isNull()
