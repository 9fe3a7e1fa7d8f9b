"""What is read of reviews by students: one's own to write, what others say of one's work, and all for who marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.grading.marking_line import Standing, WorkLine
from desktop.grading.marking_store import Bench, read_lines
from shared.core.text import text
from shared.grading.vocabulary import (
    ASSIGNMENT,
    PEER_FEEDBACK,
    PEER_REVIEW,
    PEER_TASK,
    RUBRIC_VERSION,
    AssignmentState,
    MarkStatus,
    ReviewState,
)
from shared.grading.work_rules import counting

Body = Mapping[str, Any]


def own_tasks(desk: Desk, assignment_id: str) -> list[Body]:
    """Return the reviews that a student has to write for a piece of work, always in the same order."""
    return sorted(desk.store.children(PEER_TASK, assignment_id), key=lambda one: str(one["id"]))


def own_feedback(desk: Desk, assignment_id: str) -> list[Body]:
    """Return what others say of a student's work; there is nothing before the mark is published."""
    return sorted(desk.store.children(PEER_FEEDBACK, assignment_id), key=lambda one: str(one["id"]))


def task_name(desk: Desk, task: Body) -> str:
    """Return what a reviewer calls somebody's work: `Work 2`."""
    ids = [one["id"] for one in own_tasks(desk, task["assignment_id"])]
    return text("Work {n}", n=ids.index(task["id"]) + 1 if task["id"] in ids else 1)


@dataclass(frozen=True)
class ReviewDesk:
    """A review to write: its row, the assignment, and both as the rubric's view takes them."""

    task: Body
    assignment: Body
    bench: Bench
    line: WorkLine


def read_task(desk: Desk, task_id: str) -> ReviewDesk | None:
    """Read a review that one has to write, None where it isn't here or isn't wanted any more."""
    task = desk.store.get(PEER_TASK, task_id)
    assignment = desk.store.get(ASSIGNMENT, task["assignment_id"]) if task else None
    if task is None or assignment is None or assignment["state"] == AssignmentState.REMOVED:
        return None
    version = desk.store.get(RUBRIC_VERSION, assignment.get("rubric_version_id") or "")
    given = {
        "status": str(MarkStatus.MARKED if task["levels"] or task["text"] else MarkStatus.NONE),
        "score": task["score"],
        "levels": task["levels"],
        "feedback": task["text"],
        "finished": task["state"] == ReviewState.SENT,
    }
    line = WorkLine({"id": task["id"]}, task_name(desk, task), "", Standing.NEW, mark=given)
    criteria = tuple(version["criteria"]) if version else None
    rubric = str(version["name"]) if version else ""
    bench = Bench(assignment, {}, {}, criteria, rubric, may_mark=True, locked=False, lines=(line,))
    return ReviewDesk(task, assignment, bench, line)


def reviews_of(desk: Desk, assignment_id: str) -> list[Body]:
    """Return who reviews whom on a piece of work, for those who mark it."""
    found = desk.store.children(PEER_REVIEW, assignment_id)
    return [one for one in found if one["state"] != ReviewState.REMOVED]


def names_of(desk: Desk, assignment: Body) -> dict[str, str]:
    """Return the students' names by enrolment; of work that is marked without names what stands for them."""
    return {line.id: line.name for line in read_lines(desk, assignment)}


def handed_in(desk: Desk, assignment: Body) -> dict[str, str]:
    """Return by enrolment the attempt that counts."""
    lines = read_lines(desk, assignment)
    found = {line.id: counting([line.submission]) for line in lines if line.submission is not None}
    return {key: str(one["id"]) for key, one in found.items() if one is not None}


def said_of(reviews: Sequence[Body], enrolment_id: str) -> list[Body]:
    """Return the reviews of a student's work that were sent."""
    return [one for one in reviews if one["author_enrolment_id"] == enrolment_id and one["state"] == ReviewState.SENT]
