"""Money: taking a payment, one student's account, and aged debt, against the same SQL by hand."""

import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.figures import Figure
from server.core.database import Db
from server.core.row_security import SETTING
from server.finance.account_queries import account_of
from server.finance.debt_queries import debt
from server.finance.ground import packed
from server.finance.report_queries import Span
from server.people.tables import PERSON
from shared.finance.report_rules import AGES, age_limits
from tests.finance.books import Books, open_books
from tests.institute import make_institute, open_database
from tests.postgres import DatabaseUrls, fresh_database, running_postgres

PAYMENT_FLOOR, ACCOUNT_FLOOR, DEBT_FLOOR = 0.4, 0.5, 3.0
DAY, UNTIL = "2026-11-30", "2026-12-01T00:00:00.000Z"
ENTRIES_EACH = 50
"""Entries of one student: half of them charges, half payments that pay two thirds of each."""
_APART = ("username", "email", "number", "email_folded", "number_folded")
"""Columns in which no two people are alike."""
SERIES = {
    "postgresql": "(SELECT n FROM generate_series(0, :most - 1) n)",
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < :most - 1) SELECT n FROM s)",
}
ID = {"postgresql": "'{0}' || lpad(CAST({1} AS text), 35, '0')", "sqlite": "'{0}' || printf('%035d', {1})"}
_DAY = {
    "postgresql": "to_char(date '2026-01-01' + CAST({0} AS integer), 'YYYY-MM-DD')",
    "sqlite": "date('2026-01-01', '+' || ({0}) || ' days')",
}
_BARE = """
SELECT p.given_name, p.family_name, p.number, f.* FROM (
SELECT e.person_id, e.currency, CASE WHEN e.due_on IS NULL OR e.due_on >= :late0 THEN 0 WHEN e.due_on >= :late30 THEN 1
WHEN e.due_on >= :late60 THEN 2 WHEN e.due_on >= :late90 THEN 3 ELSE 4 END AS age,
sum(e.amount - coalesce(a.used, 0)) AS amount
FROM ledger_entry e LEFT JOIN (SELECT charge_id, sum(amount) AS used FROM allocation
WHERE organisation_id = :o AND made_at < :until GROUP BY charge_id) a ON a.charge_id = e.id
WHERE e.organisation_id = :o AND e.kind = 'charge' AND e.day <= :last AND NOT EXISTS (SELECT 1 FROM ledger_entry r
WHERE r.organisation_id = :o AND r.reverses_id = e.id) GROUP BY 1, 2, 3) f
JOIN person p ON p.organisation_id = :o AND p.id = f.person_id WHERE f.amount <> 0
"""
_ENTRIES = "SELECT * FROM ledger_entry WHERE organisation_id = :o AND person_id = :person"
_ALLOCATIONS = "SELECT * FROM allocation WHERE organisation_id = :o AND person_id = :person"
_PLANS = "SELECT * FROM instalment_plan WHERE organisation_id = :o AND person_id = :person AND state = 'active'"
_UNSURE = "SELECT id FROM payment WHERE organisation_id = :o AND confirmation = 'unconfirmed' AND person_id = :person"
_ZONE = "SELECT time_zone FROM organisation WHERE id = :o"


@dataclass(frozen=True)
class Sizes:
    """How often each side runs, over how many entries debt is aged, and how many payments are taken."""

    runs: int = 5
    entries: int = 1_000_000
    payments: int = 200


def figures(sizes: Sizes) -> list[Figure]:
    """Measure aged debt on both databases, and payments and accounts on PostgreSQL."""
    made = []
    with TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'money.db'}"
        urls = DatabaseUrls(address, address)
        books = open_books(make_institute(open_database(urls)))
        made.append(_debt("SQLite", books, urls.owner_url, sizes))
        books.institute.parts.database.close()
    with running_postgres() as server, fresh_database(server) as urls:
        books = open_books(make_institute(open_database(urls)))
        made.append(_payments(books, sizes))
        made.append(_account(books, sizes))
        made.append(_debt("PostgreSQL", books, urls.owner_url, sizes))
        books.institute.parts.database.close()
    return made


