"""The tables of overdue money: the policy, who is spared, reminders, and the runs of each day."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

from server.core.tables import METADATA, id_column, in_organisation, instant_column


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _amount(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _table(name: str, *parts: Any) -> Table:
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)


def _person(table: str) -> tuple[Any, ...]:
    return (
        id_column("person_id"),
        ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
        Index(f"ix_{table}_person_id", "organisation_id", "person_id"),
    )


FINANCE_POLICY = _table(
    "finance_policy",
    in_organisation(),
    _flag("automatic"),
    _text("days_before"),
    _text("days_after"),
    _text("channels"),
    _flag("contacts"),
    Column("grace_days", Integer, nullable=False),
    _amount("least_amount"),
    _text("holds"),
    Column("statement", Boolean, nullable=False, server_default=false()),
)
PAYMENT_EXCEPTION = _table(
    "payment_exception",
    *_person("payment_exception"),
    Column("until", String(10), nullable=False),
    _text("reason"),
    id_column("author_id"),
    Column("author_name", String(200), nullable=False),
)
PAYMENT_REMINDER = _table(
    "payment_reminder",
    *_person("payment_reminder"),
    Column("currency", String(3), nullable=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    _amount("amount"),
    _text("items"),
    _text("marks"),
    _text("channels"),
    _flag("contacts"),
    _flag("by_hand"),
    Column("state", String(10), nullable=False),
    id_column("asked_by", nullable=True),
    instant_column("made_at"),
    Index("ix_payment_reminder_state", "organisation_id", "state"),
)
OVERDUE_RUN = Table(
    "overdue_run",
    METADATA,
    id_column("organisation_id"),
    Column("day", String(10), nullable=False),
    instant_column("began_at"),
    instant_column("ended_at", nullable=True),
    _text("counts"),
    PrimaryKeyConstraint("organisation_id", "day"),
    in_organisation(),
)
