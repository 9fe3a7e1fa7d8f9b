"""Makes the tables of the skills logbook and of portfolios."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _word(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _ids(*names: str) -> list[sa.Column[str]]:
    return [_word(name, 36) for name in names]


def _make(table: str, *columns: sa.Column[str] | sa.Column[int], **refers: str) -> None:
    """Make a table of rows with an id and a revision; `refers` gives the table that a column names."""
    keys = [
        sa.ForeignKeyConstraint(
            ["organisation_id", column],
            [f"{other}.organisation_id", f"{other}.id"],
            name=op.f(f"fk_{table}_organisation_id_{column}"),
        )
        for column, other in refers.items()
    ]
    name = op.f(f"pk_{table}")
    key = sa.PrimaryKeyConstraint("organisation_id", "id", name=name)
    op.create_table(table, *_ids("organisation_id", "id", "revision"), *columns, key, *keys)


def upgrade() -> None:
    _make(
        "skill",
        _word("course_id", 36),
        _word("name", 200),
        _words("seen"),
        _word("heading", 100),
        _number("position"),
        _word("proof", 10),
        _number("needed"),
        _word("state", 10),
        course_id="course",
    )
    op.create_index("ix_skill_course_id", "skill", ["organisation_id", "course_id"])
    _make("skill_supervisor", _word("employer", 200), _word("name", 200), _word("verifier", 60), _word("state", 10))
    _make(
        "skill_observation",
        *_ids("skill_id", "enrolment_id", "cohort_id", "person_id"),
        _word("judged", 10),
        _words("note"),
        _word("place", 200),
        _words("files"),
        _word("observer_id", 36),
        _word("observer_name", 320),
        _word("at", 24),
        _words("signature"),
        _word("signed_at", 24, nullable=True),
        _word("witness_id", 36),
        _word("witness_name", 320),
        _word("state", 10),
        _word("withdrawn_reason", 300),
        _word("withdrawn_by_name", 320),
        skill_id="skill",
        enrolment_id="enrolment",
    )
    op.create_index("ix_skill_observation_cohort_id", "skill_observation", ["organisation_id", "cohort_id"])
    op.create_index("ix_skill_observation_person_id", "skill_observation", ["organisation_id", "person_id"])
    _make(
        "portfolio_item",
        *_ids("submission_id", "assignment_id", "enrolment_id", "cohort_id", "person_id"),
        _words("caption"),
        _number("position"),
        _word("state", 10),
        submission_id="submission",
    )
    op.create_index("ix_portfolio_item_person_id", "portfolio_item", ["organisation_id", "person_id"])


def downgrade() -> None:
    for table in ("portfolio_item", "skill_observation", "skill_supervisor", "skill"):
        op.drop_table(table)
