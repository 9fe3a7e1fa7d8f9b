"""Makes room for the roll-overs of terms: who made them and what they made, so that they can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "term_rollover",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("old_term_id", sa.String(length=36), nullable=False),
        sa.Column("new_term_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("undone_at", sa.String(length=24), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=320), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_term_rollover_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_term_rollover")),
    )
    op.create_index("ix_term_rollover_made_at", "term_rollover", ["organisation_id", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_term_rollover_made_at", "term_rollover")
    op.drop_table("term_rollover")
