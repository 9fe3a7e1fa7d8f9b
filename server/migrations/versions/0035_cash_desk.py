"""Makes the tables of the cash desk: tills, keys, receipts, shifts, cash moved, and requests to a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=nullable) for name in names]


def _words(*pairs: tuple[str, int], nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=nullable) for name, length in pairs]


def _whole(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=nullable) for name in names]


def _big(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    name = op.f(f"fk_{table}_organisation_id_{column}")
    return sa.ForeignKeyConstraint(["organisation_id", column], [f"{other}.organisation_id", f"{other}.id"], name=name)


def _of_organisation(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _table(table: str, *parts: sa.Column[str] | sa.Column[int] | sa.Constraint, revision: bool = True) -> None:
    head = _ids("organisation_id", "id", *(["revision"] if revision else []))
    op.create_table(table, *head, *parts, sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")))


def _index(table: str, *columns: str, name: str = "", unique: bool = False) -> None:
    full = name or f"{'uq' if unique else 'ix'}_{table}_{columns[0]}"
    op.create_index(full, table, ["organisation_id", *columns], unique=unique)


def upgrade() -> None:
    _make_tills()
    _make_receipts()
    _make_shifts()
    _make_requests()
    if op.get_bind().dialect.name == "sqlite":
        for what, name in (("UPDATE", "unchanged"), ("DELETE", "kept")):
            op.execute(
                f"CREATE TRIGGER receipt_{name} BEFORE {what} ON receipt"
                " BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
            )


def _make_tills() -> None:
    _table(
        "receipt_key_secret",
        *_words(("public_key", 60), ("sealed", 200), ("made_at", 24)),
        _of_organisation("receipt_key_secret"),
        revision=False,
    )
    _table(
        "receipt_key",
        *_words(("public_key", 60), ("made_at", 24)),
        *_words(("retired_at", 24), nullable=True),
        _of_organisation("receipt_key"),
    )
    _table(
        "till",
        *_words(("name", 200)),
        *_whole("series"),
        *_words(("code", 8)),
        *_ids("device_id"),
        *_whole("install_epoch"),
        *_words(("public_key", 60), ("certificate", 400), ("valid_from", 10), ("valid_to", 10), ("state", 10)),
        *_words(("asked_by", 320), ("approved_by", 320)),
        _of_organisation("till"),
    )
    _index("till", "series", unique=True)
    _index("till", "device_id")


def _make_receipts() -> None:
    _table(
        "receipt",
        *_ids("payment_id", "till_id"),
        *_whole("series"),
        *_big("sequence"),
        *_words(("number", 40)),
        *_big("amount"),
        *_words(("currency", 3), ("issued_at", 24), ("digest", 64), ("signature", 200)),
        *_ids("shift_id", nullable=True),
        _refers("receipt", "till_id", "till"),
    )
    _index("receipt", "till_id", "sequence", name="uq_receipt_till_id_sequence", unique=True)
    _index("receipt", "number", unique=True)
    _index("receipt", "payment_id")
    _table(
        "receipt_text",
        *_ids("person_id", nullable=True),
        *_words(("payer", 200)),
        *_text("words", "printed"),
        *_whole("mail_due"),
        _of_organisation("receipt_text"),
    )
    _index("receipt_text", "person_id")
    _index("receipt_text", "mail_due")


def _make_shifts() -> None:
    _table(
        "shift",
        *_ids("till_id", "person_id"),
        *_words(("cashier_name", 320), ("currency", 3)),
        *_big("opening_float"),
        *_words(("opened_at", 24), ("state", 10)),
        *_words(("closed_at", 24), nullable=True),
        *_big("counted", "expected", "expected_told", nullable=True),
        *_text("denominations", "others"),
        *_words(("explanation", 500)),
        *_whole("z_number", nullable=True),
        _refers("shift", "till_id", "till"),
        _refers("shift", "person_id", "person"),
    )
    _index("shift", "till_id", "state")
    _index("shift", "opened_at")
    _table(
        "cash_movement",
        *_ids("shift_id", "person_id"),
        *_words(("person_name", 320), ("movement", 10)),
        *_big("amount"),
        *_words(("reason", 300), ("moved_at", 24)),
        _refers("cash_movement", "shift_id", "shift"),
    )
    _index("cash_movement", "shift_id")


def _make_requests() -> None:
    _table(
        "finance_request",
        *_words(("kind", 20), ("state", 12)),
        *_ids("payment_id"),
        *_ids("receipt_id", "person_id", "shift_id", nullable=True),
        *_words(("number", 40)),
        *_big("amount"),
        *_words(("currency", 3), ("method", 20), ("reason", 500)),
        *_ids("asked_by"),
        *_words(("asked_by_name", 320), ("asked_at", 24)),
        *_ids("decided_by", nullable=True),
        *_words(("decided_by_name", 320)),
        *_words(("decided_at", 24), nullable=True),
        *_words(("decided_reason", 500)),
        _refers("finance_request", "payment_id", "payment"),
    )
    _index("finance_request", "state")
    _index("finance_request", "payment_id")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("unchanged", "kept"):
            op.execute(f"DROP TRIGGER receipt_{name}")
    for table in (
        *("finance_request", "cash_movement", "shift", "receipt_text", "receipt", "till", "receipt_key"),
        "receipt_key_secret",
    ):
        op.drop_table(table)
