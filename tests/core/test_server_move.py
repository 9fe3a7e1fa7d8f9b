"""Moving to another database: everything as it was, never half, and the old one is served no more."""

import json
import os
import signal
import subprocess
import sys
import threading

import psycopg
import pytest
from sqlalchemy import create_engine, select

from server.command_line import main
from server.core.audit import check_chain
from server.core.database import Database
from server.core.row_security import SETTING
from server.core.settings import with_driver
from server.core.tables import METADATA
from server.migrations import moving
from server.migrations.moving import move
from server.migrations.running import migrate
from shared.core.errors import CampusError
from tests.architecture.house import ROOT
from tests.postgres import APPLICATION, DatabaseUrls
from tests.serving import PASSWORD, TestServer, server_settings


@pytest.fixture
def filled(server):
    """A server with people, a sign-in and a chain; nothing of it is open."""
    server.add_person("ama", ("registrar",), given_name="Ɔkɔmfo", phone="+233 24 000 0000")
    server.add_person("kofi", ("student",))
    server.told = server.sign_in("ama").data
    server.context.database.close()
    return server


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{(tmp_path / 'new' / 'campus.sqlite3').as_posix()}"
        return DatabaseUrls(url, url)
    return request.getfixturevalue("postgres_url")


def _move(server, urls, **more):
    role = APPLICATION if urls.owner_url.startswith("postgresql") else None
    return move(server.settings.owner_database, with_driver(urls.owner_url), role, **{"dry_run": False, **more})


def _rows(url):
    """All rows by table, sorted here: the two databases don't sort letters alike."""
    engine = create_engine(with_driver(url) if isinstance(url, str) else url)
    try:
        with engine.connect() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in METADATA.sorted_tables
            }
    finally:
        engine.dispose()


def _is_usable(server):
    """Whether a server can still work on the old database: read, write, and an unbroken chain."""
    again = TestServer(server.settings, slug="still-here")
    try:
        again.add_person("late", ("student",))
        with again.context.database.read() as db:
            return check_chain(db, server.organisation_id) is None
    finally:
        again.close()


def test_everything_arrives_as_it_was(filled, target):
    before = _rows(filled.settings.owner_database)
    report = _move(filled, target)
    assert _rows(target.owner_url) == before
    assert report.rows == {name: len(rows) for name, rows in before.items()}
    head = before["feed_head"][0]
    assert report.institutes == [
        {"slug": "km-media", "seq": head[1], "audit_seq": head[2], "chain": bytes(head[3]).hex()}
    ]
    assert report.server_epoch == head[4]


def test_devices_notice_nothing(filled, target, tmp_path):
    """The new server takes the old sign-ins, and its epoch is the same: no device fetches its rows anew."""
    _move(filled, target)
    settings = server_settings(tmp_path / "server", target)
    moved = TestServer(settings, slug="another")
    moved.slug = "km-media"
    try:
        assert moved.get("/api/v1/cohorts", filled.told["access_token"]).status == 200
        told = moved.sign_in("ama", password=PASSWORD).data
        assert told["person"]["name"] == "Ɔkɔmfo"
        assert told["server_epoch"] == filled.told["server_epoch"]
        moved.add_person("after", ("student",))
        with moved.context.database.read() as db:
            assert check_chain(db, filled.organisation_id) is None
    finally:
        moved.close()


def test_the_old_database_is_served_no_more(filled, target, monkeypatch, capsys):
    _move(filled, target)
    settings = filled.settings
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", settings.database_owner_url.get_secret_value())
    serve = ("serve", "--plain-http", "--host", "127.0.0.1", "--port", "0")
    for words in (serve, ("backup", "x"), ("init",), ("create-admin",), ("move", "--to", "postgresql://x@127.0.0.1/y")):
        assert main(words) == 1
        said = capsys.readouterr().err
        assert said.startswith("The data of this database was moved to ")
        assert target.owner_url.split(":")[-1].split("@")[-1] in said or "sqlite" in said
        assert "password" not in said.lower()
    assert "Put that address into the settings" in said


