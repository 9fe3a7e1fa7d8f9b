"""What writes the sample with: commands as its people's devices would have made them, at the moments they made them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.assembly import Assembly
from server.core.batch import Origin
from server.demo.plan import SamplePerson, SamplePlan
from shared.core.actor import Actor
from shared.core.clock import ManualClock, instant_text
from shared.core.command import MAX_TARGETS, Command
from shared.core.ids import derived_id
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from shared.timetable.commands import TYPE_VERSIONS


@dataclass
class Seeder:
    """The parts of a server on a clock that is set by hand, and the plan of what is to be there."""

    parts: Assembly
    clock: ManualClock
    organisation_id: str
    plan: SamplePlan
    numbers: int = 0

    def command(
        self, kind: str, target: str, payload: Mapping[str, Any], base: str | None = None, device_id: str = ""
    ) -> Command:
        """Return a command of this moment; `device_id` where it isn't the one device of everybody."""
        self.numbers += 1
        return Command(
            id=self.parts.new_id(),
            device_id=device_id or self._device_id,
            install_epoch=1,
            device_seq=self.numbers,
            type=kind,
            type_version=TYPE_VERSIONS.get(kind, 1),
            target_id=target,
            base=base,
            payload=dict(payload),
            observed_at=instant_text(self.clock.now()),
        )

    def at(self, moment: datetime, kind: str, target: str, payload: Mapping[str, Any], **more: Any) -> Command:
        """Return a command of another moment, at which the clock stands afterwards."""
        self.clock.set(moment)
        return self.command(kind, target, payload, **more)

    def send(self, actor: Actor, commands: Sequence[Command], device: str = "", device_id: str = "") -> None:
        """Let somebody's device send commands."""
        origin = Origin(device_id or self._device_id, device)
        for first in range(0, len(commands), MAX_TARGETS):
            self.parts.door.accept(actor, origin, commands[first : first + MAX_TARGETS])

    @property
    def _device_id(self) -> str:
        return derived_id("sample-device", self.organisation_id)

    def actor(self, person: SamplePerson) -> Actor:
        """Return someone of the sample as who acts."""
        return actor_of(self.plan, self.organisation_id, person)

    def staff(self, role: Role, at: int = 0) -> Actor:
        """Return the n-th of the staff with a role."""
        return self.actor([one for one in self.plan.staff if one.role == role][at])


def actor_of(plan: SamplePlan, organisation_id: str, person: SamplePerson) -> Actor:
    """Return someone of a plan as who acts."""
    return Actor(
        person_id=person.id,
        organisation_id=organisation_id,
        name=person.name,
        roles=(person.role,),
        permissions=frozenset(map(str, BUILT_IN_ROLES[Role(person.role)])),
        teaches=frozenset(one.id for one in plan.cohorts if person.id in one.fields["instructors"]),
    )
