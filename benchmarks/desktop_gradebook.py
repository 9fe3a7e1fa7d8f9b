"""Figures of the gradebook on the desktop: a large class from nothing to its first paint, scrolled and worked out."""

import json
import os
import subprocess
import sys

from benchmarks.figures import Figure
from benchmarks.processes import ROOT

FIRST_PAINT, SCROLL, ONE, ALL = 200.0, 16.0, 5.0, 300.0


def figures() -> list[Figure]:
    """Measure on a screen that is none, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.desktop_gradebook_work"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=300,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    rows = (
        ("gradebook of 1,000 x 20 on the desktop, first paint", "paint", FIRST_PAINT),
        ("its scroll step, a notch of the wheel, median", "scroll", SCROLL),
        ("one student's grade worked out anew", "one", ONE),
        ("all its grades worked out anew", "all", ALL),
    )
    return [Figure(name, *told[key], "ms", floor, "ours", most=True) for name, key, floor in rows]
