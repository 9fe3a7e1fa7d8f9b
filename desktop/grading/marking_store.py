"""What the marking workbench reads: an assignment with its rubric, and where every student of the class stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.grading.group_store import read_groups
from desktop.grading.marking_line import Standing, WorkLine
from desktop.grading.marking_parts import with_parts
from desktop.grading.regrade_actions import with_questions
from desktop.timetable.store import full_name
from shared.core.clock import instant_text, parse_instant
from shared.core.conflict import KIND as CONFLICT
from shared.core.conflict import Conflict
from shared.core.text import text
from shared.grading.blind_rules import is_blind
from shared.grading.group_rules import follows, is_for_groups
from shared.grading.ids import grade_scheme_id, mark_id
from shared.grading.late_rules import days_late
from shared.grading.mark_rules import hundredths, is_graded, late_rule
from shared.grading.moderation_vocabulary import MARK_PART, REGRADE
from shared.grading.permissions import may_mark
from shared.grading.vocabulary import (
    ASSIGNMENT,
    EXTENSION,
    GRADE_SCHEME,
    MARK,
    MARK_ENTRY,
    MARK_NOTE,
    RUBRIC_VERSION,
    SAVED_COMMENT,
    SUBMISSION,
    WORK_COMMENT,
    WORK_GROUP,
    KeptState,
    MarkStatus,
    SchemeState,
    WorkKind,
)
from shared.grading.work_rules import counting, due_at, is_overdue
from shared.learning.vocabulary import ATTENDING, COHORT, COURSE, ENROLMENT
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
LISTED = frozenset(
    {WORK_GROUP, MARK_PART, REGRADE, MARK, SUBMISSION, EXTENSION, ENROLMENT, PERSON, ASSIGNMENT, GRADE_SCHEME, CONFLICT}
)


@dataclass(frozen=True)
class Bench:
    """An assignment ready for marking. `criteria` None: without a rubric. `locked`: the cohort's marks are closed."""

    assignment: Body
    cohort: Body
    course: Body
    criteria: tuple[Body, ...] | None
    rubric: str
    may_mark: bool
    locked: bool
    lines: tuple[WorkLine, ...]

    @property
    def id(self) -> str:
        """The assignment's id."""
        return str(self.assignment["id"])

    @property
    def points(self) -> int:
        """The maximum, in hundredths."""
        return hundredths(self.assignment["points"])

    @property
    def handed_in_here(self) -> bool:
        """Whether there are files or texts to look at."""
        return bool(self.assignment["work_kind"] == WorkKind.HANDED_IN)

    def line(self, enrolment_id: str) -> WorkLine | None:
        """Return a student's line."""
        return next((one for one in self.lines if one.id == enrolment_id), None)


def read_bench(desk: Desk, assignment_id: str) -> Bench | None:
    """Read an assignment and its class; None where it isn't on this computer."""
    store = desk.store
    assignment = store.get(ASSIGNMENT, assignment_id)
    if assignment is None:
        return None
    cohort = store.get(COHORT, assignment["cohort_id"]) or {}
    version = store.get(RUBRIC_VERSION, assignment.get("rubric_version_id") or "")
    scheme = store.get(GRADE_SCHEME, grade_scheme_id(assignment["cohort_id"])) or {}
    rubric = text("{name}, version {n}", name=version["name"], n=version["version"]) if version else ""
    return Bench(
        assignment,
        cohort,
        store.get(COURSE, cohort.get("course_id", "")) or {},
        tuple(version["criteria"]) if version else None,
        rubric,
        may_mark(desk.actor, assignment["cohort_id"]),
        scheme.get("state") == SchemeState.LOCKED,
        read_lines(desk, assignment),
    )


def read_lines(desk: Desk, assignment: Body) -> tuple[WorkLine, ...]:
    """Read where everybody in the class stands, by name; of anonymous work in an order that tells nothing."""
    store = desk.store
    enrolments = [
        one
        for one in store.children(ENROLMENT, assignment["cohort_id"])
        if one["state"] in ATTENDING and not one.get("testing")
    ]
    people = store.many(PERSON, [one["person_id"] for one in enrolments])
    attempts: dict[str, list[Body]] = {}
    for one in store.children(SUBMISSION, assignment["id"]):
        attempts.setdefault(one["enrolment_id"], []).append(one)
    marks = {one["enrolment_id"]: one for one in store.children(MARK, assignment["id"])}
    extensions = {one["enrolment_id"]: one for one in store.children(EXTENSION, assignment["id"])}
    now = instant_text(desk.clock.now())
    lines = [
        _line(assignment, one, people.get(one["person_id"], {}), attempts.get(one["id"], []), marks, extensions, now)
        for one in enrolments
    ]
    if is_for_groups(assignment):
        lines = _together(lines, read_groups(desk, str(assignment["id"])))
    lines = with_questions(desk, assignment, with_parts(desk, assignment, lines))
    if assignment["anonymous"]:
        return _hidden(lines, assignment)
    return tuple(sorted(lines, key=lambda line: (not line.members, fold(line.name), line.id)))


