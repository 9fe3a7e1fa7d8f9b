"""A little of every long fault run: what `python -m tests.faults` does for hours, in seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.core import steps as client_steps
from tests.faults import cuts, feed, file_kills, kills, marking_kills, pack_kills, payment_kills, power
from tests.fixtures.noise import ExpectLog
from tests.postgres import DatabaseUrls
from tests.simulator import series
from tests.simulator.server import BEFORE_COMMIT
from tests.simulator.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[World, Path]]:
    with series.opened_world("sqlite") as opened:
        yield opened


@pytest.mark.slow
def test_killed_at_each_step_nothing_acknowledged_is_lost(world: tuple[World, Path], tmp_path: Path) -> None:
    counted = kills.kill_at_steps(world[0], tmp_path, 1, seed=11)
    assert set(counted) == set(kills.STEPS)
    assert min(counted.values()) >= 1


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost(world: tuple[World, Path], tmp_path: Path) -> None:
    assert sum(kills.kill_at_random(world[0], tmp_path, 8, seed=12).values()) >= 8


@pytest.mark.slow
def test_killed_while_files_are_sent_every_promised_file_arrives_whole(tmp_path: Path) -> None:
    counted = file_kills.kill_while_sending(tmp_path, 12, seed=14)
    assert counted["sender killed"] + counted["server killed"] >= 12
    assert counted["files whole at the server"] >= counted["files promised"] > 0


@pytest.mark.slow
def test_killed_while_marking_every_judgement_is_kept(world: tuple[World, Path], tmp_path: Path) -> None:
    counted = marking_kills.kill_while_marking(world[0], tmp_path, 12, seed=15)
    assert counted["client"] + counted["server"] >= 12


@pytest.mark.slow
def test_killed_while_taking_a_payment_the_money_is_there_once_with_its_receipt(
    world: tuple[World, Path], tmp_path: Path
) -> None:
    steps = (client_steps.COMMIT_ROWS, client_steps.COMMIT_JOURNALLED, client_steps.SETTLE_OUTCOMES, BEFORE_COMMIT)
    counted = payment_kills.kill_while_paying(world[0], tmp_path, 1, seed=17, steps=steps)
    assert min(counted[step] for step in steps) >= 1
    assert counted["payments saved"] > 0
    assert counted["transfers placed"] > 0


@pytest.mark.slow
def test_killed_while_taking_along_every_file_is_whole_or_not_there(tmp_path: Path) -> None:
    counted = pack_kills.kill_while_taking_along(tmp_path, 8, seed=16)
    assert counted["taker killed"] + counted["server killed"] >= 8
    assert counted["files promised"] > 0


@pytest.mark.slow
def test_without_power_nothing_acknowledged_is_lost(world: tuple[World, Path], tmp_path: Path) -> None:
    counted = power.cut_power(world[0], tmp_path, 2, seed=13)
    assert counted["unsynced writes at a device's cuts"] > 0


@pytest.mark.slow
def test_a_cut_exchange_is_noticed_and_counts_once(
    world: tuple[World, Path], tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("urllib3.connection: WARNING: Failed to parse headers")
    counted = cuts.cut_everywhere(world[0], tmp_path, 61)
    assert counted["cuts of the request"] * 61 > cuts.EXCHANGE_BYTES
    assert counted["cuts of the answer"] * 61 > cuts.EXCHANGE_BYTES


@pytest.mark.slow
def test_no_reader_misses_a_row_that_someone_writes(postgres_url: DatabaseUrls) -> None:
    counted = feed.fill(postgres_url, rows=4_000, transactions=320)
    assert counted["rows written"] >= 4_000
    assert counted["rolled back"] > 0
    assert counted["rows missed"] == 0
