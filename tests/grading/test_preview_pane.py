"""The preview of a hand-in: pages, pictures, text, documents and recordings, and what can't be shown."""

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest

from desktop.grading.preview_outside import OutsideDialog, copy_out, remove_copies
from desktop.grading.preview_pane import PreviewPane, WorkFile
from desktop.grading.preview_pins import Pin, Place, numbered, time_words
from desktop.grading.preview_player import PlayerView
from shared.core.errors import CampusError
from tests.grading import sample_files as files


@pytest.fixture
def pane(qtbot, plain_look):
    """A pane on the screen."""
    made = PreviewPane()
    qtbot.addWidget(made)
    made.resize(640, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.set_comments([], "", may_add=True)
    yield made
    made.show_files([])


def _show(qtbot, pane, name, content):
    with qtbot.waitSignal(pane.shown):
        pane.show_files([WorkFile("k", name, content)])
    pane.set_comments([], "", may_add=True)


@pytest.mark.parametrize(
    ("name", "content", "pages"),
    [
        ("plan.pdf", files.pdf(3), 3),
        ("plan.docx", files.docx(), 1),
        ("plan.odt", files.odt(), 1),
        ("shop.png", files.png(), 1),
        ("sum.py", b"print(1)\n" * 130, 3),
    ],
)
def test_pages_are_shown_and_drawn(qtbot, pane, name, content, pages):
    _show(qtbot, pane, name, content)
    assert pane.stack.currentWidget() is pane.pages
    assert pane.pages.count == pages
    qtbot.waitUntil(lambda: 0 in pane.pages.drawn_pages())
    picture = pane.pages._drawn[0]
    dots = ((x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3))
    assert len({picture.pixelColor(*dot).name() for dot in dots}) > 1
    assert str(pages) in pane.detail.text()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("plan.pdf", b"%PDF-1.4 not a document", "damaged"),
        ("plan.pdf", files.pdf(password="secret"), "password"),
        ("plan.pdf", files.png(), "isn't what its name says"),
        ("plan.docx", files.packed({"[Content_Types].xml": "", "word/document.xml": "<a"}), "damaged"),
        ("all.zip", files.packed({"a.txt": "b"}), "never opened"),
        ("tool.exe", b"MZ\x90", "can't be shown"),
        ("empty.txt", b"", "empty"),
    ],
    ids=["broken", "locked", "lie", "broken document", "archive", "unknown", "empty"],
)
def test_what_cant_be_shown_says_so(qtbot, pane, name, content, why):
    _show(qtbot, pane, name, content)
    assert pane.stack.currentWidget() is pane.nothing
    assert why in pane.nothing.title.text()
    assert pane.outside.isVisible()
    assert not pane.comment.isVisible()


