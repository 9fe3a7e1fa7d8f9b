"""Brings a database's tables to where this program needs them, and gives the server's role what it may do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from shared.core import text as words
from shared.core.errors import CampusError

FOLDER = Path(__file__).parent
APPEND_ONLY = ("audit_link",)
"""Tables to which the server's role adds and which it never changes."""
_VERSION_TABLE = "alembic_version"


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, for a connection that is open already."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Return the revision that this program needs."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def present(connection: Connection) -> str | None:
    """Return the revision that the tables are at; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(owner: URL, application: URL, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the tables to `revision` as their owner; the answer is the revision before and after.

    On PostgreSQL the role of `application` gets exactly what the server needs. Raises CampusError `database_away`.
    """
    if owner.get_backend_name() == "sqlite" and owner.database:
        Path(owner.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(owner, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            before = present(connection)
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
            command.downgrade(configuration(connection), revision)
    finally:
        engine.dispose()


def grant(connection: Connection, role: str) -> None:
    """Give the server's role reading and writing of rows, nothing else, and never a way to change the audit chain."""
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(APPEND_ONLY)} FROM {quoted}"))
    connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {_VERSION_TABLE} FROM {quoted}"))
    connection.execute(text(f"GRANT SELECT ON {_VERSION_TABLE} TO {quoted}"))


def schema_fault(engine: Engine) -> CampusError | None:
    """Say why the tables aren't those that this program needs, or None; a database that is away raises."""
    with engine.connect() as connection:
        found = present(connection)
    if found == newest():
        return None
    message = words.text("The database isn't ready for this version. Run campusdesk-server migrate.")
    return CampusError("database_not_ready", message, {"found": found, "wanted": newest()})
