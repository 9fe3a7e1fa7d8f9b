"""Asks every cell and prints how many there are; `--mutants` also takes each check of a permission away in turn.

`--database postgresql` asks on a PostgreSQL of its own, which ends with the command; `--every N` asks one in N.
"""

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.authorisation import matrix
from tests.authorisation.cells import Asking
from tests.authorisation.world import build
from tests.fixtures.servers import _migrated
from tests.postgres import DatabaseUrls, fresh_database, running_postgres


def main() -> int:
    """Return 0 where every cell is as the table says and every mutant was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.authorisation", description=__doc__)
    parser.add_argument("--mutants", action="store_true", help="also take each check away in turn")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where to ask")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="ask one cell in N")
    wanted = parser.parse_args()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder, _database(wanted.database) as urls:
        world = build(Path(folder), urls)
        asking = Asking(world)
        with asking.open():
            told = matrix.ask_all(asking, itertools.islice(matrix.cells(world), 0, None, max(1, wanted.every)))
            _say(f"{told.cells} cells, {asking.calls} calls, {len(told.wrong)} mismatches")
            _say(*(f"  {one}" for one in told.wrong))
            survived = _mutants(asking) if wanted.mutants else 0
        world.server.close()
    _say(f"{time.process_time() - began:.0f} s of processor time")
    return int(bool(told.wrong or survived))


@contextmanager
def _database(kind: str) -> Iterator[DatabaseUrls | None]:
    """Give a database with all tables and nothing in it; None for the world's own file."""
    if kind == "sqlite":
        yield None
        return
    with running_postgres() as server:
        server.create_template("migrated", _migrated)
        with fresh_database(server, "migrated") as urls:
            yield urls


def _mutants(asking: Asking) -> int:
    words = matrix.surviving_words(asking)
    asked = len(matrix.mutants.words_asked())
    _say(f"{asked} permissions, {asked - len(words)} caught", *(f"  got away: {word}" for word in words))
    every, sites = matrix.surviving_sites(asking)
    _say(f"{every} checks, {every - len(sites)} caught", *(f"  got away: {site}" for site in sites))
    return len(words) + len(sites)


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
