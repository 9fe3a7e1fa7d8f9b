"""Statistics of work: a line for each piece, its marks in tenths, its criteria, and the table as a file."""

import csv

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt

from desktop.grading.book_page import BookPage
from desktop.grading.statistics_page import StatisticsPage
from desktop.widgets.background import wait_for_background
from desktop.widgets.chart import Point
from desktop.widgets.chart_columns import ColumnChart
from shared.core.ids import derived_id
from tests.attendance.classes import REGISTRAR, STRANGER
from tests.grading.book_rows import STUDENTS, class_rows, hand_in, mark, open_book, work, work_id
from tests.grading.work_rows import RUBRIC, given

FIRST, SECOND, THIRD, FOURTH = STUDENTS[:4]
VERSION = derived_id("version")


def rubric():
    body = {"id": VERSION, "revision": VERSION, "rubric_id": "r", "course_id": "c", "name": "Portraits", "version": 1}
    return "rubric_version", {**body, "criteria": RUBRIC}


def rows():
    due = "2026-11-10T12:00:00.000Z"
    late = {"kind": "none", "amount": "0", "grace_minutes": 0, "floor_percent": "0"}
    levels = [given("Light", "good", "15"), given("Idea", "strong", "25")]
    more = {"work_kind": "handed_in", "takes": ["text"], "due_at": due, "late": late, "rubric_version_id": VERSION}
    return [
        *class_rows(),
        rubric(),
        work("Portraits", "50", position=1, **more),
        hand_in("Portraits", FIRST, "2026-11-10T11:00:00.000Z"),
        hand_in("Portraits", SECOND, "2026-11-12T11:00:00.000Z"),
        mark("Portraits", FIRST, "40", levels=levels, released_at=None),
        mark("Portraits", SECOND, "20.5"),
        mark("Portraits", THIRD, None, "missing"),
        mark("Portraits", FOURTH, "10", finished=False, released_at=None),
        work("Quiz", "20", position=2),
    ]


@pytest.fixture
def page(tmp_path, qtbot, plain_look):
    made = open_book(tmp_path, REGISTRAR, rows())
    shown = StatisticsPage(made.desk, None, {"work": work_id("Portraits")})
    qtbot.addWidget(shown)
    shown.resize(1126, 712)
    shown.show()
    wait_for_background()
    qtbot.waitUntil(lambda: bool(shown.found.lines))
    shown.made = made
    yield shown
    wait_for_background()
    made.close()


def table(page):
    model = page.table.record_model
    return [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]


def test_each_piece_of_work_has_its_figures(page):
    every = str(len(STUDENTS))
    assert table(page) == [
        ["Portraits", f"2 / {every}", "1", "1", "", f"2 / {every}", "30.3", "30.3", "20.5 to 40"],
        ["Quiz", "", "", "", "", f"0 / {every}", "–", "–", "–"],
    ]


def test_the_current_piece_shows_how_its_marks_and_criteria_are_spread(page):
    assert page.bands.summary.text() == "2 students graded: average 30.3, median 30.3, from 20.5 to 40"
    bands = {point.name: point.value for point in page.bands.chart.points if point.value}
    assert bands == {"40–50": 1, "80–90": 1}
    assert page.criteria.isVisible()
    assert [(one.name, one.value) for one in page.criteria.chart.points] == [("Light", 75), ("Idea", 83)]
    assert page.criteria.chart.points[0].label == "Light: average 15 of 20. weak 0, good 1"
    page.bands.toggle()
    assert page.bands.table.record_model.rowCount() == 10
    page.table.go_to(work_id("Quiz"))
    assert page.bands.summary.text() == "Nothing is graded yet."
    assert page.bands.chart.points == ()
    assert not page.criteria.isVisible()


def test_a_mark_that_comes_is_counted(page, qtbot):
    page.made.feed.bring([mark("Quiz", FIRST, "18")])
    qtbot.waitUntil(lambda: table(page)[1][6] == "18", timeout=5000)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_file_has_the_lines_of_the_screen(page, tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    page.export_path = lambda _page, _name: path
    page._search("portr")
    page.export()
    if ending == "csv":
        with path.open(encoding="utf-8-sig") as source:
            found = [list(row) for row in csv.reader(source)]
    else:
        sheet = load_workbook(path).worksheets[0]
        found = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    figures = ["Portraits", "50", str(len(STUDENTS)), "2", "1", "1", "0", "2", "30.25", "30.25", "20.5", "40"]
    assert found[0][:2] == ["Work", "Points"]
    assert found[1:] == [figures]


def test_going_back_from_the_file_saves_nothing(page):
    page.export_path = lambda _page, _name: None
    page.export()


def test_the_gradebook_opens_it_on_the_current_work_and_back(page, qtbot):
    book = BookPage(page.made.desk, None)
    qtbot.addWidget(book)
    book.view.go_to(book.view.book_model.index(0, 1))
    book.side.statistics_button.click()
    assert page.made.opened.pages[-1] == ("grading.statistics", book.cohort_id, {"work": work_id("Quiz")})
    page.book_button.click()
    assert page.made.opened.pages[-1][:2] == ("grading.book", page.cohort_id)
    page.table.opened.emit(work_id("Quiz"))
    assert page.made.opened.pages[-1][:2] == ("grading.mark", work_id("Quiz"))


def test_whoever_teaches_nothing_here_sees_nothing(tmp_path, qtbot, plain_look):
    made = open_book(tmp_path / "other", STRANGER, rows())
    shown = StatisticsPage(made.desk)
    qtbot.addWidget(shown)
    shown.show()
    wait_for_background()
    qtbot.waitUntil(lambda: shown.stack.currentIndex() == 1)
    assert not shown.export_button.isEnabled()
    made.close()


def test_columns_are_met_by_mouse_and_keys(qtbot, plain_look):
    chart = ColumnChart("Spread")
    qtbot.addWidget(chart)
    chart.resize(300, 160)
    points = [Point(str(at), f"{at}", value, f"value {value}") for at, value in enumerate((0.0, 4.0, 2.0))]
    chart.set_points(points, "three values")
    chart.show()
    assert chart.share(4.0) == 1
    assert chart.point_at(chart.place(1).center()) == 1
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.shown == 2
    assert not chart.grab().isNull()
