"""The tables of payments through gateways: accounts, what was begun, events that came, refunds to send, and a key."""

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


def _words(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _of(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


_PROMPT = (("channel", 20), ("step", 12), ("phone_end", 4), ("said", 300))
"""Of mobile money: that it is that, what its payer does next, the number's last digits, and the network's words."""
GATEWAY_ACCOUNT = Table(
    "gateway_account",
    METADATA,
    id_column("organisation_id"),
    _words("gateway", 20),
    _words("key_id", 120),
    Column("sealed", Text),
    Column("live", Boolean, nullable=False),
    Column("token_digest", String(64)),
    instant_column("older_until", nullable=True),
    _words("problem", 300),
    id_column("revision"),
    instant_column("changed_at"),
    id_column("changed_by"),
    instant_column("event_at", nullable=True),
    instant_column("asked_at", nullable=True),
    instant_column("listed_at", nullable=True),
    Column("refused", Integer, nullable=False),
    PrimaryKeyConstraint("organisation_id", "gateway"),
    in_organisation(),
)
"""An institute's account; `refused` counts events that were forged or of the wrong mode."""

ONLINE_PAYMENT = Table(
    "online_payment",
    METADATA,
    id_column("organisation_id"),
    id_column("payment_id"),
    _words("gateway", 20),
    _words("reference", 40),
    _words("gateway_id", 120),
    _words("paid_id", 120),
    Column("url", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    instant_column("begun_at"),
    instant_column("next_at", nullable=True),
    _words("problem", 40),
    *(Column(name, String(length), nullable=False, server_default="") for name, length in _PROMPT),
    PrimaryKeyConstraint("organisation_id", "payment_id"),
    _of("payment_id", "payment"),
    Index("uq_online_payment_reference", "organisation_id", "reference", unique=True),
    Index("ix_online_payment_gateway_id", "organisation_id", "gateway_id"),
    Index("ix_online_payment_paid_id", "organisation_id", "paid_id"),
    Index("ix_online_payment_next_at", "organisation_id", "next_at"),
)
"""How a payment goes on at its gateway; `next_at` is when it is asked for again."""

WEBHOOK_INBOX = Table(
    "webhook_inbox",
    METADATA,
    id_column("organisation_id"),
    _words("gateway", 20),
    _words("key", 120),
    _words("digest", 64),
    _words("name", 120),
    _words("reference", 120),
    _words("gateway_id", 120),
    _words("paid_id", 120),
    instant_column("received_at"),
    instant_column("next_at", nullable=True),
    Column("tries", Integer, nullable=False),
    _words("outcome", 40),
    PrimaryKeyConstraint("organisation_id", "gateway", "key"),
    in_organisation(),
    Index("uq_webhook_inbox_digest", "organisation_id", "gateway", "digest", unique=True),
    Index("ix_webhook_inbox_next_at", "organisation_id", "next_at"),
)
"""Events are taken once, for ever: their keys stay. `next_at` is null once they are worked off."""

GATEWAY_REFUND = Table(
    "gateway_refund",
    METADATA,
    id_column("organisation_id"),
    id_column("request_id"),
    id_column("payment_id"),
    _words("gateway", 20),
    Column("amount", BigInteger, nullable=False),
    _words("currency", 3),
    _words("state", 12),
    _words("gateway_id", 120),
    Column("tries", Integer, nullable=False),
    instant_column("begun_at"),
    instant_column("next_at", nullable=True),
    _words("problem", 300),
    PrimaryKeyConstraint("organisation_id", "request_id"),
    _of("request_id", "finance_request"),
    _of("payment_id", "payment"),
    Index("ix_gateway_refund_next_at", "organisation_id", "next_at"),
    Index("ix_gateway_refund_payment_id", "organisation_id", "payment_id"),
)
"""Money on its way back: waiting, sending, unknown, sent, done or failed."""

ONLINE_TILL = Table(
    "online_till",
    METADATA,
    id_column("organisation_id"),
    id_column("till_id"),
    _words("sealed", 200),
    PrimaryKeyConstraint("organisation_id", "till_id"),
    _of("till_id", "till"),
)
"""The sealed key of the server's own series of receipts."""
