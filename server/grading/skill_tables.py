"""The tables of the skills logbook and of portfolios."""

from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, instant_column


def _word(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def _table(name: str, *parts: Any) -> Table:
    """A table of rows with an id and a revision within an organisation."""
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)


SKILL = _table(
    "skill",
    id_column("course_id"),
    _word("name", 200),
    _words("seen"),
    _word("heading", 100),
    _number("position"),
    _word("proof", 10),
    _number("needed"),
    _word("state", 10),
    _refers("course_id", "course"),
    Index("ix_skill_course_id", "organisation_id", "course_id"),
)
SKILL_SUPERVISOR = _table(
    "skill_supervisor",
    _word("employer", 200),
    _word("name", 200),
    _word("verifier", 60),
    _word("state", 10),
)
SKILL_OBSERVATION = _table(
    "skill_observation",
    id_column("skill_id"),
    id_column("enrolment_id"),
    id_column("cohort_id"),
    id_column("person_id"),
    _word("judged", 10),
    _words("note"),
    _word("place", 200),
    _words("files"),
    id_column("observer_id"),
    _word("observer_name", 320),
    instant_column("at"),
    _words("signature"),
    instant_column("signed_at", nullable=True),
    id_column("witness_id"),
    _word("witness_name", 320),
    _word("state", 10),
    _word("withdrawn_reason", 300),
    _word("withdrawn_by_name", 320),
    _refers("skill_id", "skill"),
    _refers("enrolment_id", "enrolment"),
    Index("ix_skill_observation_cohort_id", "organisation_id", "cohort_id"),
    Index("ix_skill_observation_person_id", "organisation_id", "person_id"),
)
PORTFOLIO_ITEM = _table(
    "portfolio_item",
    id_column("submission_id"),
    id_column("assignment_id"),
    id_column("enrolment_id"),
    id_column("cohort_id"),
    id_column("person_id"),
    _words("caption"),
    _number("position"),
    _word("state", 10),
    _refers("submission_id", "submission"),
    Index("ix_portfolio_item_person_id", "organisation_id", "person_id"),
)
