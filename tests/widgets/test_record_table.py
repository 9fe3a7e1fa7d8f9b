"""The table: keyboard, selection, sorting, remembered layout, copying, and its speed with 100,000 rows."""

import statistics
from time import thread_time

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import RowQuery
from tests.fixtures.windows import bring_forward
from tests.widgets.people_source import PeopleSource, person_columns


@pytest.fixture
def source():
    return PeopleSource(2_000)


@pytest.fixture
def table(qtbot, source):
    made = RecordTable(source, person_columns(), name="People")
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.sort_by("name")
    bring_forward(qtbot, made)
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def _row_middle(table, row):
    return QPoint(100, table.rowViewportPosition(row) + table.row_height() // 2)


def test_enter_and_double_click_open_the_row(table, qtbot):
    table.go_to("S-000042")
    with qtbot.waitSignal(table.opened, timeout=1000) as told:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert told.args == ["S-000042"]
    row = table.currentIndex().row()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=_row_middle(table, row))
    with qtbot.waitSignal(table.opened, timeout=1000) as told:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=_row_middle(table, row))
    assert told.args == ["S-000042"]


def test_home_and_end_go_to_the_first_and_last_row(table, qtbot):
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 1999
    assert table.selected_ids() == [table.record_model.id_at(1999)]
    qtbot.keyClick(table, Qt.Key.Key_Home)
    assert table.currentIndex().row() == 0


def test_arrows_move_the_selection(table, qtbot):
    qtbot.keyClick(table, Qt.Key.Key_Home)
    with qtbot.waitSignal(table.current, timeout=1000) as told:
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert told.args == [table.record_model.id_at(1)]
    assert table.selected_ids() == [table.record_model.id_at(1)]


def test_space_selects_and_control_a_selects_all(table, qtbot):
    qtbot.keyClick(table, Qt.Key.Key_Home)
    with qtbot.waitSignal(table.selection_count, timeout=1000) as told:
        qtbot.keyClick(table, Qt.Key.Key_Space)
    assert told.args == [0]
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.selected_count() == 2000


def test_letters_jump_to_a_name(table, qtbot):
    qtbot.keyClicks(table, "quaye")
    assert table.record_model.row_at(table.currentIndex().row()).family.startswith("Quaye")
    assert table.record_model.row_at(table.currentIndex().row() - 1).family < "Quaye"
    qtbot.keyClicks(table, "zz")
    assert table.record_model.row_at(table.currentIndex().row()).family.startswith("Quaye"), "no such name: stay"


def test_the_head_sorts_and_turns_round(table, qtbot):
    header = table.horizontalHeader()
    middle = QPoint(header.sectionViewportPosition(3) + 40, 16)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert table.record_model.query == RowQuery("balance")
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert table.record_model.query == RowQuery("balance", descending=True)
    phone = QPoint(header.sectionViewportPosition(2) + 40, 16)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=phone)
    assert table.record_model.query.order == "balance", "the phone's column cannot sort"


def test_the_menu_sorts_without_a_mouse(table):
    menu = table.table_menu()
    texts = [action.text() for action in menu.actions()]
    assert "Sort by Balance" in texts
    assert "Sort by Phone" not in texts
    next(action for action in menu.actions() if action.text() == "Sort by Balance").trigger()
    assert table.record_model.query.order == "balance"


def test_searching_keeps_the_order(table):
    table.set_search("Osei")
    assert table.record_model.query == RowQuery("name", text="Osei")
    assert table.record_model.rowCount() < 2000


def test_copying_gives_the_selected_rows_with_heads(table, qtbot):
    table.go_to("S-000007")
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "Name\tNumber\tPhone\tBalance\tCourse\tState"
    assert lines[1].split("\t")[1] == "S-000007"
    assert len(lines) == 2


def test_copying_many_rows_leaves_the_window_alive(table, qtbot):
    turns = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(1))
    timer.start(0)
    with qtbot.waitSignal(table.copied, timeout=5000) as told:
        table.copy()
    assert told.args == [2000]
    assert turns, "other events were served in between"
    assert QGuiApplication.clipboard().text().count("\n") == 2000


