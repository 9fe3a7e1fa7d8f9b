"""What every scene needs: a world, made once for a module, and a quiet run of it for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator import series
from tests.simulator.scene import Scene
from tests.simulator.world import World


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[World, Path]]:
    """Give the real program on SQLite, and the folder for its runs."""
    with series.opened_world("sqlite") as opened:
        yield opened


@pytest.fixture
def scene(world: tuple[World, Path]) -> Iterator[Scene]:
    """Give a run in which nothing goes wrong but what the test says."""
    folder = world[1] / "scene"
    folder.mkdir()
    made = Scene(world[0], folder)
    yield made
    made.end()
    shutil.rmtree(folder)
