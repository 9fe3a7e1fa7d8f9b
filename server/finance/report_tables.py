"""The tables beside money reports: explained gaps, codes of accounts, journals taken out, and signed invoices."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table

from server.core.tables import METADATA, id_column, in_organisation, instant_column
from server.finance.tables import keep_growing


def _words(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _key() -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint("organisation_id", "id")


def _of(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


GAP_EXPLANATION = keep_growing(
    Table(
        "gap_explanation",
        METADATA,
        id_column("organisation_id"),
        id_column("id"),
        id_column("revision"),
        id_column("till_id"),
        Column("first", BigInteger, nullable=False),
        Column("last", BigInteger, nullable=False),
        _words("reason", 12),
        _words("words", 500),
        id_column("author_id"),
        instant_column("made_at"),
        _key(),
        _of("till_id", "till"),
        Index("ix_gap_explanation_till_id", "organisation_id", "till_id"),
    )
)
"""Why numbers of a till are missing, as somebody wrote it; a later one stands for the same numbers."""

BOOK_ACCOUNT = Table(
    "book_account",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    _words("what", 40),
    _words("code", 20),
    _words("name", 120),
    _key(),
    in_organisation(),
)
"""The accountant's code and name for what is posted; what has no row keeps its default."""

JOURNAL_EXPORT = keep_growing(
    Table(
        "journal_export",
        METADATA,
        id_column("organisation_id"),
        id_column("id"),
        id_column("revision"),
        _words("first_day", 10),
        _words("last_day", 10),
        _words("digest", 64),
        Column("lines", BigInteger, nullable=False),
        id_column("author_id"),
        instant_column("made_at"),
        _key(),
        in_organisation(),
        Index("ix_journal_export_first_day", "organisation_id", "first_day"),
    )
)

INVOICE = Table(
    "invoice",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("entry_id"),
    id_column("person_id"),
    _words("number", 40),
    _words("words", 600),
    _words("signature", 120),
    instant_column("issued_at"),
    Column("copies", Integer, nullable=False),
    _key(),
    _of("entry_id", "ledger_entry"),
    Index("ix_invoice_entry_id", "organisation_id", "entry_id"),
    Index("ix_invoice_person_id", "organisation_id", "person_id"),
)
"""What the institute's key signed of a charge, and how often it was printed."""
