"""The tables of an institute's branches, of its set-up code, and of what a platform operator looked at and why."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table

from server.core.tables import METADATA, id_column, in_organisation, instant_column

BRANCH = Table(
    "branch",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("name", String(200), nullable=False),
    Column("address", String(300), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)

SET_UP_CODE = Table(
    "set_up_code",
    METADATA,
    id_column("organisation_id"),
    Column("code_hash", String(64), nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    Column("wrong", Integer, nullable=False),
    PrimaryKeyConstraint("organisation_id"),
    in_organisation(),
)
"""The one code with which an institute that has no administrator yet is set up; only its hash is kept."""

OPERATOR_ACCESS = Table(
    "operator_access",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("operator_id"),
    Column("operator_name", String(320), nullable=False),
    Column("reason", String(500), nullable=False),
    instant_column("made_at"),
    instant_column("ends_at"),
    instant_column("ended_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_operator_access_operator", "organisation_id", "operator_id", "ends_at"),
)
"""When an operator of the platform may read an institute's records, and the reason that he or she gave."""
