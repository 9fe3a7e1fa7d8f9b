"""Lets fees be charged period by period: how long a period of them is, and the lines of a price that follows them."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fee_structure", sa.Column("by_period", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("subscription_price", sa.Column("lines", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("subscription_price", "lines")
    op.drop_column("fee_structure", "by_period")
