"""The paging model: order and filter in the source, pages kept, pages given up."""

import pytest
from PySide6.QtCore import QModelIndex, Qt

from desktop.widgets.columns import Cell, Column
from desktop.widgets.record_model import MOST_PAGES, PAGE_ROWS, RecordModel
from desktop.widgets.row_source import ListSource, RowQuery
from tests.widgets.people_source import PeopleSource, person_columns


@pytest.fixture
def source():
    return PeopleSource(10_000)


@pytest.fixture
def model(qapp, source):
    return RecordModel(source, person_columns())


def test_it_reads_a_page_at_a_time(model, source):
    source.asked.clear()
    assert model.rowCount() == 10_000
    assert source.asked == []
    for place in range(PAGE_ROWS):
        assert model.row_at(place).number == f"S-{place:06d}"
    assert source.asked == ["ids 0", "rows"]
    model.row_at(PAGE_ROWS)
    assert source.asked == ["ids 0", "rows", f"ids {PAGE_ROWS}", "rows"]


def test_it_keeps_forty_pages_and_gives_up_the_oldest(model, source):
    for page in range(MOST_PAGES):
        model.row_at(page * PAGE_ROWS)
    model.row_at(0)  # the first page is used again
    model.row_at(MOST_PAGES * PAGE_ROWS)
    source.asked.clear()
    model.row_at(0)
    assert source.asked == []
    model.row_at(PAGE_ROWS)
    assert source.asked == ["rows"], "ids stay, rows are read again"


def test_order_and_filter_are_the_sources(model):
    model.set_query(RowQuery("balance", descending=True))
    balances = [model.row_at(place).balance for place in range(300)]
    assert balances == sorted(balances, reverse=True)
    model.set_query(RowQuery("name", text="Mensah"))
    assert 0 < model.rowCount() < 10_000
    assert all(model.row_at(place).family.startswith("Mensah") for place in range(model.rowCount()))


def test_a_new_query_is_told_once(model, qtbot):
    with qtbot.waitSignals([model.modelReset, model.query_changed], timeout=1000):
        model.set_query(RowQuery("name"))
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_query(RowQuery("name"))


def test_beyond_the_end_there_is_nothing(model):
    assert model.row_at(10_000) is None
    assert model.row_at(-1) is None
    assert model.id_at(10_000) == ""
    assert model.cell_at(10_000, 0) is None


def test_a_row_that_vanished_meanwhile_is_blank_not_a_crash(model, source):
    assert model.id_at(3) == "S-000003"
    source.db.execute("DELETE FROM person WHERE number = 'S-000003'")
    assert model.row_at(3) is None
    assert model.data(model.index(3, 0)) is None
    assert model.row_at(4).number == "S-000004"


def test_an_id_is_found_wherever_it_is(model):
    assert model.place_of("S-009999") == 9999
    assert model.place_of("S-000000", near=9000) == 0
    assert model.place_of("S-123456") == -1


def test_cells_have_names_for_screen_readers(model):
    role = Qt.ItemDataRole.AccessibleTextRole
    name = model.row_at(2).name
    assert model.data(model.index(2, 0), role) == name
    assert model.data(model.index(2, 3), role) == f"{name}, Balance, 74"
    assert model.headerData(3, Qt.Orientation.Horizontal) == "Balance"


def test_roles_it_does_not_serve_cost_nothing(model, source):
    index = model.index(0, 0)
    source.asked.clear()
    for role in (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.FontRole, Qt.ItemDataRole.SizeHintRole):
        assert model.data(index, role) is None
    assert source.asked == []


def test_copying_gives_heads_and_one_line_a_row(qapp):
    source = ListSource[str](lambda row: row, {"word": str}, rows=["b\tb", "a\na"])
    columns = (Column("word", "Word", lambda row: row), Column("long", "Length", lambda row: Cell(str(len(row)))))
    model = RecordModel(source, columns)
    assert list(model.tab_separated([0, 1], [1, 0])) == ["Length\tWord", "3\tb b", "3\ta a"]


def test_copying_many_rows_leaves_the_cache_alone(model):
    model.row_at(0)
    lines = list(model.tab_separated(range(10_000), range(6)))
    assert len(lines) == 10_001
    assert len(model._rows) == 1


def test_children_there_are_none(model):
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.columnCount(QModelIndex()) == 6


def test_a_list_sorts_mixed_values_and_searches_all_words(qapp):
    rows = [("1", "Ama", 7), ("2", "kofi", None), ("3", "Esi", 12)]
    source = ListSource(lambda row: row[0], {"name": lambda row: row[1], "age": lambda row: row[2]}, rows=rows)
    assert source.ids(RowQuery("age"), 0, 9) == ["2", "1", "3"]
    assert source.ids(RowQuery("age", descending=True), 0, 9) == ["3", "1", "2"]
    assert source.ids(RowQuery("name"), 0, 9) == ["1", "3", "2"]
    assert source.ids(RowQuery(text="KOF"), 0, 9) == ["2"]
    assert source.count(RowQuery(text="zz")) == 0
    assert source.position(RowQuery("name"), "K") == 2
    assert source.position(RowQuery("name"), "z") == -1
    source.set_rows(rows[:1])
    assert source.count(RowQuery()) == 1
    assert source.rows(["1", "3"]) == {"1": rows[0]}
