"""Lets a discount go on over the periods of a subscription, and tells what it gave by itself from what was granted."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("discount", sa.Column("periods", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("discount_use", sa.Column("goes_on", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("discount_use", "goes_on")
    op.drop_column("discount", "periods")
