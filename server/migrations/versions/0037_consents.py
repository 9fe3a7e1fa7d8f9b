"""Makes the tables of consents, of the register of breaches, and of the answers kept for repeated requests."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_LOGS = ("consent_text", "consent_entry", "breach", "breach_line")
# An author's name goes when someone is anonymised, so those rows may be updated; nobody's go.
_GROWING = {"consent_entry": ("UPDATE", "DELETE"), **dict.fromkeys(("breach", "breach_line"), ("DELETE",))}


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=36), nullable=False)


def _at(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=24), nullable=False)


def _words(name: str, length: int | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    _make_consents()
    _make_breaches()
    if op.get_bind().dialect.name == "sqlite":  # on PostgreSQL the server's role has no right to
        for table, what in _GROWING.items():
            for verb in what:
                words = f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
                op.execute(f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} {words}")
    op.create_table(
        "kept_answer",
        _id("organisation_id"),
        _id("person_id"),
        _words("digest", 64),
        _words("content", 64),
        _at("made_at"),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_kept_answer_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "person_id", "digest", name=op.f("pk_kept_answer")),
    )


def _make_consents() -> None:
    op.create_table(
        "consent_text",
        *(_id(name) for name in ("organisation_id", "id", "revision")),
        _words("purpose", 20),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("title", 200),
        _words("body"),
        _at("made_at"),
        _id("author_id"),
        _words("author_name", 320),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_consent_text_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_consent_text")),
    )
    op.create_index("uq_consent_text_version", "consent_text", ["organisation_id", "purpose", "version"], unique=True)
    op.create_table(
        "consent_entry",
        *(_id(name) for name in ("organisation_id", "id", "revision", "text_id", "person_id")),
        _words("purpose", 20),
        sa.Column("version", sa.Integer(), nullable=False),
        _words("answer", 12),
        _words("answered_at", 40),
        _at("received_at"),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=op.f(f"fk_consent_entry_organisation_id_{column}"),
            )
            for column, table in (("text_id", "consent_text"), ("person_id", "person"))
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_consent_entry")),
    )
    op.create_index("ix_consent_entry_person_id", "consent_entry", ["organisation_id", "person_id"])
    op.create_index("ix_consent_entry_received_at", "consent_entry", ["organisation_id", "received_at"])


def _make_breaches() -> None:
    op.create_table(
        "breach",
        _id("organisation_id"),
        _id("id"),
        _words("title", 200),
        _words("what"),
        _words("whom"),
        sa.Column("people", sa.Integer(), nullable=True),
        _words("noticed_at", 40),
        _at("made_at"),
        _id("author_id"),
        _words("author_name", 320),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_breach_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_breach")),
    )
    op.create_table(
        "breach_line",
        *(_id(name) for name in ("organisation_id", "id", "breach_id")),
        _words("step", 20),
        _words("words"),
        _words("happened_at", 40),
        _at("made_at"),
        _id("author_id"),
        _words("author_name", 320),
        sa.ForeignKeyConstraint(
            ["organisation_id", "breach_id"],
            ["breach.organisation_id", "breach.id"],
            name=op.f("fk_breach_line_organisation_id_breach_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_breach_line")),
    )
    op.create_index("ix_breach_line_breach_id", "breach_line", ["organisation_id", "breach_id", "made_at"])


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, what in _GROWING.items():
            for verb in what:
                op.execute(f"DROP TRIGGER {table}_{verb.lower()}")
    for name in ("kept_answer", *reversed(_LOGS)):
        op.drop_table(name)
