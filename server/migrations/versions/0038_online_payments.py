"""Makes the tables of payments through gateways: accounts, payments begun, events, refunds, and the server's key."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=False) for name in names]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=24), nullable=nullable) for name in names]


def _key(table: str, *columns: str) -> sa.Constraint:
    return sa.PrimaryKeyConstraint("organisation_id", *columns, name=op.f(f"pk_{table}"))


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _of_organisation(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _index(table: str, *columns: str, unique: bool = False) -> None:
    name = f"{'uq' if unique else 'ix'}_{table}_{columns[-1]}"
    op.create_index(name, table, ["organisation_id", *columns], unique=unique)


def upgrade() -> None:
    op.create_table(
        "gateway_account",
        *_ids("organisation_id"),
        *_words(("gateway", 20), ("key_id", 120)),
        sa.Column("sealed", sa.Text()),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("token_digest", sa.String(length=64)),
        *_instants("older_until", nullable=True),
        *_words(("problem", 300)),
        *_ids("revision"),
        *_instants("changed_at"),
        *_ids("changed_by"),
        *_instants("event_at", "asked_at", "listed_at", nullable=True),
        sa.Column("refused", sa.Integer(), nullable=False),
        _key("gateway_account", "gateway"),
        _of_organisation("gateway_account"),
    )
    op.create_table(
        "online_payment",
        *_ids("organisation_id", "payment_id"),
        *_words(("gateway", 20), ("reference", 40), ("gateway_id", 120), ("paid_id", 120)),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        *_instants("begun_at"),
        *_instants("next_at", nullable=True),
        *_words(("problem", 40)),
        _key("online_payment", "payment_id"),
        _refers("online_payment", "payment_id", "payment"),
    )
    _index("online_payment", "reference", unique=True)
    for column in ("gateway_id", "paid_id", "next_at"):
        _index("online_payment", column)
    _make_inbox()
    _make_refunds()
    op.create_table(
        "online_till",
        *_ids("organisation_id", "till_id"),
        *_words(("sealed", 200)),
        _key("online_till", "till_id"),
        _refers("online_till", "till_id", "till"),
    )


def _make_inbox() -> None:
    op.create_table(
        "webhook_inbox",
        *_ids("organisation_id"),
        *_words(("gateway", 20), ("key", 120), ("digest", 64), ("name", 120), ("reference", 120)),
        *_words(("gateway_id", 120), ("paid_id", 120)),
        *_instants("received_at"),
        *_instants("next_at", nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        *_words(("outcome", 40)),
        _key("webhook_inbox", "gateway", "key"),
        _of_organisation("webhook_inbox"),
    )
    _index("webhook_inbox", "gateway", "digest", unique=True)
    _index("webhook_inbox", "next_at")


def _make_refunds() -> None:
    op.create_table(
        "gateway_refund",
        *_ids("organisation_id", "request_id", "payment_id"),
        *_words(("gateway", 20)),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_words(("currency", 3), ("state", 12), ("gateway_id", 120)),
        sa.Column("tries", sa.Integer(), nullable=False),
        *_instants("begun_at"),
        *_instants("next_at", nullable=True),
        *_words(("problem", 300)),
        _key("gateway_refund", "request_id"),
        _refers("gateway_refund", "request_id", "finance_request"),
        _refers("gateway_refund", "payment_id", "payment"),
    )
    for column in ("next_at", "payment_id"):
        _index("gateway_refund", column)


def downgrade() -> None:
    for name in ("online_till", "gateway_refund", "webhook_inbox", "online_payment", "gateway_account"):
        op.drop_table(name)
