"""Power cuts: at each step of a save and a sync, with any of the unsynced writes gone, nothing acknowledged is lost."""

import random
import shutil
from collections import Counter
from pathlib import Path

from desktop.core import steps as client_steps
from tests.simulator import people
from tests.simulator.disk import SimulatedConnection
from tests.simulator.run import CLIENT_STEPS, Run
from tests.simulator.scene import Scene
from tests.simulator.server import STEPS as SERVER_STEPS
from tests.simulator.world import World

_SAVES = 12


class PowerScene(Scene):
    """A scene whose disks know what isn't synced."""

    watched = True


def cut_power(world: World, folder: Path, cuts: int, seed: int) -> Counter[str]:
    """Cut the power `cuts` times at each step of client and server, with other data and other losses each time."""
    counted: Counter[str] = Counter()
    for step in (*CLIENT_STEPS, *SERVER_STEPS):
        for at in range(cuts):
            place = folder / "power"
            place.mkdir()
            scene = PowerScene(world, place)
            try:
                counted[step] += _cut(scene, step, random.Random(f"{seed} {step} {at}"))
                counted["unsynced writes at a device's cuts"] += sum(one.lost_writes for one in scene.devices)
            finally:
                scene.end()
                shutil.rmtree(place)
    return counted


def _cut(scene: Run, step: str, chance: random.Random) -> bool:
    assert isinstance(scene, PowerScene)
    scene.server.power_goes = True
    for device in scene.devices:
        device.chance = random.Random(chance.getrandbits(40))
        device.power_goes = True
    if step in client_steps.STEPS:
        scene.ama.crash_at = (step, chance.randrange(4))
    else:
        scene.server.crash_at = (step, chance.randrange(4))
    for _ in range(_SAVES):
        device = chance.choice(scene.devices)
        asks = people.something(device, chance) if device.running else []
        if asks:
            device.commit(asks)
        scene.timeline.run(chance.expovariate(0.3))
    crashed = bool(scene.ama.crashes or scene.server.crashes)
    scene.timeline.run(20.0)
    for device in scene.devices:
        device.crash_at, device.power_goes = None, False
        device.start()
    _whole(scene)
    scene.finish()
    return crashed


def _whole(scene: PowerScene) -> None:
    """Every store is whole, as SQLite sees it."""
    for device in scene.devices:
        connection = SimulatedConnection(device.store.path, watched=False)
        told = connection.execute("PRAGMA integrity_check").fetchall()
        connection.close()
        assert told == [("ok",)], told
