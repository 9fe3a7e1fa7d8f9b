"""The handheld reader: scans never reach a field, and nothing that hands type is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from desktop.widgets.reader_filter import ReaderFilter
from desktop.widgets.reader_keys import FASTEST_HAND, LEAST_LETTERS, ReaderKeys
from shared.core.clock import ManualClock
from tests.fixtures.windows import bring_forward

CARD = "CD1.ab12cd34.S-004188.ABCD"
GAPS = st.floats(0.001, 0.3)


def play(strokes):
    r"""Type (letter or Enter as "\n", seconds before it); returns what fields got and what was scanned."""
    keys, at, got, scans = ReaderKeys(), 0.0, [], []
    for letter, gap in strokes:
        at += gap
        if letter == "\n":
            scan = keys.enter(at)
            if scan is None:
                got += [*keys.give_back(), "\n"]
            else:
                scans.append(scan)
        else:
            got += keys.letter(letter, at, letter)
    return "".join([*got, *keys.give_back()]), scans


@given(st.lists(st.tuples(st.sampled_from("abcS-12\n"), GAPS), max_size=60))
def test_what_goes_in_comes_out_once_as_typing_or_as_a_scan(strokes):
    typed, scans = play(strokes)
    everything = "".join(letter for letter, _ in strokes)
    for scan in scans:
        place = everything.index(scan + "\n")
        everything = everything[:place] + everything[place + len(scan) + 1 :]
    assert sorted(typed) == sorted(everything)


@given(st.text("abcdefgh12\n", max_size=60), st.floats(FASTEST_HAND + 0.001, 0.4))
def test_hands_lose_nothing_however_they_type(written, gap):
    assert play([(letter, gap) for letter in written]) == (written, [])


@given(st.text("abcS-.12", min_size=LEAST_LETTERS, max_size=60), st.floats(0.0005, FASTEST_HAND - 0.001))
def test_a_reader_is_heard_and_types_nothing(card, gap):
    assert play([(letter, gap) for letter in [*card, "\n"]]) == ("", [card])


@pytest.mark.parametrize("rolled", ["a", "as", "asd"])
def test_a_few_keys_rolled_with_enter_are_hands(rolled):
    assert play([(letter, 0.01) for letter in [*rolled, "\n"]]) == (rolled + "\n", [])


def test_typing_before_a_scan_stays_typing():
    strokes = [
        ("n", 0.2),
        ("a", 0.15),
        *((letter, 0.005 if place else 0.2) for place, letter in enumerate(CARD + "\n")),
    ]
    assert play(strokes) == ("na", [CARD])


def test_a_burst_without_enter_is_given_back():
    assert play([(letter, 0.005) for letter in CARD]) == (CARD, [])


def test_an_enter_that_comes_late_makes_no_scan():
    assert play([*((letter, 0.005) for letter in CARD), ("\n", 0.05)]) == (CARD + "\n", [])


class Window(QWidget):
    """Two fields; the first takes Enter as a search field does."""

    def __init__(self):
        super().__init__()
        column = QVBoxLayout(self)
        self.first, self.second = QLineEdit(), QLineEdit()
        column.addWidget(self.first)
        column.addWidget(self.second)
        self.entered, self.pressed = [], []
        self.first.returnPressed.connect(lambda: self.entered.append(self.first.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt decides the name
        self.pressed.append(event.text())


@pytest.fixture
def window(qtbot):
    made = Window()
    qtbot.addWidget(made)
    bring_forward(qtbot, made)
    made.first.setFocus()
    return made


@pytest.fixture
def reader(window):
    clock = ManualClock()
    made = ReaderFilter(window, clock.monotonic)
    made.clock, made.heard = clock, []
    made.scanned.connect(made.heard.append)
    made.start()
    yield made
    made.stop()


def scan(reader, window, text, gap=0.004):
    """Type as a reader does, through the window as the system delivers keys."""
    for letter in text:
        reader.clock.advance(gap)
        QTest.keyClick(window.windowHandle(), letter)
    reader.clock.advance(gap)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)


def test_a_scan_is_heard_and_the_field_below_stays_empty(reader, window):
    scan(reader, window, CARD)
    assert reader.heard == [CARD]
    assert (window.first.text(), window.entered, window.pressed) == ("", [], [])


def test_letters_by_hand_arrive_a_moment_later_in_order(reader, window, qtbot):
    for letter in "Nadia":
        reader.clock.advance(0.08)
        QTest.keyClick(window.windowHandle(), letter)
    assert window.first.text() == "Nadi", "only the last one is still in doubt"
    reader.clock.advance(0.08)
    qtbot.waitUntil(lambda: window.first.text() == "Nadia")
    reader.clock.advance(0.2)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    assert window.entered == ["Nadia"]
    assert reader.heard == []


def test_other_keys_come_after_the_letters_before_them(reader, window):
    for letter in "ab":
        reader.clock.advance(0.01)
        QTest.keyClick(window.windowHandle(), letter)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Left)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Backspace)
    assert window.first.text() == "b"


def test_a_held_key_that_repeats_is_never_a_scan(reader, window):
    for place in range(8):
        reader.clock.advance(0.02)
        press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a", place > 0)
        QApplication.sendEvent(window.windowHandle(), press)
    reader.clock.advance(0.02)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    assert reader.heard == []
    assert window.entered == ["a" * 8]


def test_capitals_and_shortcuts_pass_as_they_are(reader, window, qtbot):
    reader.clock.advance(0.1)
    QTest.keyClick(window.windowHandle(), "A", Qt.KeyboardModifier.ShiftModifier)
    reader.clock.advance(0.1)
    qtbot.waitUntil(lambda: window.first.text() == "A")
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert window.first.selectedText() == "A"


def test_letters_held_for_a_field_that_is_gone_go_where_the_focus_is(reader, window, qtbot):
    QTest.keyClick(window.windowHandle(), "x")
    window.second.setFocus()
    window.first.setParent(None)
    window.first.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    reader.give_back()
    assert window.second.text() == "x"


def test_when_it_stops_nothing_is_kept_back(reader, window):
    QTest.keyClick(window.windowHandle(), "x")
    reader.stop()
    assert window.first.text() == "x"
    scan(reader, window, CARD)
    assert (reader.heard, window.first.text()) == ([], "x" + CARD)


def test_three_hundred_scans_in_a_minute_lose_none(reader, window):
    cards = [f"S-{number:06d}" for number in range(300)]
    for card in cards:
        scan(reader, window, card, gap=0.003)
        reader.clock.advance(60 / 300 - 0.003 * (len(card) + 1))
    assert reader.heard == cards
    assert window.first.text() == ""


def test_the_systems_own_times_keep_a_scan_whole_while_the_program_is_busy(window):
    own = ReaderFilter(window)
    heard = []
    own.scanned.connect(heard.append)
    own.start()
    for place, letter in enumerate([*CARD, "\r"]):
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_A
        press = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, letter)
        press.setTimestamp(1000 + 5 * place)
        QApplication.sendEvent(window.windowHandle(), press)
    own.stop()
    assert heard == [CARD]
