"""The register page by keyboard and mouse, on a real encrypted store."""

import statistics
import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.attendance.note_dialog import NoteDialog
from desktop.attendance.register_head import GRID, LIST
from desktop.attendance.register_list import RegisterList
from desktop.attendance.register_model import Part
from desktop.attendance.register_page import RegisterPage
from desktop.attendance.walk_in_dialog import WalkInDialog
from desktop.core.settings import Settings
from desktop.shell.page import toasts_of
from desktop.widgets.text_field import TextField
from desktop.widgets.theme import Scheme, theme
from shared.attendance.rules import mark_id
from shared.attendance.vocabulary import AttendanceState
from shared.core.ids import derived_id
from tests.attendance.classes import (
    NAMES,
    REGISTRAR,
    SESSION,
    enrolment,
    enrolment_id,
    observation,
    person,
    school,
    session,
)

Key, Mod = Qt.Key, Qt.KeyboardModifier
NONE = AttendanceState.NONE


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def open_page(qtbot, desks):
    """`open_page(actor, rows, size)` shows a register with the focus on its students."""

    def show(*actor, rows=None, size=(1232, 844), **more):
        here = desks(*actor, rows=school() if rows is None else rows, **more)
        page = RegisterPage(here.desk, SESSION, {})
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitActive(page):
            page.show()
            page.activateWindow()
        page.first_focus().setFocus()
        page.here = here
        return page

    return show


def press(page, keys, modifier=Mod.NoModifier):
    """Type letters, or press one key, on the view on show."""
    view = page.body.view
    if isinstance(keys, str):
        for letter in keys:
            QTest.keyClick(view, letter, modifier)
    else:
        QTest.keyClick(view, keys, modifier)


def given(page):
    return page.body.current.member.given


def state(page, place):
    mark = page.model.rows[place].mark
    return str(mark.state), mark.minutes


# ------------------------------------------------------------------------------------------------------ the keyboard


def test_letters_mark_and_move_on(open_page):
    page = open_page()
    assert given(page) == "Aiko"
    press(page, "plae")
    assert [state(page, place)[0] for place in range(4)] == ["present", "late", "absent", "excused"]
    assert page.body.place == 4
    assert len(page.here.store.children("observation", SESSION)) == 4


def test_digits_after_l_are_minutes_of_the_one_just_marked(open_page):
    page = open_page()
    press(page, "l12p")
    assert state(page, 0) == ("late", 12)
    assert state(page, 1) == ("present", None)
    press(page, "7")
    assert state(page, 0) == ("late", 12)


def test_the_foot_says_whose_minutes_the_digits_are(open_page):
    page = open_page()
    press(page, "l")
    assert page.foot.minutes.isVisible()
    press(page, "p")
    assert not page.foot.minutes.isVisible()


def test_shift_l_is_left_early(open_page):
    page = open_page()
    press(page, Key.Key_L, Mod.ShiftModifier)
    press(page, "9")
    assert state(page, 0) == ("left_early", 9)
    assert page.head.counts[AttendanceState.LEFT_EARLY].isVisible()


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (Key.Key_Right, 8), (Key.Key_Left, 6), (Key.Key_Down, 13), (Key.Key_Up, 1),
        (Key.Key_Home, 0), (Key.Key_End, 29),
    ],
)  # fmt: skip
def test_arrows_move_in_the_grid(open_page, key, place):
    page = open_page()
    assert page.body.shown == GRID
    page.body.go_to(7)
    press(page, key)
    assert page.body.place == place


def test_the_ends_hold(open_page):
    page = open_page(rows=school(NAMES[:8]))
    page.body.go_to(0)
    for key in (Key.Key_Left, Key.Key_Up):
        press(page, key)
        assert page.body.place == 0
    page.body.go_to(5)
    press(page, Key.Key_Down)
    assert page.body.place == 7, "down into a shorter last row"
    for key in (Key.Key_Right, Key.Key_Down):
        press(page, key)
        assert page.body.place == 7


def test_marking_the_last_one_stays_there(open_page):
    page = open_page()
    press(page, Key.Key_End)
    press(page, "p")
    assert page.body.place == 29


def test_backspace_clears_and_moves_back(open_page):
    page = open_page()
    press(page, "pp")
    page.body.go_to(1)
    press(page, Key.Key_Backspace)
    assert state(page, 1)[0] == "none"
    assert page.body.place == 0


