"""Keeps of a payment through a gateway what its payer has to do next on the phone."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_WORDS = (("channel", 20), ("step", 12), ("phone_end", 4), ("said", 300))


def upgrade() -> None:
    for name, length in _WORDS:
        op.add_column("online_payment", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))


def downgrade() -> None:
    for name, _ in reversed(_WORDS):
        op.drop_column("online_payment", name)
