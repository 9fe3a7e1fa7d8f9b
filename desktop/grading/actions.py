"""What people do in a gradebook: set marks, one or many, undo and redo, publish them, and set work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.core.desk import Desk
from desktop.core.outbox import Ask
from desktop.grading.cells import BookCell
from desktop.grading.given_actions import send_given
from desktop.grading.store import Book
from shared.core.command import MAX_TARGETS, Target
from shared.core.errors import CampusError
from shared.core.text import text
from shared.grading.assignment_rules import assignment_fault, assignment_from, scheme_fault, scheme_from
from shared.grading.blind_rules import is_blind, knows_names
from shared.grading.ids import mark_id, rubric_version_id
from shared.grading.mark_rules import cell_set, judgement_fault, judgement_of, tidied
from shared.grading.part_rules import agreed_fault
from shared.grading.permissions import (
    may_edit_assignments,
    may_edit_rubrics,
    may_lock_grades,
    may_mark,
    may_release_marks,
    may_set_scheme,
)
from shared.grading.points import points_text, read_points
from shared.grading.rubric_rules import rubric_fault
from shared.grading.vocabulary import (
    ASSIGNMENT,
    MARK,
    RUBRIC,
    RUBRIC_VERSION,
    AssignmentState,
    KeptState,
    MarkStatus,
)
from shared.learning.vocabulary import COHORT
from shared.people.vocabulary import Permission

Body = Mapping[str, Any]
_WORDS = {"m": MarkStatus.MISSING, "missing": MarkStatus.MISSING, "x": MarkStatus.EXCUSED, "ex": MarkStatus.EXCUSED}
_WORDS["excused"] = MarkStatus.EXCUSED


@dataclass(frozen=True)
class Wanted:
    """What a cell is to say; `score` is points as text, None without."""

    enrolment_id: str
    assignment_id: str
    status: MarkStatus
    score: str | None = None


@dataclass(frozen=True)
class Judged:
    """A whole judgement of one mark, as undo puts it back."""

    enrolment_id: str
    assignment_id: str
    judgement: Mapping[str, Any]


def read_typed(typed: str, assignment: Body) -> tuple[MarkStatus, str | None]:
    """Return what was typed or pasted into a cell: a mark, `M`, `X`, or nothing for not graded.

    Raises CampusError with the codes of `read_points`.
    """
    words = typed.strip()
    if not words or words == "–":
        return MarkStatus.NONE, None
    if words.casefold() in _WORDS:
        return _WORDS[words.casefold()], None
    most = read_points(assignment["points"]).hundredths
    found = read_points(words) if assignment.get("extra_credit") or most is None else read_points(words, most)
    if found.hundredths is None:
        raise CampusError(found.code, found.sentence)
    return MarkStatus.MARKED, points_text(found.hundredths)


@dataclass
class Marking:
    """The marks of one gradebook as they are set; everything is on disk when a method returns."""

    desk: Desk
    cohort_id: str
    _done: list[tuple[tuple[Judged, ...], tuple[Judged, ...]]] = field(default_factory=list)
    _undone: list[tuple[tuple[Judged, ...], tuple[Judged, ...]]] = field(default_factory=list)

    @property
    def may(self) -> bool:
        """Whether the person marks in this cohort."""
        return may_mark(self.desk.actor, self.cohort_id)

    def set_cells(self, wanted: Sequence[Wanted]) -> list[Judged]:
        """Set cells as one step; returns those that changed. Raises CampusError `not_allowed`, or a rule's code."""
        self._check()
        marks = self._marks(wanted)
        before, after = [], []
        for one in wanted:
            mark = marks.get(mark_id(one.assignment_id, one.enrolment_id))
            was, now = judgement_of(mark), tidied(cell_set(mark, str(one.status), one.score))
            if _plain(was) != _plain(now):
                self._check_names(one.assignment_id, mark)
                before.append(Judged(one.enrolment_id, one.assignment_id, was))
                after.append(Judged(one.enrolment_id, one.assignment_id, now))
        if after:
            self._commit(after, marks)
            self._done.append((tuple(before), tuple(after)))
            self._undone.clear()
        return after

    def comment(self, enrolment_id: str, assignment_id: str, words: str) -> list[Judged]:
        """Set the feedback on one mark as one step; work that isn't graded gets a draft with it."""
        self._check()
        key = mark_id(assignment_id, enrolment_id)
        marks = self.desk.store.many(MARK, [key])
        was = judgement_of(marks.get(key))
        begun = {"status": str(MarkStatus.MARKED)} if was["status"] == MarkStatus.NONE and words.strip() else {}
        now = tidied({**was, **begun, "feedback": words.strip()[:20_000]})
        if _plain(was) == _plain(now):
            return []
        after = [Judged(enrolment_id, assignment_id, now)]
        self._commit(after, marks)
        self._done.append(((Judged(enrolment_id, assignment_id, was),), tuple(after)))
        self._undone.clear()
        return after

    def undo(self) -> tuple[Judged, ...]:
        """Put back what stood before the last step; returns what stands now, nothing where there is no step."""
        return self._step(self._done, self._undone, 0)

    def redo(self) -> tuple[Judged, ...]:
        """Do the step again that was taken back last."""
        return self._step(self._undone, self._done, 1)

    def _step(self, source: list[Any], goal: list[Any], side: int) -> tuple[Judged, ...]:
        if not source:
            return ()
        wanted: tuple[Judged, ...] = source[-1][side]
        self._commit(wanted, self._marks(wanted))
        goal.append(source.pop())
        return wanted

    def _check(self) -> None:
        if not self.may:
            raise CampusError("not_allowed", text("Your role doesn't mark in this cohort."))

    def _check_names(self, assignment_id: str, mark: Body | None) -> None:
        """In a row with a name nothing is given to work that is marked without."""
        work = self.desk.store.get(ASSIGNMENT, assignment_id)
        if work is not None and is_blind(work, mark) and not knows_names(self.desk.actor):
            words = text("This work is marked without names. Open it under Grading; names show once it is published.")
            raise CampusError("marked_without_names", words)

    def _marks(self, wanted: Iterable[Wanted | Judged]) -> dict[str, dict[str, Any]]:
        return self.desk.store.many(MARK, [mark_id(one.assignment_id, one.enrolment_id) for one in wanted])

    def _commit(self, wanted: Sequence[Judged], marks: Mapping[str, Body]) -> None:
        works = self.desk.store.many(ASSIGNMENT, sorted({one.assignment_id for one in wanted}))
        columns: dict[str, list[Judged]] = {}
        asks = []
        for one in wanted:
            work = works.get(one.assignment_id)
            if work is None:
                raise CampusError("assignment_unknown", text("This work is no longer on this computer."))
            fault = judgement_fault(work, one.judgement, self._criteria(work))
            if fault is not None:
                raise CampusError(fault.code, fault.sentence)
            mark = marks.get(mark_id(one.assignment_id, one.enrolment_id))
            now = one.judgement
            fault = agreed_fault(work, now, mark, moderates=self._moderates())
            if fault is not None:
                raise CampusError(fault.code, fault.sentence)
            if _plain(tidied(cell_set(mark, now["status"], now["score"]))) == _plain(now):
                columns.setdefault(one.assignment_id, []).append(one)
            else:
                asks.append(self._whole(one, mark))
        for assignment_id, cells in columns.items():
            chunks = (cells[at : at + MAX_TARGETS] for at in range(0, len(cells), MAX_TARGETS))
            asks += [self._set(assignment_id, chunk, marks) for chunk in chunks]
        self.desk.commit(asks)

    def _moderates(self) -> bool:
        return self.desk.actor.may(Permission.MARKS_MODERATE) or self.desk.actor.may(Permission.MARKS_CORRECT)

    def _criteria(self, work: Body) -> Sequence[Body] | None:
        version = self.desk.store.get(RUBRIC_VERSION, work.get("rubric_version_id") or "")
        return version["criteria"] if version else None

    def _author(self) -> dict[str, str]:
        return {"author_name": self.desk.actor.name}

    def _set(self, assignment_id: str, cells: Sequence[Judged], marks: Mapping[str, Body]) -> Ask:
        targets = []
        for one in cells:
            key = mark_id(assignment_id, one.enrolment_id)
            targets.append(Target(id=key, base=marks[key]["revision"] if key in marks else None))
        given = [
            {"enrolment_id": one.enrolment_id, "status": one.judgement["status"], "score": one.judgement["score"]}
            for one in cells
        ]
        payload = {"assignment_id": assignment_id, "marks": given, **self._author()}
        return Ask("SetMarks", targets[0].id, payload, base=targets[0].base, more_targets=tuple(targets[1:]))

    def _whole(self, one: Judged, mark: Body | None) -> Ask:
        payload = {
            "assignment_id": one.assignment_id,
            "enrolment_id": one.enrolment_id,
            "submission_id": mark.get("submission_id") if mark else None,
            **one.judgement,
            **self._author(),
        }
        key = mark_id(one.assignment_id, one.enrolment_id)
        return Ask("RecordMark", key, payload, base=mark["revision"] if mark else None)


