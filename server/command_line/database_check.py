"""Looks before a command works: is the database there, this program's, and still the one in use."""

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from server.core.settings import Settings
from server.migrations.running import schema_fault
from shared.core.errors import CampusError
from shared.core.text import text


def check_database(settings: Settings) -> None:
    """Raise CampusError `database_away`, `database_not_ready`, `database_newer` or `database_moved`."""
    engine = create_engine(settings.database, poolclass=NullPool)
    try:
        fault = schema_fault(engine)
    except DBAPIError as failure:
        message = text("The database can't be reached: {reason}", reason=str(failure.orig).strip())
        raise CampusError("database_away", message) from failure
    finally:
        engine.dispose()
    if fault is not None:
        raise fault
