"""Migrating, backing up, restoring and moving, by an owner who is bound like everybody else until it says otherwise."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import NullPool, create_engine, text

from server.core.backup import BackupFile, write_backup
from server.core.database import Database
from server.core.row_security import EVERYTHING
from server.core.settings import with_driver
from server.migrations.moving import move
from server.migrations.restoring import restore
from server.migrations.running import go_back, migrate, newest
from server.people import organisations
from shared.core.clock import ManualClock
from shared.core.errors import CampusError
from shared.core.ids import IdMaker
from tests.fixtures.servers import _migrated
from tests.postgres import APPLICATION, OWNER, fresh_database

SLUGS = ["accra", "bolga"]


@pytest.fixture
def strict(postgres):
    """Gives empty databases in which the owner sees nothing by itself, as in an office."""
    made = []

    def make():
        kept = fresh_database(postgres)
        urls = kept.__enter__()
        made.append(kept)
        name = urls.owner_url.rpartition("/")[2]
        with postgres.connect() as connection:
            connection.execute(f"ALTER ROLE {OWNER} IN DATABASE \"{name}\" SET {EVERYTHING} = ''")
        return with_driver(urls.owner_url), with_driver(urls.application_url)

    yield make
    for kept in made:
        kept.__exit__(None, None, None)


def _fill(application):
    database, clock = Database(application.render_as_string(hide_password=False), 2), ManualClock()
    new_id = IdMaker(clock)
    for slug in SLUGS:
        organisations.create(database, clock, new_id, organisations.NewOrganisation(slug, slug.title()))
    database.close()


def _slugs(application):
    engine = create_engine(application, poolclass=NullPool)
    with engine.connect() as connection:
        return [row[0] for row in connection.execute(text("SELECT slug FROM campusdesk_organisations()"))]


def test_a_backup_of_all_institutes_is_restored_with_all_of_their_rows(strict, tmp_path):
    owner, application = strict()
    migrate(owner, application)
    _fill(application)
    path = tmp_path / "all.zip"
    report = write_backup(path, application, newest(), ManualClock().now())
    assert report.rows["organisation"] == 2
    assert report.rows["feed_head"] == 2
    other_owner, other_application = strict()
    opened = BackupFile(path)
    key = Ed25519PrivateKey.generate()
    restore(opened, other_owner, other_application, key, ManualClock(), replace=False)
    with pytest.raises(CampusError, match="data in it"):
        restore(opened, other_owner, other_application, key, ManualClock(), replace=False)
    restore(opened, other_owner, other_application, key, ManualClock(), replace=True)
    opened.close()
    assert _slugs(other_application) == SLUGS


def test_all_institutes_move_to_postgresql_and_back(strict, copied_database, tmp_path):
    first = with_driver(copied_database("sqlite", "migrated", _migrated).owner_url)
    _fill(first)
    owner, application = strict()
    moved = move(first, owner, APPLICATION, dry_run=False)
    assert [one["slug"] for one in moved.institutes] == SLUGS
    assert _slugs(application) == SLUGS
    back = with_driver(f"sqlite:///{tmp_path / 'back.sqlite3'}")
    with pytest.raises(CampusError) as refused:
        move(application, back, None, dry_run=True)
    assert refused.value.code == "database_owner_needed"
    assert move(owner, back, None, dry_run=False).rows == moved.rows


def test_the_migrations_go_back_and_forth_over_rows(strict):
    owner, application = strict()
    migrate(owner, application)
    _fill(application)
    go_back(owner, "0028")
    migrate(owner, application)
    assert _slugs(application) == SLUGS
