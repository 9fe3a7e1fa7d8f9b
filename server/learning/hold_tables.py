"""The table of holds: what somebody may not have while money is owed."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, instant_column

ACCESS_HOLD = Table(
    "access_hold",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    Column("what", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("ground", String(10), nullable=False),
    Column("since", String(10), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    instant_column("lifted_at", nullable=True),
    id_column("lifted_by", nullable=True),
    Column("lifted_by_name", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("until", String(10)),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    Index("ix_access_hold_person_id", "organisation_id", "person_id"),
)