# ---------------------------------------------------------------------------------------------------------- payments


class _RolledBackError(Exception):
    """Ends a transaction that was only listened to."""


@dataclass
class _Tape:
    """The statements of one transaction, as the driver gets them."""

    steps: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def listening(self, db: Db) -> Db:
        """Return the same connection, with what it is asked kept."""
        execute, pipeline = db._execute, db.together  # noqa: SLF001 - listened to where nothing else passes

        def kept(sql: str, places: dict[str, Any]) -> Any:
            self.steps.append((sql, places))
            return execute(sql, places)

        @contextmanager
        def together() -> Any:
            self.steps.append(("(", {}))
            with pipeline():
                yield
            self.steps.append((")", {}))

        return Db(db.dialect, kept, together, db.organisation)

    def play(self, db: Db) -> None:
        """Ask the same by hand, and fetch what comes."""
        execute, pipeline = db._execute, db.together  # noqa: SLF001 - as above
        waiting: Any = None
        for sql, places in self.steps:
            if sql == "(":
                waiting = pipeline()
                waiting.__enter__()
            elif sql == ")":
                waiting.__exit__(None, None, None)
                waiting = None
            else:
                cursor = execute(sql, places)
                if waiting is None and cursor.description:
                    cursor.fetchall()


def _payments(books: Books, sizes: Sizes) -> Figure:
    """Ours goes through the door; raw sends the very statements of such a payment, decided beforehand."""
    books.charged(10**9)
    parts, cashier = books.institute.parts, books.at("cashier")
    commands = [
        cashier.command("TakePayment", books.new_id(), books.paying(100, at=n % 5)) for n in range(2 * sizes.payments)
    ]
    taken: tuple[float, float] = (0.0, 0.0)
    for at, command in enumerate(commands):
        if at % 2:
            began = time.perf_counter()
            told = parts.door.accept(cashier.actor, cashier.origin, [command])
            taken = (taken[0] + time.perf_counter() - began, taken[1])
            assert {one.verdict for one in told.outcomes} == {"applied"}, told.outcomes
            continue
        tape = _Tape()

        def listen(db: Db, tape: _Tape = tape, command: Any = command) -> None:
            parts.door.accept_in(tape.listening(db), cashier.actor, cashier.origin, [command])
            raise _RolledBackError

        try:
            parts.database.write(listen)
        except _RolledBackError:
            began = time.perf_counter()
            parts.database.write(tape.play)
            taken = (taken[0], taken[1] + time.perf_counter() - began)
    found = books.rows("SELECT count(*) FROM receipt WHERE organisation_id = :o")[0][0]
    assert found == len(commands), "both sides took every payment"
    rates = [sizes.payments / one for one in taken]
    return Figure("payments taken at the desk", rates[0], rates[1], "1/s", PAYMENT_FLOOR)


# ----------------------------------------------------------------------------------------------------------- account


def _account(books: Books, sizes: Sizes) -> Figure:
    """An account of 500 entries, half of them payments, with what it comes to."""
    for at in range(250):
        charge = books.charged(1_000 + at, at=4)
        books.paid(900, at=4, goes_to=[(charge, 900)])
    home, person = books.institute.organisation_id, books.person(4)
    with books.institute.parts.database.read() as db:
        ours, raw = medians(
            max(20, sizes.runs * 4),
            lambda: account_of(db, home, person, "2026-11-20T08:00:00.000Z"),
            lambda: _by_hand(db, home, person),
        )
    return Figure("account of 500 entries", 1000 / ours, 1000 / raw, "1/s", ACCOUNT_FLOOR)


def _by_hand(db: Db, home: str, person: str) -> int:
    """Read what an account stands on, and add it up."""
    places = {"o": home, "person": person}
    db.one(_ZONE, o=home)
    entries, allocations = db.rows(_ENTRIES, **places), db.rows(_ALLOCATIONS, **places)
    db.rows(_PLANS, **places)
    db.rows(_UNSURE, **places)
    packed(row[1] for row in entries)
    return sum(int(row[6]) for row in entries) + sum(int(row[6]) for row in allocations)