def _plain(judgement: Body) -> tuple[Any, ...]:
    levels = tuple((one["criterion_id"], one["level_id"], one["points"]) for one in judgement["levels"])
    return (
        str(judgement["status"]),
        judgement["score"],
        levels,
        judgement["feedback"].strip(),
        bool(judgement["finished"]),
    )


def publish(desk: Desk, book: Book, assignment_id: str, cells: Sequence[BookCell] | None = None) -> int:
    """Let students see their marks of one piece of work, all that wait or those given; returns how many.

    Raises CampusError `not_allowed`, `nothing_to_release`.
    """
    if not may_release_marks(desk.actor, book.cohort_id):
        raise CampusError("not_allowed", text("Your role doesn't publish marks in this cohort."))
    waiting = book.waiting_to_show(assignment_id) if cells is None else list(cells)
    if not waiting:
        raise CampusError("nothing_to_release", text("Every mark of this work is published already."))
    ids = [mark_id(one.assignment_id, one.enrolment_id) for one in waiting]
    marks = desk.store.many(MARK, ids)
    targets = [Target(id=key, base=mark["revision"]) for key, mark in marks.items()]
    asks = []
    for at in range(0, len(targets), MAX_TARGETS):
        first, *rest = targets[at : at + MAX_TARGETS]
        payload = {"assignment_id": assignment_id}
        asks.append(Ask("ReleaseMarks", first.id, payload, base=first.base, more_targets=tuple(rest)))
    desk.commit(asks)
    return len(targets)