def _together(lines: Sequence[WorkLine], groups: Sequence[Body]) -> list[WorkLine]:
    """Return a line for each group in place of those of its members."""
    by_id = {one.id: one for one in lines}
    found = []
    for group in groups:
        there = [by_id.pop(one["enrolment_id"]) for one in group["members"] if one["enrolment_id"] in by_id]
        members = tuple(sorted(there, key=lambda line: (fold(line.name), line.id)))
        if members:
            found.append(replace(min(members, key=_stands_for), name=str(group["name"]), number="", members=members))
    return [*found, *by_id.values()]


def _stands_for(line: WorkLine) -> tuple[bool, bool]:
    """Order by who handed in, then who has an attempt by it."""
    submission = line.submission or {}
    return not submission, bool(submission.get("source_id"))


def followers(line: WorkLine) -> tuple[WorkLine, ...]:
    """Return the members whose marks are the group's, the one who stands for it first."""
    others = [one for one in line.members if one.id != line.id and follows(one.mark, line.mark)]
    return tuple(one for one in line.members if one.id == line.id) + tuple(others)


def differing(line: WorkLine) -> list[WorkLine]:
    """Return the members who were given another mark by hand."""
    same = {one.id for one in followers(line)}
    return [one for one in line.members if one.id not in same]


def _line(
    assignment: Body,
    enrolment: Body,
    person: Body,
    attempts: Sequence[Body],
    marks: Mapping[str, Body],
    extensions: Mapping[str, Body],
    now: str,
) -> WorkLine:
    mark, extension = marks.get(enrolment["id"]), extensions.get(enrolment["id"])
    submission = counting(attempts)
    number = str(person.get("number") or "")
    at = submission.get("handed_in_at") if submission else None
    late = days_late(due_at(assignment, extension), parse_instant(at), late_rule(assignment).grace) if at else 0
    standing = _standing(assignment, attempts, submission, mark, extension, now)
    counted = sum(one["state"] != "in_progress" for one in attempts)
    name = full_name(person) or number
    return WorkLine(enrolment, name, number, standing, submission, counted, mark, extension, late)


def _standing(
    assignment: Body,
    attempts: Sequence[Body],
    submission: Body | None,
    mark: Body | None,
    extension: Body | None,
    now: str,
) -> Standing:
    if mark is not None and mark["status"] != MarkStatus.NONE:
        given = {MarkStatus.MISSING: Standing.MISSING, MarkStatus.EXCUSED: Standing.EXCUSED}.get(mark["status"])
        if given is not None:
            return given
        if not is_graded(mark):
            return Standing.DRAFT
        return Standing.PUBLISHED if mark.get("released_at") else Standing.GRADED
    if submission is not None or assignment["work_kind"] != WorkKind.HANDED_IN:
        return Standing.NEW
    if is_overdue(assignment, attempts, now, extension):
        return Standing.MISSING
    return Standing.EXTENDED if extension and extension.get("due_at") else Standing.AWAITED


def with_mark(line: WorkLine, assignment: Body, mark: Body | None, now: str) -> WorkLine:
    """Return a line with another mark, without reading anything else."""
    attempts = [line.submission] if line.submission is not None else []
    standing = _standing(assignment, attempts, line.submission, mark, line.extension, now)
    return replace(line, mark=mark, standing=standing)


def _hidden(lines: Sequence[WorkLine], assignment: Body) -> tuple[WorkLine, ...]:
    """Return lines without names in an order that tells nothing; whose mark is released has the name again."""

    def shuffled(line: WorkLine) -> str:
        return sha256(f"{assignment['id']}{line.id}".encode()).hexdigest()

    def neutral(place: int, line: WorkLine) -> WorkLine:
        if not is_blind(assignment, line.agreed or line.mark):
            return line
        members = tuple(replace(one, name="", number="", hidden=True) for one in line.members)
        name = text("Group {n}", n=place) if members else text("Student {n}", n=place)
        return replace(line, name=name, number="", members=members, hidden=True)

    return tuple(neutral(place, line) for place, line in enumerate(sorted(lines, key=shuffled), 1))


def comments_of(desk: Desk, submission_id: str, sha: str = "") -> list[Body]:
    """Return the comments on an attempt, with `sha` those on one of its files, the oldest first."""
    found = desk.store.children(WORK_COMMENT, submission_id)
    return [one for one in found if one["state"] == KeptState.KEPT and one["sha256"] == sha]


def notes_of(desk: Desk, bench: Bench, enrolment_id: str) -> list[Body]:
    """Return the private notes on a mark, the oldest first."""
    return list(desk.store.children(MARK_NOTE, mark_id(bench.id, enrolment_id)))


def entries_of(desk: Desk, bench: Bench, enrolment_id: str) -> list[Body]:
    """Return the steps of a mark's history that this computer knows, the latest first."""
    found = desk.store.children(MARK_ENTRY, mark_id(bench.id, enrolment_id))
    return sorted(found, key=lambda one: -int(one["ordinal"]))


def saved_comments_of(desk: Desk) -> list[Body]:
    """Return the sentences that this person keeps to use again."""
    found = desk.store.page(SAVED_COMMENT, [Where("owner_id", "=", desk.actor.person_id)], limit=-1)
    return [one for one in found if one["state"] == KeptState.KEPT]


def dispute_of(desk: Desk, bench: Bench, enrolment_id: str) -> Conflict | None:
    """Return the open disagreement about a mark, with both sides, or None."""
    wanted = mark_id(bench.id, enrolment_id)
    return next((one for one in desk.store.conflicts() if one.kind == MARK and one.entity_id == wanted), None)
