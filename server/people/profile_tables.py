"""The tables of profiles: what a person tells of himself or herself, and what only the office reads of it."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column

_OF_PERSON = (["organisation_id", "person_id"], ["person.organisation_id", "person.id"])

PROFILE = Table(
    "profile",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    Column("preferred_name", String(100)),
    Column("bio", Text),
    Column("specialisation", String(200)),
    Column("qualifications", Text, nullable=False),
    Column("links", Text, nullable=False),
    Column("interests", Text, nullable=False),
    Column("goals", Text),
    Column("skill_level", String(12)),
    Column("learning_style", String(12)),
    Column("study_time", String(12)),
    Column("weekly_goal", Integer),
    Column("branch_id", String(36)),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(*_OF_PERSON),
)

PRIVATE_PROFILE = Table(
    "private_profile",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id"),
    Column("address", String(500)),
    Column("guardians", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(*_OF_PERSON),
)
