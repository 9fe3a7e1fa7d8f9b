"""Files that people brought in come back with a backup, each whole, and none goes where it shouldn't."""

import hashlib
import json
import zipfile

import pytest

from server.command_line import main
from server.core.backup import BackupFile, write_backup
from server.core.file_store import FolderStore
from server.migrations.running import newest
from shared.core.clock import instant_text
from shared.core.errors import CampusError

PUT = (
    "INSERT INTO stored_file (organisation_id, sha256, kind, bytes, stored_at)"
    " VALUES (:organisation_id, :sha256, :kind, :bytes, :stored_at)"
)
CONTENTS = (b"an essay", b"%PDF-1.7 " + bytes(range(256)) * 9_000)
HASHES = [hashlib.sha256(one).hexdigest() for one in CONTENTS]


@pytest.fixture
def store(server, tmp_path):
    """The server's store with two files, and a row for each."""
    made = FolderStore(server.settings.files_path / "stored")
    for content, sha256 in zip(CONTENTS, HASHES, strict=True):
        part = tmp_path / "part"
        part.write_bytes(content)
        made.put(server.organisation_id, sha256, part)
        part.unlink()
    own = {"organisation_id": server.organisation_id, "stored_at": instant_text(server.clock.now())}
    rows = [own | {"sha256": one, "kind": "pdf", "bytes": len(of)} for one, of in zip(HASHES, CONTENTS, strict=True)]
    server.context.database.write(lambda db: [db.run(PUT, **row) for row in rows])
    return made


def written(server, path, store):
    return write_backup(path, server.settings.database, newest(), server.clock.now(), store=store)


def restored(path, folder):
    backup = BackupFile(path)
    try:
        store = FolderStore(folder / "stored")
        count = backup.put_files(store, folder / "incoming")
    finally:
        backup.close()
    return store, count


def again(path, target, change):
    """Write a backup anew with `change(name, content)`, which gives what stands there instead; None leaves it out."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as box:
        for name in source.namelist():
            for new_name, content in change(name, source.read(name)):
                box.writestr(new_name, content)
    return target


def test_they_come_back_as_they_were(server, store, tmp_path):
    report = written(server, tmp_path / "a", store)
    assert (report.files, report.missing) == (2, ())
    copy, count = restored(tmp_path / "a", tmp_path / "elsewhere")
    assert count == 2
    for content, sha256 in zip(CONTENTS, HASHES, strict=True):
        with copy.open(server.organisation_id, sha256) as file:
            assert file.read() == content
    assert list((tmp_path / "elsewhere" / "incoming").iterdir()) == []


def test_those_that_are_there_stay(server, store, tmp_path):
    written(server, tmp_path / "a", store)
    restored(tmp_path / "a", tmp_path / "elsewhere")
    assert restored(tmp_path / "a", tmp_path / "elsewhere")[1] == 2


def test_a_lost_one_is_named_and_the_rest_is_kept(server, store, tmp_path):
    store.remove(server.organisation_id, HASHES[0])
    report = written(server, tmp_path / "a", store)
    assert (report.files, report.missing) == (1, (HASHES[0],))
    backup = BackupFile(tmp_path / "a")
    backup.close()
    assert backup.report.missing == (HASHES[0],)


def test_without_a_store_they_are_left_out(server, store, tmp_path):
    assert written(server, tmp_path / "a", None).files is None
    assert restored(tmp_path / "a", tmp_path / "elsewhere")[1] == 0


def test_one_that_isnt_what_its_hash_says_is_refused(server, store, tmp_path):
    written(server, tmp_path / "a", store)
    torn = again(
        tmp_path / "a", tmp_path / "b", lambda name, content: [(name, b"other" if HASHES[0] in name else content)]
    )
    with pytest.raises(CampusError, match=HASHES[0]) as refused:
        BackupFile(torn)
    assert refused.value.code == "backup_unreadable"


def test_one_that_is_missing_is_noticed(server, store, tmp_path):
    written(server, tmp_path / "a", store)
    torn = again(tmp_path / "a", tmp_path / "b", lambda name, content: [] if HASHES[0] in name else [(name, content)])
    with pytest.raises(CampusError, match="damaged: files"):
        BackupFile(torn)


@pytest.mark.parametrize("name", ["files/../../x", f"files/..{'/' * 34}/{HASHES[0]}", f"files/{HASHES[0]}"])
def test_a_name_that_leads_elsewhere_is_refused(server, store, tmp_path, name):
    written(server, tmp_path / "a", store)
    torn = again(
        tmp_path / "a",
        tmp_path / "b",
        lambda own, content: [(own, content), (name, CONTENTS[0])] if own == "manifest.json" else [(own, content)],
    )
    with pytest.raises(CampusError) as refused:
        BackupFile(torn)
    assert refused.value.code == "backup_unreadable"


def test_a_backup_of_the_first_format_is_read(server, store, tmp_path):
    def older(name, content):
        if name == "manifest.json":
            told = json.loads(content)
            del told["files"]
            return [(name, json.dumps({**told, "format": 1}))]
        return [(name, content)]

    written(server, tmp_path / "a", None)
    assert restored(again(tmp_path / "a", tmp_path / "b", older), tmp_path / "elsewhere")[1] == 0


def test_one_of_a_later_format_isnt(server, tmp_path):
    written(server, tmp_path / "a", None)

    def later(name, content):
        return [(name, content.replace(b'"format": 2', b'"format": 3'))]

    with pytest.raises(CampusError, match="newer"):
        BackupFile(again(tmp_path / "a", tmp_path / "b", later))


def test_the_commands_take_them_along(server, store, tmp_path, monkeypatch, capsys):
    """Rows and files of one data folder, backed up and lost, are there again."""
    settings = server.settings
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", settings.database_owner_url.get_secret_value())
    assert main(["backup", str(tmp_path / "a"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["files"], told["missing"]) == (2, [])
    assert main(["backup", str(tmp_path / "rows"), "--without-files", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] is None
    for one in HASHES:
        store.remove(server.organisation_id, one)
    assert main(["backup", str(tmp_path / "late")]) == 0
    said = capsys.readouterr().out
    assert all(one in said for one in HASHES), "what is lost is named"
    assert main(["restore", str(tmp_path / "a"), "--replace"]) == 0
    assert "2 files" in capsys.readouterr().out
    assert all(store.exists(server.organisation_id, one) for one in HASHES)
