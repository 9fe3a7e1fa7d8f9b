"""Makes the tables of core."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("calling_code", sa.String(length=4), nullable=False),
        sa.Column("settings", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "server_state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_state")),
    )
    op.create_table(
        "audit_link",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("seq_to", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=True),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_audit_link_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "audit_seq", name=op.f("pk_audit_link")),
    )
    op.create_index("ix_audit_link_seq_to", "audit_link", ["organisation_id", "seq_to"], unique=False)
    op.create_table(
        "command_log",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("target_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("install_epoch", sa.Integer(), nullable=False),
        sa.Column("device_seq", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("outcomes", sa.Text(), nullable=True),
        sa.Column("audit_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_command_log_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_command_log")),
    )
    op.create_index("ix_command_log_audit_seq", "command_log", ["organisation_id", "audit_seq"], unique=False)
    op.create_index(
        "ix_command_log_device",
        "command_log",
        ["organisation_id", "device_id", "install_epoch", "device_seq"],
        unique=False,
    )
    op.create_index("ix_command_log_target_id", "command_log", ["organisation_id", "target_id"], unique=False)
    op.create_table(
        "conflict",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("fields_group", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("also", sa.String(length=60), nullable=True),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_conflict_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_conflict")),
    )
    op.create_index(
        "uq_conflict_open",
        "conflict",
        ["organisation_id", "kind", "entity_id", "fields_group"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "device",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("public_key", sa.String(length=60), nullable=False),
        sa.Column("install_epoch", sa.Integer(), nullable=False),
        sa.Column("escrow_secret", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("registered_at", sa.String(length=24), nullable=False),
        sa.Column("last_seen_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_device_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_device")),
    )
    op.create_table(
        "feed_head",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("server_epoch", sa.String(length=36), nullable=False),
        sa.Column("access_revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_feed_head_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_feed_head")),
    )
    op.create_table(
        "feed_row",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("also", sa.String(length=60), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_feed_row_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "entity_id", name=op.f("pk_feed_row")),
    )
    op.create_index("ix_feed_row_also", "feed_row", ["organisation_id", "also", "seq"], unique=False)
    op.create_index(
        "ix_feed_row_catalogue",
        "feed_row",
        ["organisation_id", "kind", "seq"],
        unique=False,
        sqlite_where=sa.text("kind IN ('academic_term', 'cohort', 'course')"),
        postgresql_where=sa.text("kind IN ('academic_term', 'cohort', 'course')"),
    )
    op.create_index("ix_feed_row_scope", "feed_row", ["organisation_id", "scope", "seq"], unique=False)
    op.create_index("ix_feed_row_seq", "feed_row", ["organisation_id", "seq"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("command_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.String(length=36), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_quarantine_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_quarantine")),
    )


def downgrade() -> None:
    op.drop_table("quarantine")
    op.drop_index("ix_feed_row_seq", table_name="feed_row")
    op.drop_index("ix_feed_row_scope", table_name="feed_row")
    op.drop_index(
        "ix_feed_row_catalogue",
        table_name="feed_row",
        sqlite_where=sa.text("kind IN ('academic_term', 'cohort', 'course')"),
        postgresql_where=sa.text("kind IN ('academic_term', 'cohort', 'course')"),
    )
    op.drop_index("ix_feed_row_also", table_name="feed_row")
    op.drop_table("feed_row")
    op.drop_table("feed_head")
    op.drop_table("device")
    op.drop_index(
        "uq_conflict_open",
        table_name="conflict",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("conflict")
    op.drop_index("ix_command_log_target_id", table_name="command_log")
    op.drop_index("ix_command_log_device", table_name="command_log")
    op.drop_index("ix_command_log_audit_seq", table_name="command_log")
    op.drop_table("command_log")
    op.drop_index("ix_audit_link_seq_to", table_name="audit_link")
    op.drop_table("audit_link")
    op.drop_table("server_state")
    op.drop_table("organisation")
