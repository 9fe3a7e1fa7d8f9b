"""Keeps at which of the institute's branches a person is."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("profile", sa.Column("branch_id", sa.String(length=36), nullable=True))


def downgrade() -> None:
    op.drop_column("profile", "branch_id")
