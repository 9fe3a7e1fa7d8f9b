"""Makes the tables of the ledger, and keeps SQLite's from being changed."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_GROWING = ("ledger_entry", "posting", "allocation")


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _amount() -> sa.Column[int]:
    return sa.Column("amount", sa.BigInteger(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _key(table: str, *columns: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", *(columns or ("id",)), name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _of_organisation(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _index(table: str, *columns: str, unique: bool = False) -> None:
    name = f"{'uq' if unique else 'ix'}_{table}_{columns[0]}"
    op.create_index(name, table, ["organisation_id", *columns], unique=unique)


def upgrade() -> None:
    _make_payments()
    _make_entries()
    _make_postings()
    op.create_table(
        "account_note",
        *_ids("organisation_id", "id", "revision", "person_id", "entry_id"),
        *_words(("words", 500), ("author_id", 36), ("author_name", 320)),
        _refers("account_note", "entry_id", "ledger_entry"),
        _key("account_note"),
    )
    _index("account_note", "person_id")
    op.create_table(
        "fee_structure",
        *_ids("organisation_id", "id", "revision"),
        *_words(("name", 200)),
        *_ids("course_id", "cohort_id", nullable=True),
        *_words(("currency", 3)),
        _text("lines"),
        *_words(("state", 10)),
        _of_organisation("fee_structure"),
        _key("fee_structure"),
    )
    _index("fee_structure", "cohort_id")
    _index("fee_structure", "course_id")
    op.create_table(
        "document_series",
        *_ids("organisation_id"),
        *_words(("series", 10)),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        _of_organisation("document_series"),
        _key("document_series", "series", "year"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in _GROWING:
            for what, name in (("UPDATE", "unchanged"), ("DELETE", "kept")):
                op.execute(
                    f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table}"
                    " BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
                )


def _make_payments() -> None:
    op.create_table(
        "payment",
        *_ids("organisation_id", "id", "revision"),
        *_words(("reference", 40), ("state", 20), ("confirmation", 12)),
        _amount(),
        *_words(("currency", 3)),
        _text("tenders"),
        *_ids("person_id", nullable=True),
        *_words(("payer_name", 200)),
        *_ids("sponsor_id", nullable=True),
        *_words(("note", 300), ("gateway", 20)),
        _text("metadata"),
        *_ids("shift_id", "receipt_id", nullable=True),
        *_words(("receipt_number", 40), ("taken_at", 24), ("taken_by", 36), ("taken_by_name", 320)),
        _of_organisation("payment"),
        _key("payment"),
    )
    _index("payment", "reference", unique=True)
    for column in ("taken_at", "state", "shift_id"):
        _index("payment", column)


def _make_entries() -> None:
    op.create_table(
        "ledger_entry",
        *_ids("organisation_id", "id", "revision", "person_id"),
        *_words(("kind", 12), ("charge_kind", 20)),
        _amount(),
        *_words(("currency", 3), ("what", 200), ("day", 10)),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        *_ids("enrolment_id", "cohort_id", "course_id", nullable=True),
        *_words(("number", 40)),
        *_ids("payment_id", "reverses_id", nullable=True),
        _text("taxes"),
        *_words(("made_at", 24), ("made_by", 36)),
        _refers("ledger_entry", "person_id", "person"),
        _refers("ledger_entry", "payment_id", "payment"),
        _refers("ledger_entry", "reverses_id", "ledger_entry"),
        _key("ledger_entry"),
    )
    for column in ("person_id", "day", "payment_id", "enrolment_id"):
        _index("ledger_entry", column)
    _index("ledger_entry", "reverses_id", unique=True)


def _make_postings() -> None:
    op.create_table(
        "posting",
        *_ids("organisation_id", "entry_id"),
        *_words(("account", 20)),
        _amount(),
        *_words(("currency", 3), ("day", 10)),
        _refers("posting", "entry_id", "ledger_entry"),
        _key("posting", "entry_id", "account"),
    )
    _index("posting", "day")
    op.create_table(
        "allocation",
        *_ids("organisation_id", "id", "revision", "person_id", "entry_id", "charge_id"),
        _amount(),
        *_words(("made_at", 24)),
        _refers("allocation", "entry_id", "ledger_entry"),
        _refers("allocation", "charge_id", "ledger_entry"),
        _key("allocation"),
    )
    for column in ("entry_id", "charge_id", "person_id"):
        _index("allocation", column)


def downgrade() -> None:
    # A table takes its triggers along.
    for name in ("document_series", "fee_structure", "account_note", "allocation", "posting"):
        op.drop_table(name)
    op.drop_table("ledger_entry")
    op.drop_table("payment")
