"""A small institute on a real database, and devices that send commands to it: the ground of many tests."""

import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine

from server.areas import AREAS
from server.assembly import Assembly, assemble
from server.core.batch import Origin
from server.core.database import Database
from server.core.row_security import grant_functions, isolate_all
from server.core.tables import METADATA
from server.migrations.running import keep_growing
from server.people import organisations
from shared.attendance.rules import mark_id
from shared.core.actor import Actor
from shared.core.clock import ManualClock, instant_text
from shared.core.command import Command, Target
from shared.core.outcome import Outcome
from shared.people.vocabulary import BUILT_IN_ROLES, Role
from tests.postgres import APPLICATION, DatabaseUrls

assert AREAS, "importing the areas puts all tables into METADATA"


@dataclass
class Device:
    """Someone at a device: numbers and sends commands through the door."""

    institute: "Institute"
    actor: Actor
    origin: Origin
    seq: int = 0

    def command(self, kind: str, target: str, payload: dict[str, Any], base: str | None = None, **more: Any) -> Command:
        """Return a numbered command, not sent yet."""
        self.seq += 1
        fields: dict[str, Any] = {
            "id": self.institute.parts.new_id(),
            "device_id": self.origin.device_id,
            "install_epoch": 1,
            "device_seq": self.seq,
            "type": kind,
            "type_version": 1,
            "target_id": target,
            "base": base,
            "payload": payload,
            "observed_at": instant_text(self.institute.clock.now()),
        }
        return Command.model_validate(fields | more)

    def send(self, *commands: Command) -> list[Outcome]:
        """Send commands in one batch and return the outcomes."""
        actor = self.institute.refreshed(self.actor)
        return self.institute.parts.door.accept(actor, self.origin, commands).outcomes

    def do(self, kind: str, target: str, payload: dict[str, Any], base: str | None = None, **more: Any) -> Outcome:
        """Make and send one command."""
        return self.send(self.command(kind, target, payload, base, **more))[0]

    def edit(self, kind: str, target: str, base: str | None, **changes: tuple[Any, Any]) -> Outcome:
        """Send an edit: field to (old, new)."""
        wanted = {name: {"old": old, "new": new} for name, (old, new) in changes.items()}
        return self.do(kind, target, {"changes": wanted}, base)


@dataclass
class Institute:
    """An organisation with one registrar, two instructors and a cohort of students with a class session now."""

    parts: Assembly
    clock: ManualClock
    organisation_id: str
    devices: dict[str, Device] = field(default_factory=dict)
    course_id: str = ""
    cohort_id: str = ""
    session_id: str = ""
    students: list[str] = field(default_factory=list)
    enrolments: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Device:
        try:
            return self.__dict__["devices"][name]
        except KeyError:
            raise AttributeError(name) from None

    def refreshed(self, actor: Actor) -> Actor:
        """Return the actor with present teaching and scopes, as the sign-in look-up does."""
        with self.parts.database.read() as db:
            head = db.one("SELECT access_revision FROM feed_head WHERE organisation_id = :o", o=actor.organisation_id)
            assert head is not None
            return self.parts.access.actor_for(db, actor, head[0])

    def device(self, key: str, role: Role, name: str) -> Device:
        """Add a person with a role at a device of his own."""
        person_id = self.parts.new_id()
        given, _, family = name.partition(" ")
        permissions = frozenset(map(str, BUILT_IN_ROLES[role]))
        actor = Actor(
            person_id=person_id,
            organisation_id=self.organisation_id,
            name=name,
            roles=(role,),
            permissions=permissions,
        )
        system = self.devices.get("system")
        made = Device(self, actor, Origin(self.parts.new_id(), f"{given}'s laptop"))
        self.devices[key] = made
        if system is not None:
            payload = {"given_name": given, "family_name": family, "roles": [role], "username": given.lower()}
            assert system.do("AddPerson", person_id, payload).verdict == "applied"
        return made

    def mark(self, device: Device, at: int, state: str, supersedes: tuple[str, ...] = (), **more: Any) -> Command:
        """Return the command that marks student number `at`."""
        payload = {
            "session_id": self.session_id,
            "enrolment_id": self.enrolments[at],
            "state": state,
            "supersedes": list(supersedes),
            **more,
        }
        target = mark_id(self.session_id, self.enrolments[at])
        return device.command("RecordObservation", target, payload, supersedes[-1] if supersedes else None)


def make_tables(urls: DatabaseUrls) -> None:
    """Make the tables as the owner."""
    engine = create_engine(urls.owner_url)
    make_tables_on(engine)
    engine.dispose()


def make_tables_on(engine: Engine) -> None:
    """Make the tables, bound to their organisations where the database can, and what the server's role may call."""
    with engine.begin() as connection:
        METADATA.create_all(connection)
        isolate_all(connection)
        if connection.dialect.name == "postgresql":
            grant_functions(connection, APPLICATION)
            keep_growing(connection, APPLICATION)


def open_database(urls: DatabaseUrls) -> Database:
    """Make the tables as the owner and return the database as the application's role."""
    make_tables(urls)
    return Database(urls.application_url, pool_size=8)


def make_institute(database: Database, students: int = 5, seed: int = 1, slug: str = "kmedia") -> Institute:
    """Build the institute through the door, deterministically from `seed`."""
    clock = ManualClock()
    parts = assemble(database, clock, random.Random(seed).getrandbits)
    wanted = organisations.NewOrganisation(slug, "K Media Institute")
    made = Institute(parts, clock, organisations.create(database, clock, parts.new_id, wanted))
    system = Device(made, organisations.system_actor(made.organisation_id, parts.new_id()), Origin(parts.new_id()))
    made.devices["system"] = system
    made.device("registrar", Role.REGISTRAR, "Grace Kimani")
    ama, kofi = made.device("ama", Role.INSTRUCTOR, "Ama Owusu"), made.device("kofi", Role.INSTRUCTOR, "Kofi Boateng")
    new = parts.new_id
    made.course_id, made.cohort_id, made.session_id = new(), new(), new()
    instructors = [ama.actor.person_id, kofi.actor.person_id]
    made.students = [new() for _ in range(students)]
    made.enrolments = [new() for _ in range(students)]
    commands = [
        system.command("AddCourse", made.course_id, {"code": "PHOTO", "title": "Photography"}),
        system.command(
            "AddCohort",
            made.cohort_id,
            {"course_id": made.course_id, "code": "PHOTO-1", "name": "Photography 1", "instructors": instructors},
        ),
        *(
            system.command(
                "AddPerson", one, {"given_name": f"Student{at}", "family_name": "Mensah", "number": f"S-{at:04}"}
            )
            for at, one in enumerate(made.students)
        ),
        *(
            system.command("EnrolPerson", enrolment, {"cohort_id": made.cohort_id, "person_id": person})
            for enrolment, person in zip(made.enrolments, made.students, strict=True)
        ),
        system.command(
            "PlanClassSession",
            made.session_id,
            {"cohort_id": made.cohort_id, "starts_at": "2026-11-20T08:00:00Z", "ends_at": "2026-11-20T10:00:00Z"},
        ),
    ]
    assert {outcome.verdict for outcome in system.send(*commands)} == {"applied"}
    return made


def targets(*ids: str) -> tuple[Target, ...]:
    """Return further targets of a command."""
    return tuple(Target(id=one) for one in ids)
