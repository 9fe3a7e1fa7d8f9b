"""The fixtures themselves: two real databases, noise that fails, and no way out of this machine."""

import logging
import socket

import psycopg
import pytest
import sqlalchemy

from tests.fixtures.noise import StepOutsideError, _LogWatch, _silenced, _steps_outside
from tests.postgres import APPLICATION, OWNER, fresh_database, running_postgres


def _ask(url, *statements):
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.begin() as connection:
            answers = [connection.execute(sqlalchemy.text(statement)) for statement in statements]
            return answers[-1].all() if answers[-1].returns_rows else []
    finally:
        engine.dispose()


def test_the_application_may_write_what_the_owner_made(database_url):
    _ask(database_url.owner_url, "CREATE TABLE registers (id INTEGER PRIMARY KEY, note TEXT)")
    _ask(database_url.application_url, "INSERT INTO registers VALUES (1, 'open')")
    assert _ask(database_url.application_url, "SELECT note FROM registers") == [("open",)]


def test_the_application_owns_nothing_on_postgresql(postgres_url):
    _ask(postgres_url.owner_url, "CREATE TABLE registers (id INTEGER PRIMARY KEY)")
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="must be owner"):
        _ask(postgres_url.application_url, "DROP TABLE registers")
    with pytest.raises(sqlalchemy.exc.ProgrammingError, match="permission denied for schema"):
        _ask(postgres_url.application_url, "CREATE TABLE mine (id INTEGER)")


def test_neither_role_is_above_row_level_security(postgres):
    with postgres.connect() as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)", [[OWNER, APPLICATION]]
        ).fetchall()
    assert sorted(roles) == [(APPLICATION, False, False), (OWNER, False, False)]


def test_the_server_is_recent_enough(postgres):
    with postgres.connect() as connection:
        assert connection.info.server_version >= 150000


def test_two_databases_of_one_run_are_apart(postgres, postgres_url):
    _ask(postgres_url.owner_url, "CREATE TABLE registers (id INTEGER)")
    with fresh_database(postgres) as other:
        assert _ask(other.owner_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_template_is_built_once_and_copied(postgres):
    built = []

    def build(urls):
        built.append(urls)
        _ask(urls.owner_url, "CREATE TABLE registers (id INTEGER)", "INSERT INTO registers VALUES (7)")

    postgres.create_template("with_registers", build)
    postgres.create_template("with_registers", build)
    with fresh_database(postgres, "with_registers") as urls:
        assert _ask(urls.application_url, "SELECT id FROM registers") == [(7,)]
    assert len(built) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("again", [1, 2])
def test_a_copied_database_is_built_once_and_fresh_each_time(copied_database, kind, again):
    def build(urls):
        _ask(urls.owner_url, "CREATE TABLE registers (id INTEGER)", "INSERT INTO registers VALUES (7)")

    urls = copied_database(kind, "fixture_test", build)
    assert _ask(urls.application_url, "SELECT id FROM registers") == [(7,)]
    _ask(urls.application_url, "DELETE FROM registers")


def test_a_server_ends_with_its_block():
    with running_postgres(durable=True) as server, server.connect() as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
    with pytest.raises(psycopg.OperationalError):
        server.connect()


def test_a_warning_nobody_expected_is_a_complaint():
    watch = _LogWatch()
    watch.emit(logging.LogRecord("sync", logging.WARNING, "", 0, "the line went", None, None))
    assert watch.complaints() == ["unexpected in the log: sync: WARNING: the line went"]


def test_a_warning_that_was_expected_and_stayed_away_is_a_complaint():
    watch = _LogWatch()
    watch.expected.append("the line went")
    assert watch.complaints() == ["expected in the log and not there: the line went"]


def test_an_expected_warning_passes(expect_log):
    expect_log("sync: WARNING: the line went")
    logging.getLogger("sync").warning("the line went")


def test_a_silenced_log_is_noticed():
    sync, root = logging.getLogger("sync"), logging.getLogger()
    before = _silenced(), root.level
    sync.disabled = True
    root.setLevel(logging.CRITICAL)
    try:
        assert _silenced() - before[0] == {"sync", "root"}
    finally:
        sync.disabled = False
        root.setLevel(before[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_other_machines_are_out_of_reach(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(StepOutsideError):
        line.connect((host, 80))
    _steps_outside.clear()


def test_looking_up_a_name_is_a_step_outside_too():
    with pytest.raises(StepOutsideError):
        socket.getaddrinfo("campusdesk.invalid", 443)
    _steps_outside.clear()


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
