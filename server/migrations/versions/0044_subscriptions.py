"""Makes the tables of subscriptions: what a course costs for a period, and who pays it period by period."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int], nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=nullable) for name, length in pairs]


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _told(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "subscription_price",
        *_ids("organisation_id", "id", "revision"),
        *_words(("name", 200)),
        *_ids("course_id", "cohort_id", nullable=True),
        *_words(("currency", 3), ("period", 10)),
        *_counts("days"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("first_amount", sa.BigInteger()),
        sa.Column("taxes", sa.Text(), nullable=False),
        *_counts("trial_days", "grace_days", "warn_days"),
        *_told("charge_missed", "self_service"),
        *_words(("state", 10)),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_subscription_price_organisation_id")
        ),
        _key("subscription_price"),
    )
    op.create_table(
        "subscription",
        *_ids("organisation_id", "id", "revision", "person_id", "price_id"),
        *_ids("course_id", nullable=True),
        *_ids("cohort_id", "enrolment_id"),
        *_words(("state", 10), ("began_on", 10), ("anchor", 10)),
        *_counts("anchor_number", "number"),
        *_words(("period_from", 10)),
        *_words(("period_to", 10), nullable=True),
        *_told("cancel_at_end", "withheld"),
        *_words(("paused_on", 10), nullable=True),
        *_counts("days_left"),
        *_words(("warned_for", 10)),
        *_words(("ended_on", 10), ("look_on", 10), nullable=True),
        _refers("subscription", "person_id", "person"),
        _refers("subscription", "price_id", "subscription_price"),
        _refers("subscription", "cohort_id", "cohort"),
        _key("subscription"),
    )
    for column in ("person_id", "enrolment_id", "look_on"):
        op.create_index(f"ix_subscription_{column}", "subscription", ["organisation_id", column])


def downgrade() -> None:
    op.drop_table("subscription")
    op.drop_table("subscription_price")
