"""Makes the table of links that clients upload to directly, so that what is left behind at the store is found."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload_link",
        *[sa.Column(name, sa.String(length=36), nullable=False) for name in ("organisation_id", "upload_id")],
        sa.Column("ends_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_upload_link_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "upload_id", name=op.f("pk_upload_link")),
    )
    op.create_index("ix_upload_link_ends_at", "upload_link", ["organisation_id", "ends_at"])


def downgrade() -> None:
    op.drop_table("upload_link")
