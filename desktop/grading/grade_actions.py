"""What people do with the grades of a course: tell students what it came to."""

from collections.abc import Sequence

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.grading.grade_store import GradeLine, GradeState
from shared.core.command import MAX_TARGETS, Target
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.ids import course_grade_id
from shared.grading.permissions import may_publish_grades


def publishable(lines: Sequence[GradeLine]) -> list[GradeLine]:
    """Return the grades that students could be told and don't know yet."""
    wanted = {GradeState.UNPUBLISHED, GradeState.CHANGED}
    return [one for one in lines if not one.why_not and one.state in wanted]


def publish_grades(desk: Desk, cohort_id: str, lines: Sequence[GradeLine], reason: str = "") -> int:
    """Publish the grades of a cohort that can be; returns how many.

    Raises CampusError `not_allowed`, `nothing_to_publish`, `reason_missing`.
    """
    if not may_publish_grades(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't publish grades. Ask the office."))
    ready = publishable(lines)
    if not ready:
        raise CampusError("nothing_to_publish", text("Every grade that can be published is published already."))
    if not reason.strip() and any(one.present for one in ready):
        words = text("Students have seen other grades. Say why they change; they see it, too.")
        raise CampusError("reason_missing", words)
    desk.commit(
        [_ask(desk, cohort_id, ready[at : at + MAX_TARGETS], reason) for at in range(0, len(ready), MAX_TARGETS)]
    )
    return len(ready)


def _ask(desk: Desk, cohort_id: str, lines: Sequence[GradeLine], reason: str) -> Ask:
    targets = [Target(id=course_grade_id(one.id), base=one.present.revision if one.present else None) for one in lines]
    grades = [{"enrolment_id": one.id, "result": one.now[0], "word": one.now[1]} for one in lines]
    payload = {
        "cohort_id": cohort_id,
        "grades": grades,
        "reason": reason.strip(),
        "author_name": desk.actor.name,
    }
    return Ask("PublishGrades", targets[0].id, payload, base=targets[0].base, more_targets=tuple(targets[1:]))
