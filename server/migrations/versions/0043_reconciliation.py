"""Makes the tables of reconciliation: layouts, bank statements, their lines, matches, and proofs of transfers."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=24), nullable=nullable)


def _sum(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))


def _here(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _index(table: str, column: str, *, unique: bool = False) -> None:
    name = f"{'uq' if unique else 'ix'}_{table}_{column}"
    op.create_index(name, table, ["organisation_id", column], unique=unique)


def upgrade() -> None:
    _make_statements()
    _make_lines()
    _make_matches()
    _make_proofs()


def _make_statements() -> None:
    op.create_table(
        "bank_layout",
        *_ids("organisation_id", "id", "revision"),
        *_words(("name", 200)),
        sa.Column("rules", sa.Text(), nullable=False),
        *_words(("state", 10)),
        _here("bank_layout"),
        _key("bank_layout"),
    )
    op.create_table(
        "bank_statement",
        *_ids("organisation_id", "id", "revision"),
        *_words(("file_name", 200), ("digest", 64), ("layout_name", 200), ("currency", 3)),
        *_words(("first_day", 10), ("last_day", 10)),
        _sum("opening", nullable=True),
        _sum("closing", nullable=True),
        _sum("total"),
        _count("taken"),
        _count("skipped"),
        *_words(("reason", 500)),
        _instant("imported_at"),
        *_ids("imported_by"),
        *_words(("imported_by_name", 320)),
        _here("bank_statement"),
        _key("bank_statement"),
    )
    _index("bank_statement", "digest")


def _make_lines() -> None:
    op.create_table(
        "statement_line",
        *_ids("organisation_id", "id", "revision"),
        *_words(("origin", 20)),
        *_ids("statement_id", nullable=True),
        _count("line"),
        *_words(("day", 10), ("words", 500), ("reference", 120)),
        _sum("amount"),
        *_words(("currency", 3)),
        sa.Column("live", sa.Boolean(), nullable=False),
        *_words(("problem", 40), ("fingerprint", 64), ("state", 12), ("reason", 500)),
        _refers("statement_line", "statement_id", "bank_statement"),
        _key("statement_line"),
    )
    _index("statement_line", "fingerprint", unique=True)
    _index("statement_line", "statement_id")
    _index("statement_line", "day")


def _make_matches() -> None:
    op.create_table(
        "money_match",
        *_ids("organisation_id", "id", "revision", "line_id"),
        *_words(("goal", 20)),
        *_ids("goal_id", nullable=True),
        _sum("amount"),
        _sum("difference"),
        *_words(("effect", 12), ("state", 12), ("reason", 500)),
        _instant("made_at"),
        *_ids("made_by"),
        *_words(("made_by_name", 320)),
        *_ids("ended_by", nullable=True),
        *_words(("ended_by_name", 320), ("ended_reason", 500)),
        _refers("money_match", "line_id", "statement_line"),
        _key("money_match"),
    )
    _index("money_match", "line_id")
    _index("money_match", "goal_id")


def _make_proofs() -> None:
    op.create_table(
        "transfer_proof",
        *_ids("organisation_id", "id", "revision", "person_id"),
        _sum("amount"),
        *_words(("currency", 3), ("paid_on", 10), ("reference", 100), ("bank", 100), ("note", 300)),
        *_words(("sha256", 64), ("file_name", 200), ("file_kind", 20), ("state", 12)),
        *_ids("payment_id", nullable=True),
        _instant("sent_at"),
        *_ids("sent_by"),
        *_words(("sent_by_name", 320)),
        *_ids("decided_by", nullable=True),
        *_words(("decided_by_name", 320)),
        _instant("decided_at", nullable=True),
        *_words(("decided_reason", 500)),
        _refers("transfer_proof", "person_id", "person"),
        _refers("transfer_proof", "payment_id", "payment"),
        _key("transfer_proof"),
    )
    for column in ("person_id", "state", "sha256"):
        _index("transfer_proof", column)


def downgrade() -> None:
    for name in ("transfer_proof", "money_match", "statement_line", "bank_statement", "bank_layout"):
        op.drop_table(name)
