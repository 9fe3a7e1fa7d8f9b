"""Makes the tables of people."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("given_name", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=True),
        sa.Column("other_names", sa.String(length=100), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("date_of_birth", sa.String(length=10), nullable=True),
        sa.Column("username", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("sort_name", sa.String(length=320), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("email_folded", sa.String(length=254), nullable=True),
        sa.Column("number_folded", sa.String(length=40), nullable=True),
        sa.Column("phone_digits", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_person")),
    )
    op.create_index("ix_person_phone_digits", "person", ["organisation_id", "phone_digits"], unique=False)
    op.create_index("ix_person_sort_name", "person", ["organisation_id", "sort_name"], unique=False)
    op.create_index("uq_person_email", "person", ["organisation_id", "email_folded"], unique=True)
    op.create_index("uq_person_number", "person", ["organisation_id", "number_folded"], unique=True)
    op.create_index("uq_person_username", "person", ["organisation_id", "username"], unique=True)
    op.create_table(
        "role",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_role_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "key", name=op.f("pk_role")),
    )
    op.create_table(
        "person_role",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role_key", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_person_role_organisation_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "role_key"],
            ["role.organisation_id", "role.key"],
            name=op.f("fk_person_role_organisation_id_role_key"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", "role_key", name=op.f("pk_person_role")),
    )
    op.create_index("ix_person_role_key", "person_role", ["organisation_id", "role_key"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_person_role_key", table_name="person_role")
    op.drop_table("person_role")
    op.drop_table("role")
    op.drop_index("uq_person_username", table_name="person")
    op.drop_index("uq_person_number", table_name="person")
    op.drop_index("uq_person_email", table_name="person")
    op.drop_index("ix_person_sort_name", table_name="person")
    op.drop_index("ix_person_phone_digits", table_name="person")
    op.drop_table("person")
