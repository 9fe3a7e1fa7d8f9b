"""Makes the tables of profiles, exports, erasures, legal holds and retention."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _profiles()
    _rights()


def _profiles() -> None:
    op.create_table(
        "profile",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("preferred_name", sa.String(length=100), nullable=True),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("specialisation", sa.String(length=200), nullable=True),
        sa.Column("qualifications", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("interests", sa.Text(), nullable=False),
        sa.Column("goals", sa.Text(), nullable=True),
        sa.Column("skill_level", sa.String(length=12), nullable=True),
        sa.Column("learning_style", sa.String(length=12), nullable=True),
        sa.Column("study_time", sa.String(length=12), nullable=True),
        sa.Column("weekly_goal", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_profile_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_profile")),
    )
    op.create_table(
        "private_profile",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("guardians", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_private_profile_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_private_profile")),
    )


def _rights() -> None:
    op.create_table(
        "data_export",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=True),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("began_at", sa.String(length=24), nullable=True),
        sa.Column("ready_at", sa.String(length=24), nullable=True),
        sa.Column("taken_at", sa.String(length=24), nullable=True),
        sa.Column("expires_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_data_export_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_data_export")),
    )
    op.create_index(
        "ix_data_export_person_id", "data_export", ["organisation_id", "person_id", "made_at"], unique=False
    )
    op.create_index("ix_data_export_state", "data_export", ["state", "made_at"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("done_at", sa.String(length=24), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_erasure_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_person_id", "erasure", ["organisation_id", "person_id"], unique=True)
    op.create_table(
        "legal_hold",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=False),
        sa.Column("set_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_legal_hold_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", name=op.f("pk_legal_hold")),
    )
    op.create_table(
        "retention_rule",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("data_class", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_retention_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "data_class", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "retention_run",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=True),
        sa.Column("ran_at", sa.String(length=24), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_retention_run_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_retention_run")),
    )
    op.create_index("ix_retention_run_ran_at", "retention_run", ["organisation_id", "ran_at"], unique=False)


def downgrade() -> None:
    for name in (
        "retention_run",
        "retention_rule",
        "legal_hold",
        "erasure",
        "data_export",
        "private_profile",
        "profile",
    ):
        op.drop_table(name)
