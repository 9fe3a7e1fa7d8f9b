"""Each way in which row-level security is known to leak, tried on a real PostgreSQL; and what both databases refuse."""

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine, text

from server.core.database import Database
from server.core.isolation import IsolationError, acting_for, each_organisation, organisations_of_device, stay_in
from server.core.row_security import (
    EVERYTHING,
    be_in,
    isolate,
    isolate_new,
    organisation_tables,
    role_fault,
    see_everything,
    unprotected,
)
from server.core.tables import METADATA
from server.people import organisations
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.fixtures.isolation import OutsideError, unbound
from tests.institute import make_tables
from tests.postgres import APPLICATION, OWNER, SUPERUSER

COUNT = "SELECT count(*) FROM organisation"
NAMES = "SELECT name FROM organisation"
ROLES = 'SELECT DISTINCT organisation_id FROM role WHERE "key" <> :no'


def _made(database):
    clock = ManualClock()
    new_id = IdMaker(clock)
    return [
        organisations.create(database, clock, new_id, organisations.NewOrganisation(slug, slug.title()))
        for slug in ("accra", "bolga")
    ]


@pytest.fixture
def both(database):
    return _made(database)


@pytest.fixture
def urls(copied_database):
    return copied_database("postgresql", "tables", make_tables)


@pytest.fixture
def one_connection(urls):
    """PostgreSQL through a pool of one: whatever a request leaves on its connection, the next one finds."""
    opened = Database(urls.application_url, pool_size=1)
    yield opened
    opened.close()


@pytest.fixture
def two(one_connection):
    return _made(one_connection)


def _driver(database):
    """The pool's one connection, without our own layer around it."""
    return database.engine.raw_connection()


def _on(url, question, *, everything=""):
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SET {EVERYTHING} = '{everything}'"))
            return question(connection)
    finally:
        engine.dispose()


# ------------------------------------------------------------------------------------------------- on either database


def test_a_transaction_turns_to_one_organisation_and_never_to_another(database, both):
    sql = "SELECT count(*) FROM role WHERE organisation_id = :o"
    with database.read() as db:
        assert db.one(sql, o=both[0])[0] > 0
        with pytest.raises(IsolationError):
            db.one(sql, o=both[1])
        assert db.organisation == both[0]
    with database.read() as db:
        assert db.one(sql, o=both[1])[0] > 0


def test_a_request_cannot_leave_the_organisation_of_its_token(database, both):
    stay_in(both[0])
    with database.read() as db, pytest.raises(IsolationError):
        db.one("SELECT count(*) FROM role WHERE organisation_id = :organisation_id", organisation_id=both[1])
    with pytest.raises(IsolationError):
        database.write(lambda db: db.run("DELETE FROM role WHERE organisation_id = :o", o=both[1]))
    with acting_for(both[1]), database.read() as db:
        assert db.organisation == both[1]
    with database.read() as db:
        assert db.organisation == both[0], "the block is over"


def test_jobs_go_from_one_organisation_to_the_next(database, both):
    stay_in(both[0])
    seen = []
    for organisation_id in each_organisation(database):
        with database.read() as db:
            seen.append((organisation_id, db.organisation, db.one(NAMES)[0] if db.dialect == "postgresql" else ""))
    assert [one[0] for one in seen] == sorted(both)
    assert all(wanted == there for wanted, there, _ in seen)
    with database.read() as db:
        assert db.organisation == both[0]


def test_an_id_that_could_end_the_statement_is_refused(database):
    for bad in ("x'; DROP TABLE role; --", "ü", "a" * 37, " "):
        with pytest.raises(IsolationError):
            stay_in(bad)


def test_a_device_is_found_where_it_is_known(database, both):
    with database.read() as db:
        assert organisations_of_device(db, "nobody's") == []


def test_the_watch_sees_statements_that_are_not_bound():
    assert unbound("SELECT p.id FROM person p JOIN role r ON r.key = 'x' WHERE p.organisation_id = :o") == ("role r",)
    assert unbound("SELECT id FROM person WHERE organisation_id = :o") == ()
    assert unbound("SELECT p.id FROM person p, role r WHERE p.organisation_id = :o") == ("role r",)
    assert unbound("UPDATE person SET state = 'x' WHERE id = :id") == ("person",)


