"""Makes room for how it is with each file's small picture."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Files that are there already get their picture in the job's turn.
    op.add_column("stored_file", sa.Column("preview", sa.String(length=12), nullable=False, server_default="waiting"))
    op.create_index("ix_stored_file_preview", "stored_file", ["organisation_id", "preview"])


def downgrade() -> None:
    op.drop_index("ix_stored_file_preview", "stored_file")
    op.drop_column("stored_file", "preview")
