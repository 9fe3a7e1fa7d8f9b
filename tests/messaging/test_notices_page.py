"""The list of notices and the bell: what is shown, opened, marked read, filtered and counted."""

import pytest
from PySide6.QtCore import Qt

from desktop.areas import NOTICE_OPENS, areas
from desktop.core.settings import Settings
from desktop.messaging.area import NOTICES
from desktop.messaging.notices_page import UNREAD, NoticesPage
from desktop.messaging.words import category_word, state_cell
from desktop.shell.assembly import make_window
from desktop.shell.bell_button import BellButton
from desktop.shell.main_window import PersonShown
from desktop.shell.preferences import Preferences
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from shared.messaging.vocabulary import NoticeCategory
from tests.messaging.inbox import INBOX, WORK, notice, open_inbox

IDS = [body["id"] for _, body in INBOX]


@pytest.fixture
def look(qapp):
    """The light theme at 100 %."""
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)
    yield
    wait_for_background()


@pytest.fixture
def shown(qtbot, tmp_path, look):
    """`shown(rows)` shows the page with these notices."""
    opened = []

    def show(rows=INBOX):
        here = open_inbox(tmp_path / str(len(opened)), rows)
        opened.append(here)
        page = NoticesPage(here.desk, opens=NOTICE_OPENS)
        page.here = here
        qtbot.addWidget(page)
        page.resize(1100, 700)
        with qtbot.waitExposed(page):
            page.show()
        return page

    yield show
    wait_for_background()
    for one in opened:
        one.close()


def titles(page):
    model = page.table.record_model
    return [model.index(row, 1).data() for row in range(model.rowCount())]


def states(page):
    model = page.table.record_model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_newest_stand_first_with_what_presses_named(shown):
    page = shown()
    assert titles(page)[0].startswith("Marks of Studio lighting are out")
    assert states(page) == ["New", "Important", "Important", "", ""]
    assert page.head.subtitle.text() == "3 unread"
    assert page.table.record_model.index(0, 3).data() == "today 11:23"


def test_enter_opens_what_it_is_about_and_marks_it_read(shown, qtbot):
    page = shown()
    page.table.go_to(IDS[1])
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.here.opened.pages == [("grading.work", WORK, {})]
    assert page.here.store.get("notice", IDS[1])["read_at"]
    qtbot.waitUntil(lambda: states(page)[1] == "")


@pytest.mark.parametrize(
    ("kind", "opened"),
    [("own_marks", [("grading.own", None, {})]), ("", []), ("from_a_newer_server", [])],
)
def test_a_notice_opens_the_page_that_it_names_or_none(shown, kind, opened):
    page = shown([notice("One", link_kind=kind, link_id=None)])
    page.open_notice(page.table.record_model.id_at(0))
    assert page.here.opened.pages == opened
    assert page.here.store.get("notice", page.table.record_model.id_at(0))["read_at"]


def test_the_button_says_what_it_opens_and_is_not_there_where_nothing_opens(shown):
    page = shown()
    page.table.go_to(IDS[1])
    assert page.open_button.text() == "Open the work"
    page.open_button.click()
    assert page.here.opened.pages == [("grading.work", WORK, {})]
    page.table.go_to(IDS[3])
    assert page.open_button.isHidden()


def test_when_it_was_read_is_shown(shown):
    page = shown()
    assert [page.table.record_model.index(row, 4).data() for row in range(5)] == [
        "",
        "",
        "",
        "today 13:05",
        "today 13:05",
    ]


def test_the_one_under_the_cursor_is_marked_read(shown, qtbot):
    page = shown()
    page.table.go_to(IDS[0])
    assert page.one_button.isEnabled()
    page.one_button.click()
    qtbot.waitUntil(lambda: not page.one_button.isEnabled())
    assert page.head.subtitle.text() == "2 unread"
    page.table.go_to(IDS[3])
    assert not page.one_button.isEnabled()


def test_several_are_marked_read(shown, qtbot):
    page = shown()
    page.table.selectAll()
    assert page.read_button.text() == "Mark 5 read"
    page.read_button.click()
    qtbot.waitUntil(lambda: page.head.subtitle.text() == "Everything is read")
    assert page.table.selected_count() < 2