def test_the_servers_own_code_may_not_touch_rows_outside_of_any_organisation(database, both):
    from server.core.server_epoch import begin_epoch

    with pytest.raises(OutsideError):
        database.write(lambda db: begin_epoch(db, both[0]))


def test_no_unique_key_tells_of_another_organisations_rows():
    open_to_guess = []
    for table in METADATA.sorted_tables:
        if "organisation_id" not in table.c:
            continue
        keys = [table.primary_key.columns, *(index.columns for index in table.indexes if index.unique)]
        keys += [one.columns for one in table.constraints if one.__visit_name__ == "unique_constraint"]
        open_to_guess += [table.name for key in keys if "organisation_id" not in {column.name for column in key}]
    assert open_to_guess == []


# ------------------------------------------------------------------------------------------------------- on PostgreSQL


def test_every_table_of_organisations_is_bound(urls):
    wanted = {table.name for table in METADATA.sorted_tables if "organisation_id" in table.c} | {"organisation"}
    assert _on(urls.owner_url, lambda connection: set(organisation_tables(connection))) == wanted
    assert _on(urls.owner_url, unprotected) == []


@pytest.mark.parametrize(
    "opened",
    [
        "ALTER TABLE role NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE role DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_organisation ON role",
        "CREATE POLICY more ON role USING (true)",
        "CREATE VIEW role_names AS SELECT name FROM role",
        "CREATE MATERIALIZED VIEW role_names AS SELECT name FROM role",
        "CREATE TABLE left_open (organisation_id text)",
    ],
)
def test_a_table_or_view_left_open_is_found(urls, opened):
    def look(connection):
        connection.execute(text(opened))
        return unprotected(connection)

    assert len(_on(urls.owner_url, look)) == 1


def test_a_table_that_a_migration_makes_is_bound_by_the_run_itself(urls):
    def make(connection):
        connection.execute(text("CREATE TABLE made_later (organisation_id text)"))
        isolate_new(connection)
        return unprotected(connection)

    assert _on(urls.owner_url, make) == []


def test_a_view_shows_what_its_reader_may_see(urls, one_connection, two):
    def make(connection):
        connection.execute(text("CREATE VIEW role_names WITH (security_invoker=true) AS SELECT * FROM role"))
        connection.execute(text(f"GRANT SELECT ON role_names TO {APPLICATION}"))
        connection.commit()
        return unprotected(connection)

    assert _on(urls.owner_url, make) == []
    stay_in(two[0])
    with one_connection.read() as db:
        assert {row[0] for row in db.rows("SELECT organisation_id FROM role_names")} == {two[0]}


def test_the_owner_is_bound_too_until_it_says_that_it_wants_everything(urls, two):
    assert _on(urls.owner_url, lambda connection: connection.execute(text(COUNT)).scalar()) == 0
    assert _on(urls.owner_url, lambda connection: connection.execute(text(COUNT)).scalar(), everything="yes") == 2

    def one(connection):
        be_in(connection, two[1])
        return connection.execute(text(NAMES)).scalars().all()

    assert _on(urls.owner_url, one) == ["Bolga"]


def test_saying_so_is_worth_nothing_to_another_role(urls, two):
    assert _on(urls.application_url, lambda it: it.execute(text(COUNT)).scalar(), everything="yes") == 0
    with pytest.raises(CampusError) as refused:
        _on(urls.application_url, see_everything)
    assert refused.value.code == "database_owner_needed"


def test_the_server_refuses_a_role_that_nothing_would_bind(urls, postgres):
    name = urls.application_url.rpartition("/")[2]
    assert _on(urls.application_url, role_fault) is None
    for role in (SUPERUSER, OWNER):
        fault = _on(postgres.url(role, name), role_fault)
        assert fault is not None
        assert fault.code == "database_role_too_strong"
        assert "database_owner_url" in fault.message
    with postgres.connect() as connection:
        connection.execute(f"ALTER ROLE {APPLICATION} BYPASSRLS")
        try:
            assert _on(urls.application_url, role_fault).code == "database_role_too_strong"
        finally:
            connection.execute(f"ALTER ROLE {APPLICATION} NOBYPASSRLS")


