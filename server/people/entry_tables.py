"""The tables of coming in: codes that are sent, tries that are counted, invitations and registrations."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text, text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

_OF_PERSON = (["organisation_id", "person_id"], ["person.organisation_id", "person.id"])

ENTRY_POLICY = Table(
    "entry_policy",
    METADATA,
    id_column("organisation_id"),
    Column("registration", String(10), nullable=False),
    instant_column("changed_at"),
    PrimaryKeyConstraint("organisation_id"),
    in_organisation(),
)
"""Whether students may register by themselves: `off`, `on` or `approval`; without a row it is off."""

ENTRY_TRY = Table(
    "entry_try",
    METADATA,
    id_column("organisation_id"),
    Column("kind", String(20), nullable=False),
    Column("name", String(100), nullable=False),
    Column("tries", Integer, nullable=False),
    instant_column("since"),
    PrimaryKeyConstraint("organisation_id", "kind", "name"),
    in_organisation(),
    Index("ix_entry_try_since", "organisation_id", "since"),
)
"""How often something was asked in a window that began at `since`."""

RESET_ASK = Table(
    "reset_ask",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("name", String(254), nullable=False),
    instant_column("asked_at"),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
)
"""Forgotten passwords that wait to be looked at, known people's and unknown ones' alike."""

RESET_CODE = Table(
    "reset_code",
    METADATA,
    id_column("organisation_id"),
    Column("digest", String(64), nullable=False),
    id_column("person_id"),
    Column("state", String(10), nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    PrimaryKeyConstraint("organisation_id", "digest"),
    ForeignKeyConstraint(*_OF_PERSON),
    in_organisation(),
    Index("ix_reset_code_person_id", "organisation_id", "person_id", "state"),
)
"""Codes for a new password, as keyed hashes; `state` is open, used or replaced."""

INVITATION = Table(
    "invitation",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("email", String(254), nullable=False),
    Column("email_folded", String(254), nullable=False),
    Column("given_name", String(100), nullable=False),
    Column("family_name", String(100), nullable=False),
    Column("roles", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sends", Integer, nullable=False),
    id_column("invited_by"),
    id_column("person_id", nullable=True),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("settled_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("uq_invitation_digest", "organisation_id", "digest", unique=True),
    Index(
        "uq_invitation_open",
        "organisation_id",
        "email_folded",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
"""Staff who were asked in by mail; `state` is open, accepted or withdrawn."""

REGISTRATION = Table(
    "registration",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("email", String(254), nullable=False),
    Column("email_folded", String(254), nullable=False),
    Column("username", String(100), nullable=False),
    Column("given_name", String(100), nullable=False),
    Column("family_name", String(100), nullable=False),
    Column("study_time", String(12)),
    Column("interests", Text, nullable=False),
    Column("experience", String(12)),
    Column("code", String(60), nullable=False, server_default=""),
    Column("role", String(60), nullable=False),
    Column("hash", String(100), nullable=False),
    Column("state", String(12), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sends", Integer, nullable=False),
    id_column("person_id", nullable=True),
    id_column("decided_by", nullable=True),
    Column("reason", String(500), nullable=False),
    instant_column("made_at"),
    instant_column("expires_at"),
    instant_column("verified_at", nullable=True),
    instant_column("settled_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index(
        "uq_registration_username",
        "organisation_id",
        "username",
        unique=True,
        sqlite_where=text("state IN ('unverified', 'waiting')"),
        postgresql_where=text("state IN ('unverified', 'waiting')"),
    ),
    Index("ix_registration_state", "organisation_id", "state", "made_at"),
)
"""People who registered by themselves and aren't people of the institute yet.

`state` is unverified, waiting (for the office), accepted, joined (with someone who was there), refused or lapsed.
`role` is set by the server alone: student, or administrator for whoever registered the institute.
"""
