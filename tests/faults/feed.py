"""A feed that many write at once: none of its rows may be missed by who pages while they do."""

import itertools
import multiprocessing
import random
import threading
from collections import Counter
from multiprocessing.synchronize import Event
from typing import Any

import orjson
from sqlalchemy import create_engine

from server.areas import AREAS
from server.core import feeds
from server.core.batch import Batch, Origin
from server.core.database import Database, Db
from server.people import organisations
from shared.core.clock import ManualClock, instant_text
from shared.core.ids import IdMaker
from tests.institute import make_tables_on
from tests.postgres import DatabaseUrls, fresh_database, running_postgres

WRITERS = 16
READERS = 2
ROLLED_BACK = 0.05
_PROCESSES = 4

assert AREAS, "importing the areas puts all tables into METADATA"


class _RollBackError(Exception):
    """Raised on purpose at the end of a transaction."""


def fill_and_read(rows: int, transactions: int) -> Counter[str]:
    """Let 16 writers fill a feed on a PostgreSQL of our own while readers page; returns what was written and read."""
    with running_postgres(settings={"max_wal_size": "4GB"}) as server, fresh_database(server) as urls:
        return fill(urls, rows, transactions)


def fill(urls: DatabaseUrls, rows: int, transactions: int) -> Counter[str]:
    """Fill the feed in `urls`; raises AssertionError where a reader missed a row."""
    engine = create_engine(urls.owner_url)
    make_tables_on(engine)
    engine.dispose()
    database = Database(urls.application_url, pool_size=2)
    clock = ManualClock()
    wanted = organisations.NewOrganisation("kmedia", "K Media")
    organisation_id = organisations.create(database, clock, IdMaker(clock), wanted)
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    told: Any = context.Queue()
    each = -(-transactions // WRITERS)
    size, share = -(-rows // (each * WRITERS)), WRITERS // _PROCESSES
    place = (urls.application_url, organisation_id)
    writers = [
        context.Process(target=_write, args=(*place, at * share, share, each, size, told)) for at in range(_PROCESSES)
    ]
    readers = [context.Process(target=_read, args=(*place, over, told)) for _ in range(READERS)]
    for process in (*readers, *writers):
        process.start()
    counted: Counter[str] = Counter()
    for _ in writers:
        counted.update(told.get(timeout=7_200))
    over.set()
    read = [told.get(timeout=600) for _ in readers]
    for process in (*readers, *writers):
        process.join(60)
    with database.read() as db:
        found = db.one("SELECT count(*), max(seq) FROM feed_row WHERE kind = 'person'")
    database.close()
    assert found is not None
    there = int(found[0])
    assert there == counted["rows written"], (there, counted)
    for one in read:
        assert one == {"rows": there, "twice": 0}, f"A reader saw {one} of {there} rows"
    counted["rows missed"] = 0
    return counted


def _write(url: str, organisation_id: str, first: int, writers: int, transactions: int, size: int, told: Any) -> None:
    """Several writers in one process."""
    database = Database(url, pool_size=writers)
    counted: Counter[str] = Counter()
    lock = threading.Lock()

    def one(writer: int) -> None:
        chance, number = random.Random(writer), itertools.count()
        committed = rolled_back = 0
        while committed < transactions:
            try:
                database.write(lambda db: _transaction(db, organisation_id, writer, number, size, chance))
                committed += 1
            except _RollBackError:
                rolled_back += 1
        with lock:
            counted.update({"transactions": committed, "rolled back": rolled_back, "rows written": committed * size})

    threads = [threading.Thread(target=one, args=(first + at,)) for at in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    told.put(counted)


def _transaction(
    db: Db, organisation_id: str, writer: int, number: "itertools.count[int]", size: int, chance: random.Random
) -> None:
    actor = organisations.system_actor(organisation_id, organisation_id)
    clock = ManualClock()
    batch = Batch(db, actor, Origin(""), instant_text(clock.now()), IdMaker(clock))
    for _ in range(size):
        row_id = f"{writer:04}-{next(number):031}"
        batch.changed(
            "person", {"id": row_id, "revision": organisation_id, "given_name": "Ama"}, f"profile:{row_id}"[:60]
        )
    feeds.write(batch, [])
    if chance.random() < ROLLED_BACK:
        raise _RollBackError


def _read(url: str, organisation_id: str, over: Event, told: Any) -> None:
    """Page from the beginning until everything is written and read."""
    database = Database(url, pool_size=1)
    after, rows, twice = 0, 0, 0
    seen: dict[int, set[int]] = {}
    while True:
        last = over.is_set()
        with database.read() as db:
            page = feeds.page_after(db, organisation_id, ("all",), after, 500)
        for entry in orjson.loads(page.entries):
            if entry["kind"] != "person":
                continue
            writer, number = entry["id"].split("-")
            known = seen.setdefault(int(writer), set())
            twice += int(number) in known
            known.add(int(number))
            rows += 1
        caught_up = page.reached == after
        after = page.reached
        if caught_up and last:
            break
        if caught_up:
            over.wait(0.01)
    database.close()
    told.put({"rows": rows, "twice": twice})
