"""Settings: environment before file, sentences for faults, secrets that stay secret, private files."""

import os
import stat
import sys

import pytest

from server.core.keys import Keys, load_keys, make_keys
from server.core.secret_files import read_secret, write_secret
from server.core.settings import LimitRule, load_settings, with_driver
from shared.core.errors import CampusError


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text('pool_size = 7\nport = 9000\ndatabase_url = "postgresql://a:canary@h/d"\n', encoding="utf-8")
    return path


def test_the_file_counts_less_than_the_environment_and_that_less_than_the_command_line(file, monkeypatch):
    monkeypatch.setenv("CAMPUSDESK_PORT", "9001")
    settings = load_settings(file, {"host": "127.0.0.1", "workers": None})
    assert (settings.pool_size, settings.port, settings.host, settings.workers) == (7, 9001, "127.0.0.1", 1)
    assert load_settings(file, {"port": 9002}).port == 9002


def test_the_usual_file_lies_in_the_data_folder(file, tmp_path, monkeypatch):
    assert load_settings(given={"data_dir": tmp_path}).pool_size == 7
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(tmp_path))
    assert load_settings().pool_size == 7
    (tmp_path / "other.toml").write_text("pool_size = 8", encoding="utf-8")
    monkeypatch.setenv("CAMPUSDESK_SETTINGS", str(tmp_path / "other.toml"))
    assert load_settings().pool_size == 8


def test_defaults_are_those_of_the_product(tmp_path):
    settings = load_settings(given={"data_dir": tmp_path})
    assert settings.pool_size == settings.thread_count == 20
    assert (settings.access_token_minutes, settings.refresh_token_days, settings.kept_refresh_token_days) == (15, 7, 30)
    assert (settings.lease_days, settings.password_cost, settings.password_min_length) == (14, 12, 12)
    assert settings.database.render_as_string() == f"sqlite:///{tmp_path.as_posix()}/campusdesk.sqlite3"
    assert settings.owner_database == settings.database


@pytest.mark.parametrize(
    ("content", "name"), [("pool_size = 0", "pool_size"), ("colour = 1", "colour"), ('port = "x"', "port")]
)
def test_a_fault_is_named(tmp_path, content, name):
    path = tmp_path / "bad.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CampusError) as refused:
        load_settings(path)
    assert refused.value.code == "settings_invalid"
    assert name in refused.value.message
    assert name in refused.value.details["faults"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pool_sise", "pool_size"),
        ("databse_url", "database_url"),
        ("Pool-Size", "pool_size"),
        ("log_levl", "log_level"),
    ],
)
def test_a_mistyped_setting_is_named_with_the_nearest_right_name(tmp_path, monkeypatch, typed, meant):
    path = tmp_path / "settings.toml"
    path.write_text(f'"{typed}" = "x"', encoding="utf-8")
    with pytest.raises(CampusError) as refused:
        load_settings(path)
    assert refused.value.details["faults"] == {typed: f"There is no such setting. {meant} is the nearest."}
    path.write_text("", encoding="utf-8")
    variable = f"CAMPUSDESK_{typed.upper()}"
    monkeypatch.setenv(variable, "x")
    with pytest.raises(CampusError) as refused:
        load_settings(path)
    assert variable in refused.value.message
    said = f"There is no such setting. CAMPUSDESK_{meant.upper()} is the nearest."
    assert refused.value.details["faults"] == {variable: said}


def test_a_name_like_no_setting_is_refused_in_the_file_and_left_alone_in_the_environment(tmp_path, monkeypatch):
    path = tmp_path / "settings.toml"
    path.write_text("zebra = 1", encoding="utf-8")
    with pytest.raises(CampusError) as refused:
        load_settings(path)
    assert refused.value.details["faults"] == {"zebra": "There is no such setting."}
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv("CAMPUSDESK_ZEBRA_QX", "1")
    assert load_settings(path).pool_size == 20


@pytest.mark.parametrize("content", ["pool_size = ", None])
def test_a_file_that_cant_be_read_is_a_sentence(tmp_path, content):
    path = tmp_path / "bad.toml"
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(CampusError, match=r"bad\.toml"):
        load_settings(path)


def test_secrets_dont_show_themselves(file):
    assert "canary" not in repr(load_settings(file))
    assert "canary" not in str(load_settings(file).database)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_gets_our_driver(scheme):
    assert with_driver(f"{scheme}://a:b@h/d").drivername == "postgresql+psycopg"
    assert with_driver("sqlite:///x.db").drivername == "sqlite"


def test_a_limit_given_replaces_the_supplied_one(tmp_path):
    settings = load_settings(given={"data_dir": tmp_path, "limits": [LimitRule(path="/", anonymous=5)]})
    assert [rule.anonymous for rule in settings.limit_rules if rule.path == "/"] == [5]
    assert len(settings.limit_rules) == len(load_settings(given={"data_dir": tmp_path}).limit_rules)


# ----------------------------------------------------------------------------------------------------- files and keys

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="profiles on Windows are private by themselves")


@on_posix
def test_a_secret_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "deep" / "secret"
    write_secret(path, b"one")
    write_secret(path, b"two")
    assert read_secret(path) == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret"]


@on_posix
def test_a_secret_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "secret"
    write_secret(path, b"one")
    path.chmod(0o640)
    with pytest.raises(CampusError, match="chmod 600") as refused:
        read_secret(path)
    assert refused.value.code == "secret_exposed"


def test_a_write_that_fails_leaves_the_old_secret(tmp_path, monkeypatch):
    path = tmp_path / "secret"
    write_secret(path, b"one")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_secret(path, b"two")
    assert path.read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 1


def test_keys_are_made_once(tmp_path):
    path = tmp_path / "keys.json"
    made = make_keys(path)
    assert make_keys(path) == made == load_keys(path)
    assert len({made.access_token, made.refresh, made.pepper, made.lease, made.seal}) == 5
    assert repr(made).startswith("<")


def test_a_server_without_keys_says_how_to_get_them(tmp_path):
    with pytest.raises(CampusError, match="campusdesk-server init") as refused:
        load_keys(tmp_path / "keys.json")
    assert refused.value.code == "not_set_up"


@pytest.mark.parametrize("content", [b"", b"{}", b'{"keys": {"access_token": "!"}}', b"[1]"])
def test_a_damaged_key_file_is_a_sentence(content):
    with pytest.raises(CampusError) as refused:
        Keys.unpacked(content)
    assert refused.value.code == "keys_unreadable"


def test_what_is_sealed_opens_in_its_place_alone():
    keys = Keys.made()
    sealed = keys.sealed(b"secret", "escrow", "one")
    assert keys.opened(sealed, "escrow", "one") == b"secret"
    for other, place in ((keys, ("escrow", "two")), (Keys.made(), ("escrow", "one"))):
        with pytest.raises(CampusError) as refused:
            other.opened(sealed, *place)
        assert refused.value.code == "seal_broken"
