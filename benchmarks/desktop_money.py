"""Figures of reconciliation: opening a long list, reading all of it, and a match, on disk and on screen."""

import json
import os
import subprocess
import sys

from benchmarks.figures import Figure
from benchmarks.processes import ROOT

FLOORS = {
    "open": ("reconciliation of {lines:,} lines, opened to its first paint", 100.0),
    "blocked": ("the longest its window stands still while the rest is read", 100.0),
    "whole": ("until all of it is listed, beside the window", 5_000.0),
    "match": ("a match in it on disk and on screen, p95", 150.0),
}


def figures(lines: int) -> list[Figure]:
    """Measure on a screen that is none, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.desktop_money_work", str(lines)],
        check=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=600,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure(name.format(lines=lines), told[key][0], told[key][1], "ms", floor, "ours", most=True)
        for key, (name, floor) in FLOORS.items()
    ]
