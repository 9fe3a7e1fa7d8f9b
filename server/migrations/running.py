"""Brings a database's tables to where this program needs them, and gives the server's role what it may do."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from server.core.database import COUNT_TABLES
from server.core.moved_mark import FIND, moved_away
from server.core.row_security import grant_functions, see_everything
from shared.core import text as words
from shared.core.errors import CampusError

FOLDER = Path(__file__).parent
APPEND_ONLY = (
    *("audit_link", "audit_checkpoint", "ledger_entry", "posting", "allocation", "receipt", "consent_entry"),
    *("gap_explanation", "journal_export"),
    "earning",
)
"""Tables to which the server's role adds and which it never changes."""
ERASABLE = {
    "command_log": ("verdict", "outcomes", "audit_seq", "salt", "detail"),
    **dict.fromkeys(("breach", "breach_line"), ("author_name",)),
}
"""Tables of which the server's role changes these columns alone, none of them under the chain's hash once it is set.

Verdict, outcomes and place are written at the end of the transaction that adds the row; salt and details are erasable.
"""
_VERSION_TABLE = "alembic_version"
# Only a table's owner may have it counted before PostgreSQL 17; this function does it in the owner's name.
_COUNTING = """
CREATE OR REPLACE FUNCTION public.campusdesk_count_tables() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE name text;
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user LOOP
    EXECUTE format('ANALYZE public.%I', name);
  END LOOP;
END $$
"""


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, for a connection that is open already."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


@lru_cache(1)
def _scripts() -> ScriptDirectory:
    # Reading all of them takes a tenth of a second, and they don't change while a program runs.
    return ScriptDirectory(str(FOLDER))


def newest() -> str:
    """Return the revision that this program needs."""
    return str(_scripts().get_current_head())


def is_known(revision: str) -> bool:
    """Tell whether this program has the migration; a newer program's database stands at one that it hasn't."""
    return any(script.revision == revision for script in _scripts().walk_revisions())


def check_known(found: str | None) -> None:
    """Raise CampusError `database_newer` where the tables are a newer program's."""
    if found is not None and not is_known(found):
        message = words.text("This database was made by a newer Campusdesk. Update this program. Nothing was changed.")
        raise CampusError("database_newer", message, {"found": found, "wanted": newest()})


def present(connection: Connection) -> str | None:
    """Return the revision that the tables are at; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(owner: URL, application: URL, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the tables to `revision` as their owner; the answer is the revision before and after.

    On PostgreSQL the role of `application` gets exactly what the server needs. Raises CampusError `database_away`,
    `database_newer`, and `revision_unknown` for a `revision` that isn't there.
    """
    if revision != "head" and not is_known(revision):
        message = words.text("There is no revision {name}. Leave --to out to take the newest.", name=revision)
        raise CampusError("revision_unknown", message, {"wanted": newest()})
    if owner.get_backend_name() == "sqlite" and owner.database:
        Path(owner.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(owner, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            see_everything(connection)
            before = present(connection)
            check_known(before)
            if revision != "head" or before != newest():
                command.upgrade(configuration(connection), revision)
            if owner.get_backend_name() == "sqlite" and owner.database:
                Path(owner.database).chmod(0o600)
            after = present(connection)
            if owner.get_backend_name() == "postgresql" and application.username not in (None, owner.username):
                grant(connection, str(application.username))
    except DBAPIError as failure:
        message = words.text("The tables can't be made: {reason}", reason=str(failure.orig).strip())
        raise CampusError("database_away", message) from failure
    finally:
        engine.dispose()
    return before, after


def go_back(owner: URL, revision: str) -> None:
    """Take migrations back as far as `revision` (`base`: all of them)."""
    engine = create_engine(owner, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            see_everything(connection)
            command.downgrade(configuration(connection), revision)
            if revision == "base" and owner.get_backend_name() == "postgresql":
                connection.execute(text(f"DROP FUNCTION IF EXISTS public.{COUNT_TABLES}()"))
    finally:
        engine.dispose()


def grant(connection: Connection, role: str) -> None:
    """Give the server's role reading, writing and counting of rows, and never a way to change the audit chain."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    keep_growing(connection, quoted)
    for table, columns in ERASABLE.items():
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"))
        connection.execute(text(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {quoted}"))
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {_VERSION_TABLE} FROM {quoted}"))
    connection.execute(text(f"GRANT SELECT ON {_VERSION_TABLE} TO {quoted}"))
    connection.execute(text(_COUNTING))
    connection.execute(text(f"REVOKE ALL ON FUNCTION public.{COUNT_TABLES}() FROM PUBLIC"))
    connection.execute(text(f"GRANT EXECUTE ON FUNCTION public.{COUNT_TABLES}() TO {quoted}"))
    grant_functions(connection, quoted)


def keep_growing(connection: Connection, quoted: str) -> None:
    """Take the right to change or remove what only grows from a role, whose name is quoted."""
    there = set(inspect(connection).get_table_names())
    kept = [table for table in APPEND_ONLY if table in there]
    if kept:
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(kept)} FROM {quoted}"))


def schema_fault(engine: Engine) -> CampusError | None:
    """Say why the database isn't the one that this program can work with, or None; one that is away raises."""
    with engine.connect() as connection:
        return fault_of(connection)


def fault_of(connection: Connection) -> CampusError | None:
    """Say the same of a connection: tables of another version (`database_newer`, `database_not_ready`), or moved."""
    found = present(connection)
    try:
        check_known(found)
    except CampusError as fault:
        return fault
    if found != newest():
        message = words.text("The database isn't ready for this version. Run campusdesk-server migrate.")
        return CampusError("database_not_ready", message, {"found": found, "wanted": newest()})
    moved = connection.execute(text(FIND)).scalar()
    return moved_away(str(moved)) if moved is not None else None