def save_assignment(desk: Desk, cohort_id: str, shown: Body | None, values: Mapping[str, Any]) -> str | None:
    """Add work, or save what differs of it; returns its id, None where nothing differs.

    Raises CampusError `not_allowed`, `field_invalid`, and the codes of `assignment_fault`.
    """
    if not may_edit_assignments(desk.actor, cohort_id):
        raise CampusError("not_allowed", text("Your role doesn't set work in this cohort."))
    made = assignment_from({"cohort_id": cohort_id, **(shown or {}), **values})
    if made is None:
        raise CampusError("field_invalid", text("A field of this work can't be kept as it is. Check the fields."))
    version = desk.store.get(RUBRIC_VERSION, made.get("rubric_version_id") or "")
    fault = assignment_fault(made, version["criteria"] if version else None)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    # The files are on their way before the work names them: a crash between leaves nothing that never comes.
    send_given(desk, made["attachments"])
    if shown is None:
        assignment_id = desk.ids()
        desk.commit([Ask("AddAssignment", assignment_id, {name: made[name] for name in ("cohort_id", *values)})])
        return assignment_id
    changes = {name: {"old": shown.get(name), "new": made[name]} for name in values if made[name] != shown.get(name)}
    if not changes:
        return None
    desk.commit([Ask("EditAssignment", shown["id"], {"changes": changes}, base=shown["revision"])])
    return str(shown["id"])


