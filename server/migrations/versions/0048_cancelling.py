"""Makes the tables of refund rules, and of what cancelling an enrolment did to its charges."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def upgrade() -> None:
    op.create_table(
        "refund_rule",
        *_ids("organisation_id", "id", "revision"),
        *_ids("course_id", nullable=True),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("pays_back", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_refund_rule_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_refund_rule")),
    )
    op.create_table(
        "enrolment_cancellation",
        *_ids("organisation_id", "id", "revision", "person_id", "enrolment_id"),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in ("reversed", "kept", "credited")],
        *[sa.Column(name, sa.Text(), nullable=False) for name in ("charge_ids", "kept_ids", "request_ids", "plan_ids")],
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_enrolment_cancellation_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_enrolment_cancellation")),
    )
    for column in ("person_id", "enrolment_id"):
        name = f"ix_enrolment_cancellation_{column}"
        op.create_index(name, "enrolment_cancellation", ["organisation_id", column])


def downgrade() -> None:
    for name in ("enrolment_cancellation", "refund_rule"):
        op.drop_table(name)
