"""Makes room for second marking: parts of a mark, whose step of its history it is, and requests to look again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _word(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _ids(*names: str) -> list[sa.Column[str]]:
    return [_word(name, 36) for name in names]


def _keys(table: str, **refers: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{other}.organisation_id", f"{other}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
            )
            for column, other in refers.items()
        ),
    ]


def upgrade() -> None:
    op.add_column("assignment", sa.Column("markers", sa.Integer(), nullable=False, server_default=sa.text("1")))
    part = sa.Column("part", sa.String(length=10), nullable=False, server_default=sa.text("''"))
    op.add_column("mark_entry", part)
    for table in ("work_comment", "mark_note"):
        op.add_column(table, sa.Column("sealed", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_table(
        "mark_part",
        *_ids("organisation_id", "id", "revision", "mark_id", "assignment_id", "cohort_id", "enrolment_id"),
        _word("submission_id", 36, nullable=True),
        _word("status", 10),
        _word("score", 12, nullable=True),
        *(_words(name) for name in ("levels", "feedback")),
        sa.Column("finished", sa.Boolean(), nullable=False),
        _word("part", 10),
        sa.Column("open", sa.Boolean(), nullable=False),
        *_ids("by_id"),
        _word("by_name", 320),
        _word("at", 24),
        _words("steps"),
        _word("place", 36),
        *_keys("mark_part", mark_id="mark", by_id="person"),
    )
    op.create_index("uq_mark_part_place", "mark_part", ["organisation_id", "mark_id", "place"], unique=True)
    op.create_table(
        "regrade",
        *_ids("organisation_id", "id", "revision", "mark_id", "assignment_id", "cohort_id"),
        *_ids("enrolment_id", "person_id"),
        _words("reason"),
        _word("asked_at", 24),
        _word("state", 10),
        _word("outcome", 10),
        _words("answer"),
        *_ids("answered_by"),
        _word("answered_by_name", 320),
        _word("answered_at", 24, nullable=True),
        *_keys("regrade", mark_id="mark"),
    )
    op.create_index("ix_regrade_mark_id", "regrade", ["organisation_id", "mark_id"])


def downgrade() -> None:
    op.drop_table("regrade")
    op.drop_table("mark_part")
    for table in ("mark_note", "work_comment"):
        op.drop_column(table, "sealed")
    op.drop_column("mark_entry", "part")
    op.drop_column("assignment", "markers")
