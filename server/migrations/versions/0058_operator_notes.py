"""Finds what operators of the platform did with an institute's records: few lines in a log that may be long."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_audit_link_operator ON audit_link (organisation_id, audit_seq)"
        """ WHERE substr(note, 1, 17) = '{"what":"operator'"""
    )


def downgrade() -> None:
    op.drop_index("ix_audit_link_operator", table_name="audit_link")
