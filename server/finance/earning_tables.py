"""The tables of what affiliates and instructors earn: who brings students, who shares in a course, and the money."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String

from server.core.tables import id_column, in_organisation, instant_column
from server.finance.table_parts import refers, table, word
from server.finance.tables import keep_growing

AFFILIATE = table(
    "affiliate",
    id_column("person_id", nullable=True),
    word("name", 200),
    word("mail", 320),
    word("code", 40),
    Column("rate", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    word("currency", 3),
    Column("every_payment", Boolean, nullable=False),
    Column("within_days", Integer, nullable=False),
    word("state", 10),
    in_organisation(),
    Index("ix_affiliate_code", "organisation_id", "code"),
)
REFERRAL = table(
    "referral",
    id_column("person_id"),
    id_column("affiliate_id"),
    word("given_on", 10),
    Column("rate", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),
    word("currency", 3),
    Column("every_payment", Boolean, nullable=False),
    Column("within_days", Integer, nullable=False),
    refers("person_id", "person"),
    refers("affiliate_id", "affiliate"),
    Index("ix_referral_person_id", "organisation_id", "person_id"),
    Index("ix_referral_affiliate_id", "organisation_id", "affiliate_id"),
)
REVENUE_SHARE = table(
    "revenue_share",
    id_column("course_id"),
    id_column("person_id"),
    Column("rate", Integer, nullable=False),
    word("from_on", 10),
    refers("course_id", "course"),
    refers("person_id", "person"),
    Index("ix_revenue_share_course_id", "organisation_id", "course_id"),
)
EARNING = keep_growing(
    table(
        "earning",
        word("payee_kind", 12),
        id_column("payee_id"),
        word("kind", 12),
        id_column("person_id", nullable=True),
        id_column("source_id", nullable=True),
        id_column("course_id", nullable=True),
        Column("amount", BigInteger, nullable=False),
        word("currency", 3),
        word("day", 10),
        instant_column("made_at"),
        in_organisation(),
        Index("ix_earning_payee_id", "organisation_id", "payee_id"),
        Index("ix_earning_person_id", "organisation_id", "person_id"),
        Index("ix_earning_source_id", "organisation_id", "source_id"),
    )
)
PAYOUT = table(
    "payout",
    word("payee_kind", 12),
    id_column("payee_id"),
    Column("amount", BigInteger, nullable=False),
    word("currency", 3),
    word("state", 10),
    word("reference", 100),
    word("reason", 500),
    Column("asked_by", String(36), nullable=False),
    word("asked_by_name", 320),
    Column("decided_by", String(36), nullable=False),
    word("decided_by_name", 320),
    word("day", 10),
    in_organisation(),
    Index("ix_payout_payee_id", "organisation_id", "payee_id"),
)
TYPED_CODE = table(
    "typed_code",
    id_column("person_id"),
    word("code", 60),
    word("place", 12),
    id_column("place_id", nullable=True),
    word("state", 10),
    word("reason", 30),
    word("typed_on", 10),
    refers("person_id", "person"),
    Index("ix_typed_code_person_id", "organisation_id", "person_id"),
)
