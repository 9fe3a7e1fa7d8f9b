"""`python -m tests.fuzz --requests 50000`: made-up requests to the whole API, in-process."""

import argparse
import logging
import sys

from tests.fuzz.running import run


def main() -> int:
    """Run and report; 1 where a fault was found or too little was answered 2xx."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    report = run(options.requests, options.seed)
    print(report.words())
    return int(bool(report.faults or report.slow) or report.good_share < 0.35)


if __name__ == "__main__":
    sys.exit(main())
