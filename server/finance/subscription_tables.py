"""The tables of subscriptions: what a course costs for a period, and who pays it period by period."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Text

from server.core.tables import id_column, in_organisation
from server.finance.table_parts import refers, table, word


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _told(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


SUBSCRIPTION_PRICE = table(
    "subscription_price",
    word("name", 200),
    id_column("course_id", nullable=True),
    id_column("cohort_id", nullable=True),
    word("currency", 3),
    word("period", 10),
    _count("days"),
    Column("amount", BigInteger, nullable=False),
    Column("first_amount", BigInteger),
    Column("taxes", Text, nullable=False),
    _count("trial_days"),
    _count("grace_days"),
    _count("warn_days"),
    _told("charge_missed"),
    _told("self_service"),
    Column("lines", Text, nullable=False, server_default="[]"),
    word("state", 10),
    in_organisation(),
)
SUBSCRIPTION = table(
    "subscription",
    id_column("person_id"),
    id_column("price_id"),
    id_column("course_id", nullable=True),
    id_column("cohort_id"),
    id_column("enrolment_id"),
    word("state", 10),
    word("began_on", 10),
    word("anchor", 10),
    _count("anchor_number"),
    _count("number"),
    word("period_from", 10),
    Column("period_to", String(10)),
    _told("cancel_at_end"),
    _told("withheld"),
    Column("paused_on", String(10)),
    _count("days_left"),
    word("warned_for", 10),
    Column("ended_on", String(10)),
    Column("look_on", String(10)),
    refers("person_id", "person"),
    refers("price_id", "subscription_price"),
    refers("cohort_id", "cohort"),
    Index("ix_subscription_person_id", "organisation_id", "person_id"),
    Index("ix_subscription_enrolment_id", "organisation_id", "enrolment_id"),
    Index("ix_subscription_look_on", "organisation_id", "look_on"),
)
