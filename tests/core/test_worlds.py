"""A short walk through two worlds that differ in another institute alone; `python -m tests.worlds` walks further."""

from tests.fixtures.servers import _migrated
from tests.worlds import differing

PAIRS = 30


def test_what_an_institute_sees_does_not_depend_on_another(request, tmp_path, copied_database):
    # SQLite alone here: the same server stands before both databases, and the command walks on PostgreSQL, too.
    first = copied_database("sqlite", "migrated", _migrated)
    (tmp_path / "second").mkdir()
    other = tmp_path / "second" / "other.sqlite3"
    other.write_bytes((tmp_path / "migrated.sqlite3").read_bytes())
    urls = first, first._replace(owner_url=f"sqlite:///{other}", application_url=f"sqlite:///{other}")
    assert differing(urls, tmp_path, PAIRS, seed=7) == []
