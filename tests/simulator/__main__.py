"""Plays simulated runs: `python -m tests.simulator --runs 300 [--seed 7] [--database sqlite|postgresql|both]`."""

import argparse
import logging
import os
import secrets
import sys
import traceback

from tests.simulator import series

_HASHING = "PYTHONHASHSEED"


def main() -> int:
    """Play, print the totals and return 1 where something broke."""
    if os.environ.get(_HASHING) != "0":
        # The order of sets of words hangs on it; without it a seed wouldn't play the same again.
        words = [sys.executable, "-m", "tests.simulator", *sys.argv[1:]]
        os.execve(sys.executable, words, {**os.environ, _HASHING: "0"})  # noqa: S606 - the same program again
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description="Play simulated runs.")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, help="the first seed; the others follow it (drawn afresh without it)")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--go-on", action="store_true", help="play on after a failure")
    parser.add_argument("--trace", action="store_true", help="print the head of each run's audit chain")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    seed = secrets.randbits(40) if given.seed is None else given.seed
    databases = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    if given.trace:
        return _trace(databases[0], seed, given.runs)
    failed = False
    for database in databases:
        totals = series.play(database, seed, given.runs, _say, go_on=given.go_on)
        _say(f"seeds {seed} to {seed + given.runs - 1}")
        for line in totals.lines():
            _say(line)
        failed = failed or bool(totals.failed)
    return int(failed)


def _trace(database: str, seed: int, runs: int) -> int:
    with series.opened_world(database) as (world, folder):
        for one in range(seed, seed + runs):
            try:
                _say(f"{one} {series.play_one(world, folder, one).trace}")
            except Exception:  # noqa: BLE001 - shown whole
                traceback.print_exc()
                return 1
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
