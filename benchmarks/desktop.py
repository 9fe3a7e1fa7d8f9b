"""Figures of the desktop: its first window, Today, the list of people, a mark, the palette and the memory."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import desktop_store
from benchmarks.figures import Figure
from benchmarks.processes import ROOT

FIRST_WINDOW = 2.0
TODAY_AFTER = 1_500.0
FLOORS = {
    "people_first_paint": ("list of {people:,} people, first paint", "ms", 150.0),
    "scroll_step": ("list of {people:,} people, scroll step, median", "ms", 16.0),
    "mark": ("a mark on disk and on screen, p95", "ms", 30.0),
    "palette": ("palette search among {people:,} people, p95", "ms", 50.0),
    "desk_find": ("a student at the cash desk among {people:,} people, p95", "ms", 50.0),
    "memory": ("memory with that store", "MB", 300.0),
}


@dataclass(frozen=True)
class Sizes:
    """How much is measured: starts of each program, people in the store."""

    runs: int = 5
    people: int = 100_000


def figures(sizes: Sizes) -> list[Figure]:
    """Measure on a screen that is none."""
    with tempfile.TemporaryDirectory(prefix="campusdesk-bench-") as place:
        store = Path(place) / "store" / "a.store"
        store.parent.mkdir()
        desktop_store.build(store, sizes.people)
        starts: dict[str, list[float]] = {"bare": [], "first": [], "bare-store": [], "today": []}
        for at in range(sizes.runs + 1):
            for what, waits in starts.items():
                took = _started(what, Path(place) / "profile" if what == "first" else store)
                if at:  # the first of each warms the disk's cache
                    waits.append(took)
        middle = {what: statistics.median(waits) for what, waits in starts.items()}
        ours, bare = _worked("work", store), _worked("bare", store)
    told = [
        Figure("first window, whole process", middle["first"], middle["bare"], "ms", FIRST_WINDOW, most=True),
        Figure(
            f"Today on a store of {sizes.people:,} people, after that",
            middle["today"] - middle["first"], middle["bare-store"] - middle["bare"], "ms", TODAY_AFTER, "ours",
            most=True,
        ),
    ]  # fmt: skip
    told += [
        Figure(name.format(people=sizes.people), ours[key], bare[key], unit, floor, "ours", most=True)
        for key, (name, unit, floor) in FLOORS.items()
    ]
    return told


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def _started(what: str, path: Path) -> float:
    """The milliseconds of a whole process from its start to its end, which comes with the painted window."""
    command = [sys.executable, "-m", "benchmarks.desktop_start", what, str(path)]
    began = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=_environment(), timeout=120, stdin=subprocess.DEVNULL)
    took = (time.perf_counter() - began) * 1000
    if what == "first":
        shutil.rmtree(path, ignore_errors=True)
    return took


def _worked(what: str, store: Path) -> dict[str, float]:
    command: Sequence[str] = [sys.executable, "-m", "benchmarks.desktop_work", what, str(store)]
    done = subprocess.run(
        command, check=True, cwd=ROOT, env=_environment(), timeout=300, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told
