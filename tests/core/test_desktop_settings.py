"""The settings file and the list of people: written whole, never fatal when they can't be read."""

import json

from desktop.core import settings as desktop_settings
from desktop.core.profiles import Profiles
from desktop.core.settings import Server, Settings

SERVER = Server(url="http://127.0.0.1:8000", organisation="accra")


def test_settings_last(tmp_path):
    assert desktop_settings.load(tmp_path) == Settings()
    settings = Settings(theme="dark", text_size=150).with_server(SERVER).with_server(SERVER)
    desktop_settings.save(settings, tmp_path)
    assert desktop_settings.load(tmp_path) == settings
    assert settings.server(SERVER.url) == SERVER
    assert settings.server("http://elsewhere") is None
    assert len(settings.servers) == 1


def test_settings_that_can_not_be_read_begin_anew(tmp_path):
    path = tmp_path / desktop_settings.FILE_NAME
    path.write_text('{"theme": "pink"}')
    assert desktop_settings.load(tmp_path) == Settings()
    assert path.with_suffix(".unreadable").exists()


def test_settings_of_a_newer_version_keep_what_is_unknown(tmp_path):
    (tmp_path / desktop_settings.FILE_NAME).write_text('{"theme": "dark", "from_the_future": 1}')
    desktop_settings.save(desktop_settings.load(tmp_path), tmp_path)
    assert json.loads((tmp_path / desktop_settings.FILE_NAME).read_text())["from_the_future"] == 1


def test_a_list_of_people_that_can_not_be_read_is_empty(tmp_path):
    (tmp_path / "people.json").write_text("{")
    assert Profiles(tmp_path).all() == []
