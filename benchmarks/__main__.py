"""`python -m benchmarks`: measures, prints the table, and exits 1 where a floor is missed."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import (
    bank_lines,
    clashes,
    desktop,
    desktop_gradebook,
    desktop_money,
    desktop_week,
    feed_pages,
    file_fetch,
    gradebook,
    health,
    marking,
    money,
    reports,
    scans,
    sign_in,
    sync_batches,
    sync_bulk,
)
from benchmarks.figures import Figure, table, written
from server.core.system_clock import SystemClock
from shared.core.clock import instant_text

Rows = Callable[[argparse.Namespace], list[Figure]]


def _sync_batches(options: argparse.Namespace) -> list[Figure]:
    sizes = sync_batches.Sizes(options.runs, int(640 * options.scale))
    return sync_batches.figures(sizes, options.workers)


def _feed_pages(options: argparse.Namespace) -> list[Figure]:
    return feed_pages.figures(feed_pages.Sizes(options.runs, int(1_600 * options.scale)), options.workers)


def _health(options: argparse.Namespace) -> list[Figure]:
    return health.figures(max(400, int(2_000 * options.scale)), options.workers)


def _sync_bulk(options: argparse.Namespace) -> list[Figure]:
    runs = min(3, options.runs)
    return sync_bulk.figures(sync_bulk.Sizes(runs, int(10_000 * options.scale), int(50_000 * options.scale)))


def _desktop(options: argparse.Namespace) -> list[Figure]:
    return desktop.figures(desktop.Sizes(options.runs, int(100_000 * options.scale)))


def _scans(options: argparse.Namespace) -> list[Figure]:
    return scans.figures(scans.Sizes(max(40, int(200 * options.scale)), int(5_000 * options.scale)))


def _week(_options: argparse.Namespace) -> list[Figure]:
    return desktop_week.figures()


def _clashes(options: argparse.Namespace) -> list[Figure]:
    return clashes.figures(clashes.Sizes(options.runs, int(20_000 * options.scale)))


def _reports(options: argparse.Namespace) -> list[Figure]:
    return reports.figures(reports.Sizes(options.runs, int(100_000 * options.scale)))


def _gradebook(options: argparse.Namespace) -> list[Figure]:
    return gradebook.figures(gradebook.Sizes(max(5, 5 * options.runs)))


def _gradebook_desktop(_options: argparse.Namespace) -> list[Figure]:
    return desktop_gradebook.figures()


def _files(options: argparse.Namespace) -> list[Figure]:
    return file_fetch.figures(file_fetch.Sizes(min(3, options.runs), max(3, int(30 * options.scale))))


def _sign_in(options: argparse.Namespace) -> list[Figure]:
    return sign_in.figures(
        sign_in.Sizes(options.runs, max(4, int(40 * options.scale)), max(10, int(200 * options.scale)))
    )


def _money(options: argparse.Namespace) -> list[Figure]:
    return money.figures(money.Sizes(options.runs, int(1_000_000 * options.scale), max(20, int(200 * options.scale))))


def _reconciliation(options: argparse.Namespace) -> list[Figure]:
    lines = max(3_000, int(20_000 * options.scale))
    return bank_lines.figures(lines, options.runs) + desktop_money.figures(lines)


def _marking(_options: argparse.Namespace) -> list[Figure]:
    return marking.figures()


ROWS: dict[str, Rows] = {
    "batches": _sync_batches,
    "feed": _feed_pages,
    "health": _health,
    "bulk": _sync_bulk,
    "desktop": _desktop,
    "scans": _scans,
    "sign-in": _sign_in,
    "clashes": _clashes,
    "week": _week,
    "reports": _reports,
    "marking": _marking,
    "money": _money,
    "reconciliation": _reconciliation,
    "files": _files,
    "gradebook": _gradebook,
    "gradebook-desktop": _gradebook_desktop,
}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same as JSON")
    parser.add_argument("--only", action="append", choices=sorted(ROWS), help="measure this alone; may be repeated")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side, of which the median counts")
    parser.add_argument("--scale", type=float, default=1.0, help="how much each run does; 1 is meant for the table")
    parser.add_argument("--workers", type=int, default=1, help="server processes on both sides")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and tell; returns the exit code."""
    options = _options(arguments)
    figures: list[Figure] = []
    for name in options.only or ROWS:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        figures += ROWS[name](options)
    print(table(figures))
    if options.json is not None:
        options.json.write_text(written(figures, os.cpu_count() or 1, instant_text(SystemClock().now())) + "\n")
    missed = [one.name for one in figures if one.held is False]
    for name in missed:
        print(f"floor missed: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
