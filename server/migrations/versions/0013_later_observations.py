"""Adds an index of the few observations that are not the first of their mark, which reports look up."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    later = sa.text("ordinal > 1")
    op.create_index(
        "ix_observation_later",
        "observation",
        ["organisation_id", "mark_id", "ordinal"],
        postgresql_where=later,
        sqlite_where=later,
    )


def downgrade() -> None:
    op.drop_index("ix_observation_later", "observation")
