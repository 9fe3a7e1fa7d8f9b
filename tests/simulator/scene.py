"""A quiet run for one failure at a time: nothing goes wrong but what the scene says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.core.outbox import Ask
from server.core.database import Row
from shared.attendance import rules
from shared.core.command import Command
from tests.simulator import invariants
from tests.simulator.device import Device
from tests.simulator.run import Run
from tests.simulator.world import World, administer


class Scene(Run):
    """Three devices, the server, and no chance; `finish` heals and checks every invariant."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world, folder, 1)
        for device in self.devices:
            device.start()
        self.ama, self.kofi, self.desk, self.lab = self.devices
        self.wait(5)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.timeline.run(seconds)

    def line_up(self, *devices: Device) -> None:
        """Let devices exchange, one after another, twice."""
        for device in (*devices, *devices):
            device.link.online = True
            device.runner.wake(urgent=True)
            self.wait(5)

    def save(self, device: Device, *asks: Ask) -> tuple[Command, ...]:
        """Save on a device."""
        return device.commit(asks)

    def enrolments(self, device: Device, cohort: int = 0) -> list[str]:
        """Return the ids of a cohort's enrolments."""
        rows = device.store.children("enrolment", self.world.institute.cohorts[cohort])
        return sorted(row["id"] for row in rows)

    def mark(self, device: Device, at: int, state: str, session: int = 0) -> Ask:
        """Return the mark of enrolment number `at` in a class session, as a click on the register makes it."""
        session_id = self.world.institute.sessions[session]
        cohort = 1 if session == 2 else 0
        enrolment = self.enrolments(device, cohort)[at]
        mark = rules.mark_id(session_id, enrolment)
        shown = [one for one in device.store.children("observation", session_id) if one["mark_id"] == mark]
        seen = list(rules.effective(shown).unsuperseded)
        payload = {"session_id": session_id, "enrolment_id": enrolment, "state": state, "supersedes": seen}
        return Ask("RecordObservation", mark, payload, seen[-1] if seen else None, id=device.new_id())

    def edit(self, device: Device, at: int, **wanted: Any) -> Ask:
        """Return an edit of student number `at`, as the form makes it."""
        person = device.store.get("person", self.world.institute.students[at])
        assert person is not None
        changes = {name: {"old": person.get(name), "new": value} for name, value in wanted.items()}
        return Ask("EditPerson", person["id"], {"changes": changes}, person["revision"])

    def administer(self, kind: str, target: str, payload: Mapping[str, Any]) -> None:
        """Do something as an administrator at the server; it must be applied."""
        outcome = administer(self.world.program, self.world.institute, (kind, target, dict(payload)))[0]
        assert outcome.verdict == "applied", outcome

    def rows(self, sql: str, **places: Any) -> Sequence[Row]:
        """Ask the server's database."""
        with self.world.program.host.look() as db:
            return db.rows(sql, **places)

    def verdict(self, command: Command) -> str:
        """Return the verdict that the server gave."""
        found = self.rows("SELECT verdict FROM command_log WHERE id = :id", id=command.id)
        return str(found[0][0]) if found else "unknown"

    def require(self, holds: object, sentence: str, *facts: object) -> None:
        """Raise BrokenInvariantError where `holds` isn't so."""
        invariants.require(holds, sentence, *facts)

    def require_converged(self, device: Device) -> None:
        """Raise where a device doesn't hold what its person may see, as the server has it."""
        with self.world.program.host.look() as db:
            actor = invariants.actor_now(db, self.world.program.context.book, device)
            invariants.device_converged(db, actor, device)

    def finish(self) -> None:
        """Heal everything and check every invariant."""
        self.heal()
        self.check()
