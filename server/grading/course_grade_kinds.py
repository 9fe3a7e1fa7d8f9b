"""The rows of published course grades as the feed carries them, for their student and whoever teaches the class."""

from server.core.entities import Body, EntityKind
from server.grading import tables
from shared.grading import vocabulary as words


def _staff_and_student(body: Body) -> tuple[str, str | None]:
    return f"cohort:{body['cohort_id']}", f"person:{body['person_id']}"


COURSE_GRADE_KIND = EntityKind(
    kind=words.COURSE_GRADE,
    table=tables.COURSE_GRADE,
    body_columns=(
        *("cohort_id", "enrolment_id", "person_id", "course_id", "course_code", "course_title", "cohort_name"),
        *("result", "word", "scale", "lines", "published_by", "published_by_name", "published_at"),
    ),
    scopes=_staff_and_student,
    title=lambda body: f"{body['result']} {body['word']}".strip(),
    parent="cohort_id",
    json_columns=frozenset({"lines"}),
)
