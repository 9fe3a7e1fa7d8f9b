"""Paying through the run's gateway at simulated devices: a student what is owed in the currency that it takes."""

import random

from desktop.core.outbox import Ask
from desktop.finance import online_actions
from tests.simulator.device import Device
from tests.simulator.money_desk import DeskOf, at_server, desk_of, tried


def pay_online(device: Device, chance: random.Random) -> list[Ask]:
    """Begin to pay one's own charges; the page may be opened again while the first one waits."""
    tried(lambda: _begin(device, desk_of(device), chance))
    return []


def _begin(device: Device, desk: DeskOf, chance: random.Random) -> None:
    me, gateway = device.actor.person_id, device.gateway
    currency, owed = online_actions.owed(desk, me, gateway.currency)
    if owed:
        chosen = chance.sample(owed, chance.randint(1, min(2, len(owed))))
        total = sum(one.amount for one in chosen) if chance.random() < 0.7 else 5_000
        words = f"{total // 100}.{total % 100:02}"
        asked = online_actions.wanted(me, gateway.name, words, currency, chosen)
        key = desk.ids()
        at_server(device, lambda at: online_actions.begin(at, asked, key))
