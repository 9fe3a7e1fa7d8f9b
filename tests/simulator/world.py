"""The small institute of every simulated run: made once for each database, then copied."""

import base64
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from desktop.core.device_key import DeviceKey
from server.core.batch import Origin
from server.core.database import Database, Db
from server.core.isolation import acting_for
from server.core.settings import Settings
from server.migrations.running import migrate
from server.people import organisations
from server.people.sign_in_messages import DeviceAsk, SignInAsk
from server.people.sign_in_service import Attempt, Caller, SignIns
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.outcome import Outcome
from shared.people.numbering import numbering_id
from shared.people.vocabulary import BUILT_IN_ROLES, Permission, Role
from tests.postgres import DatabaseUrls, PostgresServer
from tests.simulator.areas import STORE_AREAS
from tests.simulator.device import Device, Install, Surroundings
from tests.simulator.disk import Image
from tests.simulator.money_world import (
    AT_THE_TILL,
    OFFICE,
    let_people_handle_money,
    make_till_of,
    set_up_money,
)
from tests.simulator.network import Network
from tests.simulator.server import ServerProgram, SqliteStage, Stage
from tests.simulator.timeline import START, SimulatedClock, SimulatedCrash, Timeline

FILE = "campusdesk.sqlite3"
LAB = "Lab 2, place 4"
NUMBERING = {"prefix": "N-", "year": "none", "digits": 3, "start": 1}
STUDENTS = (4, 3)
"""How many students the two cohorts have; the last of the first is in both."""


@dataclass
class Institute:
    """Who and what is there, by id."""

    organisation_id: str = ""
    system: Actor | None = None
    cohorts: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)
    students: list[str] = field(default_factory=list)
    installs: dict[str, Install] = field(default_factory=dict)


def administer(program: ServerProgram, institute: Institute, *asks: tuple[str, str, dict[str, Any]]) -> list[Outcome]:
    """Carry out commands as an administrator who sits at the server: (type, target, payload)."""
    context = program.context
    device_id = context.new_id()
    now = instant_text(context.clock.now())
    commands = [
        Command(
            id=context.new_id(), device_id=device_id, install_epoch=1, device_seq=at + 1, type=kind, type_version=1,
            target_id=target, payload=payload, observed_at=now,
        )
        for at, (kind, target, payload) in enumerate(asks)
    ]  # fmt: skip
    assert institute.system is not None
    return context.door.accept(institute.system, Origin(""), commands).outcomes


def sign_in(program: ServerProgram, institute: Institute, install: Install) -> Mapping[str, Any]:
    """Begin a sign-in after the right password was typed. Raises CampusError `suspended` and its like."""
    person = install.actor.person_id
    device = DeviceAsk(
        id=install.device_id, name=install.name, public_key=DeviceKey(install.packed_key).public, install_epoch=1
    )
    ask = SignInAsk(organisation="kmedia", name=install.actor.name, password="x" * 12, device=device)
    with program.host.look() as db:
        found = db.one("SELECT state FROM person WHERE id = :id", id=person)
    attempt = Attempt(institute.organisation_id, person, person, found[0] if found else "inactive", "", None)
    return SignIns(program.context).finish(attempt, ask, Caller("127.0.0.1", "simulator"))


def build_institute(program: ServerProgram, chance: random.Random) -> Institute:
    """Make the organisation, its people, cohorts and class sessions through the door."""
    context, new = program.context, program.context.new_id
    wanted = organisations.NewOrganisation("kmedia", "K Media")
    made = Institute(organisations.create(program.host, context.clock, new, wanted))
    made.system = organisations.system_actor(made.organisation_id, new())
    _let_instructors_lend(program, made.organisation_id)
    let_people_handle_money(program, made.organisation_id)
    asks = _staff(made, new, chance)
    ama, kofi = (install.actor.person_id for install in list(made.installs.values())[:2])
    course = new()
    asks.append(("AddCourse", course, {"code": "PHOTO", "title": "Photography"}))
    for at, teachers in enumerate(([ama, kofi], [kofi])):
        made.cohorts.append(new())
        payload = {"course_id": course, "code": f"PHOTO-{at}", "name": f"Photography {at}", "instructors": teachers}
        asks.append(("AddCohort", made.cohorts[at], payload))
    made.students = [new() for _ in range(sum(STUDENTS) - 1)]
    made.installs[LAB] = _at_the_lab(made, new(), chance.getrandbits(256).to_bytes(32, "big"))
    asks += _students(made, new) + _sessions(made, new)
    rule = {name: {"old": None, "new": new_value} for name, new_value in NUMBERING.items()}
    asks.append(("SetNumbering", numbering_id(made.organisation_id), {"changes": rule}))
    outcomes = administer(program, made, *asks)
    assert {one.verdict for one in outcomes} == {"applied"}, [one for one in outcomes if one.verdict != "applied"]
    set_up_money(program, made, administer)
    return made


