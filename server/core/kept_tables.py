"""The table of what requests with an `Idempotency-Key` came to, for acts that are no commands."""

from sqlalchemy import Column, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

KEPT_ANSWER = Table(
    "kept_answer",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("digest", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    instant_column("made_at"),
    Column("answer", Text),
    PrimaryKeyConstraint("organisation_id", "person_id", "digest"),
    in_organisation(),
)
