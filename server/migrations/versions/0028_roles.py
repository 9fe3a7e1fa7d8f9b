"""Lets institutes make roles of their own, and say what an instructor may do in a course."""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "campusdesk")


def upgrade() -> None:
    yes_or_no: dict[str, Any] = {"nullable": False, "server_default": sa.false()}
    for column in (
        sa.Column("id", sa.String(length=36), nullable=False, server_default=""),
        sa.Column("revision", sa.String(length=36), nullable=False, server_default=""),
        sa.Column("own", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("inherits", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("needs_factor", sa.Boolean(), **yes_or_no),
        sa.Column("retired", sa.Boolean(), **yes_or_no),
    ):
        op.add_column("role", column)
    _name_rows()
    op.create_index("uq_role_id", "role", ["organisation_id", "id"], unique=True)
    _make_rights()


def downgrade() -> None:
    op.drop_table("course_right")
    op.drop_index("uq_role_id", "role")
    _remove_own_roles()
    for name in ("id", "revision", "own", "inherits", "needs_factor", "retired"):
        op.drop_column("role", name)


def _make_rights() -> None:
    ids = [
        sa.Column(name, sa.String(length=36), nullable=False)
        for name in ("organisation_id", "id", "revision", "course_id", "person_id")
    ]
    op.create_table(
        "course_right",
        *ids,
        sa.Column("rights", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_course_right"),
        *(
            sa.ForeignKeyConstraint(
                ["organisation_id", column],
                [f"{table}.organisation_id", f"{table}.id"],
                name=f"fk_course_right_organisation_id_{column}",
            )
            for column, table in (("course_id", "course"), ("person_id", "person"))
        ),
    )
    op.create_index("ix_course_right_person_id", "course_right", ["organisation_id", "person_id"])
    op.create_index("ix_course_right_course_id", "course_right", ["organisation_id", "course_id"])


def _name_rows() -> None:
    """Give the built-in roles their ids; a revision that is the id says that no device knows the row yet."""
    connection = op.get_bind()
    columns: list[Any] = [
        sa.column(name) for name in ("organisation_id", "key", "id", "revision", "own", "permissions")
    ]
    role = sa.table("role", *columns)
    for organisation_id, key in connection.execute(sa.select(role.c.organisation_id, role.c.key)).all():
        made = str(uuid.uuid5(_NAMESPACE, f"role\x1f{organisation_id}\x1f{key}"))
        place = sa.and_(role.c.organisation_id == organisation_id, role.c.key == key)
        connection.execute(sa.update(role).where(place).values(id=made, revision=made, own=role.c.permissions))


def _remove_own_roles() -> None:
    # What took the built-in ones over stays with nobody.
    op.execute("DELETE FROM person_role WHERE role_key IN (SELECT r.key FROM role r WHERE NOT r.built_in)")
    op.execute("DELETE FROM role WHERE NOT built_in")
