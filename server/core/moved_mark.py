"""The mark on a database whose rows were moved to another one: from then on no server works with it."""

from typing import Any

from shared.core.errors import CampusError
from shared.core.text import text

FIND = "SELECT value FROM server_state WHERE name = 'moved_to'"
"""Gives the address that the rows went to, without its password."""

MARK = "INSERT INTO server_state (name, value) VALUES ('moved_to', :value)"
_HAS_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'server_state'"


def moved_away(to: str) -> CampusError:
    """Return what a person is told who works with the old database."""
    message = text(
        "The data of this database was moved to {to}. Put that address into the settings, and start again.", to=to
    )
    return CampusError("database_moved", message, {"to": to})


def check_not_moved(connection: Any) -> None:
    """Raise CampusError `database_moved` for a raw SQLite connection to a database that was moved."""
    found = connection.execute(FIND).fetchone() if connection.execute(_HAS_TABLE).fetchone() else None
    if found is not None:
        raise moved_away(str(found[0]))
