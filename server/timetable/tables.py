"""The table of class sessions."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table

from server.core.tables import METADATA, id_column, instant_column

CLASS_SESSION = Table(
    "class_session",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("cohort_id"),
    instant_column("starts_at"),
    instant_column("ends_at"),
    Column("room", String(100), nullable=False),
    id_column("instructor_id", nullable=True),
    Column("title", String(200), nullable=False),
    Column("state", String(12), nullable=False),
    Column("unplanned", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "cohort_id"], ["cohort.organisation_id", "cohort.id"]),
    Index("ix_class_session_cohort_id", "organisation_id", "cohort_id", "starts_at"),
    Index("ix_class_session_starts_at", "organisation_id", "starts_at"),
)
