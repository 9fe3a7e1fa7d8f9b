"""The table of what an instructor may do in a course, where that isn't everything."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table, Text

from server.core.tables import METADATA, id_column

COURSE_RIGHT = Table(
    "course_right",
    METADATA,
    id_column("organisation_id"),
    id_column("id"),
    id_column("revision"),
    id_column("course_id"),
    id_column("person_id"),
    Column("rights", Text, nullable=False),
    PrimaryKeyConstraint("organisation_id", "id"),
    ForeignKeyConstraint(["organisation_id", "course_id"], ["course.organisation_id", "course.id"]),
    ForeignKeyConstraint(["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    Index("ix_course_right_person_id", "organisation_id", "person_id"),
    Index("ix_course_right_course_id", "organisation_id", "course_id"),
)