def test_a_server_that_slept_through_the_move_writes_nothing(sqlite_server, target):
    """It had no connection open then; its next one finds the mark. On PostgreSQL a server always has connections."""
    sqlite_server.add_person("ama")
    sqlite_server.context.database.close()
    _move(sqlite_server, target)
    database = Database(sqlite_server.settings.database.render_as_string(hide_password=False), 1)
    try:
        with pytest.raises(CampusError) as refused:
            database.write(lambda db: db.run("DELETE FROM person"))
        assert refused.value.code == "database_moved"
        with pytest.raises(CampusError) as refused, database.read():
            pass
        assert refused.value.code == "database_moved"
    finally:
        database.close()


def test_a_server_at_work_is_left_alone(server, target):
    server.add_person("ama")
    with pytest.raises(CampusError) as refused:
        _move(server, target)
    assert refused.value.code == "database_in_use"
    server.add_person("kofi")
    assert _is_usable(server)


def test_a_look_changes_nothing_and_needs_no_stop(server, target):
    server.add_person("ama")
    before = _rows(server.settings.owner_database)
    report = _move(server, target, dry_run=True)
    assert report.rows["person"] == 1
    assert _rows(server.settings.owner_database) == before
    assert _move(server, target, dry_run=True) == report, "the target is still empty"


def test_a_database_with_data_is_refused(filled, target, tmp_path):
    other = TestServer(server_settings(tmp_path / "other", target), slug="other")
    other.close()
    before = _rows(target.owner_url)
    for dry_run in (True, False):
        with pytest.raises(CampusError) as refused:
            _move(filled, target, dry_run=dry_run)
        assert refused.value.code == "database_not_empty"
        assert refused.value.message == "The database to move to has data in it. Name an empty one."
    assert _rows(target.owner_url) == before
    assert _is_usable(filled)


