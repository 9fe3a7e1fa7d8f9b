"""What the office does with course grades at simulated devices: publish them as the screen shows them, and again."""

import random
from typing import Any

from desktop.core.outbox import Ask
from shared.core.command import Target
from shared.grading.assignment_rules import DEFAULT_SCHEME
from shared.grading.course_grade_rules import told
from shared.grading.grade_rules import GradeBook
from shared.grading.ids import course_grade_id, extension_id, grade_scheme_id, mark_id
from shared.grading.mark_rules import categories, cell, column
from shared.grading.work_rules import counting
from tests.simulator.device import Device


def publish_grades(device: Device, chance: random.Random) -> list[Ask]:
    """Publish the grades of some students as they stand here, now and then a wrong one, with a reason or without."""
    cohorts = sorted(device.store.page("cohort", limit=-1), key=lambda row: str(row["id"]))
    if not cohorts:
        return []
    cohort_id = chance.choice(cohorts)["id"]
    enrolments = sorted(row["id"] for row in device.store.children("enrolment", cohort_id))
    grades, targets = [], []
    for one in enrolments:
        result, word = _grade(device, cohort_id, one)
        if result and chance.random() < 0.8:
            wrong = chance.random() < 0.05
            grades.append({"enrolment_id": one, "result": "12.3" if wrong else result, "word": word})
            present = device.store.get("course_grade", course_grade_id(one)) or {}
            targets.append(Target(id=course_grade_id(one), base=present.get("revision")))
    if not targets:
        return []
    reason = "Counted twice" if chance.random() < 0.7 else ""
    payload = {"cohort_id": cohort_id, "grades": grades, "reason": reason}
    return [Ask("PublishGrades", targets[0].id, payload, targets[0].base, tuple(targets[1:]))]


def _grade(device: Device, cohort_id: str, enrolment_id: str) -> tuple[str, str]:
    store = device.store
    scheme: dict[str, Any] = store.get("grade_scheme", grade_scheme_id(cohort_id)) or dict(DEFAULT_SCHEME)
    if scheme["places"] not in (0, 1, 2):  # a wrong value that the server hasn't refused yet
        return "", ""
    works = [one for one in store.children("assignment", cohort_id) if one["state"] != "removed"]
    cells = []
    for work in works:
        own = [one for one in store.children("submission", work["id"]) if one["enrolment_id"] == enrolment_id]
        last = counting(own) or {}
        extension = store.get("extension", extension_id(work["id"], enrolment_id))
        mark = store.get("mark", mark_id(work["id"], enrolment_id))
        cells.append(cell(work, mark, last.get("handed_in_at"), extension))
    book = GradeBook([column(one) for one in works], categories(scheme))
    return told(scheme, book.grade(cells))
