"""The grading queue: what waits over all classes, who sees what of it, and the way to the workbench."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.grading.marking_queue import queue_rows, waiting_work
from desktop.grading.marking_queue_page import ALL, QueuePage
from tests.attendance.classes import INSTRUCTOR, REGISTRAR, STRANGER
from tests.grading.book_rows import STUDENTS, mark, work
from tests.grading.marking_rows import TITLE, WORK, handed_in, open_class, submission


def _rows():
    return [
        *handed_in(),
        work("Paper", work_kind="paper", due_at="2026-11-10T17:00:00.000Z"),
        work("Later", work_kind="paper", due_at="2026-12-10T17:00:00.000Z"),
        work("Column", work_kind="manual"),
        work("Draft", work_kind="paper", state="draft"),
        mark("Paper", "Amina Yusuf", "50"),
        mark("Paper", "Chen Wei", None, "missing", released_at=None),
        mark("Paper", "Elif Demir", "20", finished=False, released_at=None),
    ]


@pytest.fixture
def desk(tmp_path, plain_look):
    """`desk(actor)` opens a desk with four pieces of work."""
    opened = []

    def open_one(actor=INSTRUCTOR, rows=None):
        opened.append(open_class(tmp_path / str(len(opened)), actor, _rows() if rows is None else rows, files=()))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def test_it_counts_what_waits(desk):
    here = desk()
    found = {row.title: (row.waiting, row.graded, row.unpublished, row.students) for row in queue_rows(here.desk)}
    assert found == {
        "Paper": (len(STUDENTS) - 2, 2, 1, 18),
        TITLE: (13, 3, 3, 18),
        "Later": (0, 0, 0, 18),
    }
    assert [row.title for row in queue_rows(here.desk)] == ["Paper", TITLE, "Later"]
    assert waiting_work(here.desk) == 29


def test_others_classes_arent_in_it(desk):
    assert queue_rows(desk(STRANGER).desk) == []
    assert len(queue_rows(desk(REGISTRAR).desk)) == 3


def test_the_page_shows_what_waits_and_opens_it(desk, qtbot):
    here = desk()
    page = QueuePage(here.desk)
    qtbot.addWidget(page)
    page.show()
    assert page.head.subtitle.text() == "29 pieces of work wait"
    assert page.body.shown == 2
    page.filters.filters["show"].choose(ALL)
    assert page.body.shown == 3
    page.table.setFocus()
    page.filters.search.setText("cash")
    qtbot.waitUntil(lambda: page.body.shown == 1)
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert here.opened.pages == [("grading.mark", WORK, {})]


def test_the_page_follows_what_is_handed_in(desk, qtbot):
    here = desk()
    page = QueuePage(here.desk)
    qtbot.addWidget(page)
    here.feed.bring([submission("Grace Wanjiru", "2026-11-19T09:00:00.000Z")])
    qtbot.waitUntil(lambda: page.head.subtitle.text() == "30 pieces of work wait")


def test_nothing_waiting_says_so(desk, qtbot):
    page = QueuePage(desk(rows=[]).desk)
    qtbot.addWidget(page)
    assert page.body.empty.title.text() == "Nothing waits"
    page.filters.filters["show"].choose(ALL)
    assert page.body.empty.title.text() == "No work yet"
    page.filters.search.setText("x")
    qtbot.waitUntil(lambda: page.body.empty.title.text() == "No work found")
    assert page.first_focus() is page.table
