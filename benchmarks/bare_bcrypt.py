"""Checks passwords with nothing around it, as fast as the cores that a server gives to it allow: the raw side."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import bcrypt

_LOW_PRIORITY = 15


def main() -> None:
    """Print how many checks a second there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cost", type=int, default=12)
    parser.add_argument("--checks", type=int, default=40)
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 1) - 1))
    options = parser.parse_args()
    if hasattr(os, "nice"):
        os.nice(_LOW_PRIORITY)
    digest = b"x" * 44
    stored = bcrypt.hashpw(digest, bcrypt.gensalt(options.cost))
    began = time.perf_counter()
    with ThreadPoolExecutor(options.threads) as pool:
        right = sum(pool.map(lambda _at: bcrypt.checkpw(digest, stored), range(options.checks)))
    assert right == options.checks
    sys.stdout.write(f"{options.checks / (time.perf_counter() - began)}\n")


if __name__ == "__main__":
    main()
