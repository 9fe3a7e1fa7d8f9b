"""Makes room for when work was set before its students, and when each of them began with it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("assigned_at", sa.String(length=24), nullable=True))
    op.add_column("submission", sa.Column("started_at", sa.String(length=24), nullable=True))


def downgrade() -> None:
    op.drop_column("submission", "started_at")
    op.drop_column("assignment", "assigned_at")
