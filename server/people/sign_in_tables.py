"""The tables of sign-in: passwords, sign-ins, refresh tokens, counted failures and the institute's key pair."""

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
    false,
    text,
)

from server.core.tables import METADATA, id_column, in_organisation, instant_column
from server.people import factor_tables

__all__ = ["CREDENTIAL", "INSTITUTE_KEY", "REFRESH_TOKEN", "SIGN_IN", "SIGN_IN_FAILURE", "factor_tables"]

_OF_PERSON = (["organisation_id", "person_id"], ["person.organisation_id", "person.id"])

CREDENTIAL = Table(
    "credential",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("algorithm", String(30), nullable=False),
    Column("hash", String(100), nullable=False),
    Column("must_change", Boolean, nullable=False),
    instant_column("expires_at", nullable=True),
    instant_column("changed_at"),
    PrimaryKeyConstraint("organisation_id", "person_id"),
    ForeignKeyConstraint(*_OF_PERSON),
    in_organisation(),
)

SIGN_IN = Table(
    "sign_in",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("person_id"),
    id_column("device_id"),
    Column("kept", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("ended_reason", String(30)),
    instant_column("started_at"),
    instant_column("last_used_at"),
    instant_column("ended_at", nullable=True),
    Column("address", String(64)),
    Column("user_agent", String(200)),
    Column("last_address", String(64)),
    Column("country", String(2)),
    instant_column("confirmed_at", nullable=True),
    Column("needs_factor", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(*_OF_PERSON),
    ForeignKeyConstraint(["organisation_id", "device_id"], ["device.organisation_id", "device.id"]),
    in_organisation(),
    Index("ix_sign_in_person_id", "organisation_id", "person_id", "state"),
    Index("ix_sign_in_device_id", "organisation_id", "device_id", "state"),
)

REFRESH_TOKEN = Table(
    "refresh_token",
    METADATA,
    id_column("organisation_id"),
    Column("digest", String(64), nullable=False),
    id_column("sign_in_id"),
    Column("parent_digest", String(64)),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "digest"),
    ForeignKeyConstraint(["organisation_id", "sign_in_id"], ["sign_in.organisation_id", "sign_in.id"]),
    in_organisation(),
    Index("ix_refresh_token_sign_in_id", "organisation_id", "sign_in_id"),
    Index("ix_refresh_token_expires_at", "organisation_id", "expires_at"),
)

SIGN_IN_FAILURE = Table(
    "sign_in_failure",
    METADATA,
    id_column("organisation_id"),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("granted", Boolean, nullable=False),
    instant_column("since"),
    instant_column("blocked_until", nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("organisation_id", "kind", "name"),
    in_organisation(),
)

INSTITUTE_KEY = Table(
    "institute_key",
    METADATA,
    id_column("organisation_id"),
    Column("algorithm", String(20), nullable=False),
    Column("public_key", String(60), nullable=False),
    Column("sealed_private_key", Text, nullable=False),
    instant_column("made_at"),
    PrimaryKeyConstraint("organisation_id"),
    in_organisation(),
)
