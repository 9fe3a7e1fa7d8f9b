"""Finds payments that somebody vouches for and that have no receipt yet: few at any time, among all there ever were."""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_payment_receipt_due ON payment (organisation_id, id)"
        " WHERE receipt_id IS NULL AND confirmation = 'confirmed'"
    )


def downgrade() -> None:
    op.drop_index("ix_payment_receipt_due", table_name="payment")
