"""Makes the tables of timetable."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_session",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("cohort_id", sa.String(length=36), nullable=False),
        sa.Column("starts_at", sa.String(length=24), nullable=False),
        sa.Column("ends_at", sa.String(length=24), nullable=False),
        sa.Column("room", sa.String(length=100), nullable=False),
        sa.Column("instructor_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unplanned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "cohort_id"],
            ["cohort.organisation_id", "cohort.id"],
            name=op.f("fk_class_session_organisation_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_class_session")),
    )
    op.create_index(
        "ix_class_session_cohort_id", "class_session", ["organisation_id", "cohort_id", "starts_at"], unique=False
    )
    op.create_index("ix_class_session_starts_at", "class_session", ["organisation_id", "starts_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_class_session_starts_at", table_name="class_session")
    op.drop_index("ix_class_session_cohort_id", table_name="class_session")
    op.drop_table("class_session")
