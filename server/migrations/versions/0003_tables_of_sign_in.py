"""Makes the tables of sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "institute_key",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("algorithm", sa.String(length=20), nullable=False),
        sa.Column("public_key", sa.String(length=60), nullable=False),
        sa.Column("sealed_private_key", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_institute_key_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_institute_key")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("since", sa.String(length=24), nullable=False),
        sa.Column("blocked_until", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sign_in_failure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "kind", "name", name=op.f("pk_sign_in_failure")),
    )
    op.create_table(
        "credential",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("algorithm", sa.String(length=30), nullable=False),
        sa.Column("hash", sa.String(length=100), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=True),
        sa.Column("changed_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_credential_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_credential_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "sign_in",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=36), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_reason", sa.String(length=30), nullable=True),
        sa.Column("started_at", sa.String(length=24), nullable=False),
        sa.Column("last_used_at", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.String(length=24), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "device_id"],
            ["device.organisation_id", "device.id"],
            name=op.f("fk_sign_in_organisation_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_sign_in_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_sign_in_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_device_id", "sign_in", ["organisation_id", "device_id", "state"], unique=False)
    op.create_index("ix_sign_in_person_id", "sign_in", ["organisation_id", "person_id", "state"], unique=False)
    op.create_table(
        "refresh_token",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sign_in_id", sa.String(length=36), nullable=False),
        sa.Column("parent_digest", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.Column("used_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sign_in_id"],
            ["sign_in.organisation_id", "sign_in.id"],
            name=op.f("fk_refresh_token_organisation_id_sign_in_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_refresh_token_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "digest", name=op.f("pk_refresh_token")),
    )
    op.create_index("ix_refresh_token_expires_at", "refresh_token", ["organisation_id", "expires_at"], unique=False)
    op.create_index("ix_refresh_token_sign_in_id", "refresh_token", ["organisation_id", "sign_in_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_refresh_token_sign_in_id", table_name="refresh_token")
    op.drop_index("ix_refresh_token_expires_at", table_name="refresh_token")
    op.drop_table("refresh_token")
    op.drop_index("ix_sign_in_person_id", table_name="sign_in")
    op.drop_index("ix_sign_in_device_id", table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_table("credential")
    op.drop_table("sign_in_failure")
    op.drop_table("institute_key")
