"""The office that imports into a small institute, on both databases."""

import pytest

from tests.institute import make_institute, open_database
from tests.learning.importing import Office


@pytest.fixture
def office(database_url, tmp_path):
    """An importer over five students, a registrar and two instructors."""
    database = open_database(database_url)
    yield Office(make_institute(database), tmp_path)
    database.close()
