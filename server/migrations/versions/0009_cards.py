"""Makes the tables of photos, student numbers and computers, and lets the built-in office roles see computers."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SEEING = ("administrator", "attendance_officer", "platform_administrator", "registrar")
_PERMISSION = "devices.see"


def _in_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def upgrade() -> None:
    op.create_table(
        "person_photo",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("jpeg_base64", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["person.organisation_id", "person.id"],
            name=op.f("fk_person_photo_organisation_id_person_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_person_photo")),
    )
    op.create_table(
        "numbering_rule",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.String(length=36), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("year", sa.String(length=5), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_numbering_rule_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_numbering_rule")),
    )
    op.create_table(
        "number_series",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("last_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_number_series_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "series", name=op.f("pk_number_series")),
    )
    op.create_table(
        "computer",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("disk_free", sa.BigInteger(), nullable=True),
        sa.Column("disk_size", sa.BigInteger(), nullable=True),
        sa.Column("clock_off", sa.BigInteger(), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("last_contact_at", sa.String(length=24), nullable=False),
        _in_organisation("computer"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_computer")),
    )
    _change_roles(add=True)


def downgrade() -> None:
    _change_roles(add=False)
    op.drop_table("computer")
    op.drop_table("number_series")
    op.drop_table("numbering_rule")
    op.drop_table("person_photo")


def _change_roles(*, add: bool) -> None:
    connection = op.get_bind()
    role = sa.table("role", sa.column("organisation_id"), sa.column("key"), sa.column("permissions"))
    for organisation_id, key, packed in connection.execute(sa.select(role).where(role.c.key.in_(_SEEING))).all():
        words = set(json.loads(packed)) - {_PERMISSION} | ({_PERMISSION} if add else set())
        place = sa.and_(role.c.organisation_id == organisation_id, role.c.key == key)
        connection.execute(sa.update(role).where(place).values(permissions=json.dumps(sorted(words))))
