"""Backup and restore: across both databases, while the server runs, and never half."""

import base64
import json
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import create_engine, select

from server.core.audit import check_chain
from server.core.backup import BackupFile, write_backup
from server.core.database import Database
from server.core.keys import load_keys
from server.core.settings import with_driver
from server.core.tables import METADATA
from server.migrations.restoring import restore
from server.migrations.running import newest
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.sync import restored_words
from tests.serving import PASSWORD, TestServer, server_settings

PASSPHRASE = "eight goats on a red roof"


@pytest.fixture
def backup(server, tmp_path):
    """A backup of a server with people, a sign-in and a chain."""
    server.add_person("ama", ("registrar",), given_name="Ɔkɔmfo", phone="+233 24 000 0000")
    server.add_person("kofi", ("student",))
    server.sign_in("ama")
    path = tmp_path / "campus.backup"
    keys = load_keys(server.settings.keys_path).packed()
    write_backup(path, server.settings.database, newest(), server.clock.now(), keys, PASSPHRASE)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request, tmp_path):
    """An empty database of either kind to restore into."""
    if request.param == "sqlite":
        from tests.postgres import DatabaseUrls

        url = f"sqlite:///{(tmp_path / 'other' / 'restored.sqlite3').as_posix()}"
        return DatabaseUrls(url, url)
    return request.getfixturevalue("postgres_url")


def _restore(path, urls, server, *, replace=False):
    opened = BackupFile(path)
    try:
        key = server.context.keys.lease_key
        owner, application = with_driver(urls.owner_url), with_driver(urls.application_url)
        return restore(opened, owner, application, key, ManualClock(), replace=replace)
    finally:
        opened.close()


def _rows(url):
    engine = create_engine(with_driver(url))
    try:
        with engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
                for table in METADATA.sorted_tables
            }
    finally:
        engine.dispose()


MOVED_ON = {"feed_head", "audit_link", "server_state"}


def test_everything_comes_back_on_either_database(server, backup, other_url):
    before = _rows(server.settings.owner_database.render_as_string(hide_password=False))
    epoch = _restore(backup, other_url, server)
    after = _rows(other_url.owner_url)
    assert {name: rows for name, rows in after.items() if name not in MOVED_ON} == {
        name: rows for name, rows in before.items() if name not in MOVED_ON
    }
    assert after["audit_link"][:-1] == before["audit_link"]
    assert {row[4] for row in after["feed_head"]} == {epoch}
    assert epoch not in {row[4] for row in before["feed_head"]}


def test_the_restored_server_works(server, backup, other_url, tmp_path):
    _restore(backup, other_url, server)
    settings = server_settings(tmp_path / "server", other_url)
    restored = TestServer(settings, slug="another")
    restored.slug = "km-media"
    try:
        told = restored.sign_in("ama", password=PASSWORD).data
        assert told["person"]["name"] == "Ɔkɔmfo"
        assert restored.get("/api/health").data["server_epoch"] == told["server_epoch"]
    finally:
        restored.close()


def test_the_chain_goes_on_with_a_signed_entry(server, backup, other_url):
    epoch = _restore(backup, other_url, server)
    database = Database(with_driver(other_url.application_url).render_as_string(hide_password=False), 1)
    try:
        with database.read() as db:
            assert check_chain(db, server.organisation_id) is None
            note = json.loads(db.rows("SELECT note FROM audit_link ORDER BY audit_seq DESC")[0][0])
    finally:
        database.close()
    assert note["what"] == "restored"
    assert note["server_epoch"] == epoch
    public = base64.b64decode(server.context.keys.lease_public_key)
    signed = restored_words(server.organisation_id, note["audit_seq"], note["chain"], epoch)
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(note["signature"]), signed)


def test_a_database_with_data_is_left_alone_unless_told(server, backup):
    urls = type("Urls", (), {"owner_url": None, "application_url": None})
    urls.owner_url = server.settings.owner_database.render_as_string(hide_password=False)
    urls.application_url = server.settings.database.render_as_string(hide_password=False)
    late = server.add_person("late", ("student",))
    before = _rows(urls.owner_url)
    with pytest.raises(CampusError) as refused:
        _restore(backup, urls, server)
    assert refused.value.code == "database_not_empty"
    assert _rows(urls.owner_url) == before
    _restore(backup, urls, server, replace=True)
    assert late not in {row[1] for row in _rows(urls.owner_url)["person"]}


def test_a_restore_that_fails_leaves_what_was_there(server, backup, monkeypatch):
    urls = type("Urls", (), {})
    urls.owner_url = server.settings.owner_database.render_as_string(hide_password=False)
    urls.application_url = server.settings.database.render_as_string(hide_password=False)
    before = _rows(urls.owner_url)

    def cut(*_arguments):
        message = "power cut"
        raise RuntimeError(message)

    monkeypatch.setattr("server.migrations.restoring._begin", cut)
    with pytest.raises(RuntimeError, match="power cut"):
        _restore(backup, urls, server, replace=True)
    assert _rows(urls.owner_url) == before


def test_writes_meanwhile_dont_tear_the_backup(server, tmp_path, monkeypatch):
    """All tables are of one moment, though somebody writes between the first table and the last."""
    from server.core import backup as module

    lines, written = module._lines, []

    def meddling(connection, table):
        rows = list(lines(connection, table))
        if table.name == "organisation":
            written.append(server.add_person("meanwhile", ("student",)))
        return rows

    monkeypatch.setattr(module, "_lines", meddling)
    path = tmp_path / "torn.backup"
    write_backup(path, server.settings.database, newest(), server.clock.now())
    with zipfile.ZipFile(path) as box:
        assert written
        assert written[0] not in box.read("tables/person.jsonl").decode()
        assert written[0] not in box.read("tables/feed_row.jsonl").decode()


def test_the_keys_open_with_their_passphrase_alone(server, backup):
    opened = BackupFile(backup)
    try:
        assert opened.keys(PASSPHRASE) == load_keys(server.settings.keys_path).packed()
        with pytest.raises(CampusError) as refused:
            opened.keys("another")
        assert refused.value.code == "passphrase_wrong"
    finally:
        opened.close()
    assert server.context.keys.pepper not in backup.read_bytes()


def test_a_backup_is_for_its_owner_alone(backup):
    assert backup.stat().st_mode & 0o077 == 0
    assert [path.name for path in backup.parent.iterdir() if "campus.backup" in path.name] == ["campus.backup"]


def test_a_damaged_backup_is_refused_before_anything_is_touched(backup, tmp_path):
    torn = tmp_path / "torn.backup"
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(torn, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b"registrar", b"cashierrr") if "person" in name else content)
    with pytest.raises(CampusError, match="person") as refused:
        BackupFile(torn)
    assert refused.value.code == "backup_unreadable"


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_backup_is_a_sentence(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(CampusError) as refused:
        BackupFile(path)
    assert refused.value.code == "backup_unreadable"


def test_half_a_backup_is_refused(backup, tmp_path):
    half = tmp_path / "half"
    content = backup.read_bytes()
    half.write_bytes(content[: len(content) // 2])
    with pytest.raises(CampusError):
        BackupFile(half)


def test_a_backup_of_a_database_that_is_away_says_so(tmp_path):
    url = with_driver("postgresql://nobody:x@127.0.0.1:1/none")
    with pytest.raises(CampusError) as refused:
        write_backup(tmp_path / "x", url, "1", ManualClock().now())
    assert refused.value.code == "database_away"
    assert list(tmp_path.iterdir()) == []
