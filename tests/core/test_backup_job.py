"""Backups that the server makes by itself: asked for, due, tried out by restoring, kept so long, and refused."""

import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from server.core import backup_book
from server.core.backup import BackupFile
from server.core.backup_book import Plan
from server.migrations import backup_job
from shared.core.errors import CampusError
from tests.serving import TestServer, server_settings

DAY = 86_400


@pytest.fixture
def office(server: Any) -> Any:
    """A server on each database with an administrator and a registrar."""
    return _staffed(server)


@pytest.fixture
def quick(sqlite_server: Any) -> Any:
    """The same on SQLite alone."""
    return _staffed(sqlite_server)


def _staffed(server: Any) -> Any:
    server.add_person("akua")
    server.add_person("grace", ("registrar",))
    server.token = server.sign_in("akua").data["access_token"]
    server.other = server.sign_in("grace").data["access_token"]
    return server


def _state(server: Any) -> Any:
    return server.get("/api/v1/backups", server.token).data


def _plan(server: Any, **changes: Any) -> Any:
    return server.ask("PUT", "/api/v1/backups/plan", {**_state(server)["plan"], **changes}, server.token)


def test_one_is_asked_for_made_and_tried_out(office: Any) -> None:
    assert _state(office)["backups"] == []
    _plan(office, every_hours=0)
    assert not backup_job.is_waiting(office.context)
    asked = office.post("/api/v1/backups", None, office.token)
    assert (asked.status, asked.data["state"], asked.data["asked_by"]) == (201, "asked", "Akua")
    assert office.post("/api/v1/backups", None, office.token).data["id"] == asked.data["id"], "one at a time"
    assert backup_job.is_waiting(office.context)
    assert backup_job.run(office.context) == 1
    (one,) = _state(office)["backups"]
    assert (one["state"], one["tested"], one["problem"]) == ("done", "sound", "")
    assert one["done"] == one["total"] > 60
    path = Path(one["place"]) / one["file"]
    assert (path.stat().st_size, path.stat().st_mode & 0o777) == (one["bytes"], 0o600)
    assert sum(BackupFile(path).report.rows.values()) == one["row_count"]
    assert list(path.parent.iterdir()) == [path], "the scratch database is gone"
    assert not backup_job.is_waiting(office.context)


def test_they_are_made_by_themselves_and_the_oldest_go(quick: Any) -> None:
    assert _plan(quick, every_hours=24, keep=2, test=False).status == 200
    assert [backup_job.run(quick.context) for _ in range(3)] == [1, 0, 0]
    for _ in range(3):
        quick.clock.advance(DAY)
        quick.token = quick.sign_in("akua").data["access_token"]
        assert backup_job.run(quick.context) == 1
    told = _state(quick)["backups"]
    assert [one["state"] for one in told] == ["done", "done", "removed", "removed"]
    there = {(Path(one["place"]) / one["file"]).exists(): one["state"] for one in told}
    assert there == {True: "done", False: "removed"}
    assert {one["asked_by"] for one in told} == {"schedule"}


def test_a_sample_institute_makes_none_by_itself(quick: Any) -> None:
    from server.people.sample_routes import offer

    quick.context.database.write(lambda db: offer(db, []))
    assert backup_job.run(quick.context) == 0


