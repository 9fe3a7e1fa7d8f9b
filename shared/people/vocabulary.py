"""The words of the people area: states, roles and the catalogue of permissions."""

from enum import StrEnum

ORGANISATION = "organisation"
BRANCH = "branch"
PERSON = "person"
PERSON_PHOTO = "person_photo"
PROFILE = "profile"
PRIVATE_PROFILE = "private_profile"
NUMBERING_RULE = "numbering_rule"
ROLE = "role"


class PersonState(StrEnum):
    """Where a person stands in the institute."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    SUSPENDED = "suspended"


class Role(StrEnum):
    """The built-in roles; an organisation may name them as it likes and make its own."""

    PLATFORM_ADMINISTRATOR = "platform_administrator"
    ADMINISTRATOR = "administrator"
    REGISTRAR = "registrar"
    BURSAR = "bursar"
    CASHIER = "cashier"
    INSTRUCTOR = "instructor"
    ATTENDANCE_OFFICER = "attendance_officer"
    AUDITOR = "auditor"
    STUDENT = "student"


class Permission(StrEnum):
    """What a role may allow; a role is a set of these."""

    SEE_ALL = "core.see_all"
    SETTLE = "sync.settle"
    PEOPLE_SEE = "people.see"
    PEOPLE_EDIT = "people.edit"
    PEOPLE_IMPORT = "people.import"
    PEOPLE_EXPORT = "people.export"
    PEOPLE_BULK = "people.bulk"
    PEOPLE_MERGE = "people.merge"
    PEOPLE_ERASE = "people.erase"
    ROLES_ASSIGN = "roles.assign"
    ROLES_EDIT = "roles.edit"
    SECURITY_SEE = "security.see"
    SECURITY_MANAGE = "security.manage"
    TERMS_ROLL_OVER = "terms.roll_over"
    MESSAGES_MANAGE = "messages.manage"
    BACKUPS_MAKE = "backups.make"
    PLATFORM_ORGANISATIONS = "platform.organisations"
    COURSES_EDIT = "courses.edit"
    ENROLMENTS_EDIT = "enrolments.edit"
    SESSIONS_PLAN = "sessions.plan"
    SESSIONS_ADD_OWN = "sessions.add_own"
    REGISTERS_TAKE_OWN = "registers.take_own"
    REGISTERS_TAKE_ANY = "registers.take_any"
    REGISTERS_CORRECT = "registers.correct"
    AUDIT_READ = "audit.read"
    ORGANISATION_EDIT = "organisation.edit"
    DEVICES_SEE = "devices.see"
    KIT_MANAGE = "kit.manage"
    KIT_LEND = "kit.lend"
    ASSIGNMENTS_EDIT = "assignments.edit"
    MARKS_RECORD = "marks.record"
    MARKS_MODERATE = "marks.moderate"
    MARKS_CORRECT = "marks.correct"
    MARKS_RELEASE = "marks.release"
    GRADES_PUBLISH = "grades.publish"
    WORK_HAND_IN = "work.hand_in"
    ADMISSIONS_SEE = "admissions.see"
    ADMISSIONS_EDIT = "admissions.edit"
    ADMISSIONS_DECIDE = "admissions.decide"
    FINANCE_SEE = "finance.see"
    FINANCE_CHARGE = "finance.charge"
    FINANCE_TAKE_PAYMENT = "finance.take_payment"
    FINANCE_APPROVE = "finance.approve"
    FINANCE_MANAGE = "finance.manage"


_OFFICE = frozenset(
    {
        Permission.SEE_ALL,
        Permission.SETTLE,
        Permission.PEOPLE_SEE,
        Permission.PEOPLE_EDIT,
        Permission.PEOPLE_IMPORT,
        Permission.PEOPLE_EXPORT,
        Permission.PEOPLE_BULK,
        Permission.PEOPLE_MERGE,
        Permission.TERMS_ROLL_OVER,
        Permission.COURSES_EDIT,
        Permission.ENROLMENTS_EDIT,
        Permission.SESSIONS_PLAN,
        Permission.REGISTERS_TAKE_ANY,
        Permission.REGISTERS_CORRECT,
        Permission.DEVICES_SEE,
        Permission.KIT_MANAGE,
        Permission.KIT_LEND,
        Permission.ASSIGNMENTS_EDIT,
        Permission.MARKS_MODERATE,
        Permission.MARKS_CORRECT,
        Permission.MARKS_RELEASE,
        Permission.GRADES_PUBLISH,
        Permission.FINANCE_SEE,
        Permission.FINANCE_CHARGE,
        Permission.ADMISSIONS_SEE,
        Permission.ADMISSIONS_EDIT,
        Permission.ADMISSIONS_DECIDE,
    }
)
_FINANCE = frozenset(
    {
        Permission.FINANCE_SEE,
        Permission.FINANCE_CHARGE,
        Permission.FINANCE_TAKE_PAYMENT,
        Permission.FINANCE_APPROVE,
        Permission.FINANCE_MANAGE,
    }
)

PLATFORM_ONLY = frozenset({Permission.PLATFORM_ORGANISATIONS})
"""What reaches beyond one institute: only platform administrators hold it, and no custom role does."""

BUILT_IN_ROLES: dict[Role, frozenset[Permission]] = {
    Role.PLATFORM_ADMINISTRATOR: frozenset(Permission),
    Role.ADMINISTRATOR: frozenset(Permission) - PLATFORM_ONLY,
    Role.REGISTRAR: _OFFICE,
    Role.BURSAR: frozenset({Permission.SEE_ALL, Permission.SETTLE, Permission.PEOPLE_SEE}) | _FINANCE,
    Role.CASHIER: frozenset(
        {Permission.SEE_ALL, Permission.PEOPLE_SEE, Permission.FINANCE_SEE, Permission.FINANCE_TAKE_PAYMENT}
    ),
    Role.INSTRUCTOR: frozenset(
        {
            Permission.PEOPLE_SEE,
            Permission.SESSIONS_ADD_OWN,
            Permission.REGISTERS_TAKE_OWN,
            Permission.ASSIGNMENTS_EDIT,
            Permission.MARKS_RECORD,
            Permission.MARKS_RELEASE,
        }
    ),
    Role.ATTENDANCE_OFFICER: frozenset(
        {
            Permission.SEE_ALL,
            Permission.PEOPLE_SEE,
            Permission.REGISTERS_TAKE_ANY,
            Permission.DEVICES_SEE,
            Permission.KIT_LEND,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.SEE_ALL,
            Permission.PEOPLE_SEE,
            Permission.AUDIT_READ,
            Permission.SECURITY_SEE,
            Permission.FINANCE_SEE,
            Permission.ADMISSIONS_SEE,
        }
    ),
    Role.STUDENT: frozenset({Permission.WORK_HAND_IN}),
}
