"""The tables of notices and letters."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column
from server.messaging import delivery_tables

__all__ = ["NOTICE", "delivery_tables"]

NOTICE = Table(
    "notice",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    Column("category", String(20), nullable=False),
    Column("priority", String(10), nullable=False),
    Column("title", String(300), nullable=False),
    Column("body", Text, nullable=False),
    Column("action", String(60), nullable=False),
    Column("link_kind", String(40), nullable=False),
    id_column("link_id", nullable=True),
    instant_column("at"),
    instant_column("read_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_notice_person_id", "organisation_id", "person_id", "at"),
)
"""A notice's id follows from what it tells and whom, so that telling twice makes one."""