def test_undo_and_redo_as_the_window_asks(open_page):
    page = open_page()
    press(page, "pa")
    page.undo()
    assert [state(page, place)[0] for place in (0, 1)] == ["present", "none"]
    page.redo()
    assert state(page, 1)[0] == "absent"


def test_typing_a_name_jumps_and_letters_there_mark_nothing(open_page):
    page = open_page()
    page.find()
    QTest.keyClicks(page.head.jump, "pala")
    assert page.here.store.children("observation", SESSION) == []
    page.head.jump.clear()
    QTest.keyClicks(page.head.jump, "san")
    assert given(page) == "Tala"
    QTest.keyClick(page.head.jump, Key.Key_Return)
    assert page.body.view.hasFocus()
    press(page, "a")
    assert page.roll_call.roll.row(enrolment_id("Tala Santos")).mark.state == "absent"


def test_a_jump_finds_marks_over_letters_and_numbers(open_page):
    page = open_page(rows=[*school(NAMES[:3]), person("Kɔfi Ɛsi", "S-77"), enrolment("Kɔfi Ɛsi")])
    assert page.body.jump_to("kof")
    assert given(page) == "Kɔfi"
    assert page.body.jump_to("s-004171")
    assert given(page) == "Amina"
    assert not page.body.jump_to("zzz")


def test_single_letters_can_be_turned_off(open_page):
    page = open_page(settings=Settings.model_validate({"letter_keys": False}))
    press(page, "p")
    assert page.here.store.children("observation", SESSION) == []
    assert given(page) == "Priya", "letters jump to a name instead"
    assert not any(keys == "N" for keys, _ in page.page_keys())
    page.mark(AttendanceState.PRESENT)
    assert len(page.here.store.children("observation", SESSION)) == 1


def test_ctrl_shift_p_marks_the_rest_with_undo(open_page):
    page = open_page()
    press(page, "a")
    press(page, Key.Key_P, Mod.ControlModifier | Mod.ShiftModifier)
    assert [str(row.mark.state) for row in page.model.rows] == ["absent"] + ["present"] * 29
    (toast,) = toasts_of(page).toasts
    assert toast.words == "29 students marked present"
    toast.action_button.click()
    assert [state(page, place)[0] for place in (0, 1)] == ["absent", "none"]


def test_the_button_repeats_the_number(open_page):
    page = open_page(rows=school(NAMES[:3]))
    assert page.head.rest.text() == "Mark the other 3 present"
    press(page, "pp")
    assert page.head.rest.text() == "Mark the other one present"
    press(page, "p")
    assert page.head.rest.text() == "Everyone is marked"
    assert not page.head.rest.isEnabled()


def test_ctrl_enter_finishes_and_says_what_is_missing(open_page):
    page = open_page(rows=school(NAMES[:3]))
    press(page, "p")
    press(page, Key.Key_Return, Mod.ControlModifier)
    (toast,) = toasts_of(page).toasts
    assert toast.words == "Register finished. 2 students are not recorded."
    assert page.foot.reopen.isVisible()
    assert not page.foot.finish.isVisible()
    press(page, "a")
    assert state(page, 1)[0] == "none"
    page.foot.reopen.click()
    press(page, "a")
    assert "absent" in {state(page, place)[0] for place in range(3)}


def test_the_menu_has_what_keys_do(open_page):
    page = open_page()
    press(page, "p")
    page.body.go_to(0)
    menu = page.menu()
    words = [action.text().split("\t")[0] for action in menu.actions() if action.text()]
    assert {"Present", "Left early", "Clear the mark", "Note", "History of the mark", "Undo"} <= set(words)
    next(action for action in menu.actions() if action.text().startswith("Left early")).trigger()
    assert state(page, 0)[0] == "left_early"
    menu.deleteLater()


def test_keys_of_the_page_are_listed(open_page):
    assert ("Ctrl Shift P", "Mark the rest present") in open_page().page_keys()


# ---------------------------------------------------------------------------------------------------------- the mouse


