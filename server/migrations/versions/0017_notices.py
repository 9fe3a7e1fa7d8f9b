"""Makes the table of notices."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _word(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "notice",
        *(_word(name, 36) for name in ("organisation_id", "id", "revision", "person_id")),
        _word("category", 20),
        _word("priority", 10),
        _word("title", 300),
        sa.Column("body", sa.Text(), nullable=False),
        _word("action", 60),
        _word("link_kind", 40),
        _word("link_id", 36, nullable=True),
        _word("at", 24),
        _word("read_at", 24, nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_notice")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_notice_organisation_id")),
    )
    op.create_index("ix_notice_person_id", "notice", ["organisation_id", "person_id", "at"])


def downgrade() -> None:
    op.drop_table("notice")
