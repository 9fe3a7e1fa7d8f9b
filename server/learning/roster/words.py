"""The words that school offices write for roles and states."""

from server.learning.roster.records import RecordStatus, RosterRole

ROLE_WORDS = {
    "student": RosterRole.STUDENT,
    "learner": RosterRole.STUDENT,
    "pupil": RosterRole.STUDENT,
    "trainee": RosterRole.STUDENT,
    "instructor": RosterRole.INSTRUCTOR,
    "teacher": RosterRole.INSTRUCTOR,
    "lecturer": RosterRole.INSTRUCTOR,
    "tutor": RosterRole.INSTRUCTOR,
    "trainer": RosterRole.INSTRUCTOR,
    "facilitator": RosterRole.INSTRUCTOR,
    "administrator": RosterRole.ADMINISTRATOR,
    "admin": RosterRole.ADMINISTRATOR,
    "registrar": RosterRole.REGISTRAR,
    "bursar": RosterRole.BURSAR,
    "cashier": RosterRole.CASHIER,
    "attendance officer": RosterRole.ATTENDANCE_OFFICER,
    "auditor": RosterRole.AUDITOR,
    "staff": RosterRole.STAFF,
    "guardian": RosterRole.GUARDIAN,
    "parent": RosterRole.GUARDIAN,
}

STATUS_WORDS = {
    "active": RecordStatus.ACTIVE,
    "enrolled": RecordStatus.ACTIVE,
    "current": RecordStatus.ACTIVE,
    "registered": RecordStatus.ACTIVE,
    "yes": RecordStatus.ACTIVE,
    "true": RecordStatus.ACTIVE,
    "suspended": RecordStatus.SUSPENDED,
    "inactive": RecordStatus.REMOVED,
    "withdrawn": RecordStatus.REMOVED,
    "left": RecordStatus.REMOVED,
    "deactivated": RecordStatus.REMOVED,
    "removed": RecordStatus.REMOVED,
    "deleted": RecordStatus.REMOVED,
    "tobedeleted": RecordStatus.REMOVED,
    "no": RecordStatus.REMOVED,
    "false": RecordStatus.REMOVED,
}
