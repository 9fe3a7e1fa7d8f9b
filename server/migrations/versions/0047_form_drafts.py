"""Takes drafts of application forms out of what the whole institute sees."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_DRAFTS = """
UPDATE feed_row SET scope = 'admissions' WHERE kind = 'application_form' AND EXISTS (SELECT 1 FROM application_form f
WHERE f.organisation_id = feed_row.organisation_id AND f.id = feed_row.entity_id AND f.state = 'draft')
"""


def upgrade() -> None:
    op.execute(_DRAFTS)


def downgrade() -> None:
    op.execute(
        "UPDATE feed_row SET scope = 'organisation:' || organisation_id"
        " WHERE kind = 'application_form' AND scope = 'admissions'"
    )
