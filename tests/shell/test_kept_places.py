"""Where a page stood it stands again where rights make it anew: selected rows by id, and how far it was scrolled."""

import pytest
from PySide6.QtCore import QAbstractListModel, QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QVBoxLayout, QWidget

from desktop.core.settings import Settings
from desktop.grading.statistics_page import StatisticsPage
from desktop.people.area import area as people_area
from desktop.shell.assembly import make_window
from desktop.shell.history import Place
from desktop.shell.kept_choices import choices_of, choose_again
from desktop.shell.main_window import PersonShown
from desktop.shell.preferences import Preferences
from desktop.widgets.background import wait_for_background
from desktop.widgets.columns import Column
from desktop.widgets.dialog import Dialog
from desktop.widgets.layouts import ScrollColumn
from desktop.widgets.record_table import RecordTable
from desktop.widgets.row_ids import RowsById
from desktop.widgets.row_source import ListSource
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.attendance.classes import REGISTRAR
from tests.grading.book_rows import STUDENTS, class_rows, mark, open_book, work, work_id
from tests.people.desks import crowd, open_desk, person_id

NAMES = [f"P-{at:03}" for at in range(80)]


def let_go(*widgets):
    for one in widgets:
        one.close()
        one.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def settle():
    """Let what was asked for be done, as the program does before it paints."""
    QCoreApplication.sendPostedEvents()


class Names(QAbstractListModel, RowsById):
    """A list as that of applications is: one name a line."""

    names = ()

    def rowCount(self, _parent=None):  # noqa: N802 - Qt asks by this name
        return len(self.names)

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return self.names[index.row()] if role == Qt.ItemDataRole.DisplayRole else None

    def id_at(self, place):
        return self.names[place]

    def fill(self, names):
        self.beginResetModel()
        self.names = tuple(names)
        self.endResetModel()


class Page(QWidget):
    """A table above a list and a column that scrolls; rows and words may come later."""

    def __init__(self, names=()):
        super().__init__()
        self.told, self.opened = [], []
        self.source = ListSource(str, {"name": str})
        self.table = RecordTable(self.source, (Column("name", "Name", str, width=200),), name="Names")
        self.table.current.connect(self.told.append)
        self.table.opened.connect(self.opened.append)
        self.list, self.names = QListView(), Names(self)
        self.list.setModel(self.names)
        self.column = ScrollColumn(padding=0)
        self.inside = QWidget()
        self.column.body.addWidget(self.inside)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.column, 1)
        self.resize(500, 900)
        if names:
            self.fill(names)

    def fill(self, names):
        self.source.set_rows(list(names))
        self.table.refresh()
        self.names.fill(names)
        self.inside.setFixedHeight(3000)


@pytest.fixture
def make(qapp, qtbot):
    made = []

    def page(*names):
        one = Page(*names)
        made.append(one)
        one.show()
        qtbot.waitUntil(lambda: one.isVisible() and QApplication.activePopupWidget() is None)
        return one

    yield page
    let_go(*made)


@pytest.fixture
def left(make, qtbot):
    """A page with three rows selected, the cursor on the last of them, scrolled to the middle: its choices."""
    page = make(NAMES)
    qtbot.waitUntil(lambda: page.column.verticalScrollBar().maximum() > 1000)
    for name in NAMES[40:43]:
        page.table.selectionModel().setCurrentIndex(
            page.table.record_model.index(NAMES.index(name), 0),
            page.table.selectionModel().SelectionFlag.Select | page.table.selectionModel().SelectionFlag.Rows,
        )
    page.list.setCurrentIndex(page.names.index(60, 0))
    page.table.verticalScrollBar().setValue(1000)
    page.column.verticalScrollBar().setValue(700)
    return choices_of(page)


def stands(page):
    """What of a page is where: selected rows, cursor, and how far both parts are scrolled."""
    table = page.table
    return table.selected_ids(), table.current_id(), table.verticalScrollBar().value(), _down(page)


def _down(page):
    return page.column.verticalScrollBar().value()


WAS = (NAMES[40:43], NAMES[42], 1000, 700)


def test_rows_and_scrolled_parts_are_there_again_once_they_have_come(make, left, qtbot):
    """By id: other rows come before them. Nothing is opened, and the page is told of the cursor once."""
    anew = make()
    choose_again(anew, left)
    settle()
    assert choices_of(anew) == left, "made anew once more meanwhile, it is still to stand there"
    anew.fill(["P-000-a", *NAMES])
    qtbot.waitUntil(lambda: stands(anew) == WAS)
    qtbot.waitUntil(lambda: [one.data() for one in anew.list.selectedIndexes()] == [NAMES[60]])
    assert anew.list.currentIndex().data() == NAMES[60]
    assert (anew.told[-1], anew.opened) == (NAMES[42], [])
    assert choices_of(anew) == left
    anew.fill(NAMES[:20])
    assert anew.table.selected_ids() == [], "and it was done once: what goes from now on is gone"


