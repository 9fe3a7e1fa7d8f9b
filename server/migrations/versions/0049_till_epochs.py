"""Keeps in which of the epochs of the server each till was made: a series is never given again after a restore."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("till", sa.Column("epoch", sa.String(length=36), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("till", "epoch")
