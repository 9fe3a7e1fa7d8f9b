"""Figures of the marking workbench: the next submission on the screen, and a rubric level on disk."""

import json
import os
import subprocess
import sys

from benchmarks.figures import Figure
from benchmarks.processes import ROOT

NEXT_SHOWN = 150.0
KEY_SAVED = 30.0


def figures() -> list[Figure]:
    """Measure on a screen that is none, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.marking_work"],
        check=True,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=300,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    shown, bare_shown = told["shown"]
    saved, bare_saved = told["saved"]
    return [
        Figure(
            "next submission shown (PDF of 10 pages, rubric ready), p95",
            shown, bare_shown, "ms", NEXT_SHOWN, "ours", most=True,
        ),
        Figure(
            "a key to a rubric level to 'Saved here', p95", saved, bare_saved, "ms", KEY_SAVED, "ours", most=True,
        ),
    ]  # fmt: skip