def test_the_stretching_column_takes_what_is_left_and_keeps_its_own_width(table):
    header = table.horizontalHeader()
    assert sum(header.sectionSize(place) for place in range(6)) == table.viewport().width()
    table.resize(500, 400)
    assert header.sectionSize(0) == 220


def test_a_refresh_keeps_cursor_selection_and_place(table, source):
    table.go_to("S-000500")
    chosen = table.record_model.id_at(table.currentIndex().row() + 3)
    source.db.execute("DELETE FROM person WHERE family LIKE 'Add%'")  # rows above the cursor go
    table.refresh()
    assert table.current_id() == "S-000500"
    assert table.selected_ids() == ["S-000500"]
    assert table.record_model.id_at(table.currentIndex().row() + 3) == chosen


def test_a_refresh_after_the_current_row_is_gone_stays_near(table, source):
    table.go_to("S-000500")
    place = table.currentIndex().row()
    source.db.execute("DELETE FROM person WHERE number = 'S-000500'")
    table.refresh()
    assert table.currentIndex().row() == place
    assert table.record_model.rowCount() == 1999


def test_the_layout_is_remembered(table, qtbot, source):
    header = table.horizontalHeader()
    with qtbot.waitSignal(table.layout_changed, timeout=1000):
        header.resizeSection(1, 173)
    header.moveSection(3, 1)
    table.sort_by("balance", descending=True)
    kept = table.save_layout()
    other = RecordTable(source, person_columns(), name="People")
    qtbot.addWidget(other)
    other.restore_layout(kept)
    assert other.save_layout() == kept
    assert other.record_model.query == RowQuery("balance", descending=True)
    assert other.horizontalHeader().sectionSize(1) == 173


def test_a_layout_of_another_version_does_no_harm(table):
    before = table.save_layout()
    table.restore_layout({"widths": {"gone": 70}, "order": ["gone"], "sort": ["gone", True]})
    assert table.save_layout() == before


def test_text_size_scales_rows_and_columns(table, look):
    width = table.horizontalHeader().sectionSize(1)
    look.apply(scale=150)
    assert table.row_height() == 54
    assert table.rowHeight(0) == 54
    assert table.horizontalHeader().sectionSize(1) == pytest.approx(width * 1.5, abs=1)


def test_hover_is_remembered_and_forgotten(table, qtbot):
    qtbot.mouseMove(table.viewport(), _row_middle(table, 2))
    qtbot.waitUntil(lambda: table.hovered_row == 2)
    QApplication.sendEvent(table, _leave())
    assert table.hovered_row == -1


def _leave():
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_selection_and_focus_change_what_is_painted(table, qtbot):
    qtbot.keyClick(table, Qt.Key.Key_Home)
    with_focus = table.grab().toImage()
    table.clearFocus()
    without = table.grab().toImage()
    assert with_focus != without
    table.clearSelection()
    assert table.grab().toImage() != without


def test_an_embedded_table_is_as_high_as_its_rows(qtbot):
    made = RecordTable(PeopleSource(6), person_columns(), name="Classes", embedded=True)
    qtbot.addWidget(made)
    assert made.sizeHint().height() == 32 + 6 * 36


@pytest.fixture(scope="module")
def many():
    return PeopleSource(100_000)


def test_a_hundred_thousand_rows_paint_fast(qtbot, many):
    """Twice the budget of 150 ms and 16 ms, in the time of this thread alone; the bench holds the budget itself."""
    times = []
    for _run in range(3):
        start = thread_time()
        made = RecordTable(many, person_columns(), name="People")
        qtbot.addWidget(made)
        made.resize(1180, 760)
        made.sort_by("name")
        made.show()
        made.viewport().repaint()
        times.append((thread_time() - start) * 1000)
    assert min(times) < 300
    steps = []
    for step in range(60):
        start = thread_time()
        made.verticalScrollBar().setValue(step * 108)
        made.viewport().repaint()
        steps.append((thread_time() - start) * 1000)
    assert statistics.median(steps) < 32


def test_a_hundred_thousand_rows_can_be_selected_at_once(qtbot, many):
    made = RecordTable(many, person_columns(), name="People")
    qtbot.addWidget(made)
    many.asked.clear()
    made.selectAll()
    assert made.selected_count() == 100_000
    assert len(many.asked) < 5, "selecting reads no rows"
