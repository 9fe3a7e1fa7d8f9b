"""The tables of the second factor: what people hold, codes that were sent, recovery codes and sign-ins half done."""

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

from server.core.tables import METADATA, id_column, in_organisation, instant_column

_OF_PERSON = (["organisation_id", "person_id"], ["person.organisation_id", "person.id"])

FACTOR = Table(
    "factor",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("kind", String(10), nullable=False),
    Column("sealed_secret", Text),
    Column("address", String(254)),
    Column("last_step", BigInteger, nullable=False),
    instant_column("added_at"),
    instant_column("used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "person_id", "kind"),
    ForeignKeyConstraint(*_OF_PERSON),
    in_organisation(),
)

RECOVERY_CODE = Table(
    "recovery_code",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("place", Integer, nullable=False),
    Column("hash", String(100), nullable=False),
    instant_column("made_at"),
    instant_column("used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "person_id", "place"),
    ForeignKeyConstraint(*_OF_PERSON),
    in_organisation(),
)

FACTOR_CODE = Table(
    "factor_code",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("person_id"),
    Column("purpose", String(60), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("address", String(254), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(*_OF_PERSON),
    in_organisation(),
    Index("ix_factor_code_person_id", "organisation_id", "person_id", "made_at"),
    Index("ix_factor_code_made_at", "organisation_id", "made_at"),
    Index("ix_factor_code_purpose", "organisation_id", "purpose"),
)

SIGN_IN_ATTEMPT = Table(
    "sign_in_attempt",
    METADATA,
    id_column("organisation_id"),
    Column("digest", String(64), nullable=False),
    id_column("id"),
    id_column("person_id"),
    Column("device", Text, nullable=False),
    Column("account", String(100), nullable=False),
    Column("kept", Boolean, nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "digest"),
    ForeignKeyConstraint(*_OF_PERSON),
    in_organisation(),
    Index("ix_sign_in_attempt_expires_at", "organisation_id", "expires_at"),
)
