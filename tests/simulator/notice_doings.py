"""What people at simulated devices do with notices: read one, or all."""

import random

from desktop.core.outbox import Ask
from shared.core.command import Target
from tests.simulator.device import Device


def read_notices(device: Device, chance: random.Random) -> list[Ask]:
    """Mark a notice read, or all of them; one that is read already, too, as a second device does."""
    notices = sorted(device.store.page("notice", limit=-1), key=lambda row: str(row["id"]))
    if not notices:
        return []
    wanted = notices if chance.random() < 0.3 else [chance.choice(notices)]
    targets = [Target(id=one["id"], base=one["revision"]) for one in wanted]
    return [Ask("MarkNoticesRead", targets[0].id, {}, targets[0].base, tuple(targets[1:]))]
