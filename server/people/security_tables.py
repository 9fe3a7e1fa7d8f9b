"""The tables of the security log, of addresses a sign-in was used from, and of computers marked as lost."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, in_organisation, instant_column

_OF_SIGN_IN = (["organisation_id", "sign_in_id"], ["sign_in.organisation_id", "sign_in.id"])
_OF_DEVICE = (["organisation_id", "device_id"], ["device.organisation_id", "device.id"])

# Rows are added and nothing else: triggers in the migration refuse changes, and removal before 90 days. People,
# sign-ins and devices are named without foreign keys, because a line outlives what it tells of.
SECURITY_EVENT = Table(
    "security_event",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("kind", String(30), nullable=False),
    id_column("person_id", nullable=True),
    id_column("actor_id", nullable=True),
    id_column("sign_in_id", nullable=True),
    id_column("device_id", nullable=True),
    Column("address", String(64)),
    Column("user_agent", String(200)),
    instant_column("at"),
    Column("details", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_security_event_at", "organisation_id", "at", "id"),
    Index("ix_security_event_person_id", "organisation_id", "person_id", "at"),
)

SIGN_IN_ADDRESS = Table(
    "sign_in_address",
    METADATA,
    id_column("organisation_id"),
    id_column("sign_in_id"),
    Column("address", String(64), nullable=False),
    Column("country", String(2)),
    instant_column("first_at"),
    instant_column("last_at"),
    PrimaryKeyConstraint("organisation_id", "sign_in_id", "address"),
    ForeignKeyConstraint(*_OF_SIGN_IN, ondelete="CASCADE"),
    in_organisation(),
)

COMPUTER_DEVICE = Table(
    "computer_device",
    METADATA,
    id_column("organisation_id"),
    id_column("device_id"),
    id_column("computer_id"),
    instant_column("seen_at"),
    PrimaryKeyConstraint("organisation_id", "device_id"),
    ForeignKeyConstraint(*_OF_DEVICE),
    in_organisation(),
    Index("ix_computer_device_computer_id", "organisation_id", "computer_id"),
)

DEVICE_LOSS = Table(
    "device_loss",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("device_id"),
    Column("reason", String(300), nullable=False),
    id_column("marked_by"),
    instant_column("marked_at"),
    instant_column("met_at", nullable=True),
    instant_column("delivered_at", nullable=True),
    instant_column("wiped_at", nullable=True),
    id_column("withdrawn_by", nullable=True),
    instant_column("withdrawn_at", nullable=True),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(*_OF_DEVICE),
    in_organisation(),
    Index("ix_device_loss_device_id", "organisation_id", "device_id"),
)
