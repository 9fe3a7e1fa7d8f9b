"""Today for a student: the day's own classes, and nothing about registers."""

import pytest

from desktop.shell.page_book import PageBook
from desktop.shell.today_page import OWN_PAGE, REGISTER_PAGE, TodayPage
from desktop.shell.today_store import read_today, works_with_registers
from desktop.widgets.background import wait_for_background
from shared.people.vocabulary import Role
from tests.desks import make_actor, make_desk
from tests.shell.conftest import institute_rows, student_id


@pytest.fixture
def student(tmp_path, clock):
    """A student of the first cohort, which meets at eight."""
    actor = make_actor(student_id(0, 0), "Akosua Mensah0", Role.STUDENT)
    made = make_desk(tmp_path / "student", actor, institute_rows(), clock=clock)
    yield made
    wait_for_background()
    made.close()


def test_the_days_own_classes_without_registers(student):
    today = read_today(student.desk)
    assert not works_with_registers(student.desk)
    assert {line.name for line in today.classes} == {"Photography 1"}
    assert today.missing == ()


def test_the_page_says_nothing_of_registers_and_opens_ones_own_attendance(student, qtbot):
    book = PageBook(pages={OWN_PAGE: lambda *_given: None})
    page = TodayPage(student.desk, book)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.shown is not None)
    assert page.not_taken not in page.counters
    assert page.table.record_model.columnCount() == 4
    page.table.opened.emit(page.shown.classes[0].id)
    assert student.opened.pages == [(OWN_PAGE, None, {})]
    assert REGISTER_PAGE not in {name for name, _, _ in student.opened.pages}
    assert ("Enter", "Open my attendance") in page.page_keys()


def test_an_instructors_page_opens_registers(teacher, qtbot):
    page = TodayPage(teacher.desk, PageBook())
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.shown is not None)
    page.table.opened.emit("some-class")
    assert teacher.opened.pages == [(REGISTER_PAGE, "some-class", {})]
    assert page.not_taken in page.counters
