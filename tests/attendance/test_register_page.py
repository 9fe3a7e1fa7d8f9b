"""The register page: mouse, views, what it shows and what it refuses, on a real encrypted store."""

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
from desktop.attendance.walk_in_dialog import WalkInDialog
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
from tests.attendance.pages import Key, Mod, given, press, state

# ---------------------------------------------------------------------------------------------------------- the mouse


def test_a_press_chooses_a_tile_and_a_press_on_its_key_marks_it(open_register):
    page = open_register()
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


def test_keys_in_the_list_are_pressed_too(open_register):
    page = open_register()
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
def test_smaller_windows_show_the_list(open_register, count, size, view, columns):
    many = [f"{NAMES[place % 40]}{place // 40 or ''}" for place in range(count)]
    page = open_register(rows=school(many, history=1), size=size)
    assert page.body.shown == view
    assert page.head.views.chosen == view
    if columns:
        assert page.body.grid.columns() == columns
        assert page.body.grid.gridSize().width() >= 134 + 12


def test_tiles_are_never_shrunk(open_register):
    page = open_register(size=(880, 844))
    page.head.views.choose(GRID)
    assert page.body.shown == LIST
    assert page.head.views.chosen == LIST


def test_the_current_student_stays_when_the_view_changes(open_register):
    page = open_register()
    page.body.go_to(11)
    page.head.views.choose(LIST)
    assert isinstance(page.body.view, RegisterList)
    assert page.body.place == 11
    press(page, "l8")
    assert state(page, 11) == ("late", 8)
    page.head.views.choose(GRID)
    assert page.body.place == 12


def test_minutes_and_notes_are_typed_in_place(open_register):
    page = open_register()
    page.head.views.choose(LIST)
    page.model.setData(page.model.index(2, Part.MINUTES), "15")
    page.model.setData(page.model.index(2, Part.NOTE), " Bus broke down ")
    assert state(page, 2) == ("late", 15)
    assert page.model.rows[2].note == "Bus broke down"
    before = len(page.here.store.receipt())
    page.model.setData(page.model.index(2, Part.NOTE), "Bus broke down")
    assert len(page.here.store.receipt()) == before


def test_n_opens_the_note_in_the_list(open_register, qtbot):
    page = open_register()
    page.head.views.choose(LIST)
    press(page, "n")
    editor = page.body.list.viewport().findChild(TextField)
    assert editor is not None
    QTest.keyClicks(editor, "Ill")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: page.model.rows[0].note == "Ill")  # a delegate commits once the key is through


def test_n_opens_a_dialog_over_the_grid(open_register):
    page = open_register()
    press(page, "n")
    dialog = page.findChild(NoteDialog)
    dialog.note.setPlainText("x" * 1001)
    dialog.save()
    assert dialog.field.error
    dialog.note.setPlainText("Left her bag")
    QTest.keyClick(dialog.note, Key.Key_Return, Mod.ControlModifier)
    assert page.model.rows[0].note == "Left her bag"


# ---------------------------------------------------------------------------------------------------- what is shown


def test_screen_readers_hear_every_tile(open_register):
    rows = [*school(NAMES[19:20]), observation("Tala Santos", "late", minutes=8, note="Bus")]
    model = open_register(rows=rows).model
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Tala Santos, late, 8 minutes, attendance 80 percent, note: Bus"


def test_screen_readers_hear_an_unmarked_tile_as_the_look_says(open_register):
    model = open_register(rows=school(NAMES[19:20])).model
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Tala Santos, not marked, attendance 80 percent"
    )


def test_saved_here_and_on_the_server_are_two_facts(open_register, qtbot):
    page = open_register(rows=school(NAMES[:3]))
    assert not page.head.saved.isVisible()
    press(page, "ppp")
    assert page.head.saved.words.text() == "Saved on this computer 08:36"
    assert page.head.sent.words.text() == "3 not on the server yet"
    page.here.feed.accept_all()
    qtbot.waitUntil(lambda: page.head.sent.words.text() == "On the server")
    assert page.head.saved.words.text() == "Saved on this computer 08:36"


def test_the_time_is_the_institutes(open_register):
    page = open_register(rows=school(NAMES[:3], zone="Africa/Nairobi"))
    press(page, "p")
    assert page.head.saved.words.text() == "Saved on this computer 11:36"
    assert page.windowTitle() == "Diploma in Accounting 1B, Fri 20 Nov, 11:30"


def test_counts_and_progress_follow(open_register):
    page = open_register(rows=school(NAMES[:4]))
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


def test_a_disagreement_shows_both_sides_and_opens_the_decision(open_register):
    page = open_register(rows=disputed_rows())
    spoken = page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "two versions: Absent (Lucia Ortiz) against Present (Efua Sarpong)" in spoken
    assert page.notice.words.text() == "Two people disagree about Amina Yusuf."
    page.notice.button.click()
    assert page.here.opened.pages == [("shell.conflicts", derived_id("conflict"), {})]


