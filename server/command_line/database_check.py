"""Looks before a command works: is the database there, this program's, and still the one in use."""

from collections.abc import Callable

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from server.core.row_security import role_fault
from server.core.settings import Settings
from server.migrations.running import schema_fault
from shared.core.errors import CampusError
from shared.core.text import text


def check_database(settings: Settings) -> None:
    """Raise CampusError `database_away`, `database_not_ready`, `database_newer` or `database_moved`."""
    _check(settings, schema_fault)


def check_role(settings: Settings) -> None:
    """Raise CampusError `database_role_too_strong` where PostgreSQL wouldn't keep institutes apart for this role."""

    def fault(engine: Engine) -> CampusError | None:
        with engine.connect() as connection:
            return role_fault(connection)

    _check(settings, fault)


def _check(settings: Settings, fault_of: Callable[[Engine], CampusError | None]) -> None:
    engine = create_engine(settings.database, poolclass=NullPool)
    try:
        fault = fault_of(engine)
    except DBAPIError as failure:
        message = text("The database can't be reached: {reason}", reason=str(failure.orig).strip())
        raise CampusError("database_away", message) from failure
    finally:
        engine.dispose()
    if fault is not None:
        raise fault
