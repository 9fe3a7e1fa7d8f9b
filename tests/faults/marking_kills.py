"""Kills whoever marks, the server, or both, at any moment, and looks whether each judgement that was saved is kept."""

import random
import secrets
from collections import Counter
from pathlib import Path

from desktop.core.outbox import Ask
from tests.faults import kills
from tests.faults.pair import Desk, Pair, in_child
from tests.simulator import people
from tests.simulator.marking_doings import comment, give_time, mark_work, release, set_column
from tests.simulator.marking_invariants import marking_is_true
from tests.simulator.moderation_doings import judge
from tests.simulator.world import World

_LONGEST = 2.5
"""Seconds in which both sides start, sync and mark something."""
_DOINGS: tuple[tuple[people.Doing, int], ...] = (
    (mark_work, 12),
    (set_column, 3),
    (comment, 2),
    (give_time, 2),
    (release, 1),
    (people.settle, 2),
    (judge, 5),
)


def marking(desk: Desk, chance: random.Random) -> list[Ask]:
    """Return what someone who marks does next."""
    if not desk.store.page("assignment", limit=1):
        return _work(desk)
    doing = chance.choices([one for one, _ in _DOINGS], [weight for _, weight in _DOINGS])[0]
    return doing(desk, chance)  # type: ignore[arg-type] # it has all that a simulated device is asked for


def _work(desk: Desk) -> list[Ask]:
    """Set work that one marks, and work that two mark."""
    cohort_id = min(row["id"] for row in desk.store.page("cohort", limit=-1))
    shared = {"cohort_id": cohort_id, "work_kind": "paper", "points": "50", "state": "open"}
    return [
        Ask("AddAssignment", desk.new_id(), {**shared, "title": f"Paper {markers}", "markers": markers})
        for markers in (1, 2)
    ]


def kill_while_marking(world: World, folder: Path, wanted: int, seed: int) -> Counter[str]:
    """Kill those who mark and the server `wanted` times in all; every acknowledged judgement has its one end."""
    counted = kills.kill_at_random(world, folder, wanted, seed, kills.Use(marking, _LONGEST))
    pair = Pair(world, folder / "random")
    code, said = in_child(lambda say: say(str(_look(pair)).encode()))
    assert code == 0, said[-3000:].decode(errors="replace")
    counted["judgements in the histories"] = int(said)
    return counted


def _look(pair: Pair) -> int:
    """Look at the marks that the server holds in the end; returns how many judgements they have seen."""
    pair.serve(lambda _name: None, secrets.randbits(60))
    with pair.world.program.host.read() as db:
        marking_is_true(db)
        return int((db.one("SELECT count(*) FROM mark_entry") or (0,))[0])
