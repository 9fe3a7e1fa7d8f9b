"""The table of merges: what each one moved, kept so that it can be taken apart exactly."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

PERSON_MERGE = Table(
    "person_merge",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("from_id"),
    id_column("to_id"),
    Column("from_name", String(320), nullable=False),
    Column("to_name", String(320), nullable=False),
    Column("state", String(10), nullable=False),
    instant_column("merged_at"),
    id_column("merged_by"),
    Column("merged_by_name", String(320), nullable=False),
    instant_column("undone_at", nullable=True),
    id_column("undone_by", nullable=True),
    Column("reviews", Text, nullable=False),
    Column("kept", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_person_merge_to_id", "organisation_id", "to_id", "merged_at"),
    Index("ix_person_merge_from_id", "organisation_id", "from_id"),
    Index("ix_person_merge_merged_at", "organisation_id", "merged_at"),
)
"""A merge's id is that of its command. `kept` is JSON by area: what moved, and both entries as they were."""
