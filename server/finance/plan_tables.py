"""The tables of instalment plans, discounts, and of what was given by them."""

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

from server.core.tables import METADATA, id_column, in_organisation


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def _word(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _table(name: str, *parts: Any) -> Table:
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)


INSTALMENT_PLAN = _table(
    "instalment_plan",
    id_column("person_id"),
    _word("currency", 3),
    Column("charge_ids", Text, nullable=False),
    Column("parts", Text, nullable=False),
    _word("state", 10),
    _refers("person_id", "person"),
    Index("ix_instalment_plan_person_id", "organisation_id", "person_id"),
)
DISCOUNT = _table(
    "discount",
    _word("name", 200),
    _word("kind", 12),
    Column("rate", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    _word("currency", 3),
    id_column("course_id", nullable=True),
    id_column("cohort_id", nullable=True),
    Column("valid_from", String(10)),
    Column("valid_to", String(10)),
    _word("code", 40),
    Column("most", Integer, nullable=False),
    Column("most_each", Integer, nullable=False),
    Column("needs_approval", Boolean, nullable=False),
    Column("periods", Integer, nullable=False, server_default="1"),
    _word("state", 10),
    in_organisation(),
    Index("ix_discount_code", "organisation_id", "code"),
)
DISCOUNT_USE = _table(
    "discount_use",
    id_column("discount_id"),
    id_column("person_id"),
    id_column("charge_id"),
    id_column("entry_id"),
    Column("goes_on", Boolean, nullable=False, server_default=false()),
    _refers("discount_id", "discount"),
    _refers("charge_id", "ledger_entry"),
    _refers("entry_id", "ledger_entry"),
    Index("ix_discount_use_discount_id", "organisation_id", "discount_id"),
    Index("ix_discount_use_person_id", "organisation_id", "person_id"),
    Index("uq_discount_use_entry_id", "organisation_id", "entry_id", unique=True),
)
