"""The commands of `campusdesk-server`, as a person at a terminal meets them."""

import contextlib
import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import urllib.request
import zipfile

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from server.command_line import main
from server.core.database import Database
from server.core.settings import with_driver
from server.migrations.running import go_back, migrate, newest
from tests.architecture.house import ROOT


@pytest.fixture
def run(tmp_path, database_url, monkeypatch, capsys):
    """`run("init")` runs a command on a data folder and a database of its own; gives code, output and complaints."""
    monkeypatch.setenv("CAMPUSDESK_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", database_url.application_url)
    monkeypatch.setenv("CAMPUSDESK_DATABASE_OWNER_URL", database_url.owner_url)
    monkeypatch.setenv("CAMPUSDESK_PASSWORD_COST", "4")
    monkeypatch.setenv("CAMPUSDESK_FIND_OWN_NAMES", "false")

    def command(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@contextlib.contextmanager
def _serving(*words, environment=None):
    """A server as a process of its own; gives what it said when it was ready, and the process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "server.command_line", "serve", "--json", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})},
    )  # fmt: skip
    complaints = []
    reader = threading.Thread(target=lambda: complaints.extend(process.stderr), daemon=True)
    reader.start()
    try:
        line = process.stdout.readline()
        assert line, "".join(complaints)
        yield json.loads(line), process
    finally:
        process.terminate()
        process.wait(120)
        reader.join(60)
        process.stdout.close()
        process.stderr.close()


def _get(url, authority=None):
    context = ssl.create_default_context(cafile=authority) if authority else None
    with urllib.request.urlopen(url, timeout=60, context=context) as told:  # noqa: S310 - our own server
        return json.loads(told.read())


def test_init_sets_everything_up(run, tmp_path):
    code, out, _ = run("init", "--organisation", "km-media", "--name", "KM Media")
    assert code == 0
    assert "Institute: km-media" in out
    assert "Set-up code:" in out
    assert "password" not in out.lower()
    assert "campusdesk-server serve" in out
    assert "█" in out, "the QR code"
    for name in ("keys.json", "tls/authority.pem", "tls/authority-key.pem", "tls/server.pem", "tls/server-key.pem"):
        assert stat.S_IMODE((tmp_path / "data" / name).stat().st_mode) == 0o600


def test_init_again_changes_nothing(run, tmp_path):
    _, first, _ = run("init", "--json")
    keys = (tmp_path / "data" / "keys.json").read_bytes()
    code, again, _ = run("init", "--json")
    first, again = json.loads(first), json.loads(again)
    assert code == 0
    assert again["administrator"] is None
    assert again["fingerprint"] == first["fingerprint"]
    assert (tmp_path / "data" / "keys.json").read_bytes() == keys


def test_init_again_shows_a_new_code_until_there_is_an_administrator(run):
    codes = [json.loads(run("init", "--json")[1])["set_up_code"] for _ in range(2)]
    assert codes[0] != codes[1]
    assert all(len(code) == 19 for code in codes)
    run("create-admin")
    assert json.loads(run("init", "--json")[1])["set_up_code"] is None


def test_an_administrator_who_is_named_is_made_at_once(run):
    code, out, _ = run("init", "--username", "Efua")
    assert code == 0
    assert "Administrator: efua" in out
    assert "One-time password:" in out
    assert "Set-up code" not in out


def test_init_can_take_a_password_from_a_file(run, tmp_path):
    file = tmp_path / "password"
    file.write_text("a kettle, two birds\n", encoding="utf-8")
    code, out, _ = run("init", "--json", "--password-file", file)
    assert code == 0
    assert json.loads(out)["administrator"]["password"] is None
    file.write_text("password1234\n", encoding="utf-8")
    code, _, err = run("create-admin", "--username", "eve", "--password-file", file)
    assert (code, err) == (1, "Many people use this password, so it is tried first. Use a few words instead.\n")


def test_a_short_name_is_checked(run):
    code, _, err = run("init", "--organisation", "KM Media!")
    assert code == 1
    assert "small letters" in err


def test_create_admin_adds_and_lets_in_again(run):
    run("init")
    code, out, _ = run("create-admin", "--username", "Esi", "--given-name", "Esi", "--json")
    made = json.loads(out)["administrator"]
    assert code == 0
    assert made["username"] == "esi"
    code, out, _ = run("create-admin", "--username", "esi", "--json")
    again = json.loads(out)["administrator"]
    assert again["id"] == made["id"]
    assert again["password"] != made["password"]
    code, _, err = run("create-admin", "--organisation", "nowhere")
    assert code == 1
    assert "nowhere" in err


def test_institutes_are_made_listed_suspended_and_opened_again_from_the_terminal(run):
    run("init", "--organisation", "km")
    code, out, _ = run("organisation", "add", "arts", "--name", "Accra Arts")
    assert code == 0
    assert "Set-up code:" in out
    code, out, _ = run("organisation", "operator", "Yaw", "--json")
    assert json.loads(out)["administrator"]["username"] == "yaw"
    found = json.loads(run("organisation", "list", "--json")[1])["organisations"]
    assert [(one["slug"], one["state"], one["people"]) for one in found] == [("arts", "active", 0), ("km", "active", 0)]
    code, out, _ = run("organisation", "suspend", "arts", "--reason", "Not paid since June")
    assert "Accra Arts is suspended" in out
    assert "arts: Accra Arts, suspended" in run("organisation", "list")[1]
    assert "is open again" in run("organisation", "reopen", "arts")[1]
    code, _, err = run("organisation", "suspend", "nowhere", "--reason", "Not paid since June")
    assert (code, err) == (1, "This institute isn't on the server.\n")
    assert run("organisation", "add", "platform")[0] == 1


def test_migrate_says_where_the_tables_are(run):
    assert run("migrate", "--json")[1] == json.dumps({"before": None, "after": newest()}) + "\n"
    assert "up to date" in run("migrate")[1]


def test_commands_before_init_say_what_to_do(run):
    for words in (("serve",), ("create-admin",), ("backup", "x")):
        code, _, err = run(*words)
        assert code == 1
        assert "campusdesk-server" in err
        assert "Traceback" not in err


def test_backup_and_restore(run, tmp_path):
    run("init")
    file, passphrase = tmp_path / "campus.backup", tmp_path / "passphrase"
    passphrase.write_text("eight goats on a red roof", encoding="utf-8")
    code, out, _ = run("backup", file, "--passphrase-file", passphrase)
    assert code == 0
    assert "rows and 0 files in" in out
    code, _, err = run("backup", file)
    assert code == 1
    assert "--overwrite" in err
    code, _, err = run("restore", file)
    assert code == 1
    assert "--replace" in err
    (tmp_path / "data" / "keys.json").unlink()
    code, _, err = run("restore", file, "--replace")
    assert code == 1
    assert "--passphrase-file" in err
    code, out, _ = run("restore", file, "--replace", "--passphrase-file", passphrase, "--json")
    assert code == 0
    assert json.loads(out)["server_epoch"]
    assert stat.S_IMODE((tmp_path / "data" / "keys.json").stat().st_mode) == 0o600


def test_settings_at_fault_are_named(run, tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text("pool_size = 0", encoding="utf-8")
    code, _, err = run("migrate", "--settings", file)
    assert code == 1
    assert "pool_size" in err


def test_plain_http_is_for_this_machine_alone(run):
    run("init")
    code, _, err = run("serve", "--plain-http", "--host", "0.0.0.0")  # noqa: S104 - it is refused
    assert code == 1
    assert err == "Without TLS the server listens on this machine alone. Use --host 127.0.0.1, or TLS.\n"


def test_a_taken_port_is_a_sentence(run):
    run("init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--plain-http", "--host", "127.0.0.1", "--port", port)
    assert code == 1
    assert f"Port {port} is taken" in err


def test_a_database_that_is_down_is_waited_for_and_then_told(run, monkeypatch):
    run("init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    monkeypatch.setenv("CAMPUSDESK_DATABASE_URL", f"postgresql://x:y@127.0.0.1:{closed}/z")
    code, _, err = run("serve", "--plain-http", "--host", "127.0.0.1", "--port", "0", "--wait", "1")
    assert code == 1
    first, second = err.splitlines()[0], err.splitlines()[1]
    assert first == "The database can't be reached yet. Trying again for 1 seconds."
    assert second.startswith("The database can't be reached: ")


def test_tables_of_another_version_are_told(run, database_url):
    run("init")
    go_back(with_driver(database_url.owner_url), "0001")
    code, _, err = run("serve", "--plain-http", "--host", "127.0.0.1", "--port", "0")
    assert (code, err) == (1, "The database isn't ready for this version. Run campusdesk-server migrate.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("migrate",),
        ("serve", "--plain-http", "--host", "127.0.0.1", "--port", "0"),
        ("serve", "--migrate", "--plain-http", "--host", "127.0.0.1", "--port", "0"),
        ("backup", "new.campusdesk"),
        ("init",),
        ("create-admin", "--username", "eve"),
        ("move", "--to", "sqlite:///elsewhere.sqlite3"),
    ],
)
def test_a_database_of_a_newer_program_is_left_alone(run, database_url, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("init")
    _set_revision(database_url, "0999_of_tomorrow")
    code, out, err = run(*words, "--json")
    assert code == 2
    assert err == "This database was made by a newer Campusdesk. Update this program. Nothing was changed.\n"
    told = json.loads(out)
    assert (told["code"], told["details"]) == ("database_newer", {"found": "0999_of_tomorrow", "wanted": newest()})
    assert not (tmp_path / "new.campusdesk").exists()
    assert run("migrate")[0] == 2, "it is the newer program's still"


def test_a_restore_leaves_a_newer_database_and_a_newer_backup_alone(run, database_url, tmp_path):
    run("init")
    file = tmp_path / "campus.backup"
    run("backup", file)
    _set_revision(database_url, "0999_of_tomorrow")
    assert run("restore", file, "--replace")[0] == 2
    newer = tmp_path / "newer.backup"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(newer, "w") as box:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":  # nowhere else: a digest or an id can hold the same four characters by chance
                content = json.dumps(json.loads(content) | {"revision": "0999"}).encode()
            box.writestr(name, content)
    _set_revision(database_url, newest())
    code, _, err = run("restore", newer, "--replace")
    assert (code, err) == (
        2,
        "This backup was made by a newer Campusdesk. Update this program, and restore it then.\n",
    )
    assert run("create-admin", "--username", "esi")[0] == 0, "what was there still works"


def test_an_unknown_revision_is_a_sentence(run):
    code, _, err = run("migrate", "--to", "9999")
    assert (code, err) == (1, "There is no revision 9999. Leave --to out to take the newest.\n")


def _set_revision(database_url, revision):
    engine = create_engine(with_driver(database_url.owner_url))
    try:
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    finally:
        engine.dispose()


def test_serve_answers_over_tls_and_stops_when_told(run, tmp_path):
    _, out, _ = run("init", "--json")
    with _serving("--port", "0") as (told, process):
        authority = str(tmp_path / "data" / "tls" / "authority.pem")
        assert told["address"] == f"https://localhost:{told['port']}"
        assert told["fingerprint"] == json.loads(out)["fingerprint"]
        assert _get(f"{told['address']}/health/ready", authority)["data"] == {"status": "ready"}
        shown = _get(f"{told['address']}/api/v1/office-certificate", authority)["data"]
        assert shown["fingerprint"] == told["fingerprint"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) in (0, -signal.SIGTERM)


def test_serve_with_migrate_makes_the_tables_first(run, database_url):
    run("init")
    go_back(with_driver(database_url.owner_url), "base")
    with _serving("--port", "0", "--plain-http", "--host", "127.0.0.1", "--migrate") as (told, _process):
        assert _get(f"{told['address']}/health/ready")["data"] == {"status": "ready"}


def test_several_processes_are_for_postgresql(run, database_url):
    run("init")
    if database_url.application_url.startswith("sqlite"):
        code, _, err = run("serve", "--workers", "2", "--plain-http", "--host", "127.0.0.1", "--port", "0")
        assert (code, err) == (1, "SQLite takes one process. Use PostgreSQL for more.\n")
        return
    with _serving("--port", "0", "--plain-http", "--host", "127.0.0.1", "--workers", "2") as (told, _process):
        assert _get(f"{told['address']}/health/ready")["data"] == {"status": "ready"}


# --------------------------------------------------------------------------------------------------- the server's role


def test_the_servers_role_works_with_rows_and_nothing_else(postgres_url):
    migrate(with_driver(postgres_url.owner_url), with_driver(postgres_url.application_url))
    engine = create_engine(with_driver(postgres_url.application_url))
    try:
        for statement in (
            "UPDATE audit_link SET note = 'x'",
            "DELETE FROM audit_link",
            "TRUNCATE audit_link",
            "TRUNCATE person",
            "DROP TABLE person",
            "ALTER TABLE person ADD COLUMN x text",
            "CREATE TABLE x (y text)",
            "DELETE FROM alembic_version",
        ):
            with pytest.raises(ProgrammingError), engine.begin() as connection:
                connection.execute(text(statement))
        with engine.begin() as connection:
            for table in inspect(connection).get_table_names():
                connection.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1'))
            connection.execute(text("DELETE FROM sign_in_failure"))
    finally:
        engine.dispose()


def test_the_servers_role_can_have_the_tables_counted(postgres_url):
    """After an import of many rows PostgreSQL would plan for the empty tables of before for a minute or longer."""
    owner, application = with_driver(postgres_url.owner_url), with_driver(postgres_url.application_url)
    migrate(owner, application)
    counted = text("SELECT reltuples FROM pg_class WHERE oid = 'server_state'::regclass")
    database = Database(application.render_as_string(hide_password=False), 1)
    try:
        database.write(lambda db: db.run("INSERT INTO server_state (name, value) VALUES ('a', 'b'), ('c', 'd')"))
        with database.engine.connect() as connection:
            assert connection.execute(counted).scalar_one() == -1
        database.refresh_statistics()
        with database.engine.connect() as connection:
            assert connection.execute(counted).scalar_one() == 2
        go_back(owner, "base")
        database.refresh_statistics()  # without the function, and with nothing to count
    finally:
        database.close()


def test_going_back_and_forth_keeps_the_rights(postgres_url):
    owner, application = with_driver(postgres_url.owner_url), with_driver(postgres_url.application_url)
    migrate(owner, application)
    go_back(owner, "base")
    assert migrate(owner, application) == (None, newest())
    engine = create_engine(application)
    try:
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_link"))
    finally:
        engine.dispose()
