"""Lines of a bank over REST's own queries: the first page of those that are open with its count, and all counts."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.figures import Figure
from benchmarks.money import ID, SERIES, medians
from server.core.database import Db
from server.core.resources import ListQuery, list_rows
from server.core.row_security import SETTING
from server.finance.bank_resources import LINES
from server.finance.line_parts import counted
from shared.core.sync import ALL_SCOPE
from tests.finance.books import Books, open_books
from tests.institute import make_institute, open_database
from tests.postgres import DatabaseUrls, fresh_database, running_postgres

FLOOR = 300.0
OPEN_EACH = 40
"""One line in so many waits for its payment."""
_LINES = (
    "INSERT INTO statement_line (organisation_id, id, revision, origin, statement_id, line, day, words, reference,"
    " amount, currency, live, problem, fingerprint, state, reason) SELECT :o, {line}, 'r', 'bank', NULL, n,"
    " '2026-11-' || CAST(10 + n % 20 AS text), 'TRANSFER', '', 100 + n, 'GHS', true, '', {line}, 'open', ''"
    " FROM {series} s"
)
_MATCHES = (
    "INSERT INTO money_match (organisation_id, id, revision, line_id, goal, goal_id, amount, difference, effect, state,"
    " reason, made_at, made_by, made_by_name, ended_by, ended_by_name, ended_reason) SELECT :o, {match}, 'r', {line},"
    " 'payment', NULL, 100 + n, 0, '', 'made', '', '2026-11-20T08:00:00.000Z', '', '', NULL, '', '' FROM {series} s"
    " WHERE n % :each <> 0"
)
_HAND = """
SELECT t.*, count(*) OVER () FROM statement_line t LEFT JOIN (SELECT line_id, sum(amount + difference) AS explained
FROM money_match WHERE organisation_id = :o AND state IN ('made', 'waiting') GROUP BY line_id) f ON f.line_id = t.id
WHERE t.organisation_id = :o AND t.state <> 'aside' AND t.amount <> coalesce(f.explained, 0)
ORDER BY t.day DESC, t.id DESC LIMIT 50
"""


def figures(lines: int, runs: int) -> list[Figure]:
    """Measure on both databases."""
    made = []
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'lines.db'}"
        made += _measured("SQLite", DatabaseUrls(address, address), lines, runs)
    with running_postgres() as server, fresh_database(server) as urls:
        made += _measured("PostgreSQL", urls, lines, runs)
    return made


def _measured(name: str, urls: DatabaseUrls, lines: int, runs: int) -> list[Figure]:
    books = open_books(make_institute(open_database(urls)))
    home = books.institute.organisation_id
    _fill(urls.owner_url, home, lines)
    with books.institute.parts.database.read() as db:
        wanted = len(range(0, lines, OPEN_EACH))
        assert _page(db, books)[1] == wanted == db.rows(_HAND, o=home)[0][-1]
        page, raw = medians(runs, lambda: _page(db, books), lambda: db.rows(_HAND, o=home))
        counts, _ = medians(runs, lambda: counted(db, home), lambda: None)
    books.institute.parts.database.close()
    return [
        Figure(
            f"open ones of {lines:,} lines, a page with its count, {name}", page, raw, "ms", FLOOR, "ours", most=True
        ),
        Figure(f"where {lines:,} lines stand, {name}", counts, raw, "ms", FLOOR, "ours", most=True),
    ]


def _page(db: Db, books: Books) -> tuple[list[Any], int, Any]:
    bursar = books.at("bursar").actor.model_copy(update={"scopes": (ALL_SCOPE,)})
    found = list_rows(db, LINES, bursar, ListQuery(limit=50, sort="-day", filters={"part": "open"}))
    return list(found[0]), found[1], found[2]


def _fill(owner_url: str, home: str, lines: int) -> None:
    engine = create_engine(owner_url)
    dialect = engine.dialect.name
    words = {"line": ID[dialect].format("l", "n"), "match": ID[dialect].format("m", "n"), "series": SERIES[dialect]}
    with engine.begin() as connection:
        if dialect == "postgresql":
            connection.execute(text(f"SELECT set_config('{SETTING}', :o, true)"), {"o": home})
        connection.execute(text(_LINES.format(**words)), {"o": home, "most": lines})
        connection.execute(text(_MATCHES.format(**words)), {"o": home, "most": lines, "each": OPEN_EACH})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
