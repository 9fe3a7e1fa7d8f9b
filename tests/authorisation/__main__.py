"""Asks every cell and prints how many there are; `--mutants` also takes each check of a permission away in turn."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.authorisation import matrix
from tests.authorisation.cells import Asking
from tests.authorisation.world import build


def main() -> int:
    """Return 0 where every cell is as the table says and every mutant was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.authorisation", description=__doc__)
    parser.add_argument("--mutants", action="store_true", help="also take each check away in turn")
    wanted = parser.parse_args()
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        world = build(Path(folder))
        asking = Asking(world)
        with asking.open():
            told = matrix.ask_all(asking, matrix.cells(world))
            _say(f"{told.cells} cells, {asking.calls} calls, {len(told.wrong)} mismatches")
            _say(*(f"  {one}" for one in told.wrong))
            survived = _mutants(asking) if wanted.mutants else 0
        world.server.close()
    _say(f"{time.process_time() - began:.0f} s of processor time")
    return int(bool(told.wrong or survived))


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
