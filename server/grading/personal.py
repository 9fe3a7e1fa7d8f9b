"""What the tables of work, marks and skills keep of people: marks and grades stay, words go."""

from server.core.personal_data import PersonalTable, impersonal

_MARKED = ("assignment_id", "cohort_id", "enrolment_id", "submission_id")
_WORK = (
    PersonalTable(
        "submission",
        own=("person_id",),
        by={"brought_by": ""},
        ids=("assignment_id", "cohort_id", "enrolment_id", "group_id", "source_id"),
        blank=("files", "text", "message", "returned_note"),
    ),
    PersonalTable(
        "extension",
        own=("person_id",),
        by={"granted_by": "granted_by_name"},
        ids=("assignment_id", "cohort_id", "enrolment_id"),
        blank=("reason",),
    ),
    PersonalTable(
        "portfolio_item",
        own=("person_id",),
        ids=("submission_id", "assignment_id", "enrolment_id", "cohort_id"),
        gone=True,
        kept=("caption",),
    ),
    PersonalTable(
        "work_comment",
        own=("person_id",),
        by={"author_id": "author_name"},
        ids=("submission_id", "mark_id", "cohort_id"),
        blank=("text", "place"),
    ),
    PersonalTable("work_group", listed=("members",), ids=("assignment_id", "cohort_id"), kept=("name", "members")),
    PersonalTable("work_group_member", own=("person_id",), ids=("assignment_id", "enrolment_id", "group_id")),
    PersonalTable(
        "peer_review",
        own=("author_id",),
        by={"reviewer_id": ""},
        ids=("assignment_id", "cohort_id", "reviewer_enrolment_id", "author_enrolment_id", "submission_id"),
        blank=("text",),
        authored={"reviewer_id": ("text",)},
        kept=("levels",),
    ),
    PersonalTable(
        "assignment",
        ids=("cohort_id", "rubric_version_id", "category_id"),
        kept=("title", "instructions", "allowed_types", "late", "attachments"),
    ),
)
_MARKS = (
    PersonalTable(
        "mark",
        own=("person_id",),
        by={"marked_by": "marked_by_name"},
        ids=_MARKED,
        blank=("feedback",),
        kept=("levels",),
    ),
    PersonalTable(
        "mark_entry",
        via=(("mark_id", "mark"),),
        by={"by_id": "by_name"},
        ids=("cohort_id",),
        blank=("feedback", "reason"),
        kept=("levels", "device_name"),
    ),
    PersonalTable(
        "mark_part",
        via=(("mark_id", "mark"),),
        by={"by_id": "by_name"},
        ids=(*_MARKED, "place"),
        blank=("feedback",),
        kept=("levels", "steps"),
    ),
    PersonalTable(
        "mark_note",
        via=(("mark_id", "mark"),),
        by={"author_id": "author_name"},
        ids=("cohort_id",),
        gone=True,
        blank=("text",),
        authored={"author_id": ("text",)},
    ),
    PersonalTable(
        "regrade",
        own=("person_id",),
        by={"answered_by": "answered_by_name"},
        ids=("mark_id", "assignment_id", "cohort_id", "enrolment_id"),
        blank=("reason", "answer"),
    ),
    PersonalTable("saved_comment", own=("owner_id",), gone=True, kept=("text",)),
    PersonalTable(
        "course_grade",
        own=("person_id",),
        by={"published_by": "published_by_name"},
        ids=("cohort_id", "enrolment_id", "course_id"),
        kept=("course_title", "cohort_name", "lines"),
    ),
    PersonalTable(
        "course_grade_entry",
        own=("person_id",),
        by={"by_id": "by_name"},
        ids=("grade_id", "cohort_id"),
        blank=("reason",),
    ),
    PersonalTable("grade_scheme", names=("locked_by_name",), ids=("cohort_id",), kept=("categories", "bounds")),
)
_SKILLS = (
    PersonalTable(
        "skill_observation",
        own=("person_id",),
        by={"observer_id": "observer_name", "witness_id": "witness_name"},
        names=("withdrawn_by_name",),
        ids=("skill_id", "enrolment_id", "cohort_id"),
        blank=("note", "place", "files", "signature", "withdrawn_reason"),
    ),
    PersonalTable("skill_supervisor", names=("name",), kept=("employer",)),
)
PERSONAL = (*_WORK, *_MARKS, *_SKILLS, *impersonal("rubric", "rubric_version", "skill"))
