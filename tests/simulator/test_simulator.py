"""The simulator as continuous integration plays it: the same seeds each time, on both databases.

Fresh seeds are for `make simulate`: what they find becomes a scene in `test_found.py`, and a build says what it broke.
"""

import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.simulator import series
from tests.simulator.disk import SimulatedConnection, SimulatedDisk
from tests.simulator.run import LEAST_COMMANDS, LEAST_DEVICES, LEAST_FAULTS

RUNS = {"sqlite": 300, "postgresql": 50}
FIRST_SEED = 549_934_515_954
ROOT = Path(__file__).parents[2]
_LONGEST = timedelta(minutes=30)


def _simulate(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.simulator", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_LONGEST.total_seconds()
    )


@pytest.mark.slow
@pytest.mark.parametrize("database", RUNS)
def test_no_invariant_breaks(database: str) -> None:
    done = _simulate("--database", database, "--seed", str(FIRST_SEED), "--runs", str(RUNS[database]))
    assert done.returncode == 0, done.stdout + done.stderr
    print(done.stdout)


def test_a_seed_plays_the_same_again() -> None:
    first = _simulate("--database", "sqlite", "--seed", "77", "--runs", "2", "--trace")
    again = _simulate("--database", "sqlite", "--seed", "78", "--runs", "1", "--trace")
    assert first.returncode == again.returncode == 0, first.stdout + again.stdout
    assert first.stdout.splitlines()[1] == again.stdout.splitlines()[0]


def test_a_run_is_as_large_as_it_must_be() -> None:
    logging.disable(logging.CRITICAL)  # what a run warns of, such as a token that expired, belongs to it
    try:
        with series.opened_world("sqlite") as (world, folder):
            result = series.play_one(world, folder, 5)
    finally:
        logging.disable(logging.NOTSET)
    assert sum(result.verdicts.values()) >= LEAST_COMMANDS
    assert sum(result.faults.values()) >= LEAST_FAULTS
    assert result.devices >= LEAST_DEVICES


def test_a_power_cut_takes_what_was_not_synced(tmp_path: Path) -> None:
    import random

    disk = SimulatedDisk(tmp_path, watched=True)
    connection = SimulatedConnection(tmp_path / "store.db", watched=True)
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE t (x)")
    assert disk.unsynced() > 0
    whole = disk.image()
    assert any(disk.image(random.Random(seed)) != whole for seed in range(5))
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("INSERT INTO t VALUES (1)")
    wal = {name: data for name, data in disk.image().items() if name.endswith("-wal")}
    assert all(disk.image(random.Random(seed))["store.db-wal"] == wal["store.db-wal"] for seed in range(5))
    connection.close()
