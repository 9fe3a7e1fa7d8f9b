"""Charts: axis from zero, the same label under mouse and arrows, a table twin, and a sentence for screen readers."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.widgets.chart import Point
from desktop.widgets.chart_bars import BarChart
from desktop.widgets.chart_card import ChartCard
from desktop.widgets.chart_line import LineChart
from desktop.widgets.theme import Scheme, theme

POINTS = [
    Point("a", "Cohort A", 92, "Cohort A: 92 %"),
    Point("b", "Cohort B", None, "Cohort B: nothing recorded"),
    Point("c", "Cohort C", 0, "Cohort C: 0 %"),
    Point("d", "Cohort D", 46, "Cohort D: 46 %"),
]


@pytest.fixture(params=[BarChart, LineChart])
def chart(request, qtbot, qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    made = request.param("Attendance")
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.set_points(POINTS, "From 0 % to 92 %.", 80)
    made.show()
    return made


def test_the_axis_begins_at_zero(chart):
    assert (chart.share(0), chart.share(50), chart.share(100), chart.share(140)) == (0, 0.5, 1, 1)


def test_arrows_go_from_value_to_value_and_stop_at_the_ends(chart):
    for key, place in (
        (Qt.Key.Key_Right, 0),
        (Qt.Key.Key_Down, 1),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_End, 3),
        (Qt.Key.Key_Right, 3),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(chart, key)
        assert chart.shown == place


def test_the_mouse_shows_the_label_that_the_keys_show(chart):
    spot = chart.place(3).center().toPoint()
    QTest.mouseMove(chart, spot)
    assert chart.point_at(chart.place(3).center()) == 3
    chart.show_label(3)
    by_key = chart.grab().toImage()
    chart.show_label(-1)
    assert chart.grab().toImage() != by_key
    assert chart.point_at(QPoint(-5, -5).toPointF()) == -1


def test_enter_and_click_open_a_value(chart, qtbot):
    opened = []
    chart.opened.connect(opened.append)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert opened == []
    QTest.keyClick(chart, Qt.Key.Key_End)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place(0).center().toPoint())
    assert opened == ["d", "a"]


def test_a_screen_reader_gets_title_and_sentence(chart):
    assert (chart.accessibleName(), chart.accessibleDescription()) == ("Attendance", "From 0 % to 92 %.")


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_nothing_and_one_value_paint(chart, scheme):
    theme().apply(scheme)
    for points in ([], POINTS[:1], POINTS[1:2]):
        chart.set_points(points, "", None)
        assert not chart.grab().isNull()


def test_a_longer_bar_means_more(qtbot, qapp):
    theme().apply(Scheme.LIGHT)
    chart = BarChart("Attendance")
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.set_points(POINTS, "")
    image = chart.grab().toImage()
    solid = theme().colour("series").rgb()
    ratio = image.devicePixelRatio()

    def length(at):
        rows = range(int(chart.place(at).top() * ratio), int(chart.place(at).bottom() * ratio))
        return max(sum(image.pixel(x, y) == solid for x in range(image.width())) for y in rows)

    assert length(0) == pytest.approx(2 * length(3), rel=0.05)
    assert length(1) == length(2) == 0


def test_the_card_has_a_table_twin_and_copies(qtbot, qapp):
    theme().apply(Scheme.LIGHT)
    card = ChartCard("Attendance by cohort", BarChart("Attendance by cohort"), ("Cohort", "Percent"))
    qtbot.addWidget(card)
    card.resize(420, 300)
    card.set_points(POINTS, "From 0 % to 92 %.", 80)
    card.show()
    assert card.summary.text() == "From 0 % to 92 %."
    card.toggle()
    model = card.table.record_model
    shown = [[model.cell_at(row, column).text for column in range(2)] for row in range(model.rowCount())]
    assert shown == [["Cohort A", "92"], ["Cohort B", "–"], ["Cohort C", "0"], ["Cohort D", "46"]]
    assert card.swap.text() == "Show as chart"
    card.toggle()
    assert (card.stack.currentIndex(), card.swap.text()) == (0, "Show as table")
    card.copy()
    assert QGuiApplication.clipboard().text() == "Cohort\tPercent\nCohort A\t92\nCohort B\t–\nCohort C\t0\nCohort D\t46"
