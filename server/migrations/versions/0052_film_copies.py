"""Makes the table of films' copies: what was made of each film for slow networks and for programs that play little."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "film_copy",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("quality", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("copy_sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_film_copy_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", "quality", name=op.f("pk_film_copy")),
    )
    op.create_index("ix_film_copy_state", "film_copy", ["organisation_id", "state"])
    op.create_index("ix_film_copy_copy_sha256", "film_copy", ["organisation_id", "copy_sha256"])
    op.create_index("ix_stored_file_kind", "stored_file", ["organisation_id", "kind"])


def downgrade() -> None:
    op.drop_index("ix_stored_file_kind", "stored_file")
    op.drop_table("film_copy")
