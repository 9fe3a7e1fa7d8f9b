"""Settings: what changes at once, what is kept, and what the page tells of this computer."""

import pytest

from desktop.core import settings as stored
from desktop.core.settings import Settings
from desktop.shell.page_book import SETTINGS
from desktop.shell.preferences import Preferences
from desktop.shell.settings_page import SettingsPage, size_words
from desktop.widgets.label import Label
from desktop.widgets.theme import theme


@pytest.fixture
def preferences(tmp_path):
    return Preferences(Settings(theme="light"), tmp_path / "settings")


@pytest.fixture
def page(qtbot, office, preferences):
    made = SettingsPage(office.desk, preferences, rebuild=lambda: None)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_theme_turns_at_once_and_is_kept(page, preferences, tmp_path):
    page.scheme.choose("dark")
    assert theme().scheme == "dark"
    assert stored.load(tmp_path / "settings").theme == "dark"


def test_text_size_contrast_and_motion_take_effect(page, preferences):
    page.text_size.choose("130")
    page.text_size.activated.emit(page.text_size.currentIndex())
    page.contrast.click()
    page.motion.click()
    page.motion.click()
    assert (theme().scale, theme().high_contrast, theme().reduced_motion) == (130, True, False)
    assert preferences.settings.text_size == 130


def test_a_size_chosen_by_keys_is_shown_too(page, preferences):
    preferences.change(text_size=140)
    assert page.text_size.chosen == "140"


def test_single_letters_can_be_turned_off(page, preferences):
    assert page.letters.isChecked()
    page.letters.click()
    assert preferences.settings.letter_keys is False


def test_sounds_of_scanning_can_be_turned_off(page, preferences, tmp_path):
    assert page.sounds.isChecked()
    page.sounds.click()
    assert stored.load(tmp_path / "settings").scan_sounds is False


def test_the_computers_name_is_kept_without_spaces_around(page, preferences, tmp_path):
    page.device.setText("  Front desk 2 ")
    page.device.editingFinished.emit()
    assert stored.load(tmp_path / "settings").device_name == "Front desk 2"


def test_the_local_copy_tells_its_size(page):
    words = [label.text() for label in page.findChildren(Label)]
    assert any(word.endswith(" MB") for word in words)
    assert size_words(12_345_678) == "12.3 MB"


def test_settings_open_from_the_rail(window):
    window.rail.items[-2].click()
    assert window.history.here.page == SETTINGS
    assert window.rail.items[-2].isChecked()


def test_settings_in_memory_write_no_file(tmp_path):
    Preferences(Settings()).change(theme="dark")
    assert list(tmp_path.iterdir()) == []


def test_when_smaller_videos_are_fetched_is_kept_for_the_person(page, office):
    smaller = page.videos.smaller
    assert smaller.chosen == "packs"
    for choice in ("always", "never", "packs"):
        smaller.choose(choice)
        smaller.activated.emit(smaller.currentIndex())
        assert office.desk.store.recall("smaller films") == choice
