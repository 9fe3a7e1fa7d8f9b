"""Alembic's own entry: runs the migrations over the connection or the address that it is given."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool

from server.attendance import tables as attendance
from server.core.row_security import isolate_new
from server.core.tables import METADATA
from server.learning import tables as learning
from server.messaging import tables as messaging
from server.people import sign_in_tables, tables
from server.timetable import tables as timetable

AREAS = (tables, sign_in_tables, messaging, learning, timetable, attendance)


def run(connection: Connection) -> None:
    """Run what is asked for in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        isolate_new(connection)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    with engine.begin() as made:
        run(made)
    engine.dispose()
