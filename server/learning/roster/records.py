"""What a roster says, whatever file it came in: people, terms, courses, cohorts and enrolments with file and line."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class RosterFormat(StrEnum):
    """The kinds of file that are read."""

    ONEROSTER_1_1 = "oneroster_1_1"
    ONEROSTER_1_2 = "oneroster_1_2"
    CSV = "csv"
    XLSX = "xlsx"


class RosterKind(StrEnum):
    """What a table of a roster is about."""

    PEOPLE = "people"
    TERMS = "terms"
    COURSES = "courses"
    COHORTS = "cohorts"
    ENROLMENTS = "enrolments"


class FileMode(StrEnum):
    """What it means that something is not in a file: bulk, it is gone; delta, nothing; absent, there is no file."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


class RecordStatus(StrEnum):
    """Whether the file wants the thing there, there without a sign-in, or gone."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class RosterRole(StrEnum):
    """What a person is in the institute, or in one cohort."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    ADMINISTRATOR = "administrator"
    REGISTRAR = "registrar"
    BURSAR = "bursar"
    CASHIER = "cashier"
    ATTENDANCE_OFFICER = "attendance_officer"
    AUDITOR = "auditor"
    STAFF = "staff"
    GUARDIAN = "guardian"


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """One person. None: the file says nothing about it; an empty text: the file says that it is empty.

    `ref` is how other rows of the roster name the person (a sourcedId, or the value of the identity column); `number`
    is the number that people read out (index, staff number), with its leading zeros. Of a removed person only `ref`
    is certain. `enabled` False means: known, but may not sign in. `changed_at` is an ISO 8601 text as written.
    `own_roles` are keys of roles that the institute made itself. A guardian and a sponsor are told apart so that one
    row can hold two contacts.
    """

    file: str
    line: int
    ref: str
    status: RecordStatus = RecordStatus.ACTIVE
    number: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    other_names: str | None = None
    preferred_name: str | None = None
    email: str | None = None
    phone: str | None = None
    date_of_birth: date | None = None
    username: str | None = None
    roles: tuple[RosterRole, ...] = ()
    preferred_language: str | None = None
    enabled: bool | None = None
    changed_at: str | None = None
    own_roles: tuple[str, ...] = ()
    branch: str | None = None
    address: str | None = None
    guardian_name: str | None = None
    guardian_relation: str | None = None
    guardian_phone: str | None = None
    guardian_email: str | None = None
    sponsor_name: str | None = None
    sponsor_relation: str | None = None
    sponsor_phone: str | None = None
    sponsor_email: str | None = None


@dataclass(frozen=True, slots=True)
class RosterPersonChange:
    """More about a person whose own row is not in the file, or came earlier: roles gained or lost, a date of birth."""

    file: str
    line: int
    ref: str
    added_roles: tuple[RosterRole, ...] = ()
    removed_roles: tuple[RosterRole, ...] = ()
    date_of_birth: date | None = None


@dataclass(frozen=True, slots=True)
class RosterTerm:
    """An academic term (OneRoster: academic session); `kind` is term, semester, schoolYear or gradingPeriod."""

    file: str
    line: int
    ref: str
    status: RecordStatus = RecordStatus.ACTIVE
    title: str | None = None
    kind: str | None = None
    begins: date | None = None
    ends: date | None = None
    parent_ref: str | None = None


@dataclass(frozen=True, slots=True)
class RosterCourse:
    """A course; `code` is what people call it."""

    file: str
    line: int
    ref: str
    status: RecordStatus = RecordStatus.ACTIVE
    code: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class RosterCohort:
    """A cohort of a course (OneRoster: class)."""

    file: str
    line: int
    ref: str
    status: RecordStatus = RecordStatus.ACTIVE
    code: str | None = None
    title: str | None = None
    course_ref: str | None = None
    term_refs: tuple[str, ...] = ()
    location: str | None = None


@dataclass(frozen=True, slots=True)
class RosterEnrolment:
    """A person in a cohort; an instructor's place in a cohort is an enrolment with that role.

    `ref` is the sourcedId, or None in files that give enrolments no id of their own.
    """

    file: str
    line: int
    ref: str | None
    person_ref: str = ""
    cohort_ref: str = ""
    status: RecordStatus = RecordStatus.ACTIVE
    role: RosterRole = RosterRole.STUDENT
    primary: bool = False
    begins: date | None = None
    ends: date | None = None