def test_tables_of_another_program_are_data(filled, postgres_url):
    with psycopg.connect(postgres_url.owner_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE shop (id int)")
    with pytest.raises(CampusError) as refused:
        _move(filled, postgres_url)
    assert (refused.value.code, refused.value.details) == ("database_not_empty", {"tables": ["shop"]})


def test_empty_tables_are_no_data(filled, target):
    migrate(with_driver(target.owner_url), with_driver(target.application_url))
    assert _move(filled, target).rows["person"] == 2


def test_the_same_database_and_unknown_kinds_are_sentences(filled):
    urls = filled.settings
    with pytest.raises(CampusError) as refused:
        move(urls.owner_database, urls.owner_database, None, dry_run=False)
    assert refused.value.code == "same_database"
    with pytest.raises(CampusError) as refused:
        move(urls.owner_database, with_driver("mysql://x@localhost/y"), None, dry_run=False)
    assert refused.value.code == "database_unknown"
    with pytest.raises(CampusError) as refused:
        move(urls.owner_database, with_driver("postgresql://x:y@127.0.0.1:1/z"), None, dry_run=False)
    assert refused.value.code == "database_away"
    assert _is_usable(filled)


# ---------------------------------------------------------------------------------------------------- ended half-way


@pytest.mark.parametrize("step", ["_copied", "_check_same", "grant", "_report"])
def test_a_failure_on_the_way_leaves_both_as_they_were(filled, postgres_url, monkeypatch, step):
    def cut(*_arguments):
        message = "power cut"
        raise RuntimeError(message)

    before = _rows(filled.settings.owner_database)
    with monkeypatch.context() as patched:
        patched.setattr(moving, step, cut)
        with pytest.raises(RuntimeError, match="power cut"):
            _move(filled, postgres_url)
    assert _rows(filled.settings.owner_database) == before
    assert _move(filled, postgres_url, dry_run=True).rows["person"] == 2, "the target is empty again"
    assert _is_usable(filled)


def test_rows_that_arrive_changed_are_noticed(filled, target, monkeypatch):
    copied = moving._copied

    def forgetful(old, new, table):
        counted = copied(old, new, table)
        if table.name == "person":
            new.exec_driver_sql("UPDATE person SET given_name = 'Another' WHERE username = 'ama'")
        return counted

    monkeypatch.setattr(moving, "_copied", forgetful)
    with pytest.raises(CampusError) as refused:
        _move(filled, target)
    assert (refused.value.code, refused.value.details) == ("move_failed", {"names": ["person"]})
    assert _is_usable(filled)


def test_a_move_that_ended_before_the_mark_is_finished_by_the_next(filled, target, monkeypatch):
    def cut(*_arguments):
        message = "power cut"
        raise RuntimeError(message)

    with monkeypatch.context() as patched:
        patched.setattr(moving, "_mark", cut)
        with pytest.raises(RuntimeError, match="power cut"):
            _move(filled, target)
    assert _move(filled, target).rows["person"] == 2
    with pytest.raises(CampusError) as refused:
        _move(filled, target)
    assert refused.value.code == "database_moved"


def test_work_done_after_such_an_end_is_not_lost(filled, target, monkeypatch):
    """The old database was served again meanwhile: the copy is older now, and isn't taken for the whole."""
    with monkeypatch.context() as patched:
        patched.setattr(moving, "_mark", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            _move(filled, target)
    assert _is_usable(filled)
    with pytest.raises(CampusError) as refused:
        _move(filled, target)
    assert refused.value.code == "database_not_empty"


def test_a_move_that_is_killed_leaves_the_old_database_usable(filled, postgres_url):
    """The target holds the move up in the middle of its copy, and there it is killed."""
    migrate(with_driver(postgres_url.owner_url), with_driver(postgres_url.application_url))
    plain = postgres_url.owner_url.replace("+psycopg", "")
    settings = filled.settings
    environment = {
        **os.environ,
        "CAMPUSDESK_DATA_DIR": str(settings.data_dir),
        "CAMPUSDESK_DATABASE_URL": settings.database_url.get_secret_value(),
        "CAMPUSDESK_DATABASE_OWNER_URL": settings.database_owner_url.get_secret_value(),
    }
    words = [sys.executable, "-m", "server.command_line", "move", "--to", postgres_url.owner_url, "--role", APPLICATION]
    with psycopg.connect(plain) as holding, psycopg.connect(plain, autocommit=True) as watching:
        holding.execute("LOCK TABLE person_role IN SHARE MODE")
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%person_role%'"
        pause = threading.Event()
        while not watching.execute(waiting).fetchone()[0]:
            assert process.poll() is None, process.stderr.read()
            pause.wait(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(120)
        process.stderr.close()
        # The killed program's session ends once it is let go on and finds nobody there.
        holding.rollback()
        theirs = "SELECT count(*) FROM pg_locks WHERE relation = 'person'::regclass AND pid <> pg_backend_pid()"
        while watching.execute(theirs).fetchone()[0]:
            pause.wait(0.02)
    assert {name for name, rows in _rows(postgres_url.owner_url).items() if rows} == set()
    assert _is_usable(filled)
    assert _move(filled, postgres_url).rows["person"] == 3


# --------------------------------------------------------------------------------------------------------- the command


def test_the_command_tells_what_it_did(filled, postgres_url, monkeypatch, capsys):
    settings = filled.settings
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", settings.database_owner_url.get_secret_value())
    words = ["move", "--to", postgres_url.owner_url, "--role", APPLICATION]
    assert main([*words, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Nothing was changed. ")
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"]["person"], told["dry_run"]) == (2, False)
    assert told["institutes"][0]["slug"] == "km-media"
    assert postgres_url.owner_url.split(":")[2].split("@")[0] not in told["to"], "the password is shown to nobody"
    assert main(["move", "--to", "no address"]) == 1
    assert capsys.readouterr().err == "This isn't an address of a database. Write postgresql://role@host/name.\n"
    # The server's role has what it needs, and no more than after a set-up.
    application = postgres_url.application_url.replace("+psycopg", "")
    with psycopg.connect(application) as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (0,), "in no institute it sees nobody"
        connection.execute(f"SELECT set_config('{SETTING}', %s, true)", [filled.organisation_id])
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (2,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM audit_link")
