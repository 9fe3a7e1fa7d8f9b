"""What the sample institute consists of, drawn deterministically from a seed and the day it is made for."""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.core.clock import instant_text
from shared.core.ids import derived_id
from shared.timetable.series import days_of

STUDENTS = 640
WEEKS_BEFORE, WEEKS = 10, 15
PASSWORD = "harmattan-morning"  # noqa: S105 - the sample's people have one password, and the sign-in page shows it
_FILE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "institute.json"
_STARTS = (time(8, 30), time(10, 30), time(13, 0), time(15, 0))
_LENGTH = timedelta(minutes=90)


@dataclass(frozen=True)
class SamplePerson:
    """Someone of the sample; only staff and two students may sign in."""

    id: str
    fields: Mapping[str, Any]
    role: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.fields['given_name']} {self.fields['family_name']}"


@dataclass(frozen=True)
class SampleCohort:
    """A cohort with who teaches it and who is in it; `slots` are (weekday, start, room)."""

    id: str
    fields: Mapping[str, Any]
    enrolments: tuple[tuple[str, str], ...]
    slots: tuple[tuple[int, time, str], ...]


@dataclass(frozen=True)
class SampleSession:
    """One class session of the term."""

    id: str
    cohort: SampleCohort
    starts_at: datetime
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class SampleTimetable:
    """What is planned besides the weekly classes: rows by id with the fields of the commands that make them."""

    rooms: tuple[tuple[str, Mapping[str, Any]], ...]
    holidays: tuple[tuple[str, Mapping[str, Any]], ...]
    series: tuple[tuple[str, Mapping[str, Any]], ...]
    live: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass
class SamplePlan:
    """The whole sample for one day."""

    organisation: Mapping[str, Any]
    staff: list[SamplePerson]
    students: list[SamplePerson]
    courses: list[tuple[str, Mapping[str, Any]]]
    cohorts: list[SampleCohort]
    term: Mapping[str, Any]
    timetable: SampleTimetable
    today: date
    chance: random.Random = field(repr=False)

    def sessions(self) -> Iterator[SampleSession]:
        """Yield the class sessions of the term by time."""
        zone = ZoneInfo(str(self.organisation["time_zone"]))
        first = date.fromisoformat(str(self.term["starts_on"]))
        free = days_of([fields for _, fields in self.timetable.holidays])
        made: list[SampleSession] = []
        for cohort in self.cohorts:
            for week in range(WEEKS):
                for weekday, start, room in cohort.slots:
                    begins = datetime.combine(first + timedelta(weeks=week, days=weekday), start, zone)
                    if begins.date().isoformat() in free:
                        continue
                    fields = {
                        "cohort_id": cohort.id,
                        "starts_at": instant_text(begins),
                        "ends_at": instant_text(begins + _LENGTH),
                        "room": room,
                        "instructor_id": cohort.fields["instructors"][0],
                    }
                    key = derived_id("sample-session", cohort.id, instant_text(begins))
                    made.append(SampleSession(key, cohort, begins, fields))
        yield from sorted(made, key=lambda one: (one.starts_at, one.id))


def make_plan(today: date, seed: int = 7) -> SamplePlan:
    """Return the sample for `today`: the same seed and day give the same institute."""
    known = json.loads(_FILE.read_text(encoding="utf-8"))
    chance = random.Random(seed)  # noqa: S311 - a sample must be the same every time
    staff = [_staff(at, one) for at, one in enumerate(known["staff"])]
    students = _students(known, chance)
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BEFORE)
    last = monday + timedelta(weeks=WEEKS, days=-2)
    term = {"name": known["term"], "starts_on": monday.isoformat(), "ends_on": last.isoformat()}
    courses = [(derived_id("sample-course", one["code"]), one) for one in known["courses"]]
    cohorts = _cohorts(known, courses, staff, students, term, chance)
    timetable = _timetable(known, cohorts, monday)
    return SamplePlan(known, staff, students, courses, cohorts, term, timetable, today, chance)


def _timetable(known: Mapping[str, Any], cohorts: list[SampleCohort], monday: date) -> SampleTimetable:
    """Return rooms, two holidays, Saturday workshops that leave one of them out, and next week's live session."""
    rooms = [(derived_id("sample-room", name), {"name": name, "branch": "Main building"}) for name in known["rooms"]]
    saturday = monday + timedelta(weeks=WEEKS_BEFORE + 2, days=5)
    term_end = monday + timedelta(weeks=WEEKS, days=-2)
    days = (
        ("Community day", saturday, saturday),
        ("Break between terms", term_end + timedelta(days=2), term_end + timedelta(days=15)),
    )
    holidays = [
        (
            derived_id("sample-holiday", name),
            {"name": name, "starts_on": first.isoformat(), "ends_on": last.isoformat()},
        )
        for name, first, last in days
    ]
    by_code = {str(one.fields["code"]): one for one in cohorts}
    workshops, evening = by_code["PHO-1"], by_code["WEB-1"]
    series = _workshops(known, workshops, saturday, term_end)
    live = _evening(known, evening, monday + timedelta(weeks=WEEKS_BEFORE + 1, days=1))
    return SampleTimetable(
        tuple(rooms),
        tuple(holidays),
        ((derived_id("sample-series", workshops.id), series),),
        ((derived_id("sample-live", evening.id), live),),
    )


