"""The tables of external identity: providers, whose identities are linked, and sign-ins under way in a browser."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

_OF_PERSON = (["organisation_id", "person_id"], ["person.organisation_id", "person.id"])
_OF_PROVIDER = (["organisation_id", "provider_id"], ["identity_provider.organisation_id", "identity_provider.id"])

IDENTITY_PROVIDER = Table(
    "identity_provider",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("name", String(60), nullable=False),
    Column("issuer", String(255), nullable=False),
    Column("client_id", String(255), nullable=False),
    Column("sealed_secret", Text, nullable=False),
    Column("domains", Text, nullable=False),
    Column("link_by_email", Boolean, nullable=False),
    Column("make_students", Boolean, nullable=False),
    Column("trust_factor", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    instant_column("changed_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)
"""Where people may prove who they are; `state` is on or off, `sealed_secret` is empty for a public client."""

IDENTITY_LINK = Table(
    "identity_link",
    METADATA,
    id_column("organisation_id"),
    id_column("provider_id"),
    Column("subject", String(255), nullable=False),
    id_column("person_id"),
    Column("email", String(254), nullable=False),
    instant_column("linked_at"),
    instant_column("last_used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "provider_id", "subject"),
    ForeignKeyConstraint(*_OF_PERSON),
    ForeignKeyConstraint(*_OF_PROVIDER),
    in_organisation(),
    Index("uq_identity_link_person_id", "organisation_id", "person_id", "provider_id", unique=True),
)

IDENTITY_FLOW = Table(
    "identity_flow",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("provider_id"),
    id_column("person_id", nullable=True),
    Column("state_digest", String(64), nullable=False),
    Column("secret_digest", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("redirect_uri", String(100), nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("used_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(*_OF_PROVIDER),
    in_organisation(),
    Index("ix_identity_flow_expires_at", "organisation_id", "expires_at"),
)
"""A browser that is on its way; `sealed` holds nonce and verifier, `person_id` whoever links an identity."""

IDENTITY_SEEN = Table(
    "identity_seen",
    METADATA,
    id_column("organisation_id"),
    Column("digest", String(64), nullable=False),
    instant_column("expires_at"),
    PrimaryKeyConstraint("organisation_id", "digest"),
    in_organisation(),
    Index("ix_identity_seen_expires_at", "organisation_id", "expires_at"),
)
"""Answers of providers that were taken, so that none counts twice."""
