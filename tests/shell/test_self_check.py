"""What the self-check sees: crashes in slots, warnings, missing letters; and all of it on the sample."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, QTimer, qWarning
from PySide6.QtGui import QFont

from desktop.shell.sample_walk import sample_ids, sample_places
from desktop.shell.watch import Watch, calm, missing_letters
from desktop.widgets.theme import theme
from tests.shell.conftest import session_id


def test_a_crash_in_a_slot_is_a_problem(qapp):
    def crash():
        message = "the page fell over"
        raise ValueError(message)

    with Watch() as watch:
        watch.where = "people.list"
        owner = QObject()
        QTimer.singleShot(0, owner, crash)
        calm()
    assert len(watch.problems) == 1
    assert watch.problems[0].startswith("people.list: ")
    assert "the page fell over" in watch.problems[0]


def test_qts_warnings_are_problems_but_not_the_platforms_talk(qapp):
    with Watch() as watch:
        qWarning("QObject::connect: no such signal")
        qWarning("This plugin does not support raise()")
    assert [problem.removeprefix(": ") for problem in watch.problems] == ["QObject::connect: no such signal"]


@pytest.mark.parametrize(("lost", "answer"), [("", "True"), ("app.setLibraryPaths([]);", "False")])
def test_a_lost_camera_back_end_is_noticed(lost, answer):
    # A program of its own: Qt looks for the back end once in a process.
    asked = f"from desktop.app import make_application; app = make_application(); {lost}"
    asked += "from desktop.shell.self_check import has_camera_back_end as has; print(has())"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=240, check=True)
    assert told.stdout.strip() == answer, told.stderr


def test_the_bundled_fonts_have_the_letters_that_people_write(look):
    assert missing_letters(theme().font("body")) == ""


def test_letters_without_a_glyph_are_found(qapp):
    symbols = QFont()
    symbols.setFamilies(["Inter"])
    assert missing_letters(symbols) in {"", "ɛɔŊ", "ɛɔ"}
    nothing = QFont()
    nothing.setFamilies([])
    assert missing_letters(nothing) != ""


def test_every_page_of_the_rail_and_one_of_each_record_is_opened(window):
    places = [(place.page, place.entity_id) for place in sample_places(window.book, window.desk)]
    assert [page for page, _ in places] == [
        "shell.today",
        "shell.sync",
        "shell.settings",
        "shell.help",
        "people.list",
        "shell.computers",
        "people.person",
    ]
    assert places[-1][1] is not None


def test_classes_with_and_without_marks_are_chosen(office):
    assert sample_ids(office.desk, "class_session") == [session_id(1), session_id(2), session_id(3)]


@pytest.mark.slow
def test_the_whole_check_passes_and_saves_its_pictures(tmp_path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "desktop.app", "--screenshots", str(tmp_path / "pictures")],
        capture_output=True,
        text=True,
        timeout=1_400,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    names = {path.name for path in (tmp_path / "pictures").glob("*.png")}
    assert {"sign-in-light.png", "sign-in-dark.png"} <= names
    assert any("instructor-dark-1366" in name and "attendance.register" in name for name in names)
