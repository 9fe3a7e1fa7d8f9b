"""The tables of letters: what was or is to be delivered, each attempt, templates, ways, blocks and wishes."""

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

DELIVERY = Table(
    "delivery",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    Column("channel", String(8), nullable=False),
    Column("template", String(40), nullable=False),
    id_column("person_id", nullable=True),
    Column("address", String(254), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("places", Text, nullable=False),
    Column("sealed", Text),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("provider", String(20), nullable=False),
    Column("provider_id", String(120)),
    Column("parts", Integer, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    instant_column("made_at"),
    instant_column("due_at"),
    instant_column("sent_at", nullable=True),
    instant_column("changed_at"),
    instant_column("lease_until", nullable=True),
    Column("attached", String(60), nullable=False, server_default=""),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("ix_delivery_state", "organisation_id", "state", "due_at"),
    Index("ix_delivery_made_at", "organisation_id", "made_at"),
    Index("ix_delivery_person_id", "organisation_id", "person_id", "made_at"),
    Index("ix_delivery_address", "organisation_id", "address", "made_at"),
    Index("ix_delivery_provider_id", "organisation_id", "provider_id"),
)
"""A letter's id follows from way, address and key, so that posting twice makes one. `cost` is in ten-thousandths.

`attached` names the paper that goes with it, like `receipt:` and an id: it is drawn when the letter goes, never kept.
"""

DELIVERY_ATTEMPT = Table(
    "delivery_attempt",
    METADATA,
    id_column("organisation_id"),
    id_column("delivery_id"),
    Column("number", Integer, nullable=False),
    instant_column("began_at"),
    instant_column("ended_at", nullable=True),
    Column("outcome", String(12), nullable=False),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "delivery_id", "number"),
    ForeignKeyConstraint(["organisation_id", "delivery_id"], ["delivery.organisation_id", "delivery.id"]),
)

MESSAGE_TEMPLATE = Table(
    "message_template",
    METADATA,
    id_column("organisation_id"),
    Column("template", String(40), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("language", String(10), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("body", Text, nullable=False),
    id_column("revision"),
    instant_column("changed_at"),
    id_column("changed_by"),
    PrimaryKeyConstraint("organisation_id", "template", "channel", "language"),
    in_organisation(),
)
"""An institute's own texts; without a row the supplied one counts."""

MESSAGE_CHANNEL = Table(
    "message_channel",
    METADATA,
    id_column("organisation_id"),
    Column("channel", String(8), nullable=False),
    Column("settings", Text, nullable=False),
    Column("sealed", Text),
    Column("report_digest", String(64)),
    Column("problem", Text, nullable=False),
    id_column("revision"),
    instant_column("changed_at"),
    id_column("changed_by", nullable=True),
    PrimaryKeyConstraint("organisation_id", "channel"),
    in_organisation(),
)
"""How an institute sends mail and SMS; `problem` is why sending stopped, until the settings are changed."""

MESSAGE_BLOCK = Table(
    "message_block",
    METADATA,
    id_column("organisation_id"),
    Column("channel", String(8), nullable=False),
    Column("address", String(254), nullable=False),
    Column("sender", String(40), nullable=False),
    Column("reason", String(40), nullable=False),
    instant_column("blocked_at"),
    PrimaryKeyConstraint("organisation_id", "channel", "address"),
    in_organisation(),
)
"""Addresses that nothing goes to any more, because their people said so or because they don't exist."""

LETTER_WISH = Table(
    "letter_wish",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    Column("wishes", Text, nullable=False),
    id_column("revision"),
    instant_column("changed_at"),
    PrimaryKeyConstraint("organisation_id", "person_id"),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
)
"""What letters someone wants, by what way and when."""
