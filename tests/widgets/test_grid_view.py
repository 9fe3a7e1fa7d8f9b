"""Grids whose text size changes while they are open: their rows and columns follow, and nothing in them is cut."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.attendance.month_view import MonthView
from desktop.grading.book_side import BookSide
from desktop.grading.book_view import BookView
from desktop.grading.skill_matrix import SkillView
from desktop.widgets.theme import Scheme, theme


@pytest.fixture(params=[MonthView, SkillView, lambda: BookView(lambda *_: "")], ids=["month", "skills", "book"])
def grid(request, qapp):
    theme().apply(Scheme.LIGHT, scale=100)
    made = request.param()
    yield made
    theme().apply(Scheme.LIGHT, scale=100)
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_rows_and_columns_follow_the_text_size_and_come_back(grid):
    rows, columns = grid.verticalHeader(), grid.horizontalHeader()
    before = rows.defaultSectionSize()
    theme().apply(Scheme.LIGHT, scale=150)
    assert rows.defaultSectionSize() == before * 3 // 2
    assert columns.defaultSectionSize() >= 62 * 3 // 2, "the narrowest of them all has room for a day"
    theme().apply(Scheme.LIGHT, scale=100)
    assert rows.defaultSectionSize() == before


def test_the_side_of_the_gradebook_leaves_its_bars_out_in_a_low_window_and_squeezes_nothing(qapp):
    side = BookSide()
    try:
        side.show_student("Abena Amoah", "S-0163", ("66.2", "–", "None"))
        side.resize(side.width(), 560)
        side.show()
        assert side.distribution.isVisible()
        side.resize(side.width(), 260)
        assert not side.distribution.isVisible()
        assert side.name.height() >= side.name.sizeHint().height()
    finally:
        side.close()
        side.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
