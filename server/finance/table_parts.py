"""Parts that the tables of money have in common: words, references within an organisation, and the key."""

from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, PrimaryKeyConstraint, String, Table

from server.core.tables import METADATA, id_column


def refers(column: str, table_name: str) -> ForeignKeyConstraint:
    """Return what binds a column to a row of the same organisation."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table_name}.organisation_id", f"{table_name}.id"])


def word(name: str, length: int) -> Column[str]:
    """Return a column of a text that is always there."""
    return Column(name, String(length), nullable=False)


def table(name: str, *parts: Any) -> Table:
    """Return a table of rows with an id and a revision within an organisation."""
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)
