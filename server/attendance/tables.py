"""The tables of observations, registers and class codes."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from server.core.tables import METADATA, id_column, instant_column

OBSERVATION = Table(
    "observation",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("session_id"),
    id_column("enrolment_id"),
    id_column("person_id"),
    id_column("mark_id"),
    Column("ordinal", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("minutes", Integer),
    Column("note", Text, nullable=False),
    Column("method", String(12), nullable=False),
    Column("office", Boolean, nullable=False),
    Column("supersedes", Text, nullable=False),
    id_column("author_id"),
    Column("author_name", String(320), nullable=False),
    Column("device_name", String(100), nullable=False),
    Column("observed_at", String(40), nullable=False),
    instant_column("received_at"),
    Column("clock_flagged", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "session_id"], ["class_session.organisation_id", "class_session.id"]),
    ForeignKeyConstraint(["organisation_id", "enrolment_id"], ["enrolment.organisation_id", "enrolment.id"]),
    Index("uq_observation_ordinal", "organisation_id", "mark_id", "ordinal", unique=True),
    Index("ix_observation_session_id", "organisation_id", "session_id"),
    Index("ix_observation_enrolment_id", "organisation_id", "enrolment_id"),
    # Few marks have more than one observation; reports look them up.
    Index(
        "ix_observation_later",
        "organisation_id",
        "mark_id",
        "ordinal",
        postgresql_where=text("ordinal > 1"),
        sqlite_where=text("ordinal > 1"),
    ),
)

REGISTER = Table(
    "register",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("session_id"),
    Column("state", String(10), nullable=False),
    id_column("finished_by", nullable=True),
    Column("finished_by_name", String(320), nullable=False),
    Column("finished_at", String(40)),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "session_id"], ["class_session.organisation_id", "class_session.id"]),
    Index("uq_register_session_id", "organisation_id", "session_id", unique=True),
)
CLASS_CODE = Table(
    "class_code",
    METADATA,
    id_column("organisation_id"),
    id_column("session_id"),
    Column("seed", String(64), nullable=False),
    Column("anchor", String(8), nullable=False),
    PrimaryKeyConstraint("organisation_id", "session_id"),
    ForeignKeyConstraint(
        ["organisation_id", "session_id"], ["class_session.organisation_id", "class_session.id"], ondelete="CASCADE"
    ),
)
