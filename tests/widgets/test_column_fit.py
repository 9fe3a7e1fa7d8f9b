"""Columns of a table: numbers are never cut, words give way to them, and what a person chose is kept as it was."""

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel

from desktop.shell.watch import calm
from desktop.widgets.buttons import secondary
from desktop.widgets.columns import CellKind, Column
from desktop.widgets.label import Label
from desktop.widgets.layouts import PageHead
from desktop.widgets.paint import elided
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_source import ListSource
from desktop.widgets.theme import Scheme, theme

SMALL, LARGE = "250.00", "GHS 123,456,789,012.00"
ARABIC = "فاطمة الزهراء بنت عبد الله آل سعود"
Row = tuple[str, str, str]


@pytest.fixture
def show(qtbot):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)

    def show(amounts, width=420, **more):
        rows = [(f"{at:04}", amount, "Words of a bank that may be cut") for at, amount in enumerate(amounts)]
        source = ListSource[Row](lambda row: row[0], {"at": lambda row: row[0]}, rows=rows)
        columns = [
            Column("at", "Name", lambda row: row[0], width=120, stretch=True),
            Column("words", "Words", lambda row: row[2], CellKind.MUTED, 200),
            Column("amount", "Amount", lambda row: row[1], CellKind.NUMBER, 90),
        ]
        table = RecordTable(source, columns, name="Amounts", **more)
        qtbot.addWidget(table)
        table.resize(width, 300)
        with qtbot.waitExposed(table):
            table.show()
        return table, source

    return show


def _room(words: str) -> float:
    return theme().metrics("body-medium").horizontalAdvance(words) + 22


def test_a_number_is_whole_and_words_give_way(show):
    table, source = show([SMALL, LARGE])
    assert table.columnWidth(2) >= _room(LARGE)
    assert table.columnWidth(1) < 200
    assert table.horizontalScrollBar().maximum() == 0
    source.set_rows([("0001", SMALL, "Words")])
    table.refresh()
    assert (table.columnWidth(1), table.columnWidth(2)) == (200, 90)


def test_a_number_far_down_gets_its_room_when_it_is_painted(show, qtbot):
    table, _source = show([*[SMALL] * 300, LARGE])
    assert table.columnWidth(2) == 90
    table.go_to("0300")
    calm()
    table.grab()
    qtbot.waitUntil(lambda: table.columnWidth(2) >= _room(LARGE))


def test_what_a_person_chose_is_kept_whatever_the_numbers_need(show):
    table, source = show([SMALL])
    table.horizontalHeader().resizeSection(1, 170)
    table.horizontalHeader().resizeSection(2, 80)
    kept = table.save_layout()
    source.set_rows([("0001", LARGE, "Words")])
    table.refresh()
    assert table.columnWidth(2) >= _room(LARGE)
    assert table.save_layout() == kept
    assert kept["widths"] == {"words": 170, "amount": 80}


def test_a_table_in_a_card_is_as_high_as_its_rows_up_to_the_most(show):
    few, _ = show([SMALL] * 3, embedded=True, most_rows=5)
    many, _ = show([SMALL] * 300, embedded=True, most_rows=5)
    assert many.sizeHint().height() - few.sizeHint().height() == 2 * few.row_height()


def test_the_dots_stand_where_a_text_goes_on(show):
    metrics = QFontMetricsF(theme().font("body"))
    assert elided(metrics, ARABIC, 5_000) == ARABIC
    assert elided(metrics, ARABIC, 90)[-2:] == "…\u200f"
    assert elided(metrics, "Kwame Asante of Kumasi", 90)[-1:] == "…"
    assert elided(metrics, "12345678901234567890", 40)[-1:] == "…"


def test_a_line_that_a_right_to_left_name_begins_keeps_its_order(show):
    words = f"{ARABIC}, GHS 0.00 owed"
    label = Label(words, wrap=True)
    assert (label.text(), QLabel.text(label)) == (words, f"\u200e{words}")
    label.setText("Ama, GHS 0.00 owed")
    assert QLabel.text(label) == "Ama, GHS 0.00 owed"


def test_a_long_title_leaves_the_buttons_in_sight(qtbot):
    head = PageHead("Nana Akosua Serwaa Konadu-Agyemang Owusu-Ansah the Third of Kumasi and of Bosomtwe District")
    button = head.add_button(secondary("Change plan"))
    qtbot.addWidget(head)
    head.resize(500, 60)
    with qtbot.waitExposed(head):
        head.show()
    assert head.minimumSizeHint().width() < 500
    assert button.geometry().right() < 500
    head.grab()
    assert head.title.toolTip() == head.title.text()
