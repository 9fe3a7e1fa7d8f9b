"""The page of time clocks: a file chosen, looked at, recorded and taken back, without a network."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.attendance.clock_actions import read_file
from desktop.attendance.clock_page import MARKS, PROBLEMS, ClockPage
from desktop.attendance.store import read_roll
from desktop.widgets.background import wait_for_background
from desktop.widgets.theme import Scheme, theme
from desktop.widgets.toast import Toast
from shared.attendance import clock_file
from shared.attendance.clock_file import ClockColumn
from shared.core.errors import CampusError
from tests.attendance.classes import NAMES, REGISTRAR, SESSION, STRANGER, observation, school
from tests.attendance.leave_rows import leave

SIX = NAMES[:6]
FIRST = "S-004171"
HEAD = "No,Datetime\n"


@pytest.fixture
def show(qtbot, desks, plain_look, tmp_path):
    """`show(rows, actor)` gives the page and its desk; `page.bring(text)` hands it a file."""

    def show_page(*more, actor=REGISTRAR, size=(1180, 700)):
        here = desks(actor, [*school(SIX), *more])
        window = QWidget()
        column = QVBoxLayout(window)
        column.setContentsMargins(0, 0, 0, 0)
        page = ClockPage(here.desk)
        column.addWidget(page)
        qtbot.addWidget(window)
        window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()

        def bring(content):
            file = tmp_path / "clock.csv"
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
            page.take(file)
            wait_for_background()
            qtbot.waitUntil(lambda: page.check is not None or not page.refusal.isHidden())

        page.bring, page.here, page.kept = bring, here, window
        return page

    return show_page


def _states(page):
    return [(row.member.name, str(row.mark.state), row.mark.minutes) for row in read_roll(page.here.desk, SESSION).rows]


def _record(page, qtbot):
    qtbot.mouseClick(page.record_button, Qt.MouseButton.LeftButton)
    wait_for_background()
    qtbot.waitUntil(lambda: page.steps.currentIndex() == 0)


def test_a_file_is_looked_at_then_recorded_then_taken_back(show, qtbot):
    page = show()
    page.bring(f"{HEAD}{FIRST},2026-11-20 08:25\nS-004172,20/11/2026 08:35\nS-9,2026-11-20 08:25\n")
    assert page.record_button.text() == "Record 2 marks"
    assert [entry.name for entry in page.check.plan.entries] == ["Amina Yusuf", "Baraka Otieno"]
    assert page.check.problems == [(4, "Line 4: Nobody has the number S-9.")]
    assert not page.days.isVisible()
    assert {state for _, state, _ in _states(page)} == {"none"}
    _record(page, qtbot)
    assert [state for _, state, _ in _states(page)[:3]] == ["present", "present", "none"]
    made = [one for row in read_roll(page.here.desk, SESSION).rows for one in row.observations]
    assert {(one["method"], one["office"]) for one in made} == {("clock", True)}
    assert {one["note"] for one in made} == {"By the time clock at 08:25", "By the time clock at 08:35"}
    toast = page.window().findChildren(Toast)[-1]
    assert toast.words == "2 marks recorded"
    qtbot.mouseClick(toast.action_button, Qt.MouseButton.LeftButton)
    assert {state for _, state, _ in _states(page)} == {"none"}


def test_the_same_file_again_says_nothing_new(show, qtbot):
    page = show()
    content = f"{HEAD}{FIRST},2026-11-20 08:25\n"
    page.bring(content)
    _record(page, qtbot)
    page.bring(content)
    assert not page.record_button.isEnabled()
    assert page.check.unchanged == 1
    assert page.nothing.isVisible()


def test_marks_by_hand_and_excuses_stay_and_the_clock_stands_beside(show, qtbot):
    page = show(observation(SIX[0], "absent"), leave(SIX[1], "approved"))
    page.bring(f"{HEAD}{FIRST},2026-11-20 08:25\nS-004172,2026-11-20 08:25\n")
    assert [entry.counts for entry in page.check.plan.entries] == [False, False]
    _record(page, qtbot)
    assert [state for _, state, _ in _states(page)[:2]] == ["absent", "excused"]


def test_someone_elses_class_is_none_of_ours(show):
    page = show(actor=STRANGER)
    page.bring(f"{HEAD}{FIRST},2026-11-20 08:25\n")
    assert not page.check.plan.entries
    assert page.tabs.chosen == PROBLEMS
    assert "had no class" in page.check.problems[0][1]


def test_times_without_dates_ask_for_the_day(show, qtbot):
    page = show()
    page.bring(f"No,Time\n{FIRST},08:25\n")
    assert page.day_field.isVisible()
    assert "Choose the day" in page.check.problems[0][1]
    page.check = None
    page.day.setText("20/11/2026")
    qtbot.keyClick(page.day, Qt.Key.Key_Return)
    wait_for_background()
    qtbot.waitUntil(lambda: page.check is not None)
    assert page.record_button.text() == "Record 1 mark"
    assert page.tabs.chosen == MARKS


def test_dates_that_could_be_two_days_ask_which(show, qtbot):
    page = show()
    page.bring(f"{HEAD}{FIRST},11/10/2026 08:25\n")
    assert page.order_field.isVisible()
    page.check = None
    page.order.choose("month_first")
    wait_for_background()
    qtbot.waitUntil(lambda: page.check is not None)
    assert page.check.read.punches[0].at.month == 11
    assert page.order_field.isVisible()


def test_columns_that_nobody_knows_are_said_by_hand(show, qtbot):
    page = show()
    page.bring(f"Wer,Wann\n{FIRST},2026-11-20 08:25\n")
    assert page.columns_box.isVisible()
    assert "It has: Wer, Wann" in page.refusal.words.text()
    page.column_combos[ClockColumn.NUMBER].choose("Wer")
    page.column_combos[ClockColumn.STAMP].choose("Wann")
    page.read_again()
    wait_for_background()
    qtbot.waitUntil(lambda: page.check is not None)
    assert page.record_button.text() == "Record 1 mark"
    assert page.back()
    assert not page.columns_box.isVisible()
    assert not page.back()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"PK\x03\x04\x00", "isn't a CSV file"), (b"\n", "empty")],
)
def test_a_file_that_is_none_is_said_where_it_was_chosen(show, content, words):
    page = show()
    page.bring(content)
    assert words in page.refusal.words.text()
    assert page.steps.currentIndex() == 0
    assert page.first_focus() is page.drop.button


def test_a_file_that_is_gone_or_too_large(show, tmp_path, monkeypatch):
    page = show()
    page.take(tmp_path / "gone.csv")
    assert "can't be read" in page.refusal.words.text()
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 32)
    monkeypatch.setattr("desktop.attendance.clock_actions.MOST_BYTES", 16)
    with pytest.raises(CampusError, match="larger than"):
        read_file(large)
    assert clock_file.MOST_BYTES > 16


def test_a_file_can_be_dropped(show, qtbot, tmp_path):
    page = show()
    file = tmp_path / "dropped.csv"
    file.write_text(f"{HEAD}{FIRST},2026-11-20 08:25\n")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.drop.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))
    wait_for_background()
    qtbot.waitUntil(lambda: page.check is not None)
    assert page.first_focus() is page.record_button


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_it_can_be_painted(show, scheme, tmp_path):
    theme().apply(scheme, scale=100, high_contrast=False, reduced_motion=True)
    page = show(observation(SIX[0], "absent"))
    assert not page.grab().isNull()
    page.bring(f"{HEAD}{FIRST},2026-11-20 08:25\nS-004172,2026-11-20 08:45\nS-9,2026-11-20 08:25\n")
    assert not page.grab().isNull()
