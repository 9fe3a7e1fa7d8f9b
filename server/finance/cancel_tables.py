"""The tables of refund rules, and of what cancelling an enrolment did to its charges."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from server.core.tables import METADATA, id_column, in_organisation

REFUND_RULE = Table(
    "refund_rule",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("course_id", nullable=True),
    Column("steps", Text, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("pays_back", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    in_organisation(),
    PrimaryKeyConstraint("organisation_id", "id"),
)
CANCELLATION = Table(
    "enrolment_cancellation",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    id_column("enrolment_id"),
    Column("day", String(10), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("percent", Integer, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("reversed", "kept", "credited")),
    *(Column(name, Text, nullable=False) for name in ("charge_ids", "kept_ids", "request_ids", "plan_ids")),
    Column("state", String(10), nullable=False),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    PrimaryKeyConstraint("organisation_id", "id"),
    Index("ix_enrolment_cancellation_person_id", "organisation_id", "person_id"),
    Index("ix_enrolment_cancellation_enrolment_id", "organisation_id", "enrolment_id"),
)
