"""The OneRoster 1.1 and 1.2 CSV binding as far as it concerns a roster: files, columns, words."""

from dataclasses import dataclass

from server.learning.roster.records import RecordStatus, RosterRole

BASE = ("sourcedId", "status", "dateLastModified")


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One CSV file of the format.

    `needed` columns carry what we cannot do without; `columns` are all that the format names, in its order.
    """

    name: str
    needed: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file's name in the zip."""
        return f"{self.name}.csv"


MANIFEST = TableSpec("manifest", ("propertyName", "value"), ("propertyName", "value"))
ORGS = TableSpec("orgs", ("sourcedId",), (*BASE, "name", "type", "identifier", "parentSourcedId"))
SESSIONS = TableSpec(
    "academicSessions",
    ("sourcedId", "title", "startDate", "endDate"),
    (*BASE, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
)
COURSES = TableSpec(
    "courses",
    ("sourcedId", "title"),
    (*BASE, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"),
)
CLASSES = TableSpec(
    "classes",
    ("sourcedId", "title", "courseSourcedId"),
    (
        *(*BASE, "title", "grades", "courseSourcedId", "classCode", "classType", "location", "schoolSourcedId"),
        *("termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
)
USERS_1_1 = TableSpec(
    "users",
    ("sourcedId", "givenName", "familyName", "role"),
    (
        *(*BASE, "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName"),
        *("middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
    ),
)
USERS_1_2 = TableSpec(
    "users",
    ("sourcedId", "givenName", "familyName"),
    (
        *(*BASE, "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier"),
        *("email", "sms", "phone", "agentSourcedIds", "grades", "password", "userMasterIdentifier"),
        *("resourceSourcedIds", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
        *("primaryOrgSourcedId", "pronouns"),
    ),
)
ROLES = TableSpec(
    "roles",
    ("userSourcedId", "role"),
    (*BASE, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
)
USER_PROFILES = TableSpec(
    "userProfiles",
    ("userSourcedId",),
    (
        *(*BASE, "userSourcedId", "profileType", "vendorId", "applicationId", "description", "credentialType"),
        *("username", "password"),
    ),
)
DEMOGRAPHICS = TableSpec(
    "demographics",
    ("sourcedId",),
    (
        *(*BASE, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican"),
        *("nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces"),
        *("hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth"),
        "publicSchoolResidenceStatus",
    ),
)
ENROLMENTS = TableSpec(
    "enrollments",
    ("sourcedId", "classSourcedId", "userSourcedId", "role"),
    (*BASE, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
)

TABLES_1_1 = (ORGS, SESSIONS, COURSES, CLASSES, USERS_1_1, DEMOGRAPHICS, ENROLMENTS)
TABLES_1_2 = (ORGS, SESSIONS, COURSES, CLASSES, USERS_1_2, ROLES, USER_PROFILES, DEMOGRAPHICS, ENROLMENTS)
# Columns whose absence only an exact reader of the format minds; nobody is told about them.
UNMISSED = frozenset(
    {"grades", "subjects", "subjectCodes", "periods", "agentSourcedIds", "password", "schoolYear", "resourceSourcedIds"}
)

STATUSES = {"active": RecordStatus.ACTIVE, "tobedeleted": RecordStatus.REMOVED, "inactive": RecordStatus.REMOVED}
SESSION_KINDS = {"term": "term", "semester": "semester", "schoolyear": "schoolYear", "gradingperiod": "gradingPeriod"}
ROLE_TYPES = {"primary": "primary", "secondary": "secondary"}
USER_ROLES = {
    "administrator": RosterRole.ADMINISTRATOR,
    "aide": RosterRole.STAFF,
    "counselor": RosterRole.STAFF,
    "districtadministrator": RosterRole.ADMINISTRATOR,
    "guardian": RosterRole.GUARDIAN,
    "parent": RosterRole.GUARDIAN,
    "principal": RosterRole.ADMINISTRATOR,
    "proctor": RosterRole.STAFF,
    "relative": RosterRole.GUARDIAN,
    "siteadministrator": RosterRole.ADMINISTRATOR,
    "student": RosterRole.STUDENT,
    "systemadministrator": RosterRole.ADMINISTRATOR,
    "teacher": RosterRole.INSTRUCTOR,
}
ENROLMENT_ROLES = {
    "administrator": RosterRole.ADMINISTRATOR,
    "aide": RosterRole.STAFF,
    "proctor": RosterRole.STAFF,
    "student": RosterRole.STUDENT,
    "teacher": RosterRole.INSTRUCTOR,
}
