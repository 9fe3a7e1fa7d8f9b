"""The tables of the cash desk: tills, keys, receipts with their words, shifts, cash moved, and requests."""

from sqlalchemy import (
    BigInteger,
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
from server.finance.tables import keep_growing


def _words(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _key() -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("organisation_id", "id")


def _of(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


RECEIPT_KEY_SECRET = Table(
    "receipt_key_secret",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    _words("public_key", 60),
    _words("sealed", 200),
    instant_column("made_at"),
    _key(),
    in_organisation(),
)
"""The private halves of the institute's receipt keys, sealed; the server alone signs with them."""

RECEIPT_KEY = Table(
    "receipt_key",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    _words("public_key", 60),
    instant_column("made_at"),
    instant_column("retired_at", nullable=True),
    _key(),
    in_organisation(),
)

TILL = Table(
    "till",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    _words("name", 200),
    Column("series", Integer, nullable=False),
    _words("code", 8),
    id_column("device_id"),
    Column("install_epoch", Integer, nullable=False),
    _words("public_key", 60),
    _words("certificate", 400),
    _words("valid_from", 10),
    _words("valid_to", 10),
    _words("state", 10),
    _words("asked_by", 320),
    _words("approved_by", 320),
    Column("epoch", String(36), nullable=False, server_default=""),
    _key(),
    in_organisation(),
    Index("uq_till_series", "organisation_id", "series", unique=True),
    Index("ix_till_device_id", "organisation_id", "device_id"),
)

RECEIPT = keep_growing(
    Table(
        "receipt",
        METADATA,
        id_column("organisation_id"),
        id_column("id"),
        id_column("revision"),
        id_column("payment_id"),
        id_column("till_id"),
        Column("series", Integer, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        _words("number", 40),
        Column("amount", BigInteger, nullable=False),
        _words("currency", 3),
        instant_column("issued_at"),
        _words("digest", 64),
        _words("signature", 200),
        id_column("shift_id", nullable=True),
        _key(),
        _of("till_id", "till"),
        Index("uq_receipt_till_id_sequence", "organisation_id", "till_id", "sequence", unique=True),
        Index("uq_receipt_number", "organisation_id", "number", unique=True),
        Index("ix_receipt_payment_id", "organisation_id", "payment_id"),
    )
)

RECEIPT_TEXT = Table(
    "receipt_text",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("person_id", nullable=True),
    _words("payer", 200),
    Column("words", Text, nullable=False),
    Column("printed", Text, nullable=False),
    Column("mail_due", Integer, nullable=False),
    _key(),
    in_organisation(),
    Index("ix_receipt_text_person_id", "organisation_id", "person_id"),
    Index("ix_receipt_text_mail_due", "organisation_id", "mail_due"),
)
"""What a receipt says of people; `words` are what its till signed."""

SHIFT = Table(
    "shift",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("till_id"),
    id_column("person_id"),
    _words("cashier_name", 320),
    _words("currency", 3),
    Column("opening_float", BigInteger, nullable=False),
    instant_column("opened_at"),
    _words("state", 10),
    instant_column("closed_at", nullable=True),
    Column("counted", BigInteger, nullable=True),
    Column("expected", BigInteger, nullable=True),
    Column("expected_told", BigInteger, nullable=True),
    Column("denominations", Text, nullable=False),
    Column("others", Text, nullable=False),
    _words("explanation", 500),
    Column("z_number", Integer, nullable=True),
    _key(),
    _of("till_id", "till"),
    _of("person_id", "person"),
    Index("ix_shift_till_id", "organisation_id", "till_id", "state"),
    Index("ix_shift_opened_at", "organisation_id", "opened_at"),
)

CASH_MOVEMENT = Table(
    "cash_movement",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("shift_id"),
    id_column("person_id"),
    _words("person_name", 320),
    _words("movement", 10),
    Column("amount", BigInteger, nullable=False),
    _words("reason", 300),
    instant_column("moved_at"),
    _key(),
    _of("shift_id", "shift"),
    Index("ix_cash_movement_shift_id", "organisation_id", "shift_id"),
)

FINANCE_REQUEST = Table(
    "finance_request",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    _words("kind", 20),
    _words("state", 12),
    id_column("payment_id"),
    id_column("receipt_id", nullable=True),
    id_column("person_id", nullable=True),
    id_column("shift_id", nullable=True),
    _words("number", 40),
    Column("amount", BigInteger, nullable=False),
    _words("currency", 3),
    _words("method", 20),
    _words("reason", 500),
    id_column("asked_by"),
    _words("asked_by_name", 320),
    instant_column("asked_at"),
    id_column("decided_by", nullable=True),
    _words("decided_by_name", 320),
    instant_column("decided_at", nullable=True),
    _words("decided_reason", 500),
    _key(),
    _of("payment_id", "payment"),
    Index("ix_finance_request_state", "organisation_id", "state"),
    Index("ix_finance_request_payment_id", "organisation_id", "payment_id"),
)
