"""Says of a letter which paper goes with it, and of the policy of overdue money whether reminders carry a statement."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("attached", sa.String(length=60), nullable=False, server_default=""))
    op.add_column(
        "finance_policy", sa.Column("statement", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )


def downgrade() -> None:
    op.drop_column("finance_policy", "statement")
    op.drop_column("delivery", "attached")