def test_a_press_chooses_a_tile_and_a_press_on_its_key_marks_it(open_page):
    page = open_page()
    grid = page.body.grid
    cell = grid.visualRect(page.model.index(8, 0))
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    assert page.body.place == 8
    assert page.here.store.children("observation", SESSION) == []
    keys = grid._tiles.keys(grid._tiles.tile(cell))
    third = QPoint(round(keys.x() + keys.width() * 0.62), round(keys.center().y()))
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=third)
    assert state(page, 8)[0] == "absent"
    assert page.body.place == 9


def test_keys_in_the_list_are_pressed_too(open_page):
    page = open_page()
    page.body.choose(LIST)
    view = page.body.list
    cell = view.visualRect(page.model.index(0, Part.MARK))
    keys = view._cells.keys(cell)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=keys.topLeft().toPoint() + QPoint(6, 6))
    assert state(page, 0)[0] == "present"


# ----------------------------------------------------------------------------------------------------- grid and list


@pytest.mark.parametrize(
    ("count", "size", "view", "columns"),
    [
        (30, (1232, 844), GRID, 6), (40, (1232, 844), GRID, 8), (45, (1232, 844), GRID, 8),
        (28, (1158, 712), GRID, 7),
        (6, (1158, 712), GRID, 6),
        (30, (1158, 712), LIST, None), (12, (880, 844), LIST, None),
    ],
)  # fmt: skip
def test_smaller_windows_show_the_list(open_page, count, size, view, columns):
    many = [f"{NAMES[place % 40]}{place // 40 or ''}" for place in range(count)]
    page = open_page(rows=school(many, history=1), size=size)
    assert page.body.shown == view
    assert page.head.views.chosen == view
    if columns:
        assert page.body.grid.columns() == columns
        assert page.body.grid.gridSize().width() >= 134 + 12


def test_tiles_are_never_shrunk(open_page):
    page = open_page(size=(880, 844))
    page.head.views.choose(GRID)
    assert page.body.shown == LIST
    assert page.head.views.chosen == LIST


def test_the_current_student_stays_when_the_view_changes(open_page):
    page = open_page()
    page.body.go_to(11)
    page.head.views.choose(LIST)
    assert isinstance(page.body.view, RegisterList)
    assert page.body.place == 11
    press(page, "l8")
    assert state(page, 11) == ("late", 8)
    page.head.views.choose(GRID)
    assert page.body.place == 12


def test_minutes_and_notes_are_typed_in_place(open_page):
    page = open_page()
    page.head.views.choose(LIST)
    page.model.setData(page.model.index(2, Part.MINUTES), "15")
    page.model.setData(page.model.index(2, Part.NOTE), " Bus broke down ")
    assert state(page, 2) == ("late", 15)
    assert page.model.rows[2].note == "Bus broke down"
    before = len(page.here.store.receipt())
    page.model.setData(page.model.index(2, Part.NOTE), "Bus broke down")
    assert len(page.here.store.receipt()) == before


def test_n_opens_the_note_in_the_list(open_page, qtbot):
    page = open_page()
    page.head.views.choose(LIST)
    press(page, "n")
    editor = page.body.list.viewport().findChild(TextField)
    assert editor is not None
    QTest.keyClicks(editor, "Ill")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.rows[0].note == "Ill")  # a delegate commits once the key is through


def test_n_opens_a_dialog_over_the_grid(open_page):
    page = open_page()
    press(page, "n")
    dialog = page.findChild(NoteDialog)
    dialog.note.setPlainText("x" * 1001)
    dialog.save()
    assert dialog.field.error
    dialog.note.setPlainText("Left her bag")
    QTest.keyClick(dialog.note, Key.Key_Return, Mod.ControlModifier)
    assert page.model.rows[0].note == "Left her bag"


# ---------------------------------------------------------------------------------------------------- what is shown


def test_screen_readers_hear_every_tile(open_page):
    rows = [*school(NAMES[19:20]), observation("Tala Santos", "late", minutes=8, note="Bus")]
    model = open_page(rows=rows).model
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Tala Santos, late, 8 minutes, attendance 80 percent, note: Bus"


def test_screen_readers_hear_an_unmarked_tile_as_the_look_says(open_page):
    model = open_page(rows=school(NAMES[19:20])).model
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Tala Santos, not marked, attendance 80 percent"
    )