def test_a_file_that_isnt_here_says_so(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", None)
    assert "isn't on this computer" in pane.nothing.title.text()
    assert not pane.outside.isVisible()


def test_a_thousand_pages_are_drawn_only_as_they_come_into_sight(qtbot, pane):
    _show(qtbot, pane, "long.pdf", files.pdf(1000))
    qtbot.waitUntil(lambda: 0 in pane.pages.drawn_pages())
    assert len(pane.pages.drawn_pages()) <= 3
    pane.pages.go_to(700)
    qtbot.waitUntil(lambda: 700 in pane.pages.drawn_pages())
    assert pane.pages.page in {700, 701}
    assert len(pane.pages.drawn_pages()) <= 8


def test_zoom_keeps_the_place(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", files.pdf(9))
    pane.pages.go_to(5)
    fitted = pane.pages.percent
    QTest.mouseClick(pane.larger, Qt.MouseButton.LeftButton)
    assert pane.pages.percent > fitted
    assert pane.pages.page == 5
    for _ in range(20):
        QTest.mouseClick(pane.larger, Qt.MouseButton.LeftButton)
    assert pane.pages.percent == 300
    for _ in range(20):
        QTest.mouseClick(pane.smaller, Qt.MouseButton.LeftButton)
    assert pane.pages.percent == 50
    QTest.mouseClick(pane.percent, Qt.MouseButton.LeftButton)
    assert pane.pages.percent == fitted
    assert pane.percent.text() == f"{fitted}%"


def test_the_file_before_leaves_nothing(qtbot, pane):
    pane.show_files([WorkFile("a", "a.docx", files.docx()), WorkFile("b", "b.txt", b"second")])
    with qtbot.waitSignal(pane.shown):
        pane.show_file("b")  # while the first is still being read
    assert pane.name.text() == "b.txt"
    assert pane.pages._pages.words(0) == "second"
    assert pane.choose.text() == "2 of 2"
    assert [action.text() for action in pane.menu().actions()] == ["a.docx", "b.txt"]


def test_a_comment_is_placed_by_keyboard(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", files.pdf())
    pane.begin_comment()
    assert pane.pages.placing
    start = pane.pages._placing
    QTest.keyClick(pane.pages, Qt.Key.Key_Right)
    QTest.keyClick(pane.pages, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(pane.pages, Qt.Key.Key_Return)
    assert pane.comments.writing
    QTest.keyClicks(pane.comments.field, "Good: you say where from")
    with qtbot.waitSignal(pane.added) as told:
        QTest.keyClick(pane.comments.field, Qt.Key.Key_Return)
    new = told.args[0]
    assert new.words == "Good: you say where from"
    assert new.place.x == pytest.approx(start.x + 0.05)
    assert new.place.y == pytest.approx(start.y - 0.01)
    assert new.time_ms is None
    assert not pane.comments.writing


def test_a_part_of_a_page_is_marked_by_dragging(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", files.pdf())
    pane.begin_comment()
    port = pane.pages.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(port, QPoint(300, 230))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(320, 240))
    assert pane.comments.writing
    QTest.keyClicks(pane.comments.field, "here")
    with qtbot.waitSignal(pane.added) as told:
        QTest.mouseClick(pane.comments.keep, Qt.MouseButton.LeftButton)
    place = told.args[0].place
    rect = pane.pages._rect(0)
    assert place.w == pytest.approx(120 / rect.width())
    assert place.h == pytest.approx(40 / rect.height())


def test_escape_leaves_a_comment_without_keeping_it(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", files.pdf())
    pane.begin_comment()
    QTest.keyClick(pane.pages, Qt.Key.Key_Escape)
    assert not pane.pages.placing
    pane.begin_comment()
    QTest.keyClick(pane.pages, Qt.Key.Key_Return)
    QTest.keyClicks(pane.comments.field, "gone")
    with qtbot.assertNotEmitted(pane.added):
        QTest.keyClick(pane.comments.field, Qt.Key.Key_Escape)
    assert not pane.comments.writing


def test_comments_are_numbered_chosen_changed_moved_and_removed(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", files.pdf(3))
    pins = [Pin("late", "Later", Place(2, 0.1, 0.5)), Pin("first", "First", Place(0, 0.2, 0.3, 0.4, 0.02))]
    pane.set_comments(pins, "Ama sees this", may_add=True)
    assert [row.pin.id for row in pane.comments.rows] == ["first"]
    assert pane.comments.rows[0].pin.number == 1
    assert "2 in all" in pane.comments.count.text()
    pane.pages.go_to(2)
    (row,) = pane.comments.rows
    assert row.pin.id == "late"
    row.click()
    assert pane._chosen == "late"
    pane.comments.menu(row.pin).actions()[0].trigger()
    pane.comments.field.setPlainText("Better words")
    with qtbot.waitSignal(pane.changed) as told:
        QTest.keyClick(pane.comments.field, Qt.Key.Key_Return)
    assert told.args == ["late", "Better words"]
    pane.comments.menu(pins[0]).actions()[1].trigger()
    QTest.keyClick(pane.pages, Qt.Key.Key_Down)
    with qtbot.waitSignal(pane.moved) as told:
        QTest.keyClick(pane.pages, Qt.Key.Key_Return)
    assert told.args[0] == "late"
    assert told.args[1].y == pytest.approx(0.55)
    with qtbot.waitSignal(pane.removed) as told:
        pane.comments.menu(pins[0]).actions()[-1].trigger()
    assert told.args == ["late"]


def test_those_who_may_not_comment_arent_offered_it(qtbot, pane):
    _show(qtbot, pane, "plan.pdf", files.pdf())
    pane.set_comments([Pin("a", "words", Place(0, 0.5, 0.5), mine=False)], "", may_add=False)
    pane.begin_comment()
    assert not pane.pages.placing
    assert not pane.comment.isVisible()
    assert not pane.comments.rows[0].more.isVisible()


def test_pins_are_in_reading_order_and_keep_their_places_in_rows():
    pins = numbered(
        [
            Pin("c", "", Place(1, 0.1, 0.1)),
            Pin("b", "", Place(0, 0.1, 0.9)),
            Pin("a", "", Place(0, 0.9, 0.1)),
            Pin("d", ""),
        ]
    )
    assert [one.id for one in pins] == ["d", "a", "b", "c"]
    place = Place(1, 0.123456, 0.2, 0.3, 0.4)
    assert place.as_row() == {"page": 2, "x": 0.1235, "y": 0.2, "w": 0.3, "h": 0.4}
    assert Place.of_row(place.as_row()) == Place(1, 0.1235, 0.2, 0.3, 0.4)
    assert place.moved(0.9, -1) == Place(1, 0.7, 0.0, 0.3, 0.4)
    assert [time_words(one) for one in (0, 42_900, 3_727_000)] == ["0:00", "0:42", "1:02:07"]


def test_a_recording_plays_at_its_speed_and_takes_comments_at_its_time(qtbot, pane):
    with qtbot.waitSignal(pane.player.ready, timeout=10_000):
        pane.show_files([WorkFile("k", "talk.wav", files.wav())])
    pane.set_comments([], "", may_add=True)
    assert pane.stack.currentWidget() is pane.player
    assert not pane.player.back.isVisible()
    pane.player.speed.choose("1.5")
    assert pane.player.player.playbackRate() == 1.5
    pane.player.seek(1200)
    qtbot.waitUntil(lambda: pane.player.position == 1200)
    pane.begin_comment()
    QTest.keyClicks(pane.comments.field, "louder")
    with qtbot.waitSignal(pane.added) as told:
        QTest.keyClick(pane.comments.field, Qt.Key.Key_Return)
    assert told.args[0].time_ms == 1200
    pane.set_comments([Pin("a", "louder", time_ms=400)], "", may_add=True)
    pane.comments.rows[0].click()
    qtbot.waitUntil(lambda: pane.player.position == 400)
    assert "0:02" in pane.player.time.text()


@pytest.mark.qt_log_ignore("No RHI backend")
def test_a_video_goes_by_frames(qtbot, pane):
    with qtbot.waitSignal(pane.player.ready, timeout=10_000):
        pane.show_files([WorkFile("k", "film.avi", files.avi())])
    qtbot.waitUntil(lambda: not pane.player.picture.picture.isNull())
    assert pane.player.picture.picture.size() == QSize(64, 48)
    QTest.keyClick(pane.player, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: pane.player.position == 100)
    QTest.keyClick(pane.player, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: pane.player.position == 0)


@pytest.mark.qt_log_ignore("Could not open media")
@pytest.mark.parametrize(
    ("name", "content"),
    [("film.mp4", files.mp4_without_index()), ("a.wav", files.wav()[:20] + bytes(60))],
    ids=["no index", "broken"],
)
def test_a_recording_that_cant_be_played_says_so(qtbot, pane, name, content):
    pane.show_files([WorkFile("k", name, content)])
    qtbot.waitUntil(lambda: pane.stack.currentWidget() is pane.nothing)
    assert pane.nothing.title.text()


def test_outside_is_asked_first_and_the_copy_goes(qtbot, pane):
    _show(qtbot, pane, "../ev|il.pdf", files.pdf(1))
    opened = []
    pane.ask_outside()
    dialog = pane.window().findChild(OutsideDialog)
    assert dialog.isVisible()
    assert opened == []
    dialog.opener = lambda path: opened.append((path, path.read_bytes())) or True
    QTest.mouseClick(dialog.agree, Qt.MouseButton.LeftButton)
    (path, content) = opened[0]
    assert path.name == "ev_il.pdf"
    assert content == files.pdf(1) or content.startswith(b"%PDF")
    assert path.stat().st_mode & 0o077 == 0
    remove_copies()
    assert not path.exists()


def test_programs_are_never_opened_outside():
    with pytest.raises(CampusError) as told:
        copy_out("tool.exe", b"MZ")
    assert told.value.code == "file_type_unknown"


def test_a_player_without_a_recording_does_nothing(qtbot, plain_look):
    player = PlayerView()
    qtbot.addWidget(player)
    player.toggle()
    player.seek(5)
    player.step(1)
    assert player.position == 0
