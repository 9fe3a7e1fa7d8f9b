"""All work of a student's courses with where each stands and its times, for the list of the own work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.work_store import OwnWork
from shared.core.clock import instant_text
from shared.grading.vocabulary import (
    ASSIGNMENT,
    EXTENSION,
    MARK,
    SUBMISSION,
    AssignmentState,
    WorkKind,
    WorkState,
)
from shared.grading.work_rules import is_overdue, why_not_taken
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT

Body = Mapping[str, Any]
TO_DO, IN_HAND, DONE = "to_do", "handed_in", "graded"
_HIDDEN = frozenset({AssignmentState.DRAFT, AssignmentState.REMOVED})
_UNDONE = frozenset({WorkState.NOT_STARTED, WorkState.IN_PROGRESS, WorkState.RETURNED})
_SOON = timedelta(hours=48)


@dataclass(frozen=True)
class MyWork:
    """A piece of work in the list. `overdue`: due and nothing handed in; `open`: it is still taken.

    `soon`: it is due within two days, and still to be done.
    """

    work: OwnWork
    overdue: bool
    open: bool
    soon: bool

    @property
    def id(self) -> str:
        """The assignment's id."""
        return self.work.id

    @property
    def title(self) -> str:
        """The assignment's title."""
        return str(self.work.assignment["title"])

    @property
    def course(self) -> str:
        """The cohort's name."""
        return str(self.work.cohort.get("name") or "")

    @property
    def handed_in_here(self) -> bool:
        """Whether it is handed in on this page, not on paper or seen in practice."""
        return bool(self.work.assignment["work_kind"] == WorkKind.HANDED_IN)

    @property
    def status(self) -> str:
        """Under which of the list's filters it stands: to do, handed in or graded."""
        if self.work.state is WorkState.GRADED:
            return DONE
        return TO_DO if self.work.state in _UNDONE else IN_HAND

    @property
    def due(self) -> str:
        """When it is due for this student, as an instant; empty where it never is."""
        return _text(self.work.due)

    @property
    def ends(self) -> str:
        """From when on it isn't taken any more, as an instant; empty where it always is."""
        return _text(self.work.cutoff)

    @property
    def assigned(self) -> str:
        """When it was set, or opens where that is later, as an instant; empty where that isn't known."""
        assignment = self.work.assignment
        return max(str(assignment.get("assigned_at") or ""), str(assignment.get("opens_at") or ""))

    @property
    def started(self) -> str:
        """When the student began with the first attempt, as an instant; empty before that."""
        known = [str(one["started_at"]) for one in self.work.attempts if one.get("started_at")]
        return min(known, default="")

    @property
    def handed_in(self) -> str:
        """When the attempt that counts was handed in, as an instant; empty before that."""
        return str((self.work.counts or {}).get("handed_in_at") or "")


def _text(moment: datetime | None) -> str:
    return instant_text(moment) if moment is not None else ""


def my_works(desk: Desk) -> list[MyWork]:
    """Return the work of the cohorts that the person attends; drafts, removed work and bare columns are left out.

    The number of reads doesn't grow with the work.
    """
    store, where = desk.store, [Where("person_id", "=", desk.actor.person_id)]
    enrolled = [one for one in store.page(ENROLMENT, where, limit=-1) if one["state"] in ATTENDING]
    cohorts = store.many(COHORT, sorted({one["cohort_id"] for one in enrolled}))
    attempts: dict[tuple[str, str], list[Body]] = {}
    for one in store.page(SUBMISSION, where, limit=-1):
        attempts.setdefault((one["assignment_id"], one["enrolment_id"]), []).append(one)
    marks, extensions = (
        {(one["assignment_id"], one["enrolment_id"]): one for one in store.page(kind, where, limit=-1)}
        for kind in (MARK, EXTENSION)
    )
    found = []
    for enrolment in enrolled:
        for assignment in store.children(ASSIGNMENT, enrolment["cohort_id"]):
            if assignment["state"] not in _HIDDEN and assignment["work_kind"] != WorkKind.MANUAL:
                key = (assignment["id"], enrolment["id"])
                own = tuple(sorted(attempts.get(key, ()), key=lambda one: int(one["attempt"])))
                cohort = cohorts.get(enrolment["cohort_id"], {})
                work = OwnWork(assignment, cohort, key[1], own, marks.get(key), extensions.get(key))
                found.append(_line(desk, work))
    return found


def _line(desk: Desk, work: OwnWork) -> MyWork:
    now = desk.clock.now()
    here = work.assignment["work_kind"] == WorkKind.HANDED_IN
    undone = work.state in _UNDONE
    overdue = here and undone and is_overdue(work.assignment, work.attempts, instant_text(now), work.extension)
    is_open = here and why_not_taken(work.assignment, instant_text(now), work.extension) is None
    soon = undone and work.due is not None and now <= work.due <= now + _SOON
    return MyWork(work, overdue, is_open, soon)


def due_count(desk: Desk) -> int:
    """Return how much work is due within 48 hours or overdue, and still to be done."""
    return sum((one.soon or one.overdue) and one.open for one in my_works(desk))
