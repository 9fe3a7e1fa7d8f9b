"""What waits to be marked, over all classes of a person: read from short texts beside the rows, not their bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop.core.desk import Desk
from desktop.grading.cells import BookCell, read_cell, read_hand_in
from desktop.grading.marking_parts import waiting_here
from shared.core.clock import instant_text
from shared.grading.moderation_vocabulary import MARK_PART
from shared.grading.permissions import may_mark
from shared.grading.vocabulary import ASSIGNMENT, MARK, SUBMISSION, AssignmentState, SubmissionState, WorkKind
from shared.learning.vocabulary import ATTENDING, COHORT, COURSE, ENROLMENT

Body = Mapping[str, Any]
KINDS_READ = frozenset({MARK_PART, ASSIGNMENT, MARK, SUBMISSION, ENROLMENT, COHORT, COURSE})
_ASKED = frozenset({AssignmentState.OPEN, AssignmentState.CLOSED})
_IN = frozenset({SubmissionState.SUBMITTED})


@dataclass(frozen=True)
class QueueRow:
    """A piece of work: how many wait, are graded (of them not published), and how many there are in the class."""

    body: Body
    cohort: str
    course: str
    waiting: int
    graded: int
    unpublished: int
    students: int

    @property
    def id(self) -> str:
        """The assignment's id."""
        return str(self.body["id"])

    @property
    def title(self) -> str:
        """The assignment's title."""
        return str(self.body["title"])

    @property
    def due_at(self) -> str:
        """When it is due, an empty text where it never is."""
        return str(self.body.get("due_at") or "")


def queue_rows(desk: Desk) -> list[QueueRow]:
    """Return all work of the classes that this person marks, the earliest due first; bare columns are left out."""
    store = desk.store
    works = [
        one
        for one in store.page(ASSIGNMENT, limit=-1)
        if one["state"] in _ASKED and one["work_kind"] != WorkKind.MANUAL and may_mark(desk.actor, one["cohort_id"])
    ]
    cohorts = store.many(COHORT, sorted({one["cohort_id"] for one in works}))
    courses = store.many(COURSE, sorted({one.get("course_id") or "" for one in cohorts.values()}))
    classes = {cohort_id: _class(desk, cohort_id) for cohort_id in cohorts}
    cells, handed = _cells(desk), _handed_in(desk)
    now = instant_text(desk.clock.now())
    rows = []
    for work in works:
        cohort = cohorts.get(work["cohort_id"], {})
        members = classes.get(work["cohort_id"], frozenset())
        counting = [one for one in cells.get(work["id"], ()) if one.counts and one.enrolment_id in members]
        expected = _expected(work, members, handed.get(work["id"], set()), now)
        expected = waiting_here(desk, work, expected)
        rows.append(
            QueueRow(
                work,
                str(cohort.get("name") or ""),
                str(courses.get(cohort.get("course_id") or "", {}).get("title") or ""),
                len(expected - {one.enrolment_id for one in counting}),
                len(counting),
                sum(not one.released for one in counting),
                len(members),
            )
        )
    return sorted(rows, key=lambda row: (row.due_at or "9999", row.title, row.id))


def _cells(desk: Desk) -> dict[str, list[BookCell]]:
    found: dict[str, list[BookCell]] = {}
    for packed in desk.store.values(MARK, "cell"):
        cell = read_cell(packed)
        found.setdefault(cell.assignment_id, []).append(cell)
    return found


def _handed_in(desk: Desk) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for packed in desk.store.values(SUBMISSION, "hand_in"):
        one = read_hand_in(packed)
        if one.state in _IN:
            found.setdefault(one.assignment_id, set()).add(one.enrolment_id)
    return found


def _expected(work: Body, members: frozenset[str], handed: set[str], now: str) -> frozenset[str]:
    """Return whose work there is to look at: what was handed in; of the rest everybody's once it is due."""
    if work["work_kind"] == WorkKind.HANDED_IN:
        return members & handed
    return members if (work.get("due_at") or "") <= now else frozenset()


def _class(desk: Desk, cohort_id: str) -> frozenset[str]:
    found = desk.store.children(ENROLMENT, cohort_id)
    return frozenset(one["id"] for one in found if one["state"] in ATTENDING and not one.get("testing"))


def waiting_work(desk: Desk) -> int:
    """Return how many pieces of students' work wait for this person."""
    return sum(row.waiting for row in queue_rows(desk))
