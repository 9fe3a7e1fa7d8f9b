"""One simulated run: a seed decides what people do and what goes wrong; then everything heals and is checked."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from desktop.core import steps as client_steps
from server.grading.reminders import remind
from shared.core.command import Command
from tests.simulator import disk, invariants, people
from tests.simulator import server as server_steps
from tests.simulator.areas import STORE_AREAS
from tests.simulator.device import Device, Surroundings
from tests.simulator.gateway_invariants import gateway_is_true
from tests.simulator.gateway_turns import GatewayTurns
from tests.simulator.grade_invariants import grades_are_true
from tests.simulator.kit_invariants import kit_is_true
from tests.simulator.marking_invariants import marking_is_true
from tests.simulator.money_invariants import drawers_are_equal, fees_are_charged, money_is_true
from tests.simulator.network import Network
from tests.simulator.notice_invariants import notices_are_true
from tests.simulator.place_invariants import places_are_true
from tests.simulator.server import SimulatedServer
from tests.simulator.skill_invariants import skills_are_true
from tests.simulator.timeline import SimulatedCrash, Timeline
from tests.simulator.world import PostgresStage, World, administer

MOST_SECONDS = 60.0
"""How long after healing the last command may wait."""
_SETTLING = 5.0
_TURN = 15.0
_AT_ONCE = (1, 2, 4)
"""How many things someone does in one breath, before the network has a say."""
_REINSTATED = {"state": "active", "old_state": "suspended"}
LEAST_COMMANDS, LEAST_FAULTS, LEAST_DEVICES = 100, 5, 3
CLIENT_STEPS = tuple(step for step in client_steps.STEPS if not step.startswith("keys"))


@dataclass
class Result:
    """What happened in a run."""

    verdicts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    devices: int = 0
    messages: int = 0
    trace: str = ""


class Run:
    """A run of one seed in one world; half of all runs have `watched` disks, which know what a power cut takes."""

    watched = False

    def __init__(self, world: World, folder: Path, seed: int) -> None:
        self.world, self.folder, self.seed = world, folder, seed
        self.chance = random.Random(seed)
        self.timeline = Timeline()
        self.timeline.seconds = world.seconds
        self.faults: Counter[str] = Counter()
        self.acknowledged: dict[str, Command] = {}
        self.destroyed: set[str] = set()
        self._only_on_server: set[str] = set()
        self._backup: object | None = None
        self._clones = 0
        self.healing = False
        self.power_may_go = self.chance.random() < 0.5 or self.watched
        self.stage = world.stage(folder, power_may_go=self.power_may_go)
        self.server = SimulatedServer(world.program, self.stage, self.timeline, self._chance("server"))
        self.network = Network(self.timeline, self.server, self._chance("network"), self.faults)
        self.around = Surroundings(
            self.timeline, self.network, folder, STORE_AREAS, self.power_may_go, world.signed_in, self._acknowledge,
            gateway=lambda: world.program.gateway.side,
        )  # fmt: skip
        self.gateway = GatewayTurns(
            world, self.server, self.timeline, self._chance("gateway"), self.faults, self._restart_server
        )
        self.devices = [
            Device(install, self.around, self._chance(name), world.devices[name], name)
            for name, install in world.institute.installs.items()
        ]

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self.seed} {name}")

    def _acknowledge(self, _device: Device, commands: Sequence[Command]) -> None:
        self.acknowledged.update((command.id, command) for command in commands)

    # -------------------------------------------------------------------------------------------------- the run

    def play(self) -> Result:
        """Run, heal and check. Raises BrokenInvariantError."""
        self.network.rate = self.chance.choice((0.0, 0.05, 0.15, 0.3))
        horizon = self.chance.uniform(60.0, 130.0)
        for device in self.devices:
            if self.chance.random() < 0.1:
                device.image = {}  # a fresh computer
                self.faults["empty store"] += 1
            device.start()
        for plan in self._plans():
            self._later(self.chance.uniform(0.0, horizon), plan)
        self._later(self.chance.uniform(0.0, _TURN), self.remind)
        self._work(horizon)
        invariants.require(len(self.acknowledged) >= LEAST_COMMANDS, "Too few commands")
        self.heal()
        return self.check()

    def _work(self, seconds: float) -> None:
        """Let people work until they have done enough and the time is over."""
        end = self.timeline.seconds + seconds
        while (
            self.timeline.seconds < end or len(self.acknowledged) < LEAST_COMMANDS or self._fault_count() < LEAST_FAULTS
        ):
            device = self.chance.choice(self.devices)
            for _ in range(self.chance.choice(_AT_ONCE)):
                asks = people.something(device, self.chance) if device.running else []
                if asks:
                    device.commit(asks)
            if self.timeline.seconds > end and self._fault_count() < LEAST_FAULTS:
                self.chance.choice(self._kinds())()
            self.timeline.run(self.chance.expovariate(0.35))

    def _fault_count(self) -> int:
        crashes = sum(len(device.crashes) for device in self.devices) + len(self.server.crashes)
        return sum(self.faults.values()) + crashes

    # ------------------------------------------------------------------------------------------------- the faults

    def _kinds(self) -> tuple[Callable[[], None], ...]:
        return (
            self.go_offline, self.go_offline, self.crash_device, self.crash_device, self.crash_device,
            self.crash_server, self.crash_server, self.stop_server, self.skew_clock, self.back_up, self.set_server_back,
            self.clone_device, self.set_device_back, self.pass_night, self.suspend, self.take_teaching,
            self.cancel_class, self.compare,
        )  # fmt: skip

    def _later(self, seconds: float, fault: Callable[[], None]) -> None:
        """Let a fault happen after `seconds`, unless everything heals before."""
        self.timeline.after(seconds, lambda: None if self.healing else fault())

    def _plans(self) -> list[Callable[[], None]]:
        return self.chance.choices(self._kinds(), k=self.chance.randint(4, 9))

    def _device(self) -> Device:
        return self.chance.choice(self.devices)

    def go_offline(self) -> None:
        """A device loses the network for a while."""
        device = self._device()
        device.link.online = False
        self.faults["offline"] += 1

        def back() -> None:
            device.link.online = True
            if device.running:
                device.runner.wake(urgent=True)

        self.timeline.after(self.chance.uniform(10.0, 120.0), back)

    def crash_device(self) -> None:
        """A device crashes at a named step, or right now; half the times the power goes with it."""
        device = self._device()
        device.power_goes = self.chance.random() < 0.5
        if self.chance.random() < 0.15:
            device.kill()
        else:
            device.crash_at = (self.chance.choice(CLIENT_STEPS), self.chance.randrange(3))

    def crash_server(self) -> None:
        """The server crashes at a named step."""
        self.server.power_goes = self.power_may_go and self.chance.random() < 0.5
        self.server.crash_at = (self.chance.choice(server_steps.STEPS), self.chance.randrange(4))

    def stop_server(self) -> None:
        """The server is down for a while."""
        if not self.server.up:
            return
        self.server.kill()
        self.faults["server down"] += 1
        self.timeline.after(self.chance.uniform(5.0, 60.0), self.network.start_server)

    def skew_clock(self) -> None:
        """A device's clock is set wrong, by minutes or by a year, forwards or back."""
        off = self.chance.choice((timedelta(minutes=7), timedelta(hours=5), timedelta(days=366)))
        self._device().set_clock(off * self.chance.choice((1, -1)))
        self.faults["clock set wrong"] += 1

    def back_up(self) -> None:
        """The office writes a backup."""
        if self.server.up:
            self._backup = self.stage.back_up()

    def set_server_back(self) -> None:
        """The server is restored from an older backup: a new epoch."""
        if self._backup is None:
            self.back_up()
            self._later(self.chance.uniform(5.0, 90.0), self.set_server_back)
            return
        if not self.server.up:
            return
        self.server.set_back(self._backup)
        self._backup = None
        self.faults["server set back"] += 1
        with self.world.program.host.look() as db:
            there = {row[0] for row in db.rows("SELECT id FROM command_log")}
        self.destroyed |= self._only_on_server - there

    def clone_device(self) -> None:
        """A disk image is copied to a second computer; both go on."""
        original = self._device()
        if self._clones or not original.running or original.label.endswith("copy"):
            return
        self._clones += 1
        image = original._disk.image()
        label = f"{original.label} copy"
        clone = Device(original.install, self.around, self._chance(label), image, label)
        clone.start()
        self.devices.append(clone)
        self.faults["device cloned"] += 1

    def set_device_back(self) -> None:
        """A computer is set back to an older image: what was saved since is there only if it was sent."""
        device = self._device()
        if not device.running:
            return
        image = device._disk.image()

        def back() -> None:
            if not device.running or not self.server.up:
                return
            before = device.outbox_ids()
            device.close()
            kept, device.image = device.image, image
            device.start()
            if not device.running:
                device.image = kept  # what the image would have cost can't be counted now, so it wasn't put back
                return
            lost = before - device.outbox_ids()
            others = set().union(*(one.outbox_ids() for one in self.devices if one.running))
            with self.world.program.host.look() as db:
                there = {row[0] for row in db.rows("SELECT id FROM command_log")}
            self._only_on_server |= (lost & there) - others
            self.destroyed |= lost - there - others
            self.faults["device set back"] += 1

        self._later(self.chance.uniform(10.0, 80.0), back)

    def pass_night(self) -> None:
        """Everyone goes home; tokens run out, refresh tokens too when it is a holiday."""
        for device in self.devices:
            device.close()
        self.timeline.skip(self.chance.choice((1_200.0, 50_000.0, 9 * 86_400.0)))
        self.faults["tokens expired"] += 1
        for device in self.devices:
            device.start()

    def suspend(self) -> None:
        """An instructor is suspended for a while."""
        instructors = [one for one in self.devices if not one.actor.may("core.see_all")]
        person = self.chance.choice(instructors).actor.person_id
        if self._administer("SetPersonState", person, {"state": "suspended"}):
            self.faults["permission lost"] += 1
            self.timeline.after(self.chance.uniform(10.0, 90.0), lambda: self._reinstate(person))

    def _reinstate(self, person: str) -> None:
        if not self._administer("SetPersonState", person, _REINSTATED):
            self.timeline.after(5.0, lambda: self._reinstate(person))

    def take_teaching(self) -> None:
        """An instructor no longer teaches a cohort, while perhaps offline."""
        at = self.chance.randrange(2)
        teachers = [one.actor.person_id for one in self.world.institute.installs.values()][:2]
        left = [one for one in teachers if self.chance.random() < 0.4]
        changes = {"instructors": {"old": teachers, "new": left}}
        if self._administer("EditCohort", self.world.institute.cohorts[at], {"changes": changes}):
            self.faults["teaching lost"] += 1

    def cancel_class(self) -> None:
        """A class is cancelled while its roll is being taken."""
        changes = {"state": {"old": "scheduled", "new": "cancelled"}}
        if self._administer("EditClassSession", self.world.institute.sessions[0], {"changes": changes}):
            self.faults["class cancelled"] += 1

    def compare(self) -> None:
        """A person asks for everything to be compared."""
        device = self._device()
        if device.running:
            device.runner.check()

    def remind(self) -> None:
        """The server's own job has its turn, again and again."""
        self._later(_TURN, self.remind)
        if self.server.up:
            try:
                remind(self.world.program.context)
                self.gateway.work()
            except SimulatedCrash:
                self._restart_server()
        self.gateway.let_pay()

    def _administer(self, kind: str, target: str, payload: Mapping[str, Any]) -> bool:
        if not self.server.up:
            return False
        try:
            administer(self.world.program, self.world.institute, (kind, target, dict(payload)))
        except SimulatedCrash:
            self._restart_server()
            return False
        return True

    def _restart_server(self) -> None:
        self.timeline.after(self.chance.uniform(2.0, 12.0), self.network.start_server)

    # ---------------------------------------------------------------------------------------------------- healing

    def heal(self) -> None:
        """End all faults, and give everything 60 seconds to get through."""
        self.healing = True
        self.network.rate = 0.0
        self.server.crash_at = None
        self.network.start_server()
        for install in self.world.institute.installs.values():
            back = ("SetPersonState", install.actor.person_id, _REINSTATED)
            outcome = administer(self.world.program, self.world.institute, back)[0]
            invariants.require(outcome.verdict in {"applied", "agreed"}, "Nobody can be reinstated:", outcome)
        for device in self.devices:
            device.crash_at, device.power_goes, device.link.online = None, False, True
            device.start()
            device.runner.wake(urgent=True)
        began = self.timeline.seconds
        self.timeline.run(MOST_SECONDS, lambda: all(device.is_settled() for device in self.devices))
        for device in self.devices:
            invariants.require(
                not device.waiting(),
                "An outbox isn't empty 60 seconds after healing:",
                device.label,
                device.engine.problem,
            )
        self.healed_in = self.timeline.seconds - began

    def check(self) -> Result:
        """Check every invariant; raises BrokenInvariantError."""
        self._even_out()
        program, organisation = self.world.program, self.world.institute.organisation_id
        if self.gateway.settle():
            self._even_out()
        wanted = {key: one for key, one in self.acknowledged.items() if key not in self.destroyed}
        with program.host.look() as db:
            verdicts = invariants.every_save_has_one_end(db, wanted)
            invariants.nothing_counts_twice(db)
            invariants.leave_is_true(db)
            places_are_true(db)
            kit_is_true(db)
            marking_is_true(db)
            grades_are_true(db)
            notices_are_true(db)
            skills_are_true(db)
            money_is_true(db, organisation, wanted)
            gateway_is_true(db, self.gateway.here, self.gateway.given)
            fees_are_charged(db, self.world.enrolled, self.world.institute.cohorts[1])
            invariants.the_chain_holds(db, organisation)
            for device in self.devices:
                actor = invariants.actor_now(db, program.context.book, device)
                invariants.receipts_are_true(db, device)
                invariants.device_converged(db, actor, device)
                invariants.marks_are_equal(db, device)
                drawers_are_equal(db, organisation, device)
            head = db.one("SELECT chain FROM feed_head")
        for device in self.devices:
            self.faults.update(f"device crash, {step}" for step in device.crashes)
            self.faults["unsynced writes lost"] += device.lost_writes > 0
        self.faults.update(f"crash, {step}" for step in self.server.crashes)
        trace = bytes(head[0]).hex() if head else ""
        return Result(verdicts, self.faults, len(self.devices), self.network.messages, trace)

    def _even_out(self) -> None:
        """Let every device have what the server has.

        One after another: of two copies of one install only the one that signed in last may go on. And twice: a device
        that hadn't noticed a new epoch brings back what the others then see.
        """
        for device in (*self.devices, *self.devices):
            device.sign_in_if_needed()
            device.runner.check()
            self.timeline.run(_SETTLING)

    def end(self) -> None:
        """Let everything go."""
        for device in self.devices:
            device.close()
        self.server.close()
        if isinstance(self.stage, PostgresStage):
            self.stage.drop()
        disk.forget_all(self.folder)
