"""What the tables of registers and leave keep of people."""

from server.core.personal_data import PersonalTable, impersonal

PERSONAL = (
    PersonalTable(
        "observation",
        own=("person_id",),
        by={"author_id": "author_name"},
        ids=("session_id", "enrolment_id"),
        aka=("mark_id",),
        blank=("note",),
        kept=("device_name", "supersedes"),
    ),
    PersonalTable("register", by={"finished_by": "finished_by_name"}, ids=("session_id",)),
    PersonalTable(
        "leave_request",
        own=("person_id",),
        by={"asked_by": "asked_by_name", "decided_by": "decided_by_name"},
        ids=("cohort_id",),
        blank=("reason", "answer"),
    ),
    *impersonal("attendance_policy", "class_code"),
)