def test_saved_here_and_on_the_server_are_two_facts(open_page, qtbot):
    page = open_page(rows=school(NAMES[:3]))
    assert not page.head.saved.isVisible()
    press(page, "ppp")
    assert page.head.saved.words.text() == "Saved on this computer 08:36"
    assert page.head.sent.words.text() == "3 not on the server yet"
    page.here.feed.accept_all()
    qtbot.waitUntil(lambda: page.head.sent.words.text() == "On the server")
    assert page.head.saved.words.text() == "Saved on this computer 08:36"


def test_the_time_is_the_institutes(open_page):
    page = open_page(rows=school(NAMES[:3], zone="Africa/Nairobi"))
    press(page, "p")
    assert page.head.saved.words.text() == "Saved on this computer 11:36"
    assert page.windowTitle() == "Diploma in Accounting 1B, Fri 20 Nov, 11:30"


def test_counts_and_progress_follow(open_page):
    page = open_page(rows=school(NAMES[:4]))
    press(page, "pla")
    numbers = {str(one): count.number.text() for one, count in page.head.counts.items()}
    assert numbers == {"present": "1", "late": "1", "absent": "1", "excused": "0", "left_early": "0", "none": "1"}
    assert (page.head.bar.value(), page.head.bar.maximum()) == (3, 4)


def disputed_rows():
    name = "Amina Yusuf"
    mark = mark_id(SESSION, enrolment_id(name))
    return [
        *school(NAMES[:4]),
        observation(name, "absent"),
        observation(name, "present", author_id=REGISTRAR.person_id, author_name="Efua Sarpong", ordinal=2),
        ("conflict", {"id": derived_id("conflict"), "kind": "observation", "entity_id": mark, "group": "mark",
                      "state": "open", "sides": [], "title": name}),
    ]  # fmt: skip


def test_a_disagreement_shows_both_sides_and_opens_the_decision(open_page):
    page = open_page(rows=disputed_rows())
    spoken = page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "two versions: Absent (Lucia Ortiz) against Present (Efua Sarpong)" in spoken
    assert page.notice.words.text() == "Two people disagree about Amina Yusuf."
    page.notice.button.click()
    assert page.here.opened.pages == [("shell.conflicts", derived_id("conflict"), {})]


def test_a_press_on_a_disputed_strip_opens_the_decision(open_page):
    page = open_page(rows=disputed_rows())
    page.body.go_to(2)
    cell = page.body.grid.visualRect(page.model.index(0, 0))
    QTest.mouseClick(page.body.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell.center() + QPoint(0, 45))
    assert page.here.opened.pages == [("shell.conflicts", derived_id("conflict"), {})]


def test_what_others_did_appears_while_the_page_is_open(open_page, qtbot):
    page = open_page(rows=school(NAMES[:4]))
    page.body.go_to(2)
    page.here.feed.bring([observation("Amina Yusuf", "present", method="card")])
    qtbot.waitUntil(lambda: state(page, 0)[0] == "present")
    page.here.feed.bring([person("Aba Nkrumah", "S-99"), enrolment("Aba Nkrumah")])
    qtbot.waitUntil(lambda: len(page.model.rows) == 5)
    assert given(page) == "Chen", "the cursor stays with its student"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "This class isn't planned"),
        ([session(state="cancelled")], "This class is cancelled"),
        ([session(starts_at="2026-11-20T14:30:00.000Z")], "20 Nov 14:30"),
        ([session(cohort_id=derived_id("elsewhere"), instructor_id=None)], "You don't teach this class"),
    ],
)
def test_why_a_roll_cannot_be_taken_is_said_on_the_page(open_page, rows, words):
    base = [row for row in school(NAMES[:3]) if row[1]["id"] != SESSION]
    page = open_page(rows=[*base, *rows])
    assert words in page.notice.words.text()
    assert not page.foot.finish.isVisible()
    assert not page.head.rest.isVisible()
    if page.model.rows:
        press(page, "p")
        assert page.here.store.receipt() == []
        assert toasts_of(page).toasts == []


def test_an_empty_class_says_when_it_fills(open_page):
    page = open_page(rows=school(()))
    assert page.body.empty.isVisible()
    page.body.empty.button.click()
    assert page.findChild(WalkInDialog).isVisible()


# ---------------------------------------------------------------------------------------------- walk-ins and office


