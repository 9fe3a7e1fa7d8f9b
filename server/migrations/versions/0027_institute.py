"""Makes room for an institute's branches, its set-up, its being suspended, an operator's looks, and for backups."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "organisation", sa.Column("kind", sa.String(length=10), server_default=sa.text("'institute'"), nullable=False)
    )
    op.add_column(
        "organisation", sa.Column("state", sa.String(length=10), server_default=sa.text("'active'"), nullable=False)
    )
    op.add_column(
        "organisation", sa.Column("state_reason", sa.String(length=500), server_default=sa.text("''"), nullable=False)
    )
    op.create_table(
        "branch",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_branch_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_branch")),
    )
    op.create_table(
        "set_up_code",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.Column("used_at", sa.String(length=24), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_set_up_code_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_set_up_code")),
    )
    op.create_table(
        "operator_access",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operator_id", sa.String(length=36), nullable=False),
        sa.Column("operator_name", sa.String(length=320), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("ends_at", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_operator_access_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_operator_access")),
    )
    op.create_index("ix_operator_access_operator", "operator_access", ["organisation_id", "operator_id", "ends_at"])
    _make_backup_run()


def _make_backup_run() -> None:
    op.create_table(
        "backup_run",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=320), nullable=False),
        sa.Column("asked_at", sa.String(length=24), nullable=False),
        sa.Column("began_at", sa.String(length=24), nullable=True),
        sa.Column("ended_at", sa.String(length=24), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("tested", sa.String(length=10), nullable=False),
        sa.Column("tested_at", sa.String(length=24), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
    )
    op.create_index("ix_backup_run_asked_at", "backup_run", ["asked_at"])
    op.create_index("ix_backup_run_state", "backup_run", ["state"])


def downgrade() -> None:
    for table in ("backup_run", "operator_access", "set_up_code", "branch"):
        op.drop_table(table)
    for column in ("state_reason", "state", "kind"):
        op.drop_column("organisation", column)
