"""The command palette: what it finds, in which order, and how keys and mouse start it."""

import time

import pytest
from PySide6.QtCore import Qt

from desktop.core.area import DesktopArea, NavigationEntry, PaletteCommand
from desktop.shell.assembly import own_entries
from desktop.shell.page_book import make_book
from desktop.shell.palette_source import MOST_ROWS, Group, find
from desktop.widgets.dialog import Dialog
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import make_actor, make_desk
from tests.shell.conftest import GRACE, person_id


@pytest.fixture
def book():
    area = DesktopArea(
        "people",
        navigation=tuple(NavigationEntry(f"people.{at}", f"Notes {at}", "users", "office") for at in range(5)),
        pages={"people.person": None},
        palette=tuple(PaletteCommand(f"Note number {at}", "plus", lambda _desk: None) for at in range(5)),
    )
    return make_book([area], {}, opens={"person": "people.person"})


def test_people_come_first_and_their_letters_are_marked(office, book):
    found = find(office.desk, book, (), "kofi")
    assert [(one.group, one.title) for one in found] == [(Group.PEOPLE, "Kofi Boateng")]
    assert found[0].spans == ((0, 4),)
    assert found[0].detail == "E-Kofi · Instructor"
    found[0].run()
    assert office.opened.pages == [("people.person", person_id("Kofi Boateng"), {})]


def test_at_most_seven_rows_with_a_share_for_every_group(office, book):
    found = find(office.desk, book, (), "")
    assert len(found) == MOST_ROWS
    assert [one.group for one in found] == [Group.PLACES] * 3 + [Group.COMMANDS] * 4
    mixed = find(office.desk, book, (), "m")
    assert {one.group for one in mixed} == {Group.PEOPLE}


def test_what_one_group_leaves_goes_to_the_others(office, book):
    assert len(find(office.desk, book, (), "note")) == MOST_ROWS


def test_a_greater_sign_shows_commands_only(office, book):
    assert {one.group for one in find(office.desk, book, (), ">")} == {Group.COMMANDS}
    assert [one.title for one in find(office.desk, book, (), "> 3")] == ["Note number 3"]


def test_words_may_be_typed_in_any_order(office, book):
    assert [one.title for one in find(office.desk, book, own_entries(), "keys help")] == ["Help and keys"]


def test_nothing_found_says_so_and_starts_nothing(window, qtbot):
    window.keys.open_palette()
    palette = Dialog.opened_in(window)
    qtbot.keyClicks(palette.field, "zzzz")
    assert palette.rows == []
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert Dialog.opened_in(window) is palette


def test_enter_starts_the_selected_row_and_arrows_choose(window, qtbot, started):
    window.keys.open_palette()
    palette = Dialog.opened_in(window)
    qtbot.keyClicks(palette.field, "add")
    assert [row.isChecked() for row in palette.rows] == [True]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert started == ["add"]
    assert Dialog.opened_in(window) is None


def test_arrows_move_the_selection_and_stop_at_the_ends(window, qtbot):
    window.keys.open_palette()
    palette = Dialog.opened_in(window)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.at == 0
    for _ in range(20):
        qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.at == len(palette.rows) - 1
    assert [row.isChecked() for row in palette.rows].index(True) == palette.at


def test_a_press_of_the_mouse_starts_a_row(window, qtbot, pages):
    window.keys.open_palette()
    palette = Dialog.opened_in(window)
    qtbot.keyClicks(palette.field, "kofi")
    qtbot.mouseClick(palette.rows[0], Qt.MouseButton.LeftButton)
    assert pages[-1][:2] == ("person", person_id("Kofi Boateng"))


def test_commands_that_the_role_may_not_start_are_not_found(window, qtbot):
    window.keys.open_palette()
    palette = Dialog.opened_in(window)
    qtbot.keyClicks(palette.field, "not for")
    assert palette.rows == []


def test_matched_letters_are_bold(window, qtbot):
    window.keys.open_palette()
    palette = Dialog.opened_in(window)
    qtbot.keyClicks(palette.field, "boa")
    assert palette.rows[0].pieces() == [("Kofi ", False), ("Boa", True), ("teng", False)]


def test_esc_closes_it_and_a_second_one_does_not_open_above(window, qtbot):
    window.keys.open_palette()
    first = Dialog.opened_in(window)
    window.keys.open_palette()
    assert Dialog.opened_in(window) is first
    qtbot.keyClick(first.field, Qt.Key.Key_Escape)
    assert Dialog.opened_in(window) is None


def test_it_answers_within_50_ms_on_many_people(tmp_path, book, clock):
    rows = [
        (
            "person",
            {
                "id": derived_id("many", str(at)),
                "given_name": f"Ama{at % 97}",
                "family_name": f"Mensah{at % 89}",
                "number": f"S-{at:05}",
                "state": "active",
                "roles": ["student"],
            },
        )
        for at in range(5_000)
    ]
    many = make_desk(tmp_path, make_actor(GRACE, "Grace Kimani", Role.REGISTRAR), rows, clock=clock)
    find(many.desk, book, (), "warm")
    took = []  # of this thread alone: what else the machine does isn't counted
    for typed in ("a", "ama", "ama1 men", "mensah8", "S-04"):
        began = time.thread_time()
        assert find(many.desk, book, (), typed)
        took.append(time.thread_time() - began)
    many.close()
    assert sorted(took)[len(took) // 2] < 0.05
