"""Makes the tables of letters and of the server's own work."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = (
    "letter_wish",
    "message_block",
    "message_channel",
    "message_template",
    "delivery_attempt",
    "delivery",
    "job_run",
    "job",
)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=24), nullable=nullable)


def _word(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _table(name: str, key: tuple[str, ...], *columns: sa.Column[str] | sa.Column[int] | sa.Column[bool]) -> None:
    op.create_table(
        name,
        *columns,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        *_foreign(name, [column.name for column in columns]),
    )


def _foreign(name: str, columns: list[str]) -> list[sa.ForeignKeyConstraint]:
    if "organisation_id" not in columns:
        return []
    own, other = {
        "delivery_attempt": (["organisation_id", "delivery_id"], ["delivery.organisation_id", "delivery.id"]),
        "letter_wish": (["organisation_id", "person_id"], ["person.organisation_id", "person.id"]),
    }.get(name, (["organisation_id"], ["organisation.id"]))
    return [sa.ForeignKeyConstraint(own, other, name=op.f(f"fk_{name}_organisation_id"))]


def upgrade() -> None:
    _deliveries()
    _ways()
    _table(
        "job",
        ("name",),
        _word("name", 60),
        _instant("due_at"),
        _id("run_id", nullable=True),
        _instant("lease_until", nullable=True),
    )
    _table(
        "job_run",
        ("id",),
        _id("id"),
        _word("name", 60),
        _instant("began_at"),
        _instant("ended_at", nullable=True),
        _number("done"),
        *_words("problem"),
    )
    op.create_index("ix_job_run_name", "job_run", ["name", "began_at"])
    op.create_index("ix_job_run_began_at", "job_run", ["began_at"])


def _deliveries() -> None:
    _table(
        "delivery",
        ("organisation_id", "id"),
        _id("organisation_id"),
        _id("id"),
        _word("channel", 8),
        _word("template", 40),
        _id("person_id", nullable=True),
        _word("address", 254),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        *_words("places"),
        sa.Column("sealed", sa.Text(), nullable=True),
        _word("state", 12),
        _number("attempts"),
        _word("code", 40),
        *_words("reason"),
        _word("provider", 20),
        _word("provider_id", 120, nullable=True),
        _number("parts"),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        _word("currency", 3),
        _instant("made_at"),
        _instant("due_at"),
        _instant("sent_at", nullable=True),
        _instant("changed_at"),
        _instant("lease_until", nullable=True),
    )
    for name, columns in (
        ("state", ["state", "due_at"]),
        ("made_at", ["made_at"]),
        ("person_id", ["person_id", "made_at"]),
        ("address", ["address", "made_at"]),
        ("provider_id", ["provider_id"]),
    ):
        op.create_index(f"ix_delivery_{name}", "delivery", ["organisation_id", *columns])
    _table(
        "delivery_attempt",
        ("organisation_id", "delivery_id", "number"),
        _id("organisation_id"),
        _id("delivery_id"),
        _number("number"),
        _instant("began_at"),
        _instant("ended_at", nullable=True),
        _word("outcome", 12),
        _word("code", 40),
        *_words("reason"),
    )


def _ways() -> None:
    _table(
        "message_template",
        ("organisation_id", "template", "channel", "language"),
        _id("organisation_id"),
        _word("template", 40),
        _word("channel", 8),
        _word("language", 10),
        _word("subject", 300),
        *_words("body"),
        _id("revision"),
        _instant("changed_at"),
        _id("changed_by"),
    )
    _table(
        "message_channel",
        ("organisation_id", "channel"),
        _id("organisation_id"),
        _word("channel", 8),
        *_words("settings"),
        sa.Column("sealed", sa.Text(), nullable=True),
        _word("report_digest", 64, nullable=True),
        *_words("problem"),
        _id("revision"),
        _instant("changed_at"),
        _id("changed_by", nullable=True),
    )
    _table(
        "message_block",
        ("organisation_id", "channel", "address"),
        _id("organisation_id"),
        _word("channel", 8),
        _word("address", 254),
        _word("sender", 40),
        _word("reason", 40),
        _instant("blocked_at"),
    )
    _table(
        "letter_wish",
        ("organisation_id", "person_id"),
        _id("organisation_id"),
        _id("person_id"),
        *_words("wishes"),
        _id("revision"),
        _instant("changed_at"),
    )


def downgrade() -> None:
    for name in _TABLES:
        op.drop_table(name)
