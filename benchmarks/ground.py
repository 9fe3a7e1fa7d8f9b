"""The ground of the server's figures: a durable PostgreSQL of our own, institutes, classes and signed-in devices."""

import base64
import contextlib
import http.client
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, insert

from server.app import build_context
from server.core.batch import Origin
from server.core.context import Context
from server.core.keys import make_keys
from server.core.passwords import hash_here
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.migrations.running import migrate
from server.people import organisations
from server.people.credentials import make_institute_key, set_password
from server.timetable.tables import CLASS_SESSION
from shared.attendance.rules import mark_id
from shared.core.clock import instant_text
from shared.core.command import Command
from shared.people.vocabulary import Role
from tests.postgres import fresh_database, running_postgres

PASSWORD = "a kettle, two birds"  # noqa: S105 - it opens a made-up institute
CLASS_SIZE = 30
STARTED = "2026-01-05T08:00:00.000Z"
ENDED = "2026-01-05T10:00:00.000Z"


@dataclass
class SchoolClass:
    """A cohort of 30 with an instructor of its own and sessions that nobody has marked yet."""

    cohort_id: str
    username: str
    instructor_id: str
    enrolments: list[str]
    sessions: list[str]


@dataclass
class School:
    """An organisation with its classes."""

    slug: str
    organisation_id: str
    classes: list[SchoolClass]


@dataclass
class SignedIn:
    """A device with someone signed in on it; `number` is that of its last command."""

    token: str
    device_id: str
    school: School
    taught: SchoolClass | None
    number: int = 0


