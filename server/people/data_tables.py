"""The tables of people's rights over their data: exports, erasures, legal holds, and how long each class is kept."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

DATA_EXPORT = Table(
    "data_export",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("person_id"),
    id_column("asked_by"),
    Column("reason", String(500), nullable=False),
    Column("state", String(10), nullable=False),
    Column("progress", Integer, nullable=False),
    Column("sha256", String(64)),
    Column("bytes", BigInteger, nullable=False),
    Column("sealed_key", Text),
    instant_column("made_at"),
    instant_column("began_at", nullable=True),
    instant_column("ready_at", nullable=True),
    instant_column("taken_at", nullable=True),
    instant_column("expires_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_data_export_person_id", "organisation_id", "person_id", "made_at"),
    Index("ix_data_export_state", "state", "made_at"),
)
"""A package of someone's data; its content lies sealed in the store of files and its key goes when it is taken."""

ERASURE = Table(
    "erasure",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("person_id"),
    id_column("asked_by"),
    Column("reason", String(500), nullable=False),
    Column("label", String(60), nullable=False),
    instant_column("done_at"),
    Column("counts", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_erasure_person_id", "organisation_id", "person_id", unique=True),
)
"""Who was anonymised, when and why, and how many rows of each table that reached: the evidence of it."""

LEGAL_HOLD = Table(
    "legal_hold",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("reason", String(500), nullable=False),
    id_column("set_by"),
    instant_column("set_at"),
    PrimaryKeyConstraint("organisation_id", "person_id"),
    in_organisation(),
)
"""Whose data nothing may erase while a dispute lasts."""

RETENTION_RULE = Table(
    "retention_rule",
    METADATA,
    id_column("organisation_id"),
    Column("data_class", String(40), nullable=False),
    Column("days", Integer),
    id_column("changed_by"),
    instant_column("changed_at"),
    PrimaryKeyConstraint("organisation_id", "data_class"),
    in_organisation(),
)
"""How many days a class of data is kept; none means for ever, and without a row the supplied period counts."""

RETENTION_RUN = Table(
    "retention_run",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("trial", Boolean, nullable=False),
    id_column("asked_by", nullable=True),
    instant_column("ran_at"),
    Column("counts", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_retention_run_ran_at", "organisation_id", "ran_at"),
)
"""What a night removed, or a trial would have, by class of data."""
