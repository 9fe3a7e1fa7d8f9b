"""The tables of leave requests and of when attendance warns."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

LEAVE_REQUEST = Table(
    "leave_request",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    Column("kind", String(10), nullable=False),
    id_column("cohort_id", nullable=True),
    instant_column("starts_at"),
    instant_column("ends_at"),
    Column("reason", Text, nullable=False),
    Column("state", String(10), nullable=False),
    id_column("asked_by"),
    Column("asked_by_name", String(320), nullable=False),
    Column("asked_at", String(40), nullable=False),
    id_column("decided_by", nullable=True),
    Column("decided_by_name", String(320), nullable=False),
    Column("decided_at", String(40)),
    Column("answer", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    ForeignKeyConstraint(["organisation_id", "cohort_id"], ["cohort.organisation_id", "cohort.id"]),
    Index("ix_leave_request_person_id", "organisation_id", "person_id"),
    Index("ix_leave_request_state", "organisation_id", "state", "starts_at"),
)

ATTENDANCE_POLICY = Table(
    "attendance_policy",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("threshold", Integer, nullable=False),
    Column("streak", Integer, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)
