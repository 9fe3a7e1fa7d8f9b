"""Makes the tables of holds, of the policy of overdue money, of exceptions to it, of reminders and of daily runs."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _lists(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _amount(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _made(table: str, *parts: sa.Column[Any] | sa.Constraint, person: bool = True) -> None:
    more: list[sa.Column[Any] | sa.Constraint] = []
    if person:
        name = op.f(f"fk_{table}_organisation_id_person_id")
        columns = ["organisation_id", "person_id"]
        more = [
            *_ids("person_id"),
            sa.ForeignKeyConstraint(columns, ["person.organisation_id", "person.id"], name=name),
        ]
    else:
        name = op.f(f"fk_{table}_organisation_id")
        more = [sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=name)]
    key = sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))
    op.create_table(table, *_ids("organisation_id", "id", "revision"), *more, *parts, key)
    if person:
        op.create_index(f"ix_{table}_person_id", table, ["organisation_id", "person_id"])


def upgrade() -> None:
    _made(
        "access_hold",
        *_words(("what", 20), ("state", 10), ("ground", 10), ("since", 10)),
        _amount("amount"),
        *_words(("currency", 3)),
        sa.Column("lifted_at", sa.String(length=24)),
        *_ids("lifted_by", nullable=True),
        *_words(("lifted_by_name", 200)),
        *_lists("reason"),
        sa.Column("until", sa.String(length=10)),
    )
    _made(
        "finance_policy",
        _flag("automatic"),
        *_lists("days_before", "days_after", "channels"),
        _flag("contacts"),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        _amount("least_amount"),
        *_lists("holds"),
        person=False,
    )
    _made(
        "payment_exception",
        *_words(("until", 10)),
        *_lists("reason"),
        *_ids("author_id"),
        *_words(("author_name", 200)),
    )
    _made(
        "payment_reminder",
        *_words(("currency", 3), ("day", 10), ("kind", 20)),
        _amount("amount"),
        *_lists("items", "marks", "channels"),
        _flag("contacts"),
        _flag("by_hand"),
        *_words(("state", 10)),
        *_ids("asked_by", nullable=True),
        sa.Column("made_at", sa.String(length=24), nullable=False),
    )
    op.create_index("ix_payment_reminder_state", "payment_reminder", ["organisation_id", "state"])
    op.create_table(
        "overdue_run",
        *_ids("organisation_id"),
        *_words(("day", 10)),
        sa.Column("began_at", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.String(length=24)),
        *_lists("counts"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_overdue_run_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "day", name=op.f("pk_overdue_run")),
    )


def downgrade() -> None:
    for name in ("overdue_run", "payment_reminder", "payment_exception", "finance_policy", "access_hold"):
        op.drop_table(name)
