"""Makes the security log, the addresses of sign-ins, and what is known of computers marked as lost."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_KEPT_DAYS = 90
_SQLITE_UNCHANGED = (
    "CREATE TRIGGER security_event_unchanged BEFORE UPDATE ON security_event BEGIN"
    " SELECT RAISE(ABORT, 'the security log only grows'); END"
)
_SQLITE_KEPT = (
    "CREATE TRIGGER security_event_kept BEFORE DELETE ON security_event"
    f" WHEN OLD.at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-{_KEPT_DAYS} days') BEGIN"
    " SELECT RAISE(ABORT, 'the security log only grows'); END"
)
_SQLITE = (_SQLITE_UNCHANGED, _SQLITE_KEPT)
_GUARD = (
    "CREATE FUNCTION security_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF TG_OP = 'DELETE' AND OLD.at <= to_char(now() AT TIME ZONE 'utc' - interval"
    f" '{_KEPT_DAYS} days', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') THEN RETURN OLD; END IF;"
    " RAISE EXCEPTION 'the security log only grows'; END $$"
)
_GUARDED = (
    "CREATE TRIGGER security_event_unchanged BEFORE UPDATE OR DELETE ON security_event"
    " FOR EACH ROW EXECUTE FUNCTION security_event_guard()"
)
_POSTGRESQL = (_GUARD, _GUARDED)


def _id(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=36), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=24), nullable=nullable)


def _of_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _of(table: str, column: str, kind: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    columns, target = ["organisation_id", column], [f"{kind}.organisation_id", f"{kind}.id"]
    return sa.ForeignKeyConstraint(columns, target, name=name, ondelete=ondelete)


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("last_address", sa.String(length=64), nullable=True))
    op.add_column("sign_in", sa.Column("country", sa.String(length=2), nullable=True))
    op.add_column("sign_in_failure", sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")))
    _log()
    _computers()
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _log() -> None:
    op.create_table(
        "security_event",
        _id("organisation_id"),
        _id("id"),
        sa.Column("kind", sa.String(length=30), nullable=False),
        _id("person_id", nullable=True),
        _id("actor_id", nullable=True),
        _id("sign_in_id", nullable=True),
        _id("device_id", nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=True),
        _at("at"),
        sa.Column("details", sa.Text(), nullable=False),
        _of_organisation("security_event"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_security_event")),
    )
    op.create_index("ix_security_event_at", "security_event", ["organisation_id", "at", "id"])
    op.create_index("ix_security_event_person_id", "security_event", ["organisation_id", "person_id", "at"])
    op.create_table(
        "sign_in_address",
        _id("organisation_id"),
        _id("sign_in_id"),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        _at("first_at"),
        _at("last_at"),
        _of("sign_in_address", "sign_in_id", "sign_in", "CASCADE"),
        _of_organisation("sign_in_address"),
        sa.PrimaryKeyConstraint("organisation_id", "sign_in_id", "address", name=op.f("pk_sign_in_address")),
    )


def _computers() -> None:
    op.create_table(
        "computer_device",
        _id("organisation_id"),
        _id("device_id"),
        _id("computer_id"),
        _at("seen_at"),
        _of("computer_device", "device_id", "device"),
        _of_organisation("computer_device"),
        sa.PrimaryKeyConstraint("organisation_id", "device_id", name=op.f("pk_computer_device")),
    )
    op.create_index("ix_computer_device_computer_id", "computer_device", ["organisation_id", "computer_id"])
    op.create_table(
        "device_loss",
        _id("organisation_id"),
        _id("id"),
        _id("device_id"),
        sa.Column("reason", sa.String(length=300), nullable=False),
        _id("marked_by"),
        _at("marked_at"),
        _at("met_at", nullable=True),
        _at("delivered_at", nullable=True),
        _at("wiped_at", nullable=True),
        _id("withdrawn_by", nullable=True),
        _at("withdrawn_at", nullable=True),
        _of("device_loss", "device_id", "device"),
        _of_organisation("device_loss"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_device_loss")),
    )
    op.create_index("ix_device_loss_device_id", "device_loss", ["organisation_id", "device_id"])


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("device_loss", "computer_device", "sign_in_address", "security_event"):
        op.drop_table(table)
    if postgresql:
        op.execute("DROP FUNCTION security_event_guard()")
    op.drop_column("sign_in_failure", "tries")
    op.drop_column("sign_in", "country")
    op.drop_column("sign_in", "last_address")
