"""Makes the tables of explained gaps, codes of accounts, journals taken out, and signed invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_GROWING = ("gap_explanation", "journal_export")


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=False) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _of_organisation(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def upgrade() -> None:
    op.create_table(
        "gap_explanation",
        *_ids("organisation_id", "id", "revision", "till_id"),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        *_words(("reason", 12), ("words", 500)),
        *_ids("author_id"),
        *_words(("made_at", 24)),
        _refers("gap_explanation", "till_id", "till"),
        _key("gap_explanation"),
    )
    op.create_index("ix_gap_explanation_till_id", "gap_explanation", ["organisation_id", "till_id"])
    op.create_table(
        "book_account",
        *_ids("organisation_id", "id", "revision"),
        *_words(("what", 40), ("code", 20), ("name", 120)),
        _of_organisation("book_account"),
        _key("book_account"),
    )
    op.create_table(
        "journal_export",
        *_ids("organisation_id", "id", "revision"),
        *_words(("first_day", 10), ("last_day", 10), ("digest", 64)),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        *_ids("author_id"),
        *_words(("made_at", 24)),
        _of_organisation("journal_export"),
        _key("journal_export"),
    )
    op.create_index("ix_journal_export_first_day", "journal_export", ["organisation_id", "first_day"])
    op.create_table(
        "invoice",
        *_ids("organisation_id", "id", "revision", "entry_id", "person_id"),
        *_words(("number", 40), ("words", 600), ("signature", 120), ("issued_at", 24)),
        sa.Column("copies", sa.Integer(), nullable=False),
        _refers("invoice", "entry_id", "ledger_entry"),
        _key("invoice"),
    )
    op.create_index("ix_invoice_entry_id", "invoice", ["organisation_id", "entry_id"], unique=False)
    op.create_index("ix_invoice_person_id", "invoice", ["organisation_id", "person_id"])
    if op.get_bind().dialect.name == "sqlite":  # on PostgreSQL the server's role has no right to
        for table in _GROWING:
            for verb, name in (("UPDATE", "unchanged"), ("DELETE", "kept")):
                words = "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
                op.execute(f"CREATE TRIGGER {table}_{name} BEFORE {verb} ON {table} {words}")


def downgrade() -> None:
    for name in ("invoice", "journal_export", "book_account", "gap_explanation"):
        op.drop_table(name)
