"""The tables of the ledger: entries, postings, allocations, payments, notes, fees and the numbers of documents."""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
    text,
)

from server.core.tables import METADATA, id_column, in_organisation, instant_column


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def _word(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _amount(name: str = "amount") -> Column[int]:
    """An amount in minor units."""
    return Column(name, BigInteger, nullable=False)


def keep_growing(table: Table) -> Table:
    """Let a table of SQLite, which has one role, refuse changes by itself; PostgreSQL's role has no right to."""
    for what in ("UPDATE", "DELETE"):
        made = DDL(trigger_of(table.name, what))  # type: ignore[no-untyped-call] # SQLAlchemy's own
        statement = made.execute_if(dialect="sqlite")
        event.listen(table, "after_create", statement)
    return table


def trigger_of(table: str, what: str) -> str:
    """Return the statement that makes SQLite refuse to change (`UPDATE`) or remove (`DELETE`) rows of a table."""
    name = f"{table}_{'unchanged' if what == 'UPDATE' else 'kept'}"
    return f"CREATE TRIGGER {name} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"


def _table(name: str, *parts: Any) -> Table:
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)


_RECEIPT_DUE = text("receipt_id IS NULL AND confirmation = 'confirmed'")
PAYMENT = _table(
    "payment",
    _word("reference", 40),
    _word("state", 20),
    _word("confirmation", 12),
    _amount(),
    _word("currency", 3),
    Column("tenders", Text, nullable=False),
    id_column("person_id", nullable=True),
    _word("payer_name", 200),
    id_column("sponsor_id", nullable=True),
    _word("note", 300),
    _word("gateway", 20),
    Column("metadata", Text, nullable=False),
    id_column("shift_id", nullable=True),
    id_column("receipt_id", nullable=True),
    _word("receipt_number", 40),
    instant_column("taken_at"),
    Column("taken_by", String(36), nullable=False),
    _word("taken_by_name", 320),
    in_organisation(),
    Index("uq_payment_reference", "organisation_id", "reference", unique=True),
    Index("ix_payment_taken_at", "organisation_id", "taken_at"),
    Index("ix_payment_state", "organisation_id", "state"),
    Index("ix_payment_shift_id", "organisation_id", "shift_id"),
    Index(
        "ix_payment_receipt_due",
        "organisation_id",
        "id",
        sqlite_where=_RECEIPT_DUE,
        postgresql_where=_RECEIPT_DUE,
    ),
)
LEDGER_ENTRY = keep_growing(
    _table(
        "ledger_entry",
        id_column("person_id"),
        _word("kind", 12),
        _word("charge_kind", 20),
        _amount(),
        _word("currency", 3),
        _word("what", 200),
        _word("day", 10),
        Column("due_on", String(10)),
        id_column("enrolment_id", nullable=True),
        id_column("cohort_id", nullable=True),
        id_column("course_id", nullable=True),
        _word("number", 40),
        id_column("payment_id", nullable=True),
        id_column("reverses_id", nullable=True),
        Column("taxes", Text, nullable=False),
        instant_column("made_at"),
        Column("made_by", String(36), nullable=False),
        _refers("person_id", "person"),
        _refers("payment_id", "payment"),
        _refers("reverses_id", "ledger_entry"),
        Index("ix_ledger_entry_person_id", "organisation_id", "person_id"),
        Index("ix_ledger_entry_day", "organisation_id", "day"),
        Index("ix_ledger_entry_payment_id", "organisation_id", "payment_id"),
        Index("ix_ledger_entry_enrolment_id", "organisation_id", "enrolment_id"),
        Index("uq_ledger_entry_reverses_id", "organisation_id", "reverses_id", unique=True),
    )
)
POSTING = keep_growing(
    Table(
        "posting",
        METADATA,
        id_column("organisation_id"),
        id_column("entry_id"),
        _word("account", 20),
        _amount(),
        _word("currency", 3),
        _word("day", 10),
        PrimaryKeyConstraint("organisation_id", "entry_id", "account"),
        _refers("entry_id", "ledger_entry"),
        Index("ix_posting_day", "organisation_id", "day"),
    )
)
ALLOCATION = keep_growing(
    _table(
        "allocation",
        id_column("person_id"),
        id_column("entry_id"),
        id_column("charge_id"),
        _amount(),
        instant_column("made_at"),
        _refers("entry_id", "ledger_entry"),
        _refers("charge_id", "ledger_entry"),
        Index("ix_allocation_entry_id", "organisation_id", "entry_id"),
        Index("ix_allocation_charge_id", "organisation_id", "charge_id"),
        Index("ix_allocation_person_id", "organisation_id", "person_id"),
    )
)
ACCOUNT_NOTE = _table(
    "account_note",
    id_column("person_id"),
    id_column("entry_id"),
    _word("words", 500),
    Column("author_id", String(36), nullable=False),
    _word("author_name", 320),
    _refers("entry_id", "ledger_entry"),
    Index("ix_account_note_person_id", "organisation_id", "person_id"),
)
FEE_STRUCTURE = _table(
    "fee_structure",
    _word("name", 200),
    id_column("course_id", nullable=True),
    id_column("cohort_id", nullable=True),
    _word("currency", 3),
    Column("lines", Text, nullable=False),
    Column("by_period", Text, nullable=False, server_default="{}"),
    _word("state", 10),
    in_organisation(),
    Index("ix_fee_structure_cohort_id", "organisation_id", "cohort_id"),
    Index("ix_fee_structure_course_id", "organisation_id", "course_id"),
)
DOCUMENT_SERIES = Table(
    "document_series",
    METADATA,
    id_column("organisation_id"),
    _word("series", 10),
    Column("year", Integer, nullable=False),
    Column("last_number", Integer, nullable=False),
    PrimaryKeyConstraint("organisation_id", "series", "year"),
    in_organisation(),
)
