"""Makes rosters up: an institute in Accra with plausible people, as OneRoster zips, CSV text and workbooks."""

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

# Day names go with the weekday of birth, Monday first, as Akan families give them.
DAY_NAMES_F = ("Adwoa", "Abena", "Akua", "Yaa", "Afua", "Ama", "Akosua")
DAY_NAMES_M = ("Kwadwo", "Kwabena", "Kwaku", "Yaw", "Kofi", "Kwame", "Kwasi")
GIVEN_F = (
    "Naa",
    "Esi",
    "Efua",
    "Dzifa",
    "Enam",
    "Sena",
    "Rashida",
    "Memunatu",
    "Grace",
    "Patience",
    "Comfort",
    "Abigail",
)
GIVEN_M = ("Nii", "Kojo", "Kwesi", "Selorm", "Elikem", "Edem", "Yakubu", "Abdul-Razak", "Emmanuel", "Isaac", "Godfred")
FAMILY = (
    *(
        "Mensah",
        "Owusu",
        "Boateng",
        "Asante",
        "Osei",
        "Agyeman",
        "Appiah",
        "Addo",
        "Ofori",
        "Darko",
        "Amoah",
        "Sarpong",
    ),
    *("Quaye", "Lamptey", "Tetteh", "Nortey", "Ankrah", "Agbeko", "Dzokoto", "Amegashie", "Kpodo", "Attipoe"),
    *("Alhassan", "Iddrisu", "Mahama", "Fuseini", "Owusu-Ansah", "Asante-Yeboah", "Adu-Gyamfi", "Acheampong"),
)
# Names with letters beyond ASCII; families write them so on certificates.
LOCAL_SPELLING = {"Kofi": "Kɔfi", "Dzokoto": "Dzɔkɔtɔ", "Amegashie": "Ameɖaʃi"}
COURSES = (
    ("FTV", "Film and television production"),
    ("BRJ", "Broadcast journalism"),
    ("GRD", "Graphic design"),
    ("SND", "Sound engineering"),
    ("PHO", "Photography"),
    ("DIM", "Digital marketing"),
)
PREFIXES = ("024", "054", "055", "059", "020", "050", "027", "057", "026")
USERS_1_1 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
).split(",")
USERS_1_2 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,"
    "sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,"
    "preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns"
).split(",")
HEADERS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId".split(","),
    "academicSessions": (
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear".split(",")
    ),
    "courses": (
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,"
        "subjectCodes"
    ).split(","),
    "classes": (
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
        "termSourcedIds,subjects,subjectCodes,periods"
    ).split(","),
    "enrollments": (
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
    ).split(","),
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex".split(","),
    "roles": (
        "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
        "userProfileSourcedId"
    ).split(","),
    "userProfiles": (
        "sourcedId,status,dateLastModified,userSourcedId,profileType,vendorId,applicationId,description,"
        "credentialType,username,password"
    ).split(","),
    "manifest": ["propertyName", "value"],
}


@dataclass
class Student:
    """One made-up person."""

    number: str
    given: str
    family: str
    email: str
    phone: str
    born: date
    cohort: str