def remove_assignment(desk: Desk, shown: Body, *, back: bool = False) -> None:
    """Take work out of the gradebook with all its marks, which are kept; `back` puts it back."""
    if not may_edit_assignments(desk.actor, shown["cohort_id"]):
        raise CampusError("not_allowed", text("Your role doesn't set work in this cohort."))
    present = desk.store.get(ASSIGNMENT, shown["id"])
    if present is not None and (present["state"] == AssignmentState.REMOVED) == back:
        desk.commit([Ask("RemoveAssignment", shown["id"], {"back": back}, base=present["revision"])])


def set_scheme(desk: Desk, shown: Body, values: Mapping[str, Any]) -> bool:
    """Save how a cohort's grades come about; False where nothing differs.

    Raises CampusError `not_allowed`, `field_invalid`, and the codes of `scheme_fault`.
    """
    if not may_set_scheme(desk.actor, shown["cohort_id"]):
        raise CampusError("not_allowed", text("Your role doesn't set how grades come about in this cohort."))
    made = scheme_from(values)
    if made is None:
        raise CampusError("field_invalid", text("A category needs a name, and a word needs its percentage."))
    fault = scheme_fault(made)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    changes = {name: {"old": shown[name], "new": value} for name, value in made.items() if value != shown[name]}
    if changes:
        base = shown["revision"] if shown["revision"] != shown["id"] else None
        desk.commit(
            [Ask("SetGradeScheme", shown["id"], {"cohort_id": shown["cohort_id"], "changes": changes}, base=base)]
        )
    return bool(changes)


def set_lock(desk: Desk, shown: Body, *, locked: bool) -> None:
    """Close a cohort's marks, so that later changes are looked at, or open them again. Raises CampusError."""
    if not may_lock_grades(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't lock marks."))
    payload = {"cohort_id": shown["cohort_id"], "locked": locked, "author_name": desk.actor.name}
    base = shown["revision"] if shown["revision"] != shown["id"] else None
    desk.commit([Ask("LockGrades", shown["id"], payload, base=base)])


def rubric_choices(desk: Desk, cohort_id: str) -> list[dict[str, Any]]:
    """Return the rubrics of a cohort's course by name, those taken off the list left out."""
    course_id = str((desk.store.get(COHORT, cohort_id) or {}).get("course_id") or "")
    return [one for one in desk.store.children(RUBRIC, course_id) if one["state"] == KeptState.KEPT]


def save_rubric(desk: Desk, cohort_id: str, shown: Body | None, name: str, criteria: Sequence[Body]) -> str:
    """Make a rubric of the cohort's course, or its next version; returns the version's id.

    Raises CampusError `not_allowed`, `name_missing`, `part_without_name`, and the codes of `rubric_fault`.
    """
    if not may_edit_rubrics(desk.actor):
        raise CampusError("not_allowed", text("Your role doesn't make rubrics."))
    if not name.strip():
        raise CampusError("name_missing", text("Enter a name."))
    parts = [*criteria, *(level for one in criteria for level in one["levels"])]
    if not all(one["name"] for one in parts):
        raise CampusError("part_without_name", text("Every criterion and every level needs a name."))
    fault = rubric_fault(criteria)
    if fault is not None:
        raise CampusError(fault.code, fault.sentence)
    course_id = str((desk.store.get(COHORT, cohort_id) or {}).get("course_id") or "")
    payload = {"course_id": course_id, "name": name.strip(), "criteria": [dict(one) for one in criteria]}
    target, base = (desk.ids(), None) if shown is None else (shown["id"], shown["revision"])
    (command,) = desk.commit([Ask("SaveRubric", target, payload, base=base)])
    return rubric_version_id(command.id)
