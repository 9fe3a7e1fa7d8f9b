"""The institute that the tests of the core work with, on both databases."""

from collections.abc import Iterator

import pytest

from tests.institute import Institute, make_institute, open_database
from tests.postgres import DatabaseUrls


@pytest.fixture
def institute(database_url: DatabaseUrls) -> Iterator[Institute]:
    """A small institute on SQLite and on PostgreSQL in turn."""
    database = open_database(database_url)
    yield make_institute(database)
    database.close()
