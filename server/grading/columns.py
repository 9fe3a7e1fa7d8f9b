"""The columns that the tables of marking are made of."""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column


def word(name: str, length: int) -> Column[str]:
    """A short text of at most `length` letters."""
    return Column(name, String(length), nullable=False)


def words(name: str) -> Column[str]:
    """A text of any length."""
    return Column(name, Text, nullable=False)


def yes_or_no(name: str) -> Column[bool]:
    """A yes or a no."""
    return Column(name, Boolean, nullable=False)


def number(name: str) -> Column[int]:
    """A whole number."""
    return Column(name, Integer, nullable=False)


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """A reference to a row of the same organisation."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def table(name: str, *parts: Any) -> Table:
    """A table of rows with an id and a revision within an organisation."""
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)