def test_a_damaged_one_is_found_when_it_is_tried_out(quick: Any) -> None:
    _plan(quick, every_hours=0, test=False)
    quick.post("/api/v1/backups", None, quick.token)
    backup_job.run(quick.context)
    (one,) = _state(quick)["backups"]
    assert one["tested"] == ""
    path = Path(one["place"]) / one["file"]
    content = bytearray(path.read_bytes())
    # As a bad sector would: one byte alone may be one that no reader looks at, such as a time in the ZIP's headers.
    for at in range(len(content) // 3, len(content) // 3 + 512):
        content[at] ^= 0xFF
    path.write_bytes(content)
    assert quick.post(f"/api/v1/backups/{one['id']}/test", None, quick.token).data["tested"] == "wanted"
    backup_job.run(quick.context)
    (one,) = _state(quick)["backups"]
    assert one["tested"] == "broken"
    assert "can't be used" in one["problem"]
    path.unlink()
    quick.post(f"/api/v1/backups/{one['id']}/test", None, quick.token)
    backup_job.run(quick.context)
    assert _state(quick)["backups"][0]["tested"] == "broken"


def test_one_that_a_crash_left_in_the_middle_is_told(quick: Any) -> None:
    _plan(quick, every_hours=0)
    run_id = quick.post("/api/v1/backups", None, quick.token).data["id"]
    quick.context.database.write(lambda db: backup_book.change(db, run_id, state="running"))
    backup_job.run(quick.context)
    (one,) = _state(quick)["backups"]
    assert (one["state"], one["problem"]) == ("failed", "The server was stopped in the middle.")


def test_a_place_that_cant_be_written_is_told(quick: Any, expect_log: Any) -> None:
    _plan(quick, every_hours=0)
    expect_log("A backup couldn't be made")
    blocked = quick.settings.data_dir / "backups"
    blocked.write_text("a file in the way")
    quick.post("/api/v1/backups", None, quick.token)
    backup_job.run(quick.context)
    (one,) = _state(quick)["backups"]
    assert one["state"] == "failed"
    assert "exists" in one["problem"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"every_hours": 5}, "every_hours"), ({"every_hours": -1}, "every_hours"), ({"keep": 0}, "keep"),
     ({"keep": 101}, "keep"), ({"place": "/etc"}, "place"), ({"place": "../.."}, "place")],
)  # fmt: skip
def test_a_plan_that_cant_be_is_refused_with_its_field(quick: Any, changes: dict[str, Any], field: str) -> None:
    refused = _plan(quick, **changes)
    assert (refused.status, refused.code) == (422, "field_invalid")
    assert set(refused.json["details"]["fields"]) == {field}


def test_backups_are_the_administrators_and_with_several_institutes_the_operators(quick: Any) -> None:
    from server.people.platform_service import Platform

    for method, path in (("GET", ""), ("POST", ""), ("POST", f"/{quick.organisation_id}/test")):
        assert quick.ask(method, f"/api/v1/backups{path}", None, quick.other).code == "not_allowed"
    assert quick.get("/api/v1/backups").status == 401
    home = Platform(quick.context).make_own()
    assert quick.get("/api/v1/backups", quick.token).status == 200, "the platform's own isn't an institute"
    quick.add_organisation("arts")
    assert quick.get("/api/v1/backups", quick.token).code == "not_allowed"
    quick.add_person("yaw", ("platform_administrator",), organisation_id=home)
    token = quick.sign_in("yaw", organisation="platform").data["access_token"]
    assert quick.get("/api/v1/backups", token).status == 200


def test_keys_are_sealed_in_where_a_passphrase_is_set(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("eight goats on a red roof\n")
    server = TestServer(
        server_settings(tmp_path / "server", backup_passphrase_file=secret, backup_places=(tmp_path / "there",))
    )
    try:
        plan = Plan(0, str(tmp_path / "there"))
        now = server.clock.now()
        server.context.database.write(lambda db: backup_book.write_plan(db, server.settings, plan))
        server.context.database.write(lambda db: backup_book.ask(db, server.new_id, now, "me", plan))
        backup_job.run(server.context)
        (path,) = (tmp_path / "there").iterdir()
        opened = BackupFile(path)
        assert opened.keys("eight goats on a red roof") == server.context.keys.packed()
        opened.close()
    finally:
        server.close()


def _with_manifest(path: Path, **changes: Any) -> Path:
    other = path.with_suffix(".other")
    with zipfile.ZipFile(path) as box, zipfile.ZipFile(other, "w") as out:
        for name in box.namelist():
            content = box.read(name)
            if name == "manifest.json":
                content = orjson.dumps({**orjson.loads(content), **changes})
            out.writestr(name, content)
    return other


def test_a_backup_of_a_newer_program_is_refused_with_a_sentence_and_nothing_is_written(quick: Any) -> None:
    from server.core.settings import with_driver
    from server.migrations.restoring import restore

    _plan(quick, every_hours=0, test=False)
    quick.post("/api/v1/backups", None, quick.token)
    backup_job.run(quick.context)
    (one,) = _state(quick)["backups"]
    path = Path(one["place"]) / one["file"]
    newer = BackupFile(_with_manifest(path, revision="9999"))
    target = with_driver(f"sqlite:///{path.parent / 'target.sqlite3'}")
    try:
        with pytest.raises(CampusError, match=r"newer Campusdesk\. Update this program") as refused:
            restore(newer, target, target, quick.context.keys.lease_key, quick.clock, replace=True)
    finally:
        newer.close()
    assert refused.value.code == "backup_newer"
    assert not (path.parent / "target.sqlite3").exists()
    with pytest.raises(CampusError, match="written by a newer Campusdesk"):
        BackupFile(_with_manifest(path, format=99))
