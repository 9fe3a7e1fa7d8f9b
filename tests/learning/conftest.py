"""The office that imports into a small institute, on both databases."""

import pytest

from tests.institute import make_institute
from tests.learning.importing import Office


@pytest.fixture
def office(database, tmp_path):
    """An importer over five students, a registrar and two instructors."""
    return Office(make_institute(database), tmp_path)
