"""What the tables of admissions keep of people."""

from server.core.personal_data import PersonalTable, impersonal

PERSONAL = (
    PersonalTable(
        "enquiry",
        via=(("application_id", "application"),),
        by={"assigned_to": ""},
        names=("recorded_by",),
        ids=("course_id",),
        blank=("name", "phone", "email", "note", "said"),
    ),
    PersonalTable(
        "application",
        own=("person_id",),
        by={"person_id": "name"},
        names=("decided_by",),
        ids=("form_id", "course_id", "cohort_id", "enquiry_id", "enrolment_id"),
        blank=("email", "phone", "reason", "search_text", "answers"),
        kept=("content", "checks", "document_checks", "number"),
    ),
    PersonalTable(
        "application_event",
        own=("person_id",),
        by={"by_id": "by_name"},
        ids=("application_id",),
        blank=("words",),
    ),
    *impersonal("application_form"),
)
