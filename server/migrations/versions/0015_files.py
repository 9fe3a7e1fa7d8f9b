"""Makes the tables of files that people bring in, and of those that are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _word(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _keys(table: str, *columns: str) -> list[sa.Constraint]:
    name = op.f(f"fk_{table}_organisation_id")
    return [
        sa.PrimaryKeyConstraint("organisation_id", *columns, name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=name),
    ]


def upgrade() -> None:
    op.create_table(
        "upload",
        *(_word(name, 36) for name in ("organisation_id", "id", "person_id")),
        _word("sha256", 64),
        _word("name", 120),
        _word("kind", 20),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        _word("state", 12),
        _word("code", 40),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        _word("made_at", 24),
        _word("expires_at", 24),
        *_keys("upload", "id"),
    )
    op.create_index("ix_upload_person_id", "upload", ["organisation_id", "person_id", "sha256"])
    op.create_index("ix_upload_sha256", "upload", ["organisation_id", "sha256"])
    op.create_index("ix_upload_expires_at", "upload", ["state", "announced", "expires_at"])
    op.create_table(
        "stored_file",
        _word("organisation_id", 36),
        _word("sha256", 64),
        _word("kind", 20),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        _word("stored_at", 24),
        *_keys("stored_file", "sha256"),
    )


def downgrade() -> None:
    op.drop_table("stored_file")
    op.drop_table("upload")
