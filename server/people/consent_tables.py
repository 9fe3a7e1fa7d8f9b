"""The tables of consents and breaches: versioned texts, the log of answers, the register; all of them only added to."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

CONSENT_TEXT = Table(
    "consent_text",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("purpose", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("body", Text, nullable=False),
    instant_column("made_at"),
    id_column("author_id"),
    Column("author_name", String(320), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("uq_consent_text_version", "organisation_id", "purpose", "version", unique=True),
)
CONSENT_ENTRY = Table(
    "consent_entry",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("text_id"),
    id_column("person_id"),
    Column("purpose", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("answer", String(12), nullable=False),
    Column("answered_at", String(40), nullable=False),
    instant_column("received_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "text_id"], ["consent_text.organisation_id", "consent_text.id"]),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    Index("ix_consent_entry_person_id", "organisation_id", "person_id"),
    Index("ix_consent_entry_received_at", "organisation_id", "received_at"),
)
BREACH = Table(
    "breach",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("title", String(200), nullable=False),
    Column("what", Text, nullable=False),
    Column("whom", Text, nullable=False),
    Column("people", Integer),
    Column("noticed_at", String(40), nullable=False),
    instant_column("made_at"),
    id_column("author_id"),
    Column("author_name", String(320), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)
BREACH_LINE = Table(
    "breach_line",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("breach_id"),
    Column("step", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("happened_at", String(40), nullable=False),
    instant_column("made_at"),
    id_column("author_id"),
    Column("author_name", String(320), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "breach_id"], ["breach.organisation_id", "breach.id"]),
    Index("ix_breach_line_breach_id", "organisation_id", "breach_id", "made_at"),
)
