"""A student's own work over all courses: states, times, filters and order, on a real store."""

import pytest
from PySide6.QtCore import Qt

from desktop.grading.explain_dialog import ExplainDialog
from desktop.grading.my_work_page import MyWorkPage
from desktop.grading.my_work_store import due_count, my_works
from desktop.widgets.dialog import Dialog
from shared.people.vocabulary import Role
from tests.attendance.classes import STRANGER, person_id
from tests.desks import make_actor
from tests.grading.book_rows import class_rows, hand_in, mark, more_time, open_book, work, work_id

ELIF = make_actor(person_id("Elif Demir"), "Elif Demir", Role.STUDENT)
NAME = "Elif Demir"


def piece(title, **more):
    return work(title, **{"work_kind": "handed_in", "takes": ["text"], **more})


def begun(title, at):
    kind, body = hand_in(title, NAME, at)
    return kind, {**body, "state": "in_progress", "handed_in_at": None, "received_at": None, "started_at": at}


ROWS = (
    piece("Soon", due_at="2026-11-21T17:00:00.000Z", assigned_at="2026-11-10T08:00:00.000Z"),
    piece("Later", due_at="2026-12-01T17:00:00.000Z", cutoff_at="2026-12-03T17:00:00.000Z"),
    piece("Never due"),
    piece("Overdue", due_at="2026-11-18T17:00:00.000Z"),
    piece("Closed", due_at="2026-11-18T17:00:00.000Z", state="closed"),
    piece("Extended", due_at="2026-11-18T17:00:00.000Z"),
    more_time("Extended", NAME, "2026-11-21T08:00:00.000Z"),
    piece("In hand", due_at="2026-11-19T17:00:00.000Z"),
    hand_in("In hand", NAME, "2026-11-19T16:00:00.000Z"),
    piece("Graded"),
    hand_in("Graded", NAME, "2026-11-12T16:00:00.000Z"),
    mark("Graded", NAME, "80"),
    piece("Half", due_at="2026-12-02T17:00:00.000Z"),
    begun("Half", "2026-11-20T07:30:00.000Z"),
    work("On paper", work_kind="paper", due_at="2026-11-25T17:00:00.000Z"),
    work("Column"),
    piece("Draft", state="draft", shown=False),
)


@pytest.fixture
def page_of(tmp_path, qtbot, plain_look):
    opened = []

    def show(*rows, actor=ELIF):
        made = open_book(tmp_path / str(len(opened)), actor, [*class_rows(), *rows])
        opened.append(made)
        page = MyWorkPage(made.desk)
        page.made = made
        qtbot.addWidget(page)
        page.resize(1158, 712)
        page.show()
        return page

    yield show
    for one in opened:
        one.close()


def cells(page, key):
    model = page.table.record_model
    at = next(place for place, one in enumerate(model.columns) if one.key == key)
    return [model.index(row, at).data() for row in range(model.rowCount())]


def test_work_stands_by_its_due_time_and_says_where_it_is(page_of):
    page = page_of(*ROWS)
    states = dict(zip(cells(page, "work"), cells(page, "state"), strict=True))
    assert states == {
        "Overdue": "Overdue",
        "Closed": "Not handed in",
        "In hand": "Handed in",
        "Extended": "Not started",
        "Soon": "Not started",
        "On paper": "On paper",
        "Later": "Not started",
        "Half": "In progress",
        "Never due": "Not started",
        "Graded": "Graded",
    }
    order = cells(page, "work")
    assert order.index("Overdue") < order.index("In hand") < order.index("Extended") < order.index("Soon")
    assert order.index("Soon") < order.index("Later") < order.index("Never due")
    assert page.head.subtitle.text() == "6 pieces of work to do · 1 overdue"


def test_each_piece_has_its_times(page_of):
    page = page_of(*ROWS)
    at = {title: place for place, title in enumerate(cells(page, "work"))}
    assert cells(page, "assigned")[at["Soon"]] == "10 Nov, 08:00"
    assert cells(page, "started")[at["Half"]] == "today 07:30"
    assert cells(page, "handed_in")[at["In hand"]].startswith("yesterday")
    assert cells(page, "ends")[at["Later"]] == "3 Dec, 17:00"
    assert cells(page, "due")[at["Extended"]] == "tomorrow 08:00"
    assert (cells(page, "started")[at["Soon"]], cells(page, "ends")[at["Soon"]]) == ("", "")


@pytest.mark.parametrize(
    ("status", "titles"),
    [
        ("handed_in", {"In hand"}),
        ("graded", {"Graded"}),
        ("to_do", {"Overdue", "Closed", "Extended", "Soon", "On paper", "Later", "Half", "Never due"}),
    ],
)
def test_the_list_is_narrowed_by_state(page_of, status, titles):
    page = page_of(*ROWS)
    page.filters.filters["status"].choose(status)
    assert set(cells(page, "work")) == titles


def test_the_list_is_narrowed_by_course_and_search(page_of):
    page = page_of(*ROWS)
    course = page.filters.filters["course"]
    assert course.count() == 2
    course.setCurrentIndex(1)
    assert len(cells(page, "work")) == 10
    page.table.set_search("nothing like it")
    page.body.show_rows(len(page.works))
    assert page.body.empty.title.text() == "No work matches “nothing like it”"


def test_what_is_due_within_two_days_or_overdue_is_counted(page_of):
    page = page_of(*ROWS)
    assert due_count(page.made.desk) == 3  # soon, overdue and still taken, extended


def test_enter_opens_the_page_of_work_and_of_paper_how_its_mark_came_about(page_of, qtbot):
    page = page_of(*ROWS)
    at = cells(page, "work").index("Soon")
    page.table.setFocus()
    page.table.setCurrentIndex(page.table.record_model.index(at, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.made.opened.pages[-1][:2] == ("grading.work", work_id("Soon"))
    page.open_work(work_id("On paper"))
    assert isinstance(Dialog.opened_in(page.window()), ExplainDialog)


def test_nothing_of_other_classes_is_listed(page_of):
    page = page_of(*ROWS, actor=make_actor(STRANGER.person_id, "Yaw Darko", Role.STUDENT))
    assert my_works(page.made.desk) == []
    assert page.body.empty.title.text() == "No work yet"


def test_the_list_follows_what_arrives(page_of, qtbot):
    page = page_of()
    page.made.feed.bring([piece("New", due_at="2026-11-22T17:00:00.000Z")])
    qtbot.waitUntil(lambda: cells(page, "work") == ["New"], timeout=3000)
