"""Figures of scanning: pictures decoded a second, a scan on disk and on screen, and three hundred in a minute."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import desktop_store
from benchmarks.figures import Figure
from benchmarks.processes import ROOT

FRAMES = 30.0
SCAN = 50.0
IN_A_MINUTE = 60.0


@dataclass(frozen=True)
class Sizes:
    """How much is measured: pictures decoded, people in the store."""

    frames: int = 200
    people: int = 5_000


def figures(sizes: Sizes) -> list[Figure]:
    """Measure on a screen that is none, and pictures that are made."""
    with tempfile.TemporaryDirectory(prefix="campusdesk-bench-") as place:
        store = Path(place) / "a.store"
        desktop_store.build(store, sizes.people)
        command = [sys.executable, "-m", "benchmarks.scan_work", str(store), str(sizes.frames)]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        done = subprocess.run(
            command, check=True, cwd=ROOT, env=environment, timeout=300, stdout=subprocess.PIPE, text=True
        )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure("cards decoded from 1280 x 720", told["frames"], told["bare_frames"], "/s", FRAMES, "ours"),
        Figure("a scan on disk and on screen, p95", told["scan"], told["bare_scan"], "ms", SCAN, "ours", most=True),
        Figure("300 scans one after the other", told["all"], None, "s", IN_A_MINUTE, "ours", most=True),
        Figure("of 300 scans unanswered", told["lost"], None, "scans", 0.0, "ours", most=True),
    ]