@dataclass
class Ground:
    """A prepared database, the parts of a server over it, and what servers of their own need to run on it."""

    context: Context
    environment: dict[str, str]
    owner_url: str
    libpq_url: str
    folder: Path
    schools: list[School] = field(default_factory=list)

    def add_school(self, slug: str, classes: int, sessions: int) -> School:
        """Make an organisation through the server's own door; sessions are written straight into their table."""
        context = self.context
        wanted = organisations.NewOrganisation(slug, f"Institute {slug}")
        school = School(slug, organisations.create(context.database, context.clock, context.new_id, wanted), [])
        now = context.clock.now()
        context.database.write(lambda db: make_institute_key(db, context.keys, school.organisation_id, now))
        course_id = context.new_id()
        self.put(school, [("AddCourse", course_id, {"code": "PHOTO", "title": "Photography"})])
        for at in range(classes):
            school.classes.append(self._add_class(school, course_id, at, sessions))
        self.schools.append(school)
        return school

    def _add_class(self, school: School, course_id: str, at: int, sessions: int) -> SchoolClass:
        new_id = self.context.new_id
        username = f"instructor{at}"
        taught = SchoolClass(new_id(), username, new_id(), [new_id() for _ in range(CLASS_SIZE)], [])
        people = [new_id() for _ in range(CLASS_SIZE)]
        self.add_person(school, username, Role.INSTRUCTOR, taught.instructor_id)
        cohort = {"course_id": course_id, "code": f"C{at}", "name": f"Cohort {at}"}
        self.put(
            school,
            [
                ("AddCohort", taught.cohort_id, {**cohort, "instructors": [taught.instructor_id]}),
                *(
                    ("AddPerson", one, {"given_name": f"Student{n}", "family_name": "Mensah", "number": f"{at}-{n}"})
                    for n, one in enumerate(people)
                ),
                *(
                    ("EnrolPerson", enrolment, {"cohort_id": taught.cohort_id, "person_id": person})
                    for enrolment, person in zip(taught.enrolments, people, strict=True)
                ),
            ],
        )
        self.add_sessions(school, taught, sessions)
        return taught

    def add_sessions(self, school: School, taught: SchoolClass, sessions: int) -> None:
        """Plan further sessions of a class, all of them over, so that their registers may be taken."""
        ids = [self.context.new_id() for _ in range(sessions)]
        rows = [
            {
                "organisation_id": school.organisation_id,
                "id": one,
                "revision": one,
                "cohort_id": taught.cohort_id,
                "starts_at": STARTED,
                "ends_at": ENDED,
                "room": "",
                "instructor_id": taught.instructor_id,
                "title": "",
                "state": "scheduled",
                "unplanned": False,
            }
            for one in ids
        ]
        engine = create_engine(self.owner_url)
        with engine.begin() as connection:
            connection.execute(insert(CLASS_SESSION), rows)
        engine.dispose()
        taught.sessions += ids

    def count_tables(self) -> None:
        """Let PostgreSQL count its tables, as it does by itself within a minute of much writing."""
        engine = create_engine(self.owner_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
        engine.dispose()

    def add_person(self, school: School, username: str, role: Role, person_id: str = "") -> str:
        """Add someone who signs in with PASSWORD."""
        context = self.context
        person_id = person_id or context.new_id()
        payload = {"given_name": username.title(), "username": username, "roles": [str(role)]}
        self.put(school, [("AddPerson", person_id, payload)])
        hashed = hash_here(PASSWORD, context.keys.pepper, context.settings.password_cost)
        now = context.clock.now()
        context.database.write(lambda db: set_password(db, school.organisation_id, person_id, hashed, now))
        return person_id

    def put(self, school: School, wanted: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        """Put commands through the door as the system."""
        context = self.context
        actor = organisations.system_actor(school.organisation_id, context.new_id())
        commands = [
            Command(
                id=context.new_id(),
                device_id=actor.person_id,
                install_epoch=1,
                device_seq=at,
                type=kind,
                type_version=1,
                target_id=target,
                payload=payload,
                observed_at=instant_text(context.clock.now()),
            )
            for at, (kind, target, payload) in enumerate(wanted, 1)
        ]
        for first in range(0, len(commands), 500):
            told = context.door.accept(actor, Origin(""), commands[first : first + 500]).outcomes
            assert {one.verdict for one in told} == {"applied"}, told

    def sign_in(self, port: int, school: School, username: str, taught: SchoolClass | None = None) -> SignedIn:
        """Sign a fresh device in over HTTP."""
        device_id = self.context.new_id()
        answer = post(port, "/api/v1/auth/sign-in", sign_in_body(school, username, device_id))
        return SignedIn(answer["access_token"], device_id, school, taught)


def sign_in_body(school: School, username: str, device_id: str) -> bytes:
    """The body of a sign-in on a fresh device."""
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    device = {"id": device_id, "name": f"{username}'s laptop", "public_key": base64.b64encode(public).decode()}
    return orjson.dumps({"organisation": school.slug, "name": username, "password": PASSWORD, "device": device})


def post(port: int, path: str, body: bytes, token: str = "") -> Any:
    """Post JSON and return the answer's data."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == http.client.OK, content
    return orjson.loads(content)["data"]


def marks(context: Context, device: SignedIn, session_id: str) -> bytes:
    """The JSON list of commands that takes the roll of one session: 30 marks."""
    assert device.taught is not None
    now = instant_text(context.clock.now())
    commands = []
    for at, enrolment_id in enumerate(device.taught.enrolments):
        device.number += 1
        commands.append(
            {
                "id": context.new_id(),
                "device_id": device.device_id,
                "install_epoch": 1,
                "device_seq": device.number,
                "type": "RecordObservation",
                "type_version": 1,
                "target_id": mark_id(session_id, enrolment_id),
                "base": None,
                "more_targets": [],
                "payload": {
                    "session_id": session_id,
                    "enrolment_id": enrolment_id,
                    "state": "absent" if at % 11 == 0 else "present",
                    "minutes": None,
                    "note": "",
                    "method": "hand",
                    "supersedes": [],
                },
                "observed_at": now,
                "clock_offset": 12,
            }
        )
    return orjson.dumps(commands)


@contextlib.contextmanager
def ground(password_cost: int = 4, pool_size: int = 16) -> Iterator[Ground]:
    """An empty ground for the time of the `with` block, on a PostgreSQL that keeps every promise to the disk."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campusdesk-bench-")))
        server = stack.enter_context(running_postgres(durable=True))
        urls = stack.enter_context(fresh_database(server))
        environment = {
            "CAMPUSDESK_DATA_DIR": str(folder),
            "CAMPUSDESK_DATABASE_URL": urls.application_url,
            "CAMPUSDESK_DATABASE_OWNER_URL": urls.owner_url,
            "CAMPUSDESK_PASSWORD_COST": str(password_cost),
            "CAMPUSDESK_POOL_SIZE": str(pool_size),
            "CAMPUSDESK_ACCESS_TOKEN_MINUTES": "600",
            "CAMPUSDESK_FIND_OWN_NAMES": "false",
        }
        settings = Settings(
            data_dir=folder,
            database_url=urls.application_url,
            database_owner_url=urls.owner_url,
            password_cost=password_cost,
            find_own_names=False,
        )
        make_keys(settings.keys_path)
        migrate(settings.owner_database, settings.database)
        context = build_context(settings, SystemClock())
        stack.callback(context.close)
        libpq = urls.owner_url.replace("postgresql+psycopg://", "postgresql://")
        environment["CAMPUSDESK_BENCH_DATABASE"] = libpq
        yield Ground(context, environment, urls.owner_url, libpq, folder)
