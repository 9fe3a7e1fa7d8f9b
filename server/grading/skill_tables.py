"""The tables of the skills logbook and of portfolios."""

from sqlalchemy import Index

from server.core.tables import id_column, instant_column
from server.grading.columns import number, refers, table, word, words

SKILL = table(
    "skill",
    id_column("course_id"),
    word("name", 200),
    words("seen"),
    word("heading", 100),
    number("position"),
    word("proof", 10),
    number("needed"),
    word("state", 10),
    refers("course_id", "course"),
    Index("ix_skill_course_id", "organisation_id", "course_id"),
)
SKILL_SUPERVISOR = table(
    "skill_supervisor",
    word("employer", 200),
    word("name", 200),
    word("verifier", 60),
    word("state", 10),
)
SKILL_OBSERVATION = table(
    "skill_observation",
    id_column("skill_id"),
    id_column("enrolment_id"),
    id_column("cohort_id"),
    id_column("person_id"),
    word("judged", 10),
    words("note"),
    word("place", 200),
    words("files"),
    id_column("observer_id"),
    word("observer_name", 320),
    instant_column("at"),
    words("signature"),
    instant_column("signed_at", nullable=True),
    id_column("witness_id"),
    word("witness_name", 320),
    word("state", 10),
    word("withdrawn_reason", 300),
    word("withdrawn_by_name", 320),
    refers("skill_id", "skill"),
    refers("enrolment_id", "enrolment"),
    Index("ix_skill_observation_cohort_id", "organisation_id", "cohort_id"),
    Index("ix_skill_observation_person_id", "organisation_id", "person_id"),
)
PORTFOLIO_ITEM = table(
    "portfolio_item",
    id_column("submission_id"),
    id_column("assignment_id"),
    id_column("enrolment_id"),
    id_column("cohort_id"),
    id_column("person_id"),
    words("caption"),
    number("position"),
    word("state", 10),
    refers("submission_id", "submission"),
    Index("ix_portfolio_item_person_id", "organisation_id", "person_id"),
)