def test_all_are_marked_read(shown, qtbot):
    page = shown()
    page.all_button.click()
    qtbot.waitUntil(lambda: page.head.subtitle.text() == "Everything is read")
    assert not page.all_button.isEnabled()
    assert set(states(page)) == {""}


def test_filters_and_search_leave_what_fits(shown):
    page = shown()
    page.filters.filters["category"].choose("system")
    assert titles(page) == ["The server is updated on Sunday"]
    page.filters.clear()
    page.filters.filters["show"].choose(UNREAD)
    assert len(titles(page)) == 3
    page.filters.filters["category"].choose("payment")
    assert titles(page) == []
    assert page.body.empty.title.text() == "No such notice"
    page.filters.clear()
    page.filters.search.setText("microphone")
    page.table.set_search("microphone")
    assert len(titles(page)) == 1


def test_a_search_without_a_hit_says_what_was_searched(shown):
    page = shown()
    page.filters.search.setText("zebra")
    page.filters.search.searched.emit("zebra")
    assert page.body.empty.title.text() == "No notice matches “zebra”"


def test_without_notices_it_says_when_they_come(shown):
    page = shown([])
    assert page.body.empty.title.text() == "No notices yet"
    assert not page.all_button.isEnabled()
    assert not page.one_button.isEnabled()


def test_a_notice_that_comes_is_shown_at_once(shown, qtbot):
    page = shown([])
    page.here.feed.bring([notice("New work: Portraits")])
    qtbot.waitUntil(lambda: page.head.subtitle.text() == "1 unread")
    assert states(page) == ["New"]


def test_an_urgent_one_is_called_so_and_read_ones_are_quiet():
    assert state_cell(notice("One", priority="urgent")[1]).text == "Urgent"
    assert state_cell(notice("One", priority="urgent", read=True)[1]).text == ""


def test_every_category_has_its_word_and_a_new_one_shows_as_it_is():
    words = [category_word(str(one)) for one in NoticeCategory]
    assert len(set(words)) == len(words)
    assert category_word("gossip") == "gossip"


# ----------------------------------------------------------------------------------------------------- the bell


@pytest.mark.parametrize(
    ("count", "words", "name"),
    [(0, "", "Notices"), (1, "1", "Notices, 1 unread"), (99, "99", "Notices, 99 unread"),
     (1_234, "99+", "Notices, 1,234 unread")],
)  # fmt: skip
def test_the_bell_says_how_many_are_unread(qtbot, look, count, words, name):
    bell = BellButton("Notices", "bell")
    qtbot.addWidget(bell)
    bell.set_count(count)
    assert (bell.shown_count, bell.accessibleName(), bell.toolTip()) == (words, name, name)
    assert not bell.grab().isNull()


@pytest.fixture
def window(qtbot, tmp_path, look):
    """The whole window of a student with notices."""
    every = areas()
    here = open_inbox(tmp_path, areas=[one.store for one in every])
    made = make_window(here.desk, every, {}, Preferences(Settings()), PersonShown("Esi Asante", "S-1", "Student"))
    qtbot.addWidget(made)
    made.here = here
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()
    wait_for_background()
    here.close()


def test_the_bell_counts_opens_the_list_and_counts_again(window, qtbot):
    bell = window.top.bells[NOTICES]
    qtbot.waitUntil(lambda: bell.count == 3)
    qtbot.mouseClick(bell, Qt.MouseButton.LeftButton)
    assert window.top.path == ("Notices",)
    window.page.read_all()
    qtbot.waitUntil(lambda: bell.count == 0)
    window.here.feed.bring([notice("New work: Portraits")])
    qtbot.waitUntil(lambda: bell.count == 1)


def test_the_bell_stands_between_the_pill_and_the_person(window):
    bell = window.top.bells[NOTICES]
    assert window.top.pill.x() < bell.x() < window.top.person.x()


def test_a_notice_opens_a_page_that_there_is(window):
    assert set(NOTICE_OPENS.values()) <= set(window.book.pages)


def test_the_palette_finds_the_list(window):
    command = next(one for one in window.book.palette if one.title == "Show my notices")
    command.run(window.desk)
    assert window.top.path == ("Notices",)
