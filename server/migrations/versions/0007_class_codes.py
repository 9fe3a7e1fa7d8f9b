"""Makes the table of class codes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_code",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("anchor", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "session_id"],
            ["class_session.organisation_id", "class_session.id"],
            name=op.f("fk_class_code_organisation_id_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "session_id", name=op.f("pk_class_code")),
    )


def downgrade() -> None:
    op.drop_table("class_code")