def test_a_walk_in_is_added_and_marked_without_a_network(open_page):
    page = open_page(rows=school(NAMES[:3]))
    page.add_walk_in()
    dialog = page.findChild(WalkInDialog)
    dialog.name.setText("Esi Nyarko")
    dialog.search("Esi Nyarko")
    dialog.number.setText("77")
    dialog.new_button.click()
    assert given(page) == "Esi"
    assert page.body.current.member.provisional
    press(page, "p")
    assert page.here.store.pending().waiting == 2


def test_a_walk_in_who_is_on_the_register_is_shown_there(open_page):
    page = open_page(rows=school(NAMES[:3]))
    page.add_walk_in()
    dialog = page.findChild(WalkInDialog)
    dialog.search("chen")
    dialog.known.rows[0].click()
    assert given(page) == "Chen"
    assert page.here.store.receipt() == []


def test_a_walk_in_without_a_name_is_told_so(open_page):
    page = open_page(rows=school(NAMES[:3]))
    page.add_walk_in()
    dialog = page.findChild(WalkInDialog)
    dialog.add_new()
    assert dialog.name_field.error
    assert dialog.isVisible()


def test_the_office_sees_both_sides_of_a_corrected_mark(open_page, qapp):
    page = open_page(REGISTRAR, rows=[*school(NAMES[:3]), observation("Amina Yusuf", "absent", clock_flagged=True)])
    assert page.body.shown == LIST
    assert page.history.isVisible()
    page.body.go_to(0)
    press(page, "e")
    page.body.go_to(0)
    qapp.processEvents()
    names = [child.accessibleName() for child in page.history.findChildren(QWidget) if not child.isHidden()]
    assert "In class: Absent, Lucia Ortiz" in names
    assert "Office: Excused, Efua Sarpong" in names
    entries = [name for name in names if "by hand" in name]
    assert any("Efua Sarpong, by hand" in one and "Not on the server yet" in one for one in entries)
    assert any("Lucia Ortiz, by hand, Laptop 3, 08:31" in one and "clock of this device was off" in one
               and "Replaced" in one for one in entries)  # fmt: skip


def test_the_history_opens_and_closes(open_page):
    page = open_page()
    assert not page.history.isVisible()
    page.toggle_history()
    press(page, "p")
    assert page.history.isVisible()
    assert page.history.name.text() == page.body.current.member.name
    page.history.closed.emit()
    assert not page.history.isVisible()


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("view", [GRID, LIST])
def test_every_state_is_painted(open_page, scheme, view):
    theme().apply(scheme, high_contrast=True)
    rows = disputed_rows() + [
        observation(name, one, ordinal=3, method=method, minutes=4, note="n", office=method == "excuse")
        for name, one, method in (
            ("Baraka Otieno", "left_early", "card"),
            ("Chen Wei", "excused", "excuse"),
            ("Dalia Haddad", "late", "hand"),
        )
    ]  # fmt: skip
    rows += [person("Eve Out", state="suspended"), enrolment("Eve Out"), enrolment("Gus In", state="pending")]
    page = open_page(rows=rows)
    page.body.choose(view)
    for place in range(len(page.model.rows)):
        page.body.go_to(place)
        assert not page.grab().isNull()


# ------------------------------------------------------------------------------------------------------------- speed


def test_a_mark_is_on_disk_and_on_screen_at_once(open_page, qapp):
    page = open_page(rows=school(NAMES, history=20))
    took = []
    for place in range(40):
        page.body.go_to(place)
        qapp.processEvents()
        started = time.perf_counter()
        press(page, "p")
        qapp.processEvents()
        took.append(time.perf_counter() - started)
    assert len(page.here.store.children("observation", SESSION)) == 40
    # The figure of 30 ms at p95 is the benchmark's; here only a slip of an order of magnitude fails.
    assert statistics.median(took) < 0.15


def test_a_notice_does_not_shuffle_the_tiles(open_page, qtbot):
    page = open_page()
    assert page.body.grid.columns() == 6
    name = "Amina Yusuf"
    mark = [observation(name, "absent"), observation(name, "late", ordinal=2, author_id=REGISTRAR.person_id)]
    page.here.feed.bring(mark)
    qtbot.waitUntil(page.notice.isVisible)
    assert (page.body.shown, page.body.grid.columns()) == (GRID, 6)
