"""The turns that the server's jobs and the gateway's payers have in a run, and the numbers that payers were given."""

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from tests.simulator import gateway
from tests.simulator.gateway_invariants import ask_about_everything
from tests.simulator.server import SimulatedServer
from tests.simulator.timeline import SimulatedClock, Timeline
from tests.simulator.world import World

_GIVEN = """
SELECT r.number, r.payment_id FROM receipt r
JOIN online_till t ON t.organisation_id = r.organisation_id AND t.till_id = r.till_id
"""


class GatewayTurns:
    """What happens between server and gateway while people work; `down` is told when the server died over it."""

    def __init__(
        self, world: World, server: SimulatedServer, timeline: Timeline, chance: Random, faults: Counter[str],
        down: Callable[[], None],
    ) -> None:  # fmt: skip
        self._world, self._server, self._timeline, self._down = world, server, timeline, down
        self.here = world.program.gateway
        self.here.begin(SimulatedClock(timeline), chance, faults)
        self.given: dict[str, set[str]] = {}

    def work(self) -> None:
        """Let the server's jobs have a turn. Raises SimulatedCrash where one is the server's end."""
        if self.here.is_used:
            gateway.work(self._world.program.context)
            self._note_numbers()

    def let_pay(self) -> None:
        """Let payers have a turn."""
        self.here.let_pay(self._timeline, self._world.institute.organisation_id, self._deliver)

    def settle(self) -> bool:
        """Ask about everything that waits; returns whether there was anything."""
        if self.here.is_used:
            organisation = self._world.institute.organisation_id
            ask_about_everything(self._world.program.context, organisation, self.here, self._timeline.skip)
            self._note_numbers()
        return self.here.is_used

    def _note_numbers(self) -> None:
        """Note the numbers that the server gave: a payer has them by mail, whatever becomes of the database."""
        with self._world.program.host.look() as db:
            for number, payment_id in db.rows(_GIVEN):
                self.given.setdefault(number, set()).add(payment_id)

    def _deliver(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Bring an event to the server; False where it isn't there."""
        if not self._server.up:
            return False
        if self._server.ask("POST", path, headers, body) is None:
            self._down()
        return True
