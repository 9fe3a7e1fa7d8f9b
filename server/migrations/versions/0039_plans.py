"""Makes the tables of instalment plans, discounts, and of what was given by them."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _index(table: str, column: str, *, unique: bool = False) -> None:
    name = f"{'uq' if unique else 'ix'}_{table}_{column}"
    op.create_index(name, table, ["organisation_id", column], unique=unique)


def upgrade() -> None:
    op.create_table(
        "instalment_plan",
        *_ids("organisation_id", "id", "revision", "person_id"),
        *_words(("currency", 3)),
        sa.Column("charge_ids", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        *_words(("state", 10)),
        _refers("instalment_plan", "person_id", "person"),
        _key("instalment_plan"),
    )
    _index("instalment_plan", "person_id")
    op.create_table(
        "discount",
        *_ids("organisation_id", "id", "revision"),
        *_words(("name", 200), ("kind", 12)),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_words(("currency", 3)),
        *_ids("course_id", "cohort_id", nullable=True),
        sa.Column("valid_from", sa.String(length=10)),
        sa.Column("valid_to", sa.String(length=10)),
        *_words(("code", 40)),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("most_each", sa.Integer(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        *_words(("state", 10)),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_discount_organisation_id")),
        _key("discount"),
    )
    _index("discount", "code")
    op.create_table(
        "discount_use",
        *_ids("organisation_id", "id", "revision", "discount_id", "person_id", "charge_id", "entry_id"),
        _refers("discount_use", "discount_id", "discount"),
        _refers("discount_use", "charge_id", "ledger_entry"),
        _refers("discount_use", "entry_id", "ledger_entry"),
        _key("discount_use"),
    )
    _index("discount_use", "discount_id")
    _index("discount_use", "person_id")
    _index("discount_use", "entry_id", unique=True)


def downgrade() -> None:
    for name in ("discount_use", "discount", "instalment_plan"):
        op.drop_table(name)
