"""A class with students and earlier classes, the same every time, for tests of registers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.attendance.lines import STORE as ATTENDANCE
from desktop.core.area import StoreArea
from desktop.timetable.lines import STORE as TIMETABLE
from shared.attendance.rules import mark_id
from shared.core.actor import Actor
from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.desks import ORGANISATION, TestDesk, make_actor, make_desk, plain_areas

NOW = datetime(2026, 11, 20, 8, 36, tzinfo=UTC)
START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
NAMES = (
    "Amina Yusuf", "Baraka Otieno", "Chen Wei", "Dalia Haddad", "Elif Demir", "Femi Adeyemi", "Grace Wanjiru",
    "Hana Novak", "Imran Sheikh", "Joao Silva", "Kofi Boateng", "Lucia Ortega", "Marta Kowalska", "Nadia Rahman",
    "Omar Farouk", "Priya Nair", "Quentin Moreau", "Rosa Jimenez", "Samir Costa", "Tala Santos", "Uche Eze",
    "Viktor Petrov", "Wanjiku Kamau", "Ximena Cruz", "Yara Nasser", "Zainab Musa", "Aiko Tanaka", "Bilal Aziz",
    "Carmen Diaz", "David Mutua", "Efua Ansah", "Fatou Diallo", "Gifty Owusu", "Hassan Ali", "Ines Duarte",
    "Jamal Idris", "Kwame Asante", "Leila Haidari", "Musa Bello", "Nana Adu-Gyamfi",
)  # fmt: skip
PATTERN = ("present", "present", "late", "present", "absent", "present", "excused")

COURSE = derived_id("course", "accounting")
COHORT = derived_id("cohort", "1B")
OTHER_COHORT = derived_id("cohort", "2A")
SESSION = derived_id("session", "today")
INSTRUCTOR = make_actor(derived_id("person", "lucia"), "Lucia Ortiz", Role.INSTRUCTOR, teaches=[COHORT])
REGISTRAR = make_actor(derived_id("person", "efua"), "Efua Sarpong", Role.REGISTRAR)
STRANGER = make_actor(derived_id("person", "yaw"), "Yaw Darko", Role.INSTRUCTOR, teaches=[OTHER_COHORT])

Row = tuple[str, Mapping[str, Any]]


def person_id(name: str) -> str:
    """The id of a student by name."""
    return derived_id("person", name)


def enrolment_id(name: str) -> str:
    """The id of a student's enrolment in the cohort."""
    return derived_id("enrolment", name)


def person(name: str, number: str | None = None, **more: Any) -> Row:
    """A person's row."""
    given, _, family = name.partition(" ")
    body = {
        "id": person_id(name),
        "given_name": given,
        "family_name": family,
        "number": number,
        "state": "active",
        "roles": ["student"],
        **more,
    }
    return "person", body


def enrolment(name: str, **more: Any) -> Row:
    """An enrolment's row."""
    body = {
        "id": enrolment_id(name),
        "cohort_id": COHORT,
        "person_id": person_id(name),
        "state": "active",
        "testing": False,
        **more,
    }
    return "enrolment", body


def session(session_id: str = SESSION, start: datetime = START, **more: Any) -> Row:
    """A class session of 90 minutes."""
    body = {
        "id": session_id,
        "cohort_id": COHORT,
        "starts_at": instant_text(start),
        "ends_at": instant_text(start + timedelta(minutes=90)),
        "room": "Studio 2",
        "instructor_id": INSTRUCTOR.person_id,
        "title": "",
        "state": "scheduled",
        "unplanned": False,
        **more,
    }
    return "class_session", body


def observation(name: str, state: str, session_id: str = SESSION, **more: Any) -> Row:
    """An observation's row as the server sends it."""
    mark = mark_id(session_id, enrolment_id(name))
    body = {
        "id": derived_id("observation", mark, state, str(more.get("author_id")), str(more.get("ordinal", 1))),
        "session_id": session_id,
        "enrolment_id": enrolment_id(name),
        "person_id": person_id(name),
        "mark_id": mark,
        "state": state,
        "minutes": None,
        "note": "",
        "method": "hand",
        "office": False,
        "supersedes": [],
        "author_id": INSTRUCTOR.person_id,
        "author_name": INSTRUCTOR.name,
        "device_name": "Laptop 3",
        "observed_at": "2026-11-20T08:31:00.000Z",
        "received_at": "2026-11-20T08:31:02.000Z",
        "clock_flagged": False,
        "ordinal": 1,
        **more,
    }
    return "observation", body


def school(names: Sequence[str] = NAMES[:30], *, history: int = 6, zone: str = "Africa/Accra") -> list[Row]:
    """An institute with one cohort of these students, its class of today and `history` earlier ones with marks."""
    rows: list[Row] = [
        ("organisation", {"id": ORGANISATION, "slug": "sample", "name": "Lakeside Institute", "time_zone": zone}),
        ("course", {"id": COURSE, "code": "ACC", "title": "Diploma in Accounting", "archived": False}),
        cohort(COHORT, "1B", INSTRUCTOR.person_id),
        cohort(OTHER_COHORT, "2A", STRANGER.person_id),
        session(),
        *(staff(actor) for actor in (INSTRUCTOR, REGISTRAR, STRANGER)),
    ]
    for place, name in enumerate(names):
        rows += [person(name, f"S-{place + 4171:06d}"), enrolment(name)]
    for back in range(history, 0, -1):
        earlier = derived_id("session", str(back))
        rows.append(session(earlier, START - timedelta(days=back)))
        rows += [
            observation(name, PATTERN[(place * 3 + back * 2) % len(PATTERN)], earlier)
            for place, name in enumerate(names)
        ]
    return rows


def cohort(cohort_id: str, code: str, instructor_id: str) -> Row:
    """A cohort's row with its instructor."""
    name = f"Diploma in Accounting {code}"
    body = {"id": cohort_id, "course_id": COURSE, "code": code, "name": name, "instructors": [instructor_id]}
    return "cohort", {**body, "archived": False}


def staff(actor: Actor) -> Row:
    """The row of someone who works at the institute."""
    given, family = actor.name.split()
    body = {"id": actor.person_id, "given_name": given, "family_name": family, "number": None, "state": "active"}
    return "person", {**body, "roles": list(actor.roles)}


def areas() -> tuple[StoreArea, ...]:
    """The plain areas below, and this one's and the timetable's own."""
    people, learning, _, _ = plain_areas()
    return people, learning, TIMETABLE, ATTENDANCE


def open_desk(folder: Any, actor: Any = INSTRUCTOR, rows: Sequence[Row] | None = None, **more: Any) -> TestDesk:
    """A desk in the class at 08:36."""
    made = make_desk(folder, actor, school() if rows is None else rows, areas=areas(), **more)
    if "clock" not in more:
        made.clock.set(NOW)
    return made
