"""The long fault runs: `python -m tests.faults kills --kills 50`, `random`, `marking`, `payment`, and others."""

import argparse
import logging
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults import cuts, feed, file_kills, kills, marking_kills, pack_kills, payment_kills, power
from tests.simulator import series

KINDS = ("kills", "random", "marking", "payment", "pack", "feed", "cuts", "power", "files")


def main() -> int:
    """Run one kind of fault and print what it came to; a broken promise ends it with a traceback."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Run faults for a long time.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--kills", type=int, default=50, help="how many at each step, or at random moments")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--transactions", type=int, default=30_000)
    parser.add_argument("--every", type=int, default=1, help="cut after every so many bytes")
    parser.add_argument("--seed", type=int)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    seed = secrets.randbits(40) if given.seed is None else given.seed
    _say(f"seed {seed}")
    began = time.monotonic()
    if given.kind == "feed":
        counted = feed.fill_and_read(given.rows, given.transactions)
    elif given.kind in {"files", "pack"}:
        killing = file_kills.kill_while_sending if given.kind == "files" else pack_kills.kill_while_taking_along
        with tempfile.TemporaryDirectory() as folder:
            counted = killing(Path(folder), given.kills, seed)
    else:
        with series.opened_world("sqlite") as (world, folder):
            if given.kind == "kills":
                counted = kills.kill_at_steps(world, folder, given.kills, seed)
            elif given.kind == "random":
                counted = kills.kill_at_random(world, folder, given.kills, seed)
            elif given.kind == "marking":
                counted = marking_kills.kill_while_marking(world, folder, given.kills, seed)
            elif given.kind == "payment":
                counted = payment_kills.kill_while_paying(world, folder, given.kills, seed)
            elif given.kind == "cuts":
                counted = cuts.cut_everywhere(world, folder, given.every)
            else:
                counted = power.cut_power(world, folder, given.kills, seed)
    _report(counted, time.monotonic() - began)
    return 0


def _report(counted: Counter[str], seconds: float) -> None:
    for name, count in sorted(counted.items()):
        _say(f"{count:>9} {name}")
    _say(f"{seconds:9.1f} seconds, nothing lost, nothing twice")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