def test_what_is_gone_is_not_selected(make, left, qtbot):
    anew = make([one for one in NAMES if one not in NAMES[41:43]])
    choose_again(anew, left)
    qtbot.waitUntil(lambda: anew.table.selected_ids() == NAMES[40:41] and _down(anew) == 700)
    assert anew.table.current_id() not in NAMES[41:43]


@pytest.mark.parametrize("where", ["table", "window"])
def test_what_a_person_touches_meanwhile_is_the_persons(make, left, qtbot, where):
    anew = make()
    choose_again(anew, left)
    settle()
    if where == "table":
        qtbot.mouseClick(anew.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    else:
        QTest.keyClick(anew.windowHandle(), Qt.Key.Key_A)
    anew.fill(NAMES)
    settle()
    assert (anew.table.selected_ids(), anew.table.verticalScrollBar().value(), _down(anew)) == ([], 0, 0)


# ------------------------------------------------------------------------------------------------------ real pages


@pytest.fixture
def window(tmp_path, qtbot):
    """The window of a registrar with 300 people."""
    desk = open_desk(tmp_path / "desk", crowd(300))
    made = make_window(desk.desk, [people_area()], {}, Preferences(Settings(theme="light")), PersonShown("Samuel"))
    made.resize(1366, 768)
    made.show()
    qtbot.waitUntil(lambda: made.page.shown is not None)
    yield made
    wait_for_background()
    let_go(made)
    desk.close()


def less(window, qtbot):
    """Take some rights away; returns the page as it is made anew."""
    before, actor = window.page, window.desk.actor
    words = frozenset(map(str, BUILT_IN_ROLES[Role.ATTENDANCE_OFFICER]))
    window.sync.rights_changed.emit(actor.model_copy(update={"permissions": words}))
    qtbot.waitUntil(lambda: window.page is not before)
    return window.page


def test_the_list_of_people_keeps_its_rows_and_its_place(window, qtbot):
    window.open_page("people.list")
    table = window.page.table
    table.go_to(person_id(200))
    table.selectionModel().select(
        table.record_model.index(table.currentIndex().row() + 2, 0),
        table.selectionModel().SelectionFlag.Select | table.selectionModel().SelectionFlag.Rows,
    )
    selected, down = table.selected_ids(), table.verticalScrollBar().value()
    assert len(selected) == 2
    assert down > 0
    page = less(window, qtbot)
    anew = page.table
    qtbot.waitUntil(lambda: (anew.selected_ids(), anew.verticalScrollBar().value()) == (selected, down))
    assert anew.current_id() == person_id(200)
    assert page.selection.isVisible()
    assert window.history.here.page == "people.list", "no person was opened"


def test_a_dialog_that_a_page_opened_on_coming_is_not_opened_again(window, qtbot):
    window.open_page("people.list", add=True)
    qtbot.waitUntil(lambda: Dialog.opened_in(window) is not None)
    Dialog.opened_in(window).reject()
    window.open_page("people.list", add=True)
    assert Dialog.opened_in(window) is not None, "but asked for once more it is"
    window.page.filters.filters["state"].choose("active")
    window.page.filters.filters["state"].activated.emit(1)
    Dialog.opened_in(window).reject()
    page = less(window, qtbot)
    assert page.property("place") == Place("people.list"), "as if one had come without"
    assert page.filters.filters["state"].chosen == "active"
    assert Dialog.opened_in(window) is None


def test_a_long_form_is_scrolled_to_where_it_was(window, qtbot):
    window.open_page("people.person", person_id(3))
    bar = window.page.column.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 60)
    bar.setValue(60)
    page = less(window, qtbot)
    qtbot.waitUntil(lambda: page.column.verticalScrollBar().value() == 60)


@pytest.fixture
def figures(tmp_path):
    """`figures()` shows the statistics of a class with many pieces of work."""
    rows = [*class_rows(), *(work(f"Work {at:02}", "50", position=at) for at in range(1, 40))]
    book = open_book(tmp_path, REGISTRAR, [*rows, mark("Work 30", STUDENTS[0], "40")])
    pages = []

    def show():
        pages.append(StatisticsPage(book.desk))
        pages[-1].resize(1126, 712)
        pages[-1].show()
        return pages[-1]

    yield show
    wait_for_background()
    let_go(*pages)
    book.close()


def test_a_table_whose_rows_come_from_a_worker_shows_the_same_row_and_its_figures(figures, qtbot):
    page = figures()
    qtbot.waitUntil(lambda: bool(page.found.lines))
    page.table.go_to(work_id("Work 30"))
    down = page.table.verticalScrollBar().value()
    anew = figures()
    choose_again(anew, choices_of(page))
    qtbot.waitUntil(lambda: anew.table.verticalScrollBar().value() == down > 0)
    assert anew.current().id == work_id("Work 30")
    assert anew.bands.isVisible()