def _staff(made: Institute, new: Callable[[], str], chance: random.Random) -> list[tuple[str, str, dict[str, Any]]]:
    """Two who teach, one of whom is a cashier too, and the front desk, which keeps the books."""
    staff: dict[str, tuple[str, tuple[Role, ...], frozenset[str]]] = {
        "Ama's laptop": ("Ama", (Role.INSTRUCTOR,), frozenset()),
        "Kofi's laptop": ("Kofi", (Role.INSTRUCTOR, Role.CASHIER), AT_THE_TILL),
        "Front desk": ("Grace", (Role.REGISTRAR,), OFFICE),
    }
    asks: list[tuple[str, str, dict[str, Any]]] = []
    for name, (given, roles, more) in staff.items():
        person_id = new()
        words = BUILT_IN_ROLES[roles[0]] | {Permission.KIT_LEND}
        actor = Actor(
            person_id=person_id, organisation_id=made.organisation_id, name=given, roles=roles,
            permissions=frozenset(map(str, words)) | more,
        )  # fmt: skip
        seed = chance.getrandbits(256).to_bytes(32, "big")
        made.installs[name] = Install(name, actor, new(), _packed(seed))
        asks.append(("AddPerson", person_id, {"given_name": given, "roles": list(roles), "username": given.lower()}))
    return asks


def _let_instructors_lend(program: ServerProgram, organisation_id: str) -> None:
    """In this institute instructors lend kit, so that there are several counters."""
    role = "SELECT permissions FROM role WHERE \"key\" = 'instructor'"
    change = "UPDATE role SET permissions = :words WHERE \"key\" = 'instructor'"

    def give(db: Db) -> None:
        known = json.loads(db.rows(role)[0][0])
        db.run(change, words=json.dumps(sorted({*known, str(Permission.KIT_LEND)})))

    with acting_for(organisation_id):
        program.host.write(give)


def _at_the_lab(made: Institute, device_id: str, seed: bytes) -> Install:
    """The last student of the first cohort, who is in both, sits at a lab machine."""
    actor = Actor(
        person_id=made.students[STUDENTS[0] - 1], organisation_id=made.organisation_id, name="Student3",
        roles=(Role.STUDENT,), permissions=frozenset(map(str, BUILT_IN_ROLES[Role.STUDENT])),
    )  # fmt: skip
    return Install(LAB, actor, device_id, _packed(seed))


def _students(made: Institute, new: Callable[[], str]) -> list[tuple[str, str, dict[str, Any]]]:
    asks: list[tuple[str, str, dict[str, Any]]] = []
    for number, student in enumerate(made.students):
        asks.append(("AddPerson", student, {"given_name": f"Student{number}", "number": f"S-{number:03}"}))
        for cohort, first, count in zip(made.cohorts, (0, STUDENTS[0] - 1), STUDENTS, strict=True):
            if first <= number < first + count:
                asks.append(("EnrolPerson", new(), {"cohort_id": cohort, "person_id": student}))
    return asks


def _sessions(made: Institute, new: Callable[[], str]) -> list[tuple[str, str, dict[str, Any]]]:
    asks: list[tuple[str, str, dict[str, Any]]] = []
    for cohort, hours in ((0, 0), (0, -24), (1, 0), (0, 48)):
        made.sessions.append(new())
        starts = START + timedelta(hours=hours)
        times = {"starts_at": instant_text(starts), "ends_at": instant_text(starts + timedelta(hours=2))}
        asks.append(("PlanClassSession", made.sessions[-1], {"cohort_id": made.cohorts[cohort], **times}))
    return asks


def _packed(seed: bytes) -> str:
    return base64.b64encode(seed).decode()


