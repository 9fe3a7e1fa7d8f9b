"""Keeps the codes that people type where they come, taken or not, and the one of a registration until it is decided."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registration", sa.Column("code", sa.String(length=60), nullable=False, server_default=""))
    op.create_table(
        "typed_code",
        *(sa.Column(name, sa.String(length=36), nullable=False) for name in ("organisation_id", "id", "revision")),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("place_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("typed_on", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_typed_code_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_typed_code")),
    )
    op.create_index("ix_typed_code_person_id", "typed_code", ["organisation_id", "person_id"])


def downgrade() -> None:
    op.drop_table("typed_code")
    op.drop_column("registration", "code")
