"""The tables of assignments, hand-ins, marks and grades; points are texts such as `84.5`."""

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from server.core.tables import METADATA, id_column, instant_column
from server.grading import skill_tables

PARTS = (skill_tables,)
"""Modules with further tables of this area."""


def _word(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False)


def _words(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _yes_or_no(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def _table(name: str, *parts: Any) -> Table:
    """A table of rows with an id and a revision within an organisation."""
    key = PrimaryKeyConstraint("organisation_id", "id")
    return Table(name, METADATA, id_column("organisation_id"), id_column("id"), id_column("revision"), *parts, key)


ASSIGNMENT = _table(
    "assignment",
    id_column("cohort_id"),
    _word("title", 200),
    _words("instructions"),
    _word("work_kind", 12),
    _word("takes", 60),
    _word("points", 12),
    instant_column("opens_at", nullable=True),
    instant_column("due_at", nullable=True),
    instant_column("cutoff_at", nullable=True),
    _words("allowed_types"),
    _number("most_files"),
    _number("most_bytes"),
    _number("most_attempts"),
    _word("late", 400),
    id_column("rubric_version_id", nullable=True),
    _word("category_id", 36),
    _word("group_mode", 10),
    _yes_or_no("anonymous"),
    _number("markers"),
    _number("peer_reviews"),
    _yes_or_no("hold_marks"),
    _yes_or_no("extra_credit"),
    _words("attachments"),
    _number("position"),
    _word("state", 10),
    _yes_or_no("shown"),
    instant_column("assigned_at", nullable=True),
    _refers("cohort_id", "cohort"),
    Index("ix_assignment_cohort_id", "organisation_id", "cohort_id"),
)
RUBRIC = _table(
    "rubric",
    id_column("course_id"),
    _word("name", 200),
    id_column("version_id"),
    _number("version"),
    _word("state", 10),
    _refers("course_id", "course"),
    Index("ix_rubric_course_id", "organisation_id", "course_id"),
)
RUBRIC_VERSION = _table(
    "rubric_version",
    id_column("rubric_id"),
    id_column("course_id"),
    _word("name", 200),
    _number("version"),
    _words("criteria"),
    _refers("rubric_id", "rubric"),
    Index("uq_rubric_version_version", "organisation_id", "rubric_id", "version", unique=True),
)
SUBMISSION = _table(
    "submission",
    id_column("assignment_id"),
    id_column("cohort_id"),
    id_column("enrolment_id"),
    id_column("person_id"),
    _number("attempt"),
    _word("state", 12),
    _words("files"),
    _words("text"),
    _words("message"),
    _words("returned_note"),
    instant_column("started_at", nullable=True),
    instant_column("handed_in_at", nullable=True),
    instant_column("received_at", nullable=True),
    _yes_or_no("clock_suspect"),
    id_column("group_id", nullable=True),
    id_column("source_id", nullable=True),
    id_column("brought_by", nullable=True),
    _refers("assignment_id", "assignment"),
    _refers("enrolment_id", "enrolment"),
    Index("uq_submission_attempt", "organisation_id", "assignment_id", "enrolment_id", "attempt", unique=True),
    Index("ix_submission_cohort_id", "organisation_id", "cohort_id"),
    Index("ix_submission_person_id", "organisation_id", "person_id"),
    Index("ix_submission_group_id", "organisation_id", "group_id"),
    Index("ix_submission_source_id", "organisation_id", "source_id"),
    Index("ix_submission_brought_by", "organisation_id", "brought_by"),
)
WORK_GROUP = _table(
    "work_group",
    id_column("assignment_id"),
    id_column("cohort_id"),
    _word("name", 100),
    _number("position"),
    _words("members"),
    _word("state", 10),
    _refers("assignment_id", "assignment"),
    Index("ix_work_group_assignment_id", "organisation_id", "assignment_id"),
)
# Who is in which group, by which a group's work is found: a student is in one group of a piece of work.
WORK_GROUP_MEMBER = Table(
    "work_group_member",
    METADATA,
    id_column("organisation_id"),
    id_column("assignment_id"),
    id_column("enrolment_id"),
    id_column("group_id"),
    id_column("person_id"),
    PrimaryKeyConstraint("organisation_id", "assignment_id", "enrolment_id"),
    _refers("group_id", "work_group"),
    _refers("enrolment_id", "enrolment"),
    Index("ix_work_group_member_group_id", "organisation_id", "group_id"),
    Index("ix_work_group_member_person_id", "organisation_id", "person_id"),
)
PEER_REVIEW = _table(
    "peer_review",
    id_column("assignment_id"),
    id_column("cohort_id"),
    id_column("reviewer_enrolment_id"),
    id_column("reviewer_id"),
    id_column("author_enrolment_id"),
    id_column("author_id"),
    id_column("submission_id"),
    _word("state", 10),
    Column("score", String(12)),
    _words("levels"),
    _words("text"),
    instant_column("sent_at", nullable=True),
    _refers("assignment_id", "assignment"),
    _refers("submission_id", "submission"),
    Index(
        "uq_peer_review_author",
        *("organisation_id", "assignment_id", "reviewer_enrolment_id", "author_enrolment_id"),
        unique=True,
    ),
    Index("ix_peer_review_reviewer_id", "organisation_id", "reviewer_id"),
    Index("ix_peer_review_author_id", "organisation_id", "author_id"),
)
EXTENSION = _table(
    "extension",
    id_column("assignment_id"),
    id_column("cohort_id"),
    id_column("enrolment_id"),
    id_column("person_id"),
    instant_column("due_at", nullable=True),
    _word("reason", 300),
    id_column("granted_by"),
    _word("granted_by_name", 320),
    _refers("assignment_id", "assignment"),
    _refers("enrolment_id", "enrolment"),
    Index("ix_extension_cohort_id", "organisation_id", "cohort_id"),
)
MARK = _table(
    "mark",
    id_column("assignment_id"),
    id_column("cohort_id"),
    id_column("enrolment_id"),
    id_column("person_id"),
    id_column("submission_id", nullable=True),
    _word("status", 10),
    Column("score", String(12)),
    _words("levels"),
    _words("feedback"),
    _yes_or_no("finished"),
    id_column("marked_by"),
    _word("marked_by_name", 320),
    instant_column("marked_at"),
    instant_column("released_at", nullable=True),
    _refers("assignment_id", "assignment"),
    _refers("enrolment_id", "enrolment"),
    Index("uq_mark_enrolment_id", "organisation_id", "assignment_id", "enrolment_id", unique=True),
    # All that a gradebook reads of a mark, in the order in which it does.
    Index(
        "ix_mark_cohort_id",
        *("organisation_id", "cohort_id", "assignment_id", "enrolment_id"),
        *("status", "score", "finished", "released_at"),
    ),
    Index("ix_mark_enrolment_id", "organisation_id", "enrolment_id"),
)
MARK_ENTRY = _table(
    "mark_entry",
    id_column("mark_id"),
    id_column("cohort_id"),
    _number("ordinal"),
    _word("kind", 10),
    _word("status", 10),
    Column("score", String(12)),
    _words("levels"),
    _words("feedback"),
    _yes_or_no("finished"),
    _word("part", 10),
    _word("reason", 300),
    id_column("by_id"),
    _word("by_name", 320),
    _word("device_name", 100),
    instant_column("at"),
    _refers("mark_id", "mark"),
    Index("uq_mark_entry_ordinal", "organisation_id", "mark_id", "ordinal", unique=True),
)
MARK_NOTE = _table(
    "mark_note",
    id_column("mark_id"),
    id_column("cohort_id"),
    _words("text"),
    id_column("author_id"),
    _word("author_name", 320),
    instant_column("at"),
    _yes_or_no("sealed"),
    _refers("cohort_id", "cohort"),
    Index("ix_mark_note_mark_id", "organisation_id", "mark_id"),
)
WORK_COMMENT = _table(
    "work_comment",
    id_column("submission_id"),
    id_column("mark_id"),
    id_column("cohort_id"),
    id_column("person_id"),
    _word("sha256", 64),
    _word("place", 300),
    Column("time_code_ms", Integer),
    _words("text"),
    id_column("author_id"),
    _word("author_name", 320),
    instant_column("at"),
    _word("state", 10),
    _yes_or_no("shown"),
    _yes_or_no("sealed"),
    _refers("submission_id", "submission"),
    Index("ix_work_comment_submission_id", "organisation_id", "submission_id"),
    Index("ix_work_comment_mark_id", "organisation_id", "mark_id"),
)
SAVED_COMMENT = _table(
    "saved_comment",
    id_column("owner_id"),
    _words("text"),
    _word("state", 10),
    _refers("owner_id", "person"),
    Index("ix_saved_comment_owner_id", "organisation_id", "owner_id"),
)
GRADE_SCHEME = _table(
    "grade_scheme",
    id_column("cohort_id"),
    _words("categories"),
    _word("scale", 12),
    _words("bounds"),
    _number("places"),
    _word("state", 10),
    _word("locked_by_name", 320),
    instant_column("locked_at", nullable=True),
    _refers("cohort_id", "cohort"),
    Index("uq_grade_scheme_cohort_id", "organisation_id", "cohort_id", unique=True),
)
COURSE_GRADE = _table(
    "course_grade",
    id_column("cohort_id"),
    id_column("enrolment_id"),
    id_column("person_id"),
    id_column("course_id"),
    _word("course_code", 40),
    _word("course_title", 200),
    _word("cohort_name", 200),
    _word("result", 12),
    _word("word", 60),
    _word("scale", 12),
    _words("lines"),
    id_column("published_by"),
    _word("published_by_name", 320),
    instant_column("published_at"),
    _refers("enrolment_id", "enrolment"),
    Index("ix_course_grade_cohort_id", "organisation_id", "cohort_id"),
    Index("ix_course_grade_person_id", "organisation_id", "person_id"),
)
COURSE_GRADE_ENTRY = _table(
    "course_grade_entry",
    id_column("grade_id"),
    id_column("cohort_id"),
    id_column("person_id"),
    _number("ordinal"),
    _word("result", 12),
    _word("word", 60),
    _word("reason", 300),
    id_column("by_id"),
    _word("by_name", 320),
    instant_column("at"),
    _refers("grade_id", "course_grade"),
    Index("uq_course_grade_entry_ordinal", "organisation_id", "grade_id", "ordinal", unique=True),
)
