"""Makes room for signed checkpoints of the audit chain, and keeps SQLite's audit tables from being changed."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# On PostgreSQL the server's role has no right to; on SQLite there is one role, so the tables refuse by themselves.
_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
_HASHED = (
    "organisation_id, id, hash, target_id, type, actor_id, device_id, install_epoch, device_seq, digest, received_at"
)
_TRIGGERS = {
    "audit_link_unchanged": f"BEFORE UPDATE ON audit_link {_REFUSED}",
    "audit_link_kept": f"BEFORE DELETE ON audit_link {_REFUSED}",
    "audit_checkpoint_unchanged": f"BEFORE UPDATE ON audit_checkpoint {_REFUSED}",
    "audit_checkpoint_kept": f"BEFORE DELETE ON audit_checkpoint {_REFUSED}",
    "command_log_unchanged": f"BEFORE UPDATE OF {_HASHED} ON command_log {_REFUSED}",
    "command_log_kept": f"BEFORE DELETE ON command_log {_REFUSED}",
}


def upgrade() -> None:
    op.create_table(
        "audit_checkpoint",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_checkpoint_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "audit_seq", name=op.f("pk_audit_checkpoint")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, what in _TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {what}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in _TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("audit_checkpoint")
