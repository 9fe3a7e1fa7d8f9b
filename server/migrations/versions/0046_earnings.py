"""Makes the tables of what affiliates and instructors earn: codes, referrals, shares, earnings and payouts."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_KEPT = (("UPDATE", "unchanged"), ("DELETE", "kept"))


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _amount() -> sa.Column[int]:
    return sa.Column("amount", sa.BigInteger(), nullable=False)


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _here(table: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id")
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=name)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, ["organisation_id", column])


def upgrade() -> None:
    op.create_table(
        "affiliate",
        *_ids("organisation_id", "id", "revision"),
        *_ids("person_id", nullable=True),
        *_words(("name", 200), ("mail", 320), ("code", 40)),
        sa.Column("rate", sa.Integer(), nullable=False),
        _amount(),
        *_words(("currency", 3)),
        sa.Column("every_payment", sa.Boolean(), nullable=False),
        sa.Column("within_days", sa.Integer(), nullable=False),
        *_words(("state", 10)),
        _here("affiliate"),
        _key("affiliate"),
    )
    _index("affiliate", "code")
    op.create_table(
        "referral",
        *_ids("organisation_id", "id", "revision", "person_id", "affiliate_id"),
        *_words(("given_on", 10)),
        sa.Column("rate", sa.Integer(), nullable=False),
        _amount(),
        *_words(("currency", 3)),
        sa.Column("every_payment", sa.Boolean(), nullable=False),
        sa.Column("within_days", sa.Integer(), nullable=False),
        _refers("referral", "person_id", "person"),
        _refers("referral", "affiliate_id", "affiliate"),
        _key("referral"),
    )
    _index("referral", "person_id", "affiliate_id")
    op.create_table(
        "revenue_share",
        *_ids("organisation_id", "id", "revision", "course_id", "person_id"),
        sa.Column("rate", sa.Integer(), nullable=False),
        *_words(("from_on", 10)),
        _refers("revenue_share", "course_id", "course"),
        _refers("revenue_share", "person_id", "person"),
        _key("revenue_share"),
    )
    _index("revenue_share", "course_id")
    _make_money()


def _make_money() -> None:
    op.create_table(
        "earning",
        *_ids("organisation_id", "id", "revision"),
        *_words(("payee_kind", 12)),
        *_ids("payee_id"),
        *_words(("kind", 12)),
        *_ids("person_id", "source_id", "course_id", nullable=True),
        _amount(),
        *_words(("currency", 3), ("day", 10), ("made_at", 24)),
        _here("earning"),
        _key("earning"),
    )
    _index("earning", "payee_id", "person_id", "source_id")
    if op.get_bind().dialect.name == "sqlite":
        for what, name in _KEPT:
            op.execute(
                f"CREATE TRIGGER earning_{name} BEFORE {what} ON earning"
                " BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
            )
    op.create_table(
        "payout",
        *_ids("organisation_id", "id", "revision"),
        *_words(("payee_kind", 12)),
        *_ids("payee_id"),
        _amount(),
        *_words(("currency", 3), ("state", 10), ("reference", 100), ("reason", 500)),
        *_ids("asked_by"),
        *_words(("asked_by_name", 320)),
        *_ids("decided_by"),
        *_words(("decided_by_name", 320), ("day", 10)),
        _here("payout"),
        _key("payout"),
    )
    _index("payout", "payee_id")


def downgrade() -> None:
    for name in ("payout", "earning", "revenue_share", "referral", "affiliate"):
        op.drop_table(name)