def _workshops(known: Mapping[str, Any], cohort: SampleCohort, free: date, last: date) -> dict[str, Any]:
    return {
        "cohort_id": cohort.id,
        "rule": "FREQ=WEEKLY;BYDAY=SA",
        "starts_at_local": f"{free - timedelta(weeks=1)}T09:00",
        "minutes": 90,
        "time_zone": known["time_zone"],
        "until": last.isoformat(),
        "room": known["rooms"][-1],
        "instructor_id": cohort.fields["instructors"][0],
        "title": "Portfolio workshop",
        "except_dates": [free.isoformat()],
    }


def _evening(known: Mapping[str, Any], cohort: SampleCohort, day: date) -> dict[str, Any]:
    begins = datetime.combine(day, time(18, 0), ZoneInfo(str(known["time_zone"])))
    return {
        "cohort_id": cohort.id,
        "starts_at": instant_text(begins),
        "ends_at": instant_text(begins + timedelta(minutes=60)),
        "instructor_id": cohort.fields["instructors"][0],
        "title": "Questions before the project",
        "session_kind": "live",
        "link": "https://meet.sample.example/web-1",
        "credentials": "Room 48 21 07",
    }


def _staff(at: int, known: Mapping[str, str]) -> SamplePerson:
    username = f"{known['given_name']}.{known['family_name']}".lower().replace(" ", "-")
    fields = {
        "given_name": known["given_name"],
        "family_name": known["family_name"],
        "number": f"E-{at + 1:03}",
        "username": username,
        "email": f"{username}@sample.example",
        "phone": f"030 255 01{at:02}",
        "roles": [known["role"]],
    }
    return SamplePerson(derived_id("sample-staff", username), fields, known["role"])


def _students(known: Mapping[str, Any], chance: random.Random) -> list[SamplePerson]:
    used: set[tuple[str, str]] = set()
    made: list[SamplePerson] = []
    while len(made) < STUDENTS:
        given, family = chance.choice(known["given_names"]), chance.choice(known["family_names"])
        if (given, family) in used:
            continue
        used.add((given, family))
        number = f"S-{len(made) + 1:04}"
        born = date(1999, 1, 1) + timedelta(days=chance.randrange(8 * 365))
        prefix = chance.choice(("020", "024", "026", "027", "050", "054", "055", "057"))
        fields = {
            "given_name": given,
            "family_name": family,
            "number": number,
            "username": number.lower(),
            "email": f"{number.lower()}@students.sample.example",
            "phone": f"{prefix} {chance.randrange(200, 999)} {chance.randrange(10_000):04}",
            "date_of_birth": born.isoformat(),
            "roles": ["student"],
        }
        made.append(SamplePerson(derived_id("sample-student", number), fields, "student"))
    return made


def _cohorts(
    known: Mapping[str, Any],
    courses: list[tuple[str, Mapping[str, Any]]],
    staff: list[SamplePerson],
    students: list[SamplePerson],
    term: Mapping[str, Any],
    chance: random.Random,
) -> list[SampleCohort]:
    instructors = [one.id for one in staff if one.role == "instructor"]
    wanted = [(course_id, course, at + 1) for course_id, course in courses for at in range(course["cohorts"])]
    sizes = [STUDENTS // len(wanted) + (at < STUDENTS % len(wanted)) for at in range(len(wanted))]
    waiting = list(students)
    taken: set[tuple[int, time, str]] = set()
    made: list[SampleCohort] = []
    for at, ((course_id, course, number), size) in enumerate(zip(wanted, sizes, strict=True)):
        code = f"{course['code']}-{number}"
        cohort_id = derived_id("sample-cohort", code)
        members, waiting = waiting[:size], waiting[size:]
        teachers = [instructors[at % len(instructors)], instructors[(at + 1) % len(instructors)]]
        rooms = chance.sample(known["rooms"], 2)
        fields = {
            "course_id": course_id,
            "code": code,
            "name": f"{course['title']} {number}",
            "starts_on": term["starts_on"],
            "ends_on": term["ends_on"],
            "room": rooms[0],
            "capacity": 48,
            "instructors": teachers,
        }
        days = (at % 7, (at + 3) % 7)
        slots = tuple(_slot(taken, day, _STARTS[(at + day) % len(_STARTS)], rooms) for day in days)
        enrolments = tuple((derived_id("sample-enrolment", cohort_id, one.id), one.id) for one in members)
        made.append(SampleCohort(cohort_id, fields, enrolments, slots))
    return made


def _slot(taken: set[tuple[int, time, str]], day: int, start: time, rooms: list[str]) -> tuple[int, time, str]:
    """Return a weekly time in the cohort's usual room of that day, or in its other one where that is taken."""
    usual, other = rooms[day % 2], rooms[1 - day % 2]
    slot = (day, start, other if (day, start, usual) in taken else usual)
    taken.add(slot)
    return slot
