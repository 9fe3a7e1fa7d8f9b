"""Makes the tables of published course grades and of their history."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _word(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _ids(*names: str) -> list[sa.Column[str]]:
    return [_word(name, 36) for name in names]


def _keys(table: str, column: str, other: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["organisation_id", column],
            [f"{other}.organisation_id", f"{other}.id"],
            name=op.f(f"fk_{table}_organisation_id_{column}"),
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "course_grade",
        *_ids("organisation_id", "id", "revision", "cohort_id", "enrolment_id", "person_id", "course_id"),
        _word("course_code", 40),
        _word("course_title", 200),
        _word("cohort_name", 200),
        _word("result", 12),
        _word("word", 60),
        _word("scale", 12),
        sa.Column("lines", sa.Text(), nullable=False),
        *_ids("published_by"),
        _word("published_by_name", 320),
        _word("published_at", 24),
        *_keys("course_grade", "enrolment_id", "enrolment"),
    )
    op.create_index("ix_course_grade_cohort_id", "course_grade", ["organisation_id", "cohort_id"])
    op.create_index("ix_course_grade_person_id", "course_grade", ["organisation_id", "person_id"])
    op.create_table(
        "course_grade_entry",
        *_ids("organisation_id", "id", "revision", "grade_id", "cohort_id", "person_id"),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        _word("result", 12),
        _word("word", 60),
        _word("reason", 300),
        *_ids("by_id"),
        _word("by_name", 320),
        _word("at", 24),
        *_keys("course_grade_entry", "grade_id", "course_grade"),
    )
    names = ["organisation_id", "grade_id", "ordinal"]
    op.create_index("uq_course_grade_entry_ordinal", "course_grade_entry", names, unique=True)


def downgrade() -> None:
    op.drop_table("course_grade_entry")
    op.drop_table("course_grade")
