"""Makes the tables of assignments, hand-ins, marks and grades, and lets the built-in roles work with them."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OFFICE = {"assignments.edit", "marks.moderate", "marks.correct", "marks.release", "grades.publish"}
_ALL = _OFFICE | {"marks.record", "work.hand_in"}
_GIVEN = {
    "administrator": _ALL,
    "platform_administrator": _ALL,
    "registrar": _OFFICE,
    "instructor": {"assignments.edit", "marks.record", "marks.release"},
    "student": {"work.hand_in"},
}


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=24), nullable=nullable)


def _word(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _make(table: str, *columns: sa.Column[Any], refers: dict[str, str]) -> None:
    """Make a table of rows with an id and a revision; `refers` names the tables that columns refer to."""
    keys = [
        sa.ForeignKeyConstraint(
            ["organisation_id", column],
            [f"{other}.organisation_id", f"{other}.id"],
            name=op.f(f"fk_{table}_organisation_id_{column}"),
        )
        for column, other in refers.items()
    ]
    key = sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))
    op.create_table(table, _id("organisation_id"), _id("id"), _id("revision"), *columns, key, *keys)


def _index(table: str, name: str, *columns: str) -> None:
    unique = name.startswith("uq")
    op.create_index(name, table, ["organisation_id", *columns], unique=unique)


def upgrade() -> None:
    _make_work()
    _make_hand_ins()
    _make_marks()
    _make_comments()
    _change_roles(add=True)


def _make_work() -> None:
    _make(
        "assignment",
        _id("cohort_id"),
        _word("title", 200),
        *_words("instructions"),
        _word("work_kind", 12),
        _word("takes", 60),
        _word("points", 12),
        *(_instant(name) for name in ("opens_at", "due_at", "cutoff_at")),
        *_words("allowed_types"),
        *_numbers("most_files", "most_bytes", "most_attempts"),
        _word("late", 400),
        _id("rubric_version_id", nullable=True),
        _word("category_id", 36),
        *_flags("anonymous", "hold_marks", "extra_credit"),
        *_words("attachments"),
        *_numbers("position"),
        _word("state", 10),
        *_flags("shown"),
        refers={"cohort_id": "cohort"},
    )
    _index("assignment", "ix_assignment_cohort_id", "cohort_id")
    _make(
        "rubric",
        _id("course_id"),
        _word("name", 200),
        _id("version_id"),
        *_numbers("version"),
        _word("state", 10),
        refers={"course_id": "course"},
    )
    _index("rubric", "ix_rubric_course_id", "course_id")
    _make(
        "rubric_version",
        _id("rubric_id"),
        _id("course_id"),
        _word("name", 200),
        *_numbers("version"),
        *_words("criteria"),
        refers={"rubric_id": "rubric"},
    )
    _index("rubric_version", "uq_rubric_version_version", "rubric_id", "version")
    _make(
        "grade_scheme",
        _id("cohort_id"),
        *_words("categories"),
        _word("scale", 12),
        *_words("bounds"),
        *_numbers("places"),
        _word("state", 10),
        _word("locked_by_name", 320),
        _instant("locked_at"),
        refers={"cohort_id": "cohort"},
    )
    _index("grade_scheme", "uq_grade_scheme_cohort_id", "cohort_id")


_OF_STUDENT = {"assignment_id": "assignment", "enrolment_id": "enrolment"}


def _student() -> list[sa.Column[str]]:
    return [_id(name) for name in ("assignment_id", "cohort_id", "enrolment_id", "person_id")]


def _make_hand_ins() -> None:
    _make(
        "submission",
        *_student(),
        *_numbers("attempt"),
        _word("state", 12),
        *_words("files", "text", "message", "returned_note"),
        _instant("handed_in_at"),
        _instant("received_at"),
        *_flags("clock_suspect"),
        refers=_OF_STUDENT,
    )
    _index("submission", "uq_submission_attempt", "assignment_id", "enrolment_id", "attempt")
    _index("submission", "ix_submission_cohort_id", "cohort_id")
    _index("submission", "ix_submission_person_id", "person_id")
    _make(
        "extension",
        *_student(),
        _instant("due_at"),
        _word("reason", 300),
        _id("granted_by"),
        _word("granted_by_name", 320),
        refers=_OF_STUDENT,
    )
    _index("extension", "ix_extension_cohort_id", "cohort_id")


def _judgement() -> list[sa.Column[Any]]:
    score = sa.Column("score", sa.String(length=12), nullable=True)
    return [_word("status", 10), score, *_words("levels", "feedback"), *_flags("finished")]


def _make_marks() -> None:
    _make(
        "mark",
        *_student(),
        _id("submission_id", nullable=True),
        *_judgement(),
        _id("marked_by"),
        _word("marked_by_name", 320),
        _instant("marked_at", nullable=False),
        _instant("released_at"),
        refers=_OF_STUDENT,
    )
    _index("mark", "uq_mark_enrolment_id", "assignment_id", "enrolment_id")
    read = ("assignment_id", "enrolment_id", "status", "score", "finished", "released_at")
    _index("mark", "ix_mark_cohort_id", "cohort_id", *read)
    _index("mark", "ix_mark_enrolment_id", "enrolment_id")
    _make(
        "mark_entry",
        _id("mark_id"),
        _id("cohort_id"),
        *_numbers("ordinal"),
        _word("kind", 10),
        *_judgement(),
        _word("reason", 300),
        _id("by_id"),
        _word("by_name", 320),
        _word("device_name", 100),
        _instant("at", nullable=False),
        refers={"mark_id": "mark"},
    )
    _index("mark_entry", "uq_mark_entry_ordinal", "mark_id", "ordinal")


def _make_comments() -> None:
    author = [_id("author_id"), _word("author_name", 320), _instant("at", nullable=False)]
    _make("mark_note", _id("mark_id"), _id("cohort_id"), *_words("text"), *author, refers={"cohort_id": "cohort"})
    _index("mark_note", "ix_mark_note_mark_id", "mark_id")
    author = [_id("author_id"), _word("author_name", 320), _instant("at", nullable=False)]
    _make(
        "work_comment",
        *(_id(name) for name in ("submission_id", "mark_id", "cohort_id", "person_id")),
        _word("sha256", 64),
        _word("place", 300),
        sa.Column("time_code_ms", sa.Integer(), nullable=True),
        *_words("text"),
        *author,
        _word("state", 10),
        *_flags("shown"),
        refers={"submission_id": "submission"},
    )
    _index("work_comment", "ix_work_comment_submission_id", "submission_id")
    _index("work_comment", "ix_work_comment_mark_id", "mark_id")
    _make("saved_comment", _id("owner_id"), *_words("text"), _word("state", 10), refers={"owner_id": "person"})
    _index("saved_comment", "ix_saved_comment_owner_id", "owner_id")


def downgrade() -> None:
    _change_roles(add=False)
    for name in (
        *("saved_comment", "work_comment", "mark_note", "mark_entry", "mark", "extension", "submission"),
        *("grade_scheme", "rubric_version", "rubric", "assignment"),
    ):
        op.drop_table(name)


def _change_roles(*, add: bool) -> None:
    connection = op.get_bind()
    role = sa.table("role", sa.column("organisation_id"), sa.column("key"), sa.column("permissions"))
    for organisation_id, key, packed in connection.execute(sa.select(role).where(role.c.key.in_(_GIVEN))).all():
        words = set(json.loads(packed)) - _ALL | (_GIVEN[key] if add else set())
        place = sa.and_(role.c.organisation_id == organisation_id, role.c.key == key)
        connection.execute(sa.update(role).where(place).values(permissions=json.dumps(sorted(words))))