class PostgresStage:
    """A database of its own on a PostgreSQL server, worked on as the application's role."""

    dialect = "postgresql"

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._name = server.create_database(template)
        self._backups: list[str] = []
        self._database: Database | None = None

    def open(self) -> Database:
        self.close()
        self._database = Database(self._server.urls(self._name).application_url, pool_size=2)
        return self._database

    def crash(self, lose: random.Random | None) -> None:
        """What wasn't committed is rolled back as the connection ends; its own disk is PostgreSQL's business."""

    def back_up(self) -> str:
        assert self._database is not None
        self._database.engine.dispose()
        self._backups.append(self._server.create_database(self._name))
        return self._backups[-1]

    def restore(self, backup: str) -> None:
        self.close()
        self._backups.append(self._name)
        self._name = self._server.create_database(backup)

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def drop(self) -> None:
        """Remove the databases of the run."""
        self.close()
        for name in {self._name, *self._backups}:
            self._server.drop_database(name)


class World:
    """The prepared institute on one kind of database: what every run starts with."""

    def __init__(self, folder: Path, dialect: str, postgres: PostgresServer | None = None) -> None:
        self.dialect, self._folder, self._postgres = dialect, folder, postgres
        keys = folder / "keys"
        keys.mkdir(parents=True)
        self.program = ServerProgram(keys, dialect)
        self.institute = Institute()
        self.devices: dict[str, Image] = {}
        self.seconds = 0.0
        self.enrolled: frozenset[str] = frozenset()
        self._image: Image = {}
        self._template = "simulated_institute"
        if postgres is None:
            draft = folder / "draft"
            draft.mkdir()
            url = f"sqlite:///{(draft / FILE).as_posix()}"
            self._build(DatabaseUrls(url, url))
        else:
            postgres.create_template(self._template, self._build)

    def _build(self, urls: DatabaseUrls) -> None:
        settings = Settings(data_dir=self._folder, database_url=urls.application_url, database_owner_url=urls.owner_url)
        migrate(settings.owner_database, settings.database)
        stage: Stage
        if self._postgres is None:
            draft = self._folder / "draft"
            stage = SqliteStage(self._folder / "built", {FILE: (draft / FILE).read_bytes()}, watched=False)
        else:
            stage = _GivenStage(urls)
        chance = random.Random(7)
        timeline = Timeline()
        self.program.begin(stage.open(), SimulatedClock(timeline), chance)
        self.institute = build_institute(self.program, chance)
        with self.program.host.look() as db:
            self.enrolled = frozenset(row[0] for row in db.rows("SELECT id FROM enrolment"))
        self._sync_devices(timeline, chance)
        self.seconds = timeline.seconds
        stage.close()
        if isinstance(stage, SqliteStage):
            self._image = stage.back_up()

    def _sync_devices(self, timeline: Timeline, chance: random.Random) -> None:
        server: Any = _Running(self.program)
        network = Network(timeline, server, chance, Counter())
        around = Surroundings(
            timeline, network, self._folder / "devices", STORE_AREAS, False,
            lambda device: sign_in(self.program, self.institute, device.install), lambda _device, _commands: None,
        )  # fmt: skip
        devices = [Device(one, around, chance, None, name) for name, one in self.institute.installs.items()]
        for device in devices:
            device.start()
        timeline.run(60)
        for device in devices:
            assert device.base_rows(), device.label
            make_till_of(device)
            device.close()
            self.devices[device.label] = device.image

    def stage(self, folder: Path, *, power_may_go: bool) -> Stage:
        """Return a fresh copy of the institute's database for one run."""
        if self._postgres is None:
            return SqliteStage(folder, self._image, watched=power_may_go)
        return PostgresStage(self._postgres, self._template)

    def signed_in(self, device: Device) -> Mapping[str, Any] | None:
        """Type the right password on a device; None where it doesn't help now."""
        try:
            return sign_in(self.program, self.institute, device.install)
        except (CampusError, SimulatedCrash):
            return None


class _Running:
    """The server while the institute is built: it is there and never fails."""

    def __init__(self, program: ServerProgram) -> None:
        self.up = True
        self.ask = program.ask


class _GivenStage:
    """A database that is there already."""

    dialect = "postgresql"

    def __init__(self, urls: DatabaseUrls) -> None:
        self._urls = urls
        self._database: Database | None = None

    def open(self) -> Database:
        self.close()
        self._database = Database(self._urls.application_url, pool_size=2)
        return self._database

    def crash(self, lose: random.Random | None) -> None:
        """It doesn't."""

    def back_up(self) -> Any:
        raise AssertionError

    def restore(self, backup: Any) -> None:
        raise AssertionError

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
