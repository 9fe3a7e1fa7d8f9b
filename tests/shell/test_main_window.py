"""The window: opening pages by name, going back, the rail, the keys, and what survives its closing."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.core.settings import Settings
from desktop.core.sync_state import Phase, SyncState
from desktop.shell import page_book
from desktop.shell.assembly import make_window
from desktop.shell.main_window import PersonShown
from desktop.shell.page import offered, tell
from desktop.shell.preferences import Preferences
from desktop.shell.window_keys import _VERBS
from desktop.widgets.dialog import Dialog
from tests.shell.conftest import student_id

SOMEONE = student_id(0, 1)


def test_a_page_that_is_asked_to_do_something_once_more_is_made_anew(window, pages):
    window.open_page("people.list", act="policy")
    window.open_page("people.list", act="policy")
    assert [details for name, _id, details, _page in pages if name == "list"] == [{"act": "policy"}] * 2
    assert len(window.kept_pages()) == 2
    assert window.page is pages[-1][3]


def test_it_opens_on_today_with_the_path_and_the_rail_saying_so(window):
    assert window.top.path == ("Today",)
    assert [item.page for item in window.rail.items if item.isChecked()] == [page_book.TODAY]


def test_the_rail_shows_only_what_the_role_may_use_and_how_much_waits(window):
    names = [item.text() for item in window.rail.items]
    assert names == ["Today", "Students", "Computers", "Settings", "Help and keys"]
    students = window.rail.items[1]
    assert students.count == 14
    assert students.accessibleName() == "Students, 14 waiting"


def test_a_page_opens_another_by_name_with_its_details(window, pages):
    window.desk.open("people.person", SOMEONE, tab="marks")
    assert pages[-1][:3] == ("person", SOMEONE, {"tab": "marks"})
    assert window.top.path == ("Students", f"person {SOMEONE}")
    assert window.rail.items[1].isChecked()


def test_a_name_that_no_area_has_is_a_mistake(window):
    with pytest.raises(KeyError):
        window.desk.open("people.nothing")


def test_the_path_follows_the_pages_title_and_leads_back_to_the_list(window, pages, qtbot):
    window.open_page("people.person", SOMEONE)
    pages[-1][3].setWindowTitle("Ama Mensah")
    assert window.top.path == ("Students", "Ama Mensah")
    window.top.crumb_pressed.emit()
    assert window.history.here.page == "people.list"


def test_back_and_forward_bring_the_same_page_as_it_was(window, pages, qtbot):
    window.open_page("people.list")
    listed = window.page
    window.open_page("people.person", SOMEONE)
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.page is listed
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.history.here.entity_id == SOMEONE
    assert len(pages) == 2


def test_esc_leaves_a_record_for_the_list(window, qtbot):
    window.open_page("people.list")
    window.open_page("people.person", SOMEONE)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.history.here.page == "people.list"


def test_old_pages_are_let_go(window, pages):
    for number in range(20):
        window.open_page("people.person", student_id(0, number))
    assert window.stack.count() <= 12


def test_ctrl_and_a_number_open_the_rails_pages(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.history.here.page == "people.list"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.history.here.page == page_book.TODAY


def test_undo_and_find_go_to_the_page(window, pages, qtbot):
    window.open_page("people.list")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert pages[-1][3].asked == ["undo", "find"]


def test_find_does_nothing_on_a_page_without_a_search(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.top.path == ("Today",)


def test_no_method_of_qt_counts_as_offered_by_a_page(qtbot):
    class Page(QWidget):
        def find(self):
            return "own"

    plain, own = QWidget(), Page()
    for widget in (plain, own):
        qtbot.addWidget(widget)
    names = [name for name in dir(QWidget) if not name.startswith("__")]
    assert [name for name in names if offered(plain, name) is not None] == []
    assert [name for name in names if offered(own, name) is not None] == ["find"]
    assert offered(own, "find")() == "own"


@pytest.mark.parametrize("key", sorted(_VERBS))
def test_a_key_that_a_page_does_not_answer_does_nothing(window, qtbot, key):
    window.open_page("shell.settings")
    before = window.page
    QTest.keySequence(window, key)
    assert window.page is before


def test_undo_on_a_page_without_steps_undoes_what_the_last_message_said(window, qtbot):
    undone = []
    tell(window.page, "Added Ama", undo=lambda: undone.append(True))
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [True]


def test_undo_in_a_text_field_stays_there(window, pages, qtbot):
    window.open_page("people.list")
    field = QLineEdit(pages[-1][3])
    field.show()
    field.setFocus()
    qtbot.keyClicks(field, "Ama")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == ""
    assert pages[-1][3].asked == []


def test_the_rail_collapses_below_1280(window):
    window.resize(1279, 800)
    assert window.rail.is_narrow
    assert window.rail.items[1].toolTip().startswith("Students")
    window.resize(1280, 800)
    assert not window.rail.is_narrow


def test_text_size_follows_ctrl_plus_within_its_limits(window, look, qtbot):
    for _ in range(9):
        qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert look.scale == 150
    for _ in range(9):
        qtbot.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert look.scale == 90
    assert window.preferences.settings.text_size == 90


def test_f1_shows_the_pages_keys_and_those_of_the_window(window, qtbot):
    window.open_page("people.list")
    window.keys.show_keys()
    dialog = Dialog.opened_in(window)
    assert {cap.key for cap in dialog.findChildren(object) if hasattr(cap, "key") and isinstance(cap.key, str)} >= {
        "P",
        "Ctrl K",
        "F6",
    }


def test_f6_goes_through_rail_bar_and_page(window, qtbot):
    window.rail.items[0].setFocus()
    window.keys.next_pane(1)
    assert window.top.isAncestorOf(window.focusWidget())
    window.keys.next_pane(1)
    assert window.page is window.focusWidget() or window.page.isAncestorOf(window.focusWidget())
    window.keys.next_pane(1)
    assert window.rail.isAncestorOf(window.focusWidget())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SyncState(), "Up to date"),
        (SyncState(Phase.SENDING, 12), "Sending 12 changes"),
        (SyncState(Phase.OFFLINE, 41), "Offline · 41 waiting"),
        (SyncState(decisions=2), "2 need a decision"),
        (SyncState(Phase.SIGNED_OUT), "Sign in to send"),
        (SyncState(Phase.UPDATE_NEEDED), "Update needed"),
        (SyncState(Phase.CERTIFICATE_CHANGED), "Server not trusted"),
    ],
)
def test_the_pill_says_the_state_of_syncing(window, state, words):
    window.sync.state_changed.emit(state)
    assert window.top.pill.text() == words


def test_the_pill_opens_the_sync_page(window, qtbot):
    qtbot.mouseClick(window.top.pill, Qt.MouseButton.LeftButton)
    assert window.history.here.page == page_book.SYNC
    assert window.top.path == ("Saved and sent",)


def test_size_and_settings_are_kept_for_the_next_start(qtbot, office, area, tmp_path):
    folder = tmp_path / "settings"
    preferences = Preferences(Settings(), folder)
    shown = PersonShown("Grace Kimani")
    first = make_window(office.desk, [area], {}, preferences, shown)
    qtbot.addWidget(first)
    first.resize(1300, 780)
    first.show()
    first.close()
    second = make_window(office.desk, [area], {}, Preferences.read(folder), shown)
    qtbot.addWidget(second)
    # The screen of a test is smaller than any window, so Qt fits what was kept into it.
    assert Preferences.read(folder).settings.windows["main"]
    assert (second.width(), second.height()) != (1440, 900)


def test_pages_opened_after_a_change_of_settings_see_them(window):
    window.preferences.change(letter_keys=False)
    assert window.desk.settings.letter_keys is False
