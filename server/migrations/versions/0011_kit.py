"""Makes the tables of kit, and lets the built-in office roles keep and lend it."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_GIVEN = {
    "administrator": {"kit.manage", "kit.lend"},
    "platform_administrator": {"kit.manage", "kit.lend"},
    "registrar": {"kit.manage", "kit.lend"},
    "attendance_officer": {"kit.lend"},
}
_REFERENCES = {"item_id": "kit_item", "person_id": "person", "loan_id": "kit_loan"}


def _ids(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=36), nullable=False) for name in ("organisation_id", "id", *names)]


def _words(*pairs: tuple[str, int]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(length=length), nullable=False) for name, length in pairs]


def _key(table: str, *columns: str) -> list[sa.Constraint]:
    """The primary key, and what the table refers to: other rows of the organisation, else the organisation itself."""
    key = sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}"))
    if not columns:
        name = op.f(f"fk_{table}_organisation_id")
        return [key, sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=name)]
    return [
        key,
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{_REFERENCES[column]}.organisation_id", f"{_REFERENCES[column]}.id"],
                name=op.f(f"fk_{table}_organisation_id_{column}"),
            )
            for column in columns
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "kit_item",
        *_ids("revision"),
        *_words(("name", 200), ("number", 60), ("category", 100), ("kit_kind", 12), ("room", 100), ("condition", 500)),
        sa.Column("course_ids", sa.Text(), nullable=False),
        *_words(("state", 12)),
        sa.Column("loan_id", sa.String(length=36), nullable=True),
        sa.Column("due_at", sa.String(length=24), nullable=True),
        *_words(("number_key", 120), ("rights_key", 40)),
        *_key("kit_item"),
    )
    op.create_index("uq_kit_item_number_key", "kit_item", ["organisation_id", "number_key"], unique=True)
    op.create_index("ix_kit_item_rights_key", "kit_item", ["organisation_id", "rights_key"], unique=False)
    _make_loans()
    op.create_table(
        "kit_booking",
        *_ids("revision", "item_id", "person_id"),
        *_words(("person_name", 320), ("starts_at", 24), ("ends_at", 24), ("purpose", 300), ("state", 12)),
        *_key("kit_booking", "item_id", "person_id"),
    )
    op.create_index("ix_kit_booking_item_id", "kit_booking", ["organisation_id", "item_id", "ends_at"], unique=False)
    op.create_index("ix_kit_booking_person_id", "kit_booking", ["organisation_id", "person_id"], unique=False)
    op.create_table(
        "kit_policy",
        *_ids("revision"),
        sa.Column("block_days", sa.Integer(), nullable=False),
        sa.Column("longest_days", sa.Integer(), nullable=False),
        *_key("kit_policy"),
    )
    _change_roles(add=True)


def _make_loans() -> None:
    op.create_table(
        "kit_loan",
        *_ids("revision", "item_id", "person_id"),
        *_words(("person_name", 320), ("out_at", 24), ("due_at", 24)),
        sa.Column("back_at", sa.String(length=24), nullable=True),
        *_words(("condition_out", 500), ("condition_in", 500), ("lent_by", 320), ("taken_by", 320)),
        *_words(("lifted_by", 320), ("lifted_reason", 300), ("state", 12)),
        *_key("kit_loan", "item_id", "person_id"),
    )
    op.create_index("ix_kit_loan_item_id", "kit_loan", ["organisation_id", "item_id", "out_at"], unique=False)
    op.create_index("ix_kit_loan_person_id", "kit_loan", ["organisation_id", "person_id", "state"], unique=False)
    op.create_table(
        "kit_photo",
        *_ids("revision", "loan_id", "person_id"),
        *_words(("side", 4)),
        sa.Column("jpeg_base64", sa.Text(), nullable=False),
        *_key("kit_photo", "loan_id"),
    )
    op.create_index("ix_kit_photo_loan_id", "kit_photo", ["organisation_id", "loan_id"], unique=False)


def downgrade() -> None:
    _change_roles(add=False)
    for name in ("kit_policy", "kit_booking", "kit_photo", "kit_loan", "kit_item"):
        op.drop_table(name)


def _change_roles(*, add: bool) -> None:
    connection = op.get_bind()
    role = sa.table("role", sa.column("organisation_id"), sa.column("key"), sa.column("permissions"))
    for organisation_id, key, packed in connection.execute(sa.select(role).where(role.c.key.in_(_GIVEN))).all():
        words = set(json.loads(packed)) - {"kit.manage", "kit.lend"} | (_GIVEN[key] if add else set())
        place = sa.and_(role.c.organisation_id == organisation_id, role.c.key == key)
        connection.execute(sa.update(role).where(place).values(permissions=json.dumps(sorted(words))))
