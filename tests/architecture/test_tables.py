"""The tables: every key leads with the organisation, and the migrations make exactly what the code says."""

import importlib
import re

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.core.tables import METADATA
from tests.architecture.house import ROOT, areas, tracked_files

MIGRATIONS = ROOT / "server" / "migrations"
# The organisations themselves, and what belongs to the whole server.
WITHOUT_ORGANISATION = {"organisation", "server_state", "job", "job_run", "backup_run"}


@pytest.fixture(scope="module")
def tables():
    """Every table of the server, those of the areas too."""
    for area in sorted(areas("server")):
        if (ROOT / "server" / area / "tables.py").exists():
            importlib.import_module(f"server.{area}.tables")
    return METADATA.sorted_tables


@pytest.fixture
def migrations(database_url):
    """Alembic's configuration for a fresh database, working as its owner."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", database_url.owner_url.replace("%", "%%"))
    return config


def _look(url, question):
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            return question(connection)
    finally:
        engine.dispose()


def _table_names(url):
    names = _look(url, lambda connection: sqlalchemy.inspect(connection).get_table_names())
    return set(names) - {"alembic_version"}


def test_the_organisation_leads_every_primary_key(tables):
    leading = {table.name: next(iter(table.primary_key.columns)).name for table in tables}
    wrong = {name: column for name, column in leading.items() if column != "organisation_id"}
    assert set(wrong) == WITHOUT_ORGANISATION


def test_the_organisation_leads_every_foreign_key(tables):
    wrong = [
        f"{table.name}: {[column.name for column in key.columns]}"
        for table in tables
        for key in table.foreign_key_constraints
        if next(iter(key.columns)).name != "organisation_id"
    ]
    assert wrong == []


def test_every_migration_is_named_and_they_stand_in_one_line():
    names = [path.stem for path in tracked_files() if path.as_posix().startswith("server/migrations/versions/")]
    assert names, "there is no migration"
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z0-9_]+", name)] == []
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_the_migrations_make_what_the_tables_say(migrations, database_url, tables):
    command.upgrade(migrations, "head")

    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)

    assert _look(database_url.owner_url, differences) == []
    assert _table_names(database_url.owner_url) == {table.name for table in tables}


def test_every_migration_can_be_taken_back(migrations, database_url):
    command.upgrade(migrations, "head")
    made = _table_names(database_url.owner_url)
    command.downgrade(migrations, "base")
    assert _table_names(database_url.owner_url) == set()
    command.upgrade(migrations, "head")
    assert _table_names(database_url.owner_url) == made
