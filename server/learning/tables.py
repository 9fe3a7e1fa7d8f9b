"""The tables of courses, cohorts and enrolments."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from server.core.tables import METADATA, id_column, in_organisation
from server.learning import hold_tables, import_tables, right_tables
from server.learning.rollover import tables as rollover_tables

__all__ = [
    "ACADEMIC_TERM",
    "COHORT",
    "COHORT_INSTRUCTOR",
    "COURSE",
    "ENROLMENT",
    "ENROLMENT_ALIAS",
    "hold_tables",
    "import_tables",
    "right_tables",
    "rollover_tables",
]

ACADEMIC_TERM = Table(
    "academic_term",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("name", String(100), nullable=False),
    Column("starts_on", String(10), nullable=False),
    Column("ends_on", String(10), nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("uq_academic_term_name", "organisation_id", "name", unique=True),
)

COURSE = Table(
    "course",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    Column("code", String(40), nullable=False),
    Column("title", String(200), nullable=False),
    Column("description", Text, nullable=False),
    Column("category", String(20), nullable=False),
    Column("difficulty", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("archived", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    in_organisation(),
    Index("uq_course_code", "organisation_id", "code", unique=True),
)

COHORT = Table(
    "cohort",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("course_id"),
    Column("code", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("starts_on", String(10)),
    Column("ends_on", String(10)),
    Column("room", String(100), nullable=False),
    Column("capacity", Integer),
    Column("instructors", Text, nullable=False),
    Column("archived", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "course_id"], ["course.organisation_id", "course.id"]),
    Index("uq_cohort_code", "organisation_id", "code", unique=True),
    Index("ix_cohort_course_id", "organisation_id", "course_id"),
)

COHORT_INSTRUCTOR = Table(
    "cohort_instructor",
    METADATA,
    id_column("organisation_id"),
    id_column("person_id"),
    id_column("cohort_id"),
    PrimaryKeyConstraint("organisation_id", "person_id", "cohort_id"),
    ForeignKeyConstraint(["organisation_id", "cohort_id"], ["cohort.organisation_id", "cohort.id"]),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    Index("ix_cohort_instructor_cohort_id", "organisation_id", "cohort_id"),
)

ENROLMENT = Table(
    "enrolment",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("cohort_id"),
    id_column("person_id"),
    Column("state", String(12), nullable=False),
    Column("enrolled_on", String(10)),
    Column("testing", Boolean, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "cohort_id"], ["cohort.organisation_id", "cohort.id"]),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    Index("uq_enrolment_person", "organisation_id", "cohort_id", "person_id", unique=True),
    Index("ix_enrolment_person_id", "organisation_id", "person_id"),
)

ENROLMENT_ALIAS = Table(
    "enrolment_alias",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("enrolment_id"),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "enrolment_id"], ["enrolment.organisation_id", "enrolment.id"]),
)
