"""Makes the tables of attendance."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "observation",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("enrolment_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("mark_id", sa.String(length=36), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("office", sa.Boolean(), nullable=False),
        sa.Column("supersedes", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=320), nullable=False),
        sa.Column("device_name", sa.String(length=100), nullable=False),
        sa.Column("observed_at", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.Column("clock_flagged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolment.organisation_id", "enrolment.id"],
            name=op.f("fk_observation_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "session_id"],
            ["class_session.organisation_id", "class_session.id"],
            name=op.f("fk_observation_organisation_id_session_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_observation")),
    )
    op.create_index("ix_observation_enrolment_id", "observation", ["organisation_id", "enrolment_id"], unique=False)
    op.create_index("ix_observation_session_id", "observation", ["organisation_id", "session_id"], unique=False)
    op.create_index("uq_observation_ordinal", "observation", ["organisation_id", "mark_id", "ordinal"], unique=True)
    op.create_table(
        "register",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("finished_by", sa.String(length=36), nullable=True),
        sa.Column("finished_by_name", sa.String(length=320), nullable=False),
        sa.Column("finished_at", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "session_id"],
            ["class_session.organisation_id", "class_session.id"],
            name=op.f("fk_register_organisation_id_session_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_register")),
    )
    op.create_index("uq_register_session_id", "register", ["organisation_id", "session_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_register_session_id", table_name="register")
    op.drop_table("register")
    op.drop_index("uq_observation_ordinal", table_name="observation")
    op.drop_index("ix_observation_session_id", table_name="observation")
    op.drop_index("ix_observation_enrolment_id", table_name="observation")
    op.drop_table("observation")