def test_a_table_left_open_stops_the_start(urls):
    engine = create_engine(urls.owner_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE role NO FORCE ROW LEVEL SECURITY"))
    engine.dispose()
    fault = _on(urls.application_url, role_fault)
    assert (fault.code, fault.details) == ("database_not_ready", {"tables": ["role"]})


def test_a_connection_keeps_nothing_of_the_request_before(one_connection, two):
    stay_in(two[0])
    with one_connection.read() as db:
        assert db.rows("SELECT organisation_id FROM role WHERE built_in") != []
    one_connection.write(lambda db: db.rows("SELECT 1 FROM role WHERE built_in"))
    raw = _driver(one_connection)
    try:
        cursor = raw.cursor()
        # After the transaction the setting is an empty text and not NULL, which must be no error and no row.
        assert cursor.execute("SELECT current_setting('campusdesk.organisation', true)").fetchone() == ("",)
        assert cursor.execute("SELECT count(*) FROM role").fetchone() == (0,)
    finally:
        raw.close()
    stay_in(two[1])
    with one_connection.read() as db:
        assert {row[0] for row in db.rows("SELECT organisation_id FROM role")} == {two[1]}


def test_what_breaks_leaves_nothing_behind_either(one_connection, two):
    stay_in(two[0])
    with pytest.raises(psycopg.errors.UndefinedTable), one_connection.read() as db:
        db.rows("SELECT 1 FROM nothing_of_this_name")
    with pytest.raises(ZeroDivisionError):
        one_connection.write(lambda db: db.rows("SELECT 1 FROM role WHERE built_in")[0] and 1 // 0)
    stay_in(None)
    with one_connection.read() as db:
        assert db._execute("SELECT count(*) FROM role", {}).fetchone() == (0,)


def test_a_variable_that_was_never_set_shows_nothing(urls, two):
    assert _on(urls.application_url, lambda connection: connection.execute(text(COUNT)).scalar()) == 0
    with psycopg.connect(urls.application_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM role").fetchone() == (0,)


def test_a_commit_in_the_middle_ends_the_organisation_with_the_transaction(one_connection, two):
    def work(db):
        seen = db.one("SELECT count(*) FROM role WHERE organisation_id = :o", o=two[0])[0]
        db._execute("COMMIT", {})
        return seen, db._execute("SELECT count(*) FROM role", {}).fetchone()[0]

    seen, after = one_connection.write(work)
    assert seen > 0
    assert after == 0, "what comes after a commit must ask anew"


def test_a_row_of_another_organisation_can_be_neither_put_nor_changed(one_connection, two):
    stay_in(two[0])
    put = (
        'INSERT INTO role (organisation_id, "key", name, permissions, built_in)'
        f" VALUES ('{two[1]}', 'spy', 'Spy', '[]', false)"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one_connection.write(lambda db: db.run(put))
    assert (
        one_connection.write(lambda db: db.run(f"UPDATE role SET name = 'x' WHERE organisation_id = '{two[1]}'")) == 0
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one_connection.write(lambda db: db.run(f"UPDATE role SET organisation_id = '{two[1]}' WHERE built_in"))


def test_the_directory_is_the_servers_alone_and_holds_public_columns(urls, postgres, two):
    name = urls.application_url.rpartition("/")[2]
    rows = _on(
        urls.application_url, lambda it: it.execute(text("SELECT * FROM campusdesk_organisations()")).mappings().all()
    )
    assert [set(row) for row in rows] == [{"id", "slug", "name", "time_zone", "calling_code"}] * 2
    with postgres.connect(name) as connection:
        connection.execute("CREATE ROLE passer_by LOGIN")
        try:
            connection.execute("GRANT USAGE ON SCHEMA public TO passer_by")
            connection.execute("SET ROLE passer_by")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM campusdesk_organisations()")
            connection.execute("RESET ROLE")
        finally:
            connection.execute("REVOKE USAGE ON SCHEMA public FROM passer_by")
            connection.execute("DROP ROLE passer_by")


def test_asking_the_directory_opens_nothing_else(one_connection, two):
    with one_connection.read() as db:
        assert db._execute("SELECT count(*) FROM campusdesk_organisations()", {}).fetchone() == (2,)
        assert db._execute("SELECT count(*) FROM role", {}).fetchone() == (0,)


def test_binding_twice_does_no_harm(urls):
    def again(connection):
        isolate(connection, "role", "organisation")
        return unprotected(connection)

    assert _on(urls.owner_url, again) == []
