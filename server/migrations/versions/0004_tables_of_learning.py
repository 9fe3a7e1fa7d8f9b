"""Makes the tables of learning."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "academic_term",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=False),
        sa.Column("ends_on", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_academic_term_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_academic_term")),
    )
    op.create_index("uq_academic_term_name", "academic_term", ["organisation_id", "name"], unique=True)
    op.create_table(
        "course",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("difficulty", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_course_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_course")),
    )
    op.create_index("uq_course_code", "course", ["organisation_id", "code"], unique=True)
    op.create_table(
        "external_id",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_external_id_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "source", "kind", "external_id", name=op.f("pk_external_id")),
    )
    op.create_index("ix_external_id_entity_id", "external_id", ["organisation_id", "kind", "entity_id"], unique=False)
    op.create_table(
        "import_entry",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("finished_at", sa.String(length=24), nullable=True),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=320), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_import_entry_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_import_entry")),
    )
    op.create_index("ix_import_entry_made_at", "import_entry", ["organisation_id", "made_at"], unique=False)
    op.create_table(
        "cohort",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("course_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.String(length=10), nullable=True),
        sa.Column("ends_on", sa.String(length=10), nullable=True),
        sa.Column("room", sa.String(length=100), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("instructors", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "course_id"],
            ["course.organisation_id", "course.id"],
            name=op.f("fk_cohort_organisation_id_course_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_cohort")),
    )
    op.create_index("ix_cohort_course_id", "cohort", ["organisation_id", "course_id"], unique=False)
    op.create_index("uq_cohort_code", "cohort", ["organisation_id", "code"], unique=True)
    op.create_table(
        "import_row",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("entry_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entry_id"],
            ["import_entry.organisation_id", "import_entry.id"],
            name=op.f("fk_import_row_organisation_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "entry_id", "seq", name=op.f("pk_import_row")),
    )
    op.create_index("ix_import_row_entity_id", "import_row", ["organisation_id", "entity_id"], unique=False)
    op.create_table(
        "cohort_instructor",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("cohort_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "cohort_id"],
            ["cohort.organisation_id", "cohort.id"],
            name=op.f("fk_cohort_instructor_organisation_id_cohort_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_cohort_instructor_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", "cohort_id", name=op.f("pk_cohort_instructor")),
    )
    op.create_index(
        "ix_cohort_instructor_cohort_id", "cohort_instructor", ["organisation_id", "cohort_id"], unique=False
    )
    op.create_table(
        "enrolment",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("cohort_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("enrolled_on", sa.String(length=10), nullable=True),
        sa.Column("testing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "cohort_id"],
            ["cohort.organisation_id", "cohort.id"],
            name=op.f("fk_enrolment_organisation_id_cohort_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_enrolment_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_enrolment")),
    )
    op.create_index("ix_enrolment_person_id", "enrolment", ["organisation_id", "person_id"], unique=False)
    op.create_index("uq_enrolment_person", "enrolment", ["organisation_id", "cohort_id", "person_id"], unique=True)
    op.create_table(
        "enrolment_alias",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("enrolment_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolment.organisation_id", "enrolment.id"],
            name=op.f("fk_enrolment_alias_organisation_id_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_enrolment_alias")),
    )


def downgrade() -> None:
    op.drop_table("enrolment_alias")
    op.drop_index("uq_enrolment_person", table_name="enrolment")
    op.drop_index("ix_enrolment_person_id", table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index("ix_cohort_instructor_cohort_id", table_name="cohort_instructor")
    op.drop_table("cohort_instructor")
    op.drop_index("ix_import_row_entity_id", table_name="import_row")
    op.drop_table("import_row")
    op.drop_index("uq_cohort_code", table_name="cohort")
    op.drop_index("ix_cohort_course_id", table_name="cohort")
    op.drop_table("cohort")
    op.drop_index("ix_import_entry_made_at", table_name="import_entry")
    op.drop_table("import_entry")
    op.drop_index("ix_external_id_entity_id", table_name="external_id")
    op.drop_table("external_id")
    op.drop_index("uq_course_code", table_name="course")
    op.drop_table("course")
    op.drop_index("uq_academic_term_name", table_name="academic_term")
    op.drop_table("academic_term")
