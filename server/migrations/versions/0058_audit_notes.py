"""Finds what the server noted in the audit log by itself: few lines among all the changes of an institute."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX ix_audit_link_note ON audit_link (organisation_id, audit_seq) WHERE note IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_audit_link_note", table_name="audit_link")
