"""Binds every table of organisations to its organisation, on PostgreSQL; later tables are bound as they are made."""

from alembic import op

from server.core.row_security import drop_functions, isolate_all, open_again, organisation_tables

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    isolate_all(op.get_bind())


def downgrade() -> None:
    connection = op.get_bind()
    drop_functions(connection)
    open_again(connection, *organisation_tables(connection))
