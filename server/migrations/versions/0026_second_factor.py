"""Makes the tables of the second factor; a sign-in knows when it was confirmed and whether it may only enrol."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _word(name: str, length: int, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _in_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", "person_id"],
        ["person.organisation_id", "person.id"],
        name=op.f(f"fk_{table}_organisation_id_person_id"),
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("organisation_id", *columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    op.add_column("sign_in", _word("confirmed_at", 24, nullable=True))
    op.add_column("sign_in", sa.Column("needs_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "factor",
        *(_word(name, 36) for name in ("organisation_id", "person_id")),
        _word("kind", 10),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        _word("address", 254, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _word("added_at", 24),
        _word("used_at", 24, nullable=True),
        _key("factor", "person_id", "kind"),
        _of_person("factor"),
        _in_organisation("factor"),
    )
    op.create_table(
        "recovery_code",
        *(_word(name, 36) for name in ("organisation_id", "person_id")),
        sa.Column("place", sa.Integer(), nullable=False),
        _word("hash", 100),
        _word("made_at", 24),
        _word("used_at", 24, nullable=True),
        _key("recovery_code", "person_id", "place"),
        _of_person("recovery_code"),
        _in_organisation("recovery_code"),
    )
    _codes()
    _attempts()


def _codes() -> None:
    op.create_table(
        "factor_code",
        *(_word(name, 36) for name in ("organisation_id", "id", "person_id")),
        _word("purpose", 60),
        _word("kind", 10),
        _word("address", 254),
        _word("digest", 64),
        sa.Column("tries", sa.Integer(), nullable=False),
        _word("made_at", 24),
        _word("expires_at", 24),
        _word("used_at", 24, nullable=True),
        _key("factor_code", "id"),
        _of_person("factor_code"),
        _in_organisation("factor_code"),
    )
    op.create_index("ix_factor_code_person_id", "factor_code", ["organisation_id", "person_id", "made_at"])
    op.create_index("ix_factor_code_made_at", "factor_code", ["organisation_id", "made_at"])
    op.create_index("ix_factor_code_purpose", "factor_code", ["organisation_id", "purpose"])


def _attempts() -> None:
    op.create_table(
        "sign_in_attempt",
        _word("organisation_id", 36),
        _word("digest", 64),
        _word("id", 36),
        _word("person_id", 36),
        sa.Column("device", sa.Text(), nullable=False),
        _word("account", 100),
        sa.Column("kept", sa.Boolean(), nullable=False),
        _word("made_at", 24),
        _word("expires_at", 24),
        _word("used_at", 24, nullable=True),
        _key("sign_in_attempt", "digest"),
        _of_person("sign_in_attempt"),
        _in_organisation("sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_expires_at", "sign_in_attempt", ["organisation_id", "expires_at"])


def downgrade() -> None:
    for table in ("sign_in_attempt", "factor_code", "recovery_code", "factor"):
        op.drop_table(table)
    op.drop_column("sign_in", "needs_factor")
    op.drop_column("sign_in", "confirmed_at")
