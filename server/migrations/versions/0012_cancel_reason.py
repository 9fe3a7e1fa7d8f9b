"""Adds the reason for which a class session is cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    reason = sa.Column("cancel_reason", sa.String(length=200), nullable=False, server_default=sa.text("''"))
    op.add_column("class_session", reason)


def downgrade() -> None:
    op.drop_column("class_session", "cancel_reason")
