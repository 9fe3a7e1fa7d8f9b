"""Makes the tables of admissions: enquiries, application forms, applications and what happened to them."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instants(*names: str, nullable: bool = True) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=24), nullable=nullable) for name in names]


def _days(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=10), nullable=True) for name in names]


def _key(table: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "enquiry",
        *_ids("organisation_id", "id", "revision"),
        *_words(("name", 200), ("phone", 200), ("email", 200), ("source", 20), ("note", 2000), ("state", 12)),
        *_ids("course_id", "assigned_to", "application_id", nullable=True),
        *_days("follow_up_on"),
        *_instants("recorded_at", nullable=False),
        *_words(("recorded_by", 320)),
        *_texts("said"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_enquiry_organisation_id")),
        _key("enquiry"),
    )
    op.create_index("ix_enquiry_follow_up_on", "enquiry", ["organisation_id", "state", "follow_up_on"])
    op.create_table(
        "application_form",
        *_ids("organisation_id", "id", "revision", "course_id"),
        *_ids("cohort_id", nullable=True),
        *_words(("title", 200), ("state", 12), ("currency", 3)),
        *_days("opens_on", "closes_on"),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_texts("steps", "documents", "checks", "charges"),
        _refers("application_form", "course_id", "course"),
        _key("application_form"),
    )
    op.create_index("ix_application_form_course_id", "application_form", ["organisation_id", "course_id"])
    _make_applications()
    op.create_table(
        "application_event",
        *_ids("organisation_id", "id", "revision", "application_id", "person_id", "by_id"),
        *_words(("kind", 20), ("by_name", 320), ("words", 2000), ("letter", 40)),
        *_instants("at", nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        _refers("application_event", "application_id", "application"),
        _key("application_event"),
    )
    for column in ("application_id", "letter"):
        op.create_index(f"ix_application_event_{column}", "application_event", ["organisation_id", column])


def _make_applications() -> None:
    op.create_table(
        "application",
        *_ids("organisation_id", "id", "revision", "form_id", "course_id", "person_id"),
        *_ids("cohort_id", "enquiry_id", "enrolment_id", nullable=True),
        *_words(("number", 20), ("name", 200), ("email", 200), ("phone", 200), ("currency", 3), ("state", 12)),
        *_words(("decided_by", 320), ("reason", 2000), ("search_text", 900)),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("fee_paid", sa.Boolean(), nullable=False),
        *_texts("content", "answers", "checks", "document_checks"),
        *_instants("started_at", nullable=False),
        *_instants("submitted_at", "interview_at", "decided_at"),
        _refers("application", "form_id", "application_form"),
        _refers("application", "course_id", "course"),
        _refers("application", "person_id", "person"),
        _key("application"),
    )
    op.create_index("ix_application_person_id", "application", ["organisation_id", "person_id"])
    op.create_index("ix_application_state", "application", ["organisation_id", "state", "submitted_at"])


def downgrade() -> None:
    for name in ("application_event", "application", "application_form", "enquiry"):
        op.drop_table(name)
