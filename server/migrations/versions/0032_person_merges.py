"""Makes room for merged people: where an entry went, and what each merge moved."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_MERGED = sa.text("merged_into IS NOT NULL")


def upgrade() -> None:
    op.add_column("person", sa.Column("merged_into", sa.String(length=36), nullable=True))
    op.create_index(
        "ix_person_merged_into",
        "person",
        ["organisation_id", "merged_into"],
        postgresql_where=_MERGED,
        sqlite_where=_MERGED,
    )
    op.create_table(
        "person_merge",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("from_id", sa.String(length=36), nullable=False),
        sa.Column("to_id", sa.String(length=36), nullable=False),
        sa.Column("from_name", sa.String(length=320), nullable=False),
        sa.Column("to_name", sa.String(length=320), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("merged_at", sa.String(length=24), nullable=False),
        sa.Column("merged_by", sa.String(length=36), nullable=False),
        sa.Column("merged_by_name", sa.String(length=320), nullable=False),
        sa.Column("undone_at", sa.String(length=24), nullable=True),
        sa.Column("undone_by", sa.String(length=36), nullable=True),
        sa.Column("reviews", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_merge_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_person_merge")),
    )
    op.create_index("ix_person_merge_to_id", "person_merge", ["organisation_id", "to_id", "merged_at"])
    op.create_index("ix_person_merge_from_id", "person_merge", ["organisation_id", "from_id"])
    op.create_index("ix_person_merge_merged_at", "person_merge", ["organisation_id", "merged_at"])


def downgrade() -> None:
    op.drop_table("person_merge")
    op.drop_index("ix_person_merged_into", table_name="person")
    op.drop_column("person", "merged_into")
