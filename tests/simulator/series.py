"""A series of runs in one world, with totals; a failure says its seed and how to play it again."""

import gc
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.postgres import PostgresServer, running_postgres
from tests.simulator.run import Result, Run
from tests.simulator.world import World

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - ours alone within it; elsewhere the usual place does
_COLLECT_EVERY = 10


@dataclass
class Totals:
    """What a series came to."""

    database: str
    runs: int = 0
    commands: int = 0
    devices: int = 0
    messages: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    failed: list[int] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one run."""
        self.runs += 1
        self.commands += sum(result.verdicts.values())
        self.devices += result.devices
        self.messages += result.messages
        self.verdicts += result.verdicts
        self.faults += result.faults

    def lines(self) -> Iterator[str]:
        """Yield what is printed."""
        yield (
            f"{self.database}: {self.runs} runs, {len(self.failed)} failed, {self.devices} devices, {self.messages}"
            f" messages, {self.commands} commands, {sum(self.faults.values())} faults, {self.seconds:.1f} seconds"
        )
        yield "  commands: " + ", ".join(f"{count} {name}" for name, count in sorted(self.verdicts.items()))
        yield "  faults: " + ", ".join(f"{count} {name}" for name, count in sorted(self.faults.items()) if count)


@contextmanager
def opened_world(dialect: str, postgres: PostgresServer | None = None) -> Iterator[tuple[World, Path]]:
    """Give a world and a folder for its runs, for the time of the `with` block."""
    place = MEMORY_DISK if MEMORY_DISK.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="campusdesk-simulator-", dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if dialect == "sqlite":
            yield World(folder / "world", dialect), folder
        elif postgres is not None:
            yield World(folder / "world", dialect, postgres), folder
        else:
            with running_postgres() as server:
                yield World(folder / "world", dialect, server), folder


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Leave the application out of the garbage collector's sight, which would look through it in every run."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def play_one(world: World, folder: Path, seed: int) -> Result:
    """Play one seed. Raises what it broke."""
    place = folder / f"run-{seed}"
    place.mkdir()
    run = Run(world, place, seed)
    try:
        return run.play()
    finally:
        run.end()
        shutil.rmtree(place, ignore_errors=True)


def play(dialect: str, first_seed: int, runs: int, say: Callable[[str], None], *, go_on: bool = False) -> Totals:
    """Play `runs` seeds from `first_seed` on; ends at the first failure unless told to go on."""
    totals = Totals(dialect)
    began = time.monotonic()
    with opened_world(dialect) as (world, folder), _seldom_collecting():
        for seed in range(first_seed, first_seed + runs):
            try:
                totals.add(play_one(world, folder, seed))
            except Exception as failure:  # noqa: BLE001 - whatever it is, its seed is what helps
                totals.failed.append(seed)
                say(f"{dialect}, seed {seed} failed: {type(failure).__name__}: {failure}")
                say(f"  again: python -m tests.simulator --database {dialect} --seed {seed} --runs 1")
                if not go_on:
                    break
            totals.seconds = time.monotonic() - began
            if seed % _COLLECT_EVERY == 0:
                gc.collect()
            if totals.runs % 500 == 0 and totals.runs:
                say(next(totals.lines()))
    return totals
