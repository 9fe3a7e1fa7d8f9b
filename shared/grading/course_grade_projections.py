"""What pending commands about the grades of a course make of the rows on screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading.assignment_rules import DEFAULT_SCHEME
from shared.grading.ids import course_grade_id, grade_scheme_id
from shared.grading.vocabulary import COURSE_GRADE, GRADE_SCHEME
from shared.learning.vocabulary import COHORT, COURSE, ENROLMENT

Body = dict[str, Any]


def grade_body(
    command: Command, enrolment: Mapping[str, Any], seen: Mapping[str, Any], scheme: Mapping[str, Any]
) -> Body:
    """Return a course grade as a `PublishGrades` makes it, without its course and its lines."""
    return {
        "id": course_grade_id(enrolment["id"]),
        "revision": command.id,
        "cohort_id": command.payload["cohort_id"],
        "enrolment_id": enrolment["id"],
        "person_id": enrolment["person_id"],
        "result": seen["result"],
        "word": seen.get("word") or "",
        "scale": scheme["scale"],
        "published_at": instant_text(parse_instant(command.observed_at)),
    }


def _publish(command: Command, read: ReadRow) -> Sequence[Draft]:
    cohort_id = command.payload["cohort_id"]
    cohort = read(COHORT, cohort_id) or {}
    course = read(COURSE, cohort.get("course_id") or "") or {}
    called = {
        "course_id": str(cohort.get("course_id") or ""),
        "course_code": str(course.get("code") or ""),
        "course_title": str(course.get("title") or ""),
        "cohort_name": str(cohort.get("name") or ""),
        "published_by": "",
        "published_by_name": command.payload.get("author_name", ""),
        # The server works out what explains a grade, from all marks that it has.
        "lines": [],
    }
    scheme = read(GRADE_SCHEME, grade_scheme_id(cohort_id)) or DEFAULT_SCHEME
    drafts = []
    for seen in command.payload["grades"]:
        enrolment = read(ENROLMENT, seen["enrolment_id"])
        if enrolment is not None:
            body = {**called, **grade_body(command, enrolment, seen, scheme)}
            drafts.append(Draft(COURSE_GRADE, body["id"], body, cohort_id))
    return drafts


PROJECTIONS: dict[str, Projection] = {"PublishGrades": _publish}
