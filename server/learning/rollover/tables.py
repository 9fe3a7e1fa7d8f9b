"""The table of roll-overs: who rolled which term over, and what was made, so that it can be taken back."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

TERM_ROLLOVER = Table(
    "term_rollover",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("state", String(8), nullable=False),
    id_column("old_term_id"),
    id_column("new_term_id"),
    instant_column("made_at"),
    instant_column("undone_at", nullable=True),
    id_column("author_id"),
    Column("author_name", String(320), nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_term_rollover_made_at", "organisation_id", "made_at"),
)
