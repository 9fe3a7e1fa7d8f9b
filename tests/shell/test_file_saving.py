"""Saving a file that is handed out: what the dialog offers, what is written, and what is said where it can't be."""

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.shell.file_saving import ask_where, save_fetched
from desktop.shell.page import toasts_of
from shared.core.errors import CampusError


@pytest.fixture
def page(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def words_of(page, qtbot):
    qtbot.waitUntil(lambda: bool(toasts_of(page).toasts))
    return toasts_of(page).toasts[-1].words


def test_it_offers_the_name_and_hands_the_place_over(page, tmp_path):
    chosen = []
    ask_where(page, "Export", "log.csv", chosen.append, [("csv", "Text"), ("json", "JSON")])
    dialog = page.findChild(QFileDialog)
    assert dialog.nameFilters() == ["Text (*.csv)", "JSON (*.json)"]
    assert dialog.defaultSuffix() == "csv"
    assert [place.rpartition("/")[2] for place in dialog.selectedFiles()] == ["log.csv"]
    dialog.fileSelected.emit(str(tmp_path / "mine.csv"))
    assert chosen == [tmp_path / "mine.csv"]
    dialog.close()


def test_what_is_fetched_is_written_whole_and_told_of(page, qtbot, tmp_path):
    place = tmp_path / "log.csv"
    save_fetched(page, lambda: b"one\r\ntwo\r\n", place, lambda content: f"{len(content)} bytes saved")
    assert words_of(page, qtbot) == "10 bytes saved"
    assert place.read_bytes() == b"one\r\ntwo\r\n"
    assert [one.name for one in tmp_path.iterdir()] == ["log.csv"]


def test_a_place_that_takes_nothing_is_named(page, qtbot, tmp_path):
    save_fetched(page, lambda: b"x", tmp_path / "gone" / "log.csv", lambda _content: "saved")
    assert "log.csv can’t be written" in words_of(page, qtbot)


def test_what_the_server_refuses_is_told_and_leaves_the_file_as_it_was(page, qtbot, tmp_path):
    place = tmp_path / "log.csv"
    place.write_bytes(b"before")

    def refuse():
        raise CampusError("not_allowed", "Your role doesn't export this.")

    save_fetched(page, refuse, place, lambda _content: "saved")
    assert words_of(page, qtbot) == "Your role doesn't export this."
    assert place.read_bytes() == b"before"
