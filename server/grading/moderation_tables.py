"""The tables of second marking, and of requests to look at a mark again."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from server.core.tables import METADATA, id_column, instant_column


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


# `steps` is the part's own history, which becomes the mark's once both are known. `place` lets there be one first and
# one second part, and one unfinished part of each marker.
MARK_PART = Table(
    "mark_part",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("mark_id"),
    id_column("assignment_id"),
    id_column("cohort_id"),
    id_column("enrolment_id"),
    id_column("submission_id", nullable=True),
    Column("status", String(10), nullable=False),
    Column("score", String(12)),
    Column("levels", Text, nullable=False),
    Column("feedback", Text, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("part", String(10), nullable=False),
    Column("open", Boolean, nullable=False),
    id_column("by_id"),
    Column("by_name", String(320), nullable=False),
    instant_column("at"),
    Column("steps", Text, nullable=False),
    Column("place", String(36), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    _refers("mark_id", "mark"),
    _refers("by_id", "person"),
    Index("uq_mark_part_place", "organisation_id", "mark_id", "place", unique=True),
)
REGRADE = Table(
    "regrade",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("mark_id"),
    id_column("assignment_id"),
    id_column("cohort_id"),
    id_column("enrolment_id"),
    id_column("person_id"),
    Column("reason", Text, nullable=False),
    instant_column("asked_at"),
    Column("state", String(10), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("answer", Text, nullable=False),
    id_column("answered_by"),
    Column("answered_by_name", String(320), nullable=False),
    instant_column("answered_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    _refers("mark_id", "mark"),
    Index("ix_regrade_mark_id", "organisation_id", "mark_id"),
)
