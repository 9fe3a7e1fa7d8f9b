"""Makes the tables of groups and of reviews by students, and lets an attempt belong to a group."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OF_GROUP = ("group_id", "source_id", "brought_by")


def _word(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _ids(*names: str) -> list[sa.Column[str]]:
    return [_word(name, 36) for name in names]


def _key(table: str, *columns: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", *columns, name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def upgrade() -> None:
    for name, kind, usual in (("group_mode", sa.String(length=10), "'none'"), ("peer_reviews", sa.Integer(), "0")):
        op.add_column("assignment", sa.Column(name, kind, nullable=False, server_default=sa.text(usual)))
    for name in _OF_GROUP:
        op.add_column("submission", _word(name, 36, nullable=True))
    for name in _OF_GROUP:
        op.create_index(f"ix_submission_{name}", "submission", ["organisation_id", name])
    _make_groups()
    _make_reviews()


def _make_groups() -> None:
    op.create_table(
        "work_group",
        *_ids("organisation_id", "id", "revision", "assignment_id", "cohort_id"),
        _word("name", 100),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        _word("state", 10),
        _key("work_group", "id"),
        _refers("work_group", "assignment_id", "assignment"),
    )
    op.create_index("ix_work_group_assignment_id", "work_group", ["organisation_id", "assignment_id"])
    op.create_table(
        "work_group_member",
        *_ids("organisation_id", "assignment_id", "enrolment_id", "group_id", "person_id"),
        _key("work_group_member", "assignment_id", "enrolment_id"),
        _refers("work_group_member", "group_id", "work_group"),
        _refers("work_group_member", "enrolment_id", "enrolment"),
    )
    for name in ("group_id", "person_id"):
        op.create_index(f"ix_work_group_member_{name}", "work_group_member", ["organisation_id", name])


def _make_reviews() -> None:
    columns: list[sa.Column[Any]] = _ids("organisation_id", "id", "revision", "assignment_id", "cohort_id")
    columns += _ids("reviewer_enrolment_id", "reviewer_id", "author_enrolment_id", "author_id", "submission_id")
    op.create_table(
        "peer_review",
        *columns,
        _word("state", 10),
        _word("score", 12, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("levels", "text")),
        _word("sent_at", 24, nullable=True),
        _key("peer_review", "id"),
        _refers("peer_review", "assignment_id", "assignment"),
        _refers("peer_review", "submission_id", "submission"),
    )
    pair = ["organisation_id", "assignment_id", "reviewer_enrolment_id", "author_enrolment_id"]
    op.create_index("uq_peer_review_author", "peer_review", pair, unique=True)
    for name in ("reviewer_id", "author_id"):
        op.create_index(f"ix_peer_review_{name}", "peer_review", ["organisation_id", name])


def downgrade() -> None:
    for table in ("peer_review", "work_group_member", "work_group"):
        op.drop_table(table)
    for name in _OF_GROUP:
        op.drop_index(f"ix_submission_{name}", "submission")
    for name in _OF_GROUP:
        op.drop_column("submission", name)
    for name in ("group_mode", "peer_reviews"):
        op.drop_column("assignment", name)