def test_a_press_on_a_disputed_strip_opens_the_decision(open_register):
    page = open_register(rows=disputed_rows())
    page.body.go_to(2)
    cell = page.body.grid.visualRect(page.model.index(0, 0))
    QTest.mouseClick(page.body.grid.viewport(), Qt.MouseButton.LeftButton, pos=cell.center() + QPoint(0, 45))
    assert page.here.opened.pages == [("shell.conflicts", derived_id("conflict"), {})]


def test_what_others_did_appears_while_the_page_is_open(open_register, qtbot):
    page = open_register(rows=school(NAMES[:4]))
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
        ([session(state="cancelled", cancel_reason="No power.")], "This class is cancelled: No power. Ask"),
        ([session(starts_at="2026-11-20T14:30:00.000Z")], "20 Nov 14:30"),
        ([session(cohort_id=derived_id("elsewhere"), instructor_id=None)], "You don't teach this class"),
    ],
)
def test_why_a_roll_cannot_be_taken_is_said_on_the_page(open_register, rows, words):
    base = [row for row in school(NAMES[:3]) if row[1]["id"] != SESSION]
    page = open_register(rows=[*base, *rows])
    assert words in page.notice.words.text()
    assert not page.foot.finish.isVisible()
    assert not page.head.rest.isVisible()
    if page.model.rows:
        press(page, "p")
        assert page.here.store.receipt() == []
        assert toasts_of(page).toasts == []


def test_an_empty_class_says_when_it_fills(open_register):
    page = open_register(rows=school(()))
    assert page.body.empty.isVisible()
    page.body.empty.button.click()
    assert page.findChild(WalkInDialog).isVisible()


# ---------------------------------------------------------------------------------------------- walk-ins and office


def test_a_walk_in_is_added_and_marked_without_a_network(open_register):
    page = open_register(rows=school(NAMES[:3]))
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


def test_a_walk_in_who_is_on_the_register_is_shown_there(open_register):
    page = open_register(rows=school(NAMES[:3]))
    page.add_walk_in()
    dialog = page.findChild(WalkInDialog)
    dialog.search("chen")
    dialog.known.rows[0].click()
    assert given(page) == "Chen"
    assert page.here.store.receipt() == []


def test_a_walk_in_without_a_name_is_told_so(open_register):
    page = open_register(rows=school(NAMES[:3]))
    page.add_walk_in()
    dialog = page.findChild(WalkInDialog)
    dialog.add_new()
    assert dialog.name_field.error
    assert dialog.isVisible()


def test_the_office_sees_both_sides_of_a_corrected_mark(open_register, qapp):
    page = open_register(REGISTRAR, rows=[*school(NAMES[:3]), observation("Amina Yusuf", "absent", clock_flagged=True)])
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


def test_the_history_opens_and_closes(open_register):
    page = open_register()
    assert not page.history.isVisible()
    page.toggle_history()
    press(page, "p")
    assert page.history.isVisible()
    assert page.history.name.text() == page.body.current.member.name
    page.history.closed.emit()
    assert not page.history.isVisible()


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("view", [GRID, LIST])
def test_every_state_is_painted(open_register, scheme, view):
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
    page = open_register(rows=rows)
    page.body.choose(view)
    for place in range(len(page.model.rows)):
        page.body.go_to(place)
        assert not page.grab().isNull()


# ------------------------------------------------------------------------------------------------------------- speed


def test_a_mark_is_on_disk_and_on_screen_at_once(open_register, qapp):
    page = open_register(rows=school(NAMES, history=20))
    took = []
    for place in range(40):
        page.body.go_to(place)
        qapp.processEvents()
        started = time.thread_time()
        press(page, "p")
        qapp.processEvents()
        took.append(time.thread_time() - started)
    assert len(page.here.store.children("observation", SESSION)) == 40
    # The figure of 30 ms at p95 is the benchmark's; here only a slip of an order of magnitude fails,
    # and what else the machine does isn't counted.
    assert statistics.median(took) < 0.15


def test_a_notice_does_not_shuffle_the_tiles(open_register, qtbot):
    page = open_register()
    assert page.body.grid.columns() == 6
    name = "Amina Yusuf"
    mark = [observation(name, "absent"), observation(name, "late", ordinal=2, author_id=REGISTRAR.person_id)]
    page.here.feed.bring(mark)
    qtbot.waitUntil(page.notice.isVisible)
    assert (page.body.shown, page.body.grid.columns()) == (GRID, 6)


@pytest.mark.parametrize("width", [1158, 1232, 1700])
def test_nothing_in_the_head_is_cut_beside_the_history(open_register, qtbot, width):
    page = open_register(REGISTRAR, size=(width, 712))
    page.mark(AttendanceState.LEFT_EARLY)
    page.mark(AttendanceState.PRESENT)
    assert page.history.isVisible()
    assert page.width() == width, "the page must not ask for more than the window has"
    qtbot.waitUntil(lambda: page.head.facts.is_stacked is (width < 1500))
    for sign in (page.head.saved, page.head.sent, *page.head.counts.values()):
        qtbot.waitUntil(lambda sign=sign: sign.isHidden() or sign.width() >= sign.sizeHint().width())
        right = sign.mapTo(page.head, sign.rect().topRight()).x()
        assert right <= page.head.width()