def students(count: int, seed: int = 1) -> list[Student]:
    """Return people with numbers that begin with zeros, unique emails, and day names that fit their birthdays."""
    rng = random.Random(seed)
    found = []
    for place in range(count):
        born = date(2001, 1, 1) + timedelta(days=rng.randrange(2_500))
        woman = rng.random() < 0.5
        day_name = (DAY_NAMES_F if woman else DAY_NAMES_M)[born.weekday()]
        given = day_name if rng.random() < 0.6 else rng.choice(GIVEN_F if woman else GIVEN_M)
        family = rng.choice(FAMILY)
        number = f"{place + 1:06d}"
        email = f"{given}.{family}.{place + 1}@student.accramedia.example".lower()
        phone = f"{rng.choice(PREFIXES)}{rng.randrange(10_000_000):07d}"
        given, family = (LOCAL_SPELLING.get(name, name) if place % 7 == 0 else name for name in (given, family))
        course = COURSES[place % len(COURSES)][0]
        found.append(Student(number, given, family, email, phone, born, f"{course}-{2026 - place % 2}"))
    return found


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    """Return rows as RFC 4180 text."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue()


@dataclass
class Roster:
    """A OneRoster set under construction: `tables` by name as dictionaries, `modes` for the manifest."""

    version: str = "1.1"
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    headers: dict[str, list[str]] = field(default_factory=dict)

    def add(self, table: str, **cells: str) -> "Roster":
        self.tables.setdefault(table, []).append(cells)
        return self

    def header(self, table: str) -> list[str]:
        if table in self.headers:
            return self.headers[table]
        if table == "users":
            return USERS_1_1 if self.version == "1.1" else USERS_1_2
        return HEADERS[table]

    def texts(self) -> dict[str, str]:
        """Return each file's text by its name, the manifest included."""
        known = [*HEADERS, "users"]
        properties = [("manifest.version", "1.0"), ("oneroster.version", self.version)]
        for name in known:
            if name != "manifest":
                there = name in self.tables
                properties.append((f"file.{name}", self.modes.get(name, "bulk" if there else "absent")))
        texts = {"manifest.csv": csv_text(HEADERS["manifest"], properties)}
        for name, rows in self.tables.items():
            header = self.header(name)
            texts[f"{name}.csv"] = csv_text(header, ([row.get(column, "") for column in header] for row in rows))
        return texts

    def write(self, path: Path, encoding: str = "utf-8") -> Path:
        return write_zip(path, {name: text.encode(encoding) for name, text in self.texts().items()})


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    """Write a zip of the files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def institute(version: str = "1.1", count: int = 12, seed: int = 1) -> Roster:
    """Return a clean set: one school, one term, six courses, their cohorts, `count` students and an instructor each."""
    roster = Roster(version)
    roster.add("orgs", sourcedId="org1", name="Accra media school", type="school")
    roster.add(
        *("academicSessions",),
        sourcedId="t1", title="First semester 2026", type="semester", startDate="2026-09-01", endDate="2027-01-29",
        schoolYear="2027",
    )  # fmt: skip
    people = students(count, seed)
    for code, title in COURSES:
        roster.add("courses", sourcedId=f"c-{code}", title=title, courseCode=code, orgSourcedId="org1")
    for cohort in sorted({person.cohort for person in people}):
        roster.add(
            *("classes",),
            sourcedId=f"k-{cohort}", title=cohort, courseSourcedId=f"c-{cohort[:3]}", classCode=cohort,
            classType="scheduled", schoolSourcedId="org1", termSourcedIds="t1",
        )  # fmt: skip
    for person in people:
        add_student(roster, person)
    roster.add("users", **_user("teacher1", "teacher", version, givenName="Esi", familyName="Quaye", identifier="S001"))
    if version == "1.2":
        roster.add("roles", sourcedId="r-t1", userSourcedId="teacher1", roleType="primary", role="teacher")
    roster.add(
        "enrollments",
        sourcedId="e-t1",
        classSourcedId=f"k-{people[0].cohort}",
        userSourcedId="teacher1",
        role="teacher",
    )
    return roster


def add_student(roster: Roster, person: Student) -> None:
    """Add a student with role, date of birth and enrolment."""
    ref = f"u{person.number}"
    cells = {
        "givenName": person.given, "familyName": person.family, "identifier": person.number,
        "email": person.email, "phone": person.phone, "username": person.email.split("@")[0],
    }  # fmt: skip
    roster.add("users", **_user(ref, "student", roster.version, **cells))
    if roster.version == "1.2":
        roster.add("roles", sourcedId=f"r-{ref}", userSourcedId=ref, roleType="primary", role="student")
    roster.add("demographics", sourcedId=ref, birthDate=person.born.isoformat())
    roster.add(
        "enrollments", sourcedId=f"e-{ref}", classSourcedId=f"k-{person.cohort}", userSourcedId=ref, role="student"
    )


def _user(ref: str, role: str, version: str, **cells: str) -> dict[str, str]:
    cells |= {"sourcedId": ref, "enabledUser": "true"}
    return cells | ({"role": role, "orgSourcedIds": "org1"} if version == "1.1" else {"primaryOrgSourcedId": "org1"})


OFFICE_HEADER = ["Index number", "Surname", "First name", "Mobile", "E-mail", "DOB", "Class", "Programme"]


def office_rows(people: Iterable[Student]) -> list[list[str]]:
    """Return the people as an office keeps them in a sheet: day first in dates."""
    return [
        [p.number, p.family, p.given, p.phone, p.email, p.born.strftime("%d/%m/%Y"), p.cohort, p.cohort[:3]]
        for p in people
    ]
