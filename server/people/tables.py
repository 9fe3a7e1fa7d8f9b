"""The tables of people and roles."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table, Text, text

from server.core.tables import METADATA, id_column, in_organisation
from server.people import (
    card_tables,
    data_tables,
    entry_tables,
    identity_tables,
    institute_tables,
    merge_tables,
    profile_tables,
    security_tables,
    sign_in_tables,
)

__all__ = [
    "PERSON",
    "PERSON_ROLE",
    "ROLE",
    "card_tables",
    "data_tables",
    "entry_tables",
    "identity_tables",
    "institute_tables",
    "merge_tables",
    "profile_tables",
    "security_tables",
    "sign_in_tables",
]

PERSON = Table(
    "person",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("number", String(40)),
    Column("given_name", String(100), nullable=False),
    Column("family_name", String(100)),
    Column("other_names", String(100)),
    Column("email", String(254)),
    Column("phone", String(40)),
    Column("date_of_birth", String(10)),
    Column("username", String(100)),
    Column("state", String(10), nullable=False),
    Column("roles", Text, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("sort_name", String(320), nullable=False),
    Column("search_text", Text, nullable=False),
    Column("email_folded", String(254)),
    Column("number_folded", String(40)),
    Column("phone_digits", String(40)),
    id_column("merged_into", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("uq_person_number", "organisation_id", "number_folded", unique=True),
    Index("uq_person_email", "organisation_id", "email_folded", unique=True),
    Index("uq_person_username", "organisation_id", "username", unique=True),
    Index("ix_person_sort_name", "organisation_id", "sort_name"),
    Index("ix_person_phone_digits", "organisation_id", "phone_digits"),
    # Few entries were merged; each batch asks whether it is about one of them.
    Index(
        "ix_person_merged_into",
        "organisation_id",
        "merged_into",
        postgresql_where=text("merged_into IS NOT NULL"),
        sqlite_where=text("merged_into IS NOT NULL"),
    ),
)

# `permissions` is all that a role allows, its own and what it inherits: the look-up at each request adds nothing up.
ROLE = Table(
    "role",
    METADATA,
    id_column("organisation_id"),
    Column("key", String(60), nullable=False),
    id_column("id"),
    id_column("revision"),
    Column("name", String(100), nullable=False),
    Column("own", Text, nullable=False),
    Column("permissions", Text, nullable=False),
    Column("inherits", Text, nullable=False),
    Column("built_in", Boolean, nullable=False),
    Column("needs_factor", Boolean, nullable=False),
    Column("retired", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation_id", "key"),
    in_organisation(),
    Index("uq_role_id", "organisation_id", "id", unique=True),
)

PERSON_ROLE = Table(
    "person_role",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("role_key", String(60), nullable=False),
    PrimaryKeyConstraint("organisation_id", "person_id", "role_key"),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    ForeignKeyConstraint(["organisation_id", "role_key"], ["role.organisation_id", "role.key"]),
    Index("ix_person_role_key", "organisation_id", "role_key"),
)
