"""Figure of the timetable: the week of fifty rooms, from nothing to its first paint."""

import json
import os
import subprocess
import sys

from benchmarks.figures import Figure
from benchmarks.processes import ROOT

FIRST_PAINT = 150.0


def figures() -> list[Figure]:
    """Measure on a screen that is none, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.desktop_week_work"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=300,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    name = "week view of 50 rooms, 750 classes, first paint"
    return [Figure(name, told["ours"], told["bare"], "ms", FIRST_PAINT, "ours", most=True)]
