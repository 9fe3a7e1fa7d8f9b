"""Anonymising over REST, down to the bytes: database files, backups and stored files; and a restored backup."""

import zipfile
from pathlib import Path
from typing import Any

from server.core.backup import write_backup
from server.core.file_previews import preview_name
from server.core.file_stores import make_file_store
from server.core.film_copies import copies_of, copy_names, write_down
from server.core.isolation import acting_for
from server.people.erased_list import ErasedList
from server.people.erasing_job import finish_erasures, is_waiting
from shared.core.erasure import KIND as ERASURE
from shared.core.ids import derived_id
from tests.institute import make_institute
from tests.people.planted import COUNT, FILE, Planted, plant
from tests.serving import TestServer


def _plant(server: TestServer, tmp_path: Path) -> Planted:
    """Forty words in the server's database, and a file in its store that only the person handed in."""
    institute = make_institute(server.context.database)
    with acting_for(institute.organisation_id):
        made = plant(institute)
    officer = made.officer
    assert officer is not None
    server.set_password(officer.actor.person_id, made.room.institute.organisation_id)
    finished = tmp_path / "finished"
    finished.write_bytes(b"handed in")
    organisation_id = made.room.institute.organisation_id
    make_file_store(server.settings).put(organisation_id, FILE, finished)
    for name in (preview_name(FILE), *copy_names(FILE)):
        make_file_store(server.settings).put(organisation_id, name, finished)
    server.context.database.write(
        lambda db: db.run(
            "INSERT INTO stored_file (organisation_id, sha256, kind, bytes, stored_at) VALUES"
            " (:o, :sha, 'mp4', 9, '2026-11-20T08:00:00.000Z')",
            o=organisation_id, sha=FILE,
        )
    )  # fmt: skip
    server.context.database.write(lambda db: write_down(db, organisation_id, "2026-11-20T08:00:00.000Z"))
    return made


def _token(server: TestServer) -> str:
    server.slug = "kmedia"
    return str(server.sign_in("dora").data["access_token"])


def _backup(server: TestServer, path: Path) -> bytes:
    """Everything a backup of this moment holds: the dump of the database, whichever it is."""
    settings = server.settings
    write_backup(path, settings.owner_database, "x", server.clock.now(), store=make_file_store(settings))
    with zipfile.ZipFile(path) as box:
        return b"\n".join(box.read(name) for name in box.namelist())


def _files(server: TestServer) -> bytes:
    """All bytes below the server's folder, and of the SQLite file with its log."""
    folders = [server.settings.data_dir]
    path = server.context.database.url.database
    if server.context.database.dialect == "sqlite":
        folders.append(Path(path).parent)
    return b"\n".join(one.read_bytes() for folder in folders for one in folder.rglob("*") if one.is_file())


def _found(words: list[str], content: bytes) -> list[str]:
    return [word for word in words if word.encode() in content]


def test_after_the_erasure_no_byte_of_forty_words_is_left(server: TestServer, tmp_path: Path) -> None:
    planted = _plant(server, tmp_path)
    assert len(_found(planted.words, _backup(server, tmp_path / "before.zip"))) == COUNT
    token = _token(server)
    path = f"/api/v1/users/{planted.person_id}"
    outlook = server.get(f"{path}/erasure", token).data
    assert outlook["goes"]["profile"] == 1
    assert outlook["emptied"]["submission"] == 1
    assert outlook["stays"]["enrolment"] == 1
    told = server.post(f"{path}/erase", {"reason": "Asked for in writing"}, token)
    assert told.data == {"label": "Former student 0001"}
    assert is_waiting(server.context)
    assert finish_erasures(server.context) == 1
    assert not is_waiting(server.context)
    assert _found(planted.words, _backup(server, tmp_path / "after.zip")) == []
    assert _found(planted.words, _files(server)) == []
    assert not make_file_store(server.settings).exists(planted.room.institute.organisation_id, FILE)
    for name in (preview_name(FILE), *copy_names(FILE)):
        assert not make_file_store(server.settings).exists(planted.room.institute.organisation_id, name)
    with acting_for(planted.room.institute.organisation_id), server.context.database.read() as db:
        assert copies_of(db, planted.room.institute.organisation_id, FILE) == []
    kept = ErasedList(server.settings.data_dir).lines()
    assert [(one.person_id, one.label) for one in kept] == [(planted.person_id, "Former student 0001")]
    assert finish_erasures(server.context) == 0
    assert server.get(f"{path}/erasure", token).data["label"] == "Former student 0001"


