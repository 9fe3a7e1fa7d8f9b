"""Published grades as the feed brings them, for tests of the desktop."""

from typing import Any

from shared.core.ids import derived_id
from shared.grading.ids import course_grade_id
from tests.attendance.classes import COHORT, enrolment_id, person_id

Row = tuple[str, dict[str, Any]]
WORK = {
    "assignment_id": derived_id("assignment", "Essay"),
    "title": "Essay",
    "status": "marked",
    "counts": "80",
    "points": "100",
    "dropped": False,
    "extra_credit": False,
}
LINE = {"category_id": "", "name": "", "share": "100", "earned": "80", "possible": "100", "percent": "80"}


def course_grade(who: str, result: str, word: str = "", **more: Any) -> Row:
    """A grade that its student was told."""
    key = course_grade_id(enrolment_id(who))
    body = {
        "id": key,
        "revision": key,
        "cohort_id": COHORT,
        "enrolment_id": enrolment_id(who),
        "person_id": person_id(who),
        "course_id": derived_id("course"),
        "course_code": "PHOTO",
        "course_title": "Photography",
        "cohort_name": "Photography 1",
        "result": result,
        "word": word,
        "scale": "letters",
        "lines": [{**LINE, "work": [WORK]}],
        "published_by": derived_id("person", "Grace"),
        "published_by_name": "Grace Office",
        "published_at": "2026-11-19T09:00:00.000Z",
        **more,
    }
    return "course_grade", body


def grade_entry(who: str, ordinal: int, result: str, word: str = "", reason: str = "") -> Row:
    """One time that it was published."""
    grade = course_grade_id(enrolment_id(who))
    key = derived_id("step", grade, str(ordinal))
    body = {
        "id": key,
        "revision": key,
        "grade_id": grade,
        "cohort_id": COHORT,
        "person_id": person_id(who),
        "ordinal": ordinal,
        "result": result,
        "word": word,
        "reason": reason,
        "by_id": derived_id("person", "Grace"),
        "by_name": "Grace Office",
        "at": f"2026-11-{10 + ordinal}T09:00:00.000Z",
    }
    return "course_grade_entry", body