# -------------------------------------------------------------------------------------------------------------- debt


def _debt(name: str, books: Books, owner_url: str, sizes: Sizes) -> Figure:
    home = books.institute.organisation_id
    _fill(owner_url, home, sizes.entries)
    database = books.institute.parts.database
    span, places = Span(home, DAY, DAY), {"o": home, "last": DAY, "until": UNTIL, **age_limits(DAY)}
    with database.read() as db:
        ours = sum(row[age] for row in debt(db, span, "student") for age in AGES)
        bare = sum(int(row[-1]) for row in db.rows(_BARE, **places))
        assert ours == bare > 0, (ours, bare)
        own, raw = medians(sizes.runs, lambda: debt(db, span, "student"), lambda: list(db.rows(_BARE, **places)))
    return Figure(f"aged debt of {sizes.entries:,} entries, {name}", own, raw, "ms", DEBT_FLOOR, most=True)


def _fill(owner_url: str, home: str, entries: int) -> None:
    """Write students with charges and payments straight into the tables; every other charge is late."""
    engine = create_engine(owner_url)
    people, charges = max(1, entries // ENTRIES_EACH), entries // 2
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT set_config('{SETTING}', :o, true)"), {"o": home})
        _fill_people(connection, home, people)
        _fill_books(connection, home, people, charges)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _fill_people(connection: Any, home: str, people: int) -> None:
    dialect = connection.dialect.name
    own = {"id": ID[dialect].format("q", "n"), "given_name": "'Ama'", **dict.fromkeys(_APART, "NULL")}
    columns = [one.name for one in PERSON.columns]
    chosen = ", ".join(own.get(one, f"t.{one}") for one in columns)
    sql = (
        f"INSERT INTO person ({', '.join(columns)}) SELECT {chosen} FROM {SERIES[dialect]} s,"  # noqa: S608 - our own words
        " (SELECT * FROM person WHERE organisation_id = :o AND given_name <> '' LIMIT 1) t"
    )
    connection.execute(text(sql), {"o": home, "most": people})


def _fill_books(connection: Any, home: str, people: int, charges: int) -> None:
    dialect = connection.dialect.name
    number, day, series = ID[dialect], _DAY[dialect], SERIES[dialect]
    person, at = number.format("q", f"(n % {people})"), day.format("n % 300")
    for kind, letter, amount in (("charge", "c", "300"), ("payment", "d", "-200")):
        due = day.format("n % 600") if kind == "charge" else "NULL"
        sql = (
            "INSERT INTO ledger_entry (organisation_id, id, revision, person_id, kind, charge_kind, amount, currency,"  # noqa: S608 - our own words
            f" what, day, due_on, number, taxes, made_at, made_by) SELECT :o, {number.format(letter, 'n')}, 'r',"
            f" {person}, '{kind}', '', {amount}, 'GHS', '', {at}, {due}, '', '[]', {at} || 'T08:00:00.000Z', ''"
            f" FROM {series} s"
        )
        connection.execute(text(sql), {"o": home, "most": charges})
    sql = (
        "INSERT INTO allocation (organisation_id, id, revision, person_id, entry_id, charge_id, amount, made_at)"  # noqa: S608 - our own words
        f" SELECT :o, {number.format('a', 'n')}, 'r', {person}, {number.format('d', 'n')}, {number.format('c', 'n')},"
        f" 200, {at} || 'T08:00:00.000Z' FROM {series} s"
    )
    connection.execute(text(sql), {"o": home, "most": charges})


def medians(runs: int, ours: Callable[[], object], raw: Callable[[], object]) -> tuple[float, float]:
    """Run both in turn, so that what else the machine does meets both; the first run of each warms up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for work, times in zip((ours, raw), taken, strict=True):
            began = time.perf_counter()
            work()
            times.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])