def test_a_file_that_someone_else_handed_in_too_stays(sqlite_server: TestServer, tmp_path: Path) -> None:
    server = sqlite_server
    planted = _plant(server, tmp_path)
    organisation_id = planted.room.institute.organisation_id
    server.context.database.write(
        lambda db: db.run(
            "INSERT INTO upload (organisation_id, id, person_id, sha256, name, kind, bytes, state, code, sentence,"
            " announced, made_at, expires_at) VALUES (:o, :id, :p, :sha, 'same.pdf', 'pdf', 9, 'stored', '', '', :yes,"
            " '2026-11-20T08:00:00.000Z', '2026-12-20T08:00:00.000Z')",
            o=organisation_id, id=server.new_id(), p=planted.room.institute.students[1], sha=FILE, yes=True,
        )
    )  # fmt: skip
    server.post(f"/api/v1/users/{planted.person_id}/erase", {"reason": "x"}, _token(server))
    finish_erasures(server.context)
    assert make_file_store(server.settings).exists(organisation_id, FILE)


def test_a_restored_backup_is_emptied_again(sqlite_server: TestServer, tmp_path: Path) -> None:
    """The rows that a backup from before brings back: the list beside the database knows better."""
    server = sqlite_server
    planted = _plant(server, tmp_path)
    organisation_id = planted.room.institute.organisation_id
    token = _token(server)
    server.post(f"/api/v1/users/{planted.person_id}/erase", {"reason": "x"}, token)
    finish_erasures(server.context)

    def restore(db: Any) -> None:
        db.run("DELETE FROM erasure WHERE organisation_id = :o", o=organisation_id)
        db.run(
            "UPDATE person SET given_name = :g, email = :e WHERE organisation_id = :o AND id = :p",
            o=organisation_id, p=planted.person_id, g=planted.words[2], e=planted.words[5],
        )  # fmt: skip

    server.context.database.write(restore)
    assert is_waiting(server.context)
    assert finish_erasures(server.context) >= 1
    with acting_for(organisation_id), server.context.database.read() as db:
        person = db.one("SELECT given_name, email FROM person WHERE organisation_id = :o AND id = :p",
                        o=organisation_id, p=planted.person_id)  # fmt: skip
        again = db.one("SELECT id FROM erasure WHERE organisation_id = :o", o=organisation_id)
    assert tuple(person or ()) == ("Former student 0001", None)
    assert tuple(again or ()) == (derived_id(ERASURE, planted.person_id),)


def test_it_asks_for_a_fresh_sign_in_and_the_right(sqlite_server: TestServer, tmp_path: Path) -> None:
    server = sqlite_server
    planted = _plant(server, tmp_path)
    token = _token(server)
    path = f"/api/v1/users/{planted.person_id}"
    server.clock.advance(11 * 60)
    stale = server.post(f"{path}/erase", {"reason": "x"}, token)
    assert (stale.status, stale.code) == (403, "fresh_sign_in_needed")
    teacher = planted.room.institute.ama.actor.person_id
    server.set_password(teacher, planted.room.institute.organisation_id)
    other = str(server.sign_in("ama").data["access_token"])
    for method, where, body in (
        ("GET", "erasure", None), ("POST", "erase", {"reason": "x"}),
        ("PUT", "legal-hold", {"reason": "x"}), ("DELETE", "legal-hold", None),
    ):  # fmt: skip
        assert server.ask(method, f"{path}/{where}", body, other).code == "not_allowed"
    fresh = _token(server)
    assert server.post(f"{path}/erase", {"reason": ""}, fresh).status == 422
    assert server.post(f"/api/v1/users/{server.new_id()}/erase", {"reason": "x"}, fresh).code == "not_found"


def test_a_legal_hold_keeps_everything_until_it_is_lifted(sqlite_server: TestServer, tmp_path: Path) -> None:
    server = sqlite_server
    planted = _plant(server, tmp_path)
    token = _token(server)
    path = f"/api/v1/users/{planted.person_id}"
    assert server.ask("PUT", f"{path}/legal-hold", {"reason": "A dispute"}, token).status == 200
    shown = server.get(f"{path}/erasure", token).data
    assert (shown["hold"]["reason"], shown["obstacles"]) == ("A dispute", ["There is a legal hold: A dispute"])
    refused = server.post(f"{path}/erase", {"reason": "x"}, token)
    assert (refused.status, refused.code) == (409, "erasure_kept")
    assert server.ask("DELETE", f"{path}/legal-hold", None, token).status == 204
    assert server.post(f"{path}/erase", {"reason": "x"}, token).status == 200


def test_a_torn_line_of_the_list_is_left_out(tmp_path: Path) -> None:
    kept = ErasedList(tmp_path)
    assert kept.lines() == []
    (tmp_path / "erased.jsonl").write_bytes(b'{"organisation_id":"a","person_id":"b","label":"c","at":"d"}\n{"organ')
    assert [one.person_id for one in kept.lines()] == ["b"]
    kept.add(kept.lines())
