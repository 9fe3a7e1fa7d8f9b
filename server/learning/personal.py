"""What the tables of courses, classes, enrolments and imports keep of people."""

from server.core.personal_data import ANY, PersonalTable, impersonal

PERSONAL = (
    PersonalTable("enrolment", own=("person_id",), ids=("cohort_id",)),
    PersonalTable("enrolment_alias", via=(("enrolment_id", "enrolment"),)),
    PersonalTable("cohort", listed=("instructors",), ids=("course_id",), kept=("name", "room", "instructors")),
    PersonalTable("cohort_instructor", own=("person_id",), ids=("cohort_id",)),
    PersonalTable("course_right", own=("person_id",), ids=("course_id",), kept=("rights",)),
    PersonalTable("import_entry", by={"author_id": "author_name"}, ids=("undoes",), kept=("file_name", "counts")),
    PersonalTable("import_row", via=(("entity_id", ANY),), ids=("entry_id",), blank=("label", "fields")),
    PersonalTable(
        "term_rollover", by={"author_id": "author_name"}, ids=("old_term_id", "new_term_id"), kept=("content",)
    ),
    *impersonal("academic_term", "course", "import_mapping"),
)
