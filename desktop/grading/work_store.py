"""What a student's page of one piece of work reads: the work, the own attempts, and where each file of them is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.core import meta
from desktop.core.desk import Desk
from desktop.core.file_queue import REFUSED, Transfer
from shared.core.clock import instant_text
from shared.core.text import text
from shared.grading.ids import extension_id, mark_id
from shared.grading.permissions import may_hand_in
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import (
    ASSIGNMENT,
    EXTENSION,
    HANDED_IN,
    MARK,
    SUBMISSION,
    AssignmentState,
    FileState,
    SubmissionState,
    Takes,
    WorkState,
)
from shared.grading.work_rules import (
    attempts_fault,
    counting,
    cutoff_at,
    due_at,
    handed_in_at,
    latest,
    why_not_taken,
    work_state,
)
from shared.learning.vocabulary import ATTENDING, COHORT, ENROLMENT

Body = Mapping[str, Any]
KINDS_READ = frozenset({ASSIGNMENT, SUBMISSION, EXTENSION, MARK, ENROLMENT, COHORT})
_NEVER = "9999-12-31T00:00:00.000Z"
_HIDDEN = frozenset({AssignmentState.DRAFT, AssignmentState.REMOVED})


@dataclass(frozen=True)
class Content:
    """What an attempt holds; each file is what commands name it by: `sha256`, `name`, `bytes` and `type`."""

    text: str = ""
    message: str = ""
    files: tuple[Body, ...] = ()

    @property
    def plain(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        """By what two contents are the same: spaces around words aren't counted."""
        return self.text.strip(), self.message.strip(), tuple((one["sha256"], one["name"]) for one in self.files)


def content_of(attempt: Body | None) -> Content:
    """Return what an attempt holds, nothing without one."""
    if attempt is None:
        return Content()
    return Content(attempt["text"], attempt["message"], tuple(attempt["files"]))


@dataclass(frozen=True)
class OwnWork:
    """One piece of work as its student has it; `attempts` are the own ones, the first first."""

    assignment: Body
    cohort: Body
    enrolment_id: str
    attempts: tuple[Body, ...]
    mark: Body | None
    extension: Body | None

    @property
    def id(self) -> str:
        """The assignment's id."""
        return str(self.assignment["id"])

    @property
    def state(self) -> WorkState:
        """Where the student stands."""
        return work_state(self.assignment, self.attempts, self.mark, self.extension)

    @property
    def due(self) -> datetime | None:
        """When it is due for this student."""
        return due_at(self.assignment, self.extension)

    @property
    def cutoff(self) -> datetime | None:
        """From when on it isn't taken any more."""
        return cutoff_at(self.assignment, self.extension)

    @property
    def begun(self) -> Body | None:
        """The attempt that is worked on, None where a new one would be begun."""
        found = latest(self.attempts)
        return found if found is not None and found["state"] == SubmissionState.IN_PROGRESS else None

    @property
    def counts(self) -> Body | None:
        """The attempt that counts."""
        return counting(self.attempts)

    @property
    def handed_in(self) -> tuple[Body, ...]:
        """The attempts that were handed in, the first first."""
        found = [one for one in self.attempts if one["state"] in HANDED_IN]
        return tuple(sorted(found, key=lambda one: one["handed_in_at"] or ""))

    @property
    def content(self) -> Content:
        """What the form begins with: the attempt that is worked on, else what counts."""
        return content_of(self.begun or self.counts)

    @property
    def takes_text(self) -> bool:
        """Whether an answer may be written."""
        return Takes.TEXT in self.assignment["takes"]

    @property
    def takes_recordings(self) -> bool:
        """Whether a recording may be made here."""
        return Takes.RECORDING in self.assignment["takes"]

    @property
    def takes_files(self) -> bool:
        """Whether files may be added."""
        return not {Takes.FILE, Takes.RECORDING}.isdisjoint(self.assignment["takes"])


def read_work(desk: Desk, assignment_id: str) -> OwnWork | None:
    """Read a piece of work of the person who has signed in; None where it isn't his or hers, or not here."""
    store, person_id = desk.store, desk.actor.person_id
    assignment = store.get(ASSIGNMENT, assignment_id)
    if assignment is None or assignment["state"] in _HIDDEN:
        return None
    enrolments = store.children(ENROLMENT, assignment["cohort_id"])
    own = next((one for one in enrolments if one["person_id"] == person_id and one["state"] in ATTENDING), None)
    if own is None:
        return None
    return OwnWork(
        assignment,
        store.get(COHORT, assignment["cohort_id"]) or {},
        str(own["id"]),
        tuple(one for one in store.children(SUBMISSION, assignment_id) if one["enrolment_id"] == own["id"]),
        store.get(MARK, mark_id(assignment_id, own["id"])),
        store.get(EXTENSION, extension_id(assignment_id, own["id"])),
    )


def why_not(desk: Desk, work: OwnWork) -> Fault | None:
    """Return why nothing can be handed in now, by this device's time set right, or None."""
    if not may_hand_in(desk.actor, desk.actor.person_id):
        return Fault("not_allowed", text("Your role doesn't hand work in."))
    now = handed_in_at(instant_text(desk.clock.now()), desk.store.recall(meta.OFFSET, 0), _NEVER)
    fault = why_not_taken(work.assignment, now, work.extension)
    return fault or attempts_fault(work.assignment, work.attempts)


@dataclass(frozen=True)
class FileView:
    """Where a file is: `waiting` to be sent, `refused` with a sentence, or `stored` on the server."""

    waiting: bool = False
    refused: bool = False
    stored: bool = False
    sentence: str = ""


def file_states(desk: Desk, content: Content) -> dict[str, FileView]:
    """Return by hash where the files of a content are."""
    moving = {one.sha256: one for one in desk.files.waiting() if one.direction == "up"} if desk.files else {}
    found = {}
    for one in content.files:
        found[one["sha256"]] = _state(one, moving.get(one["sha256"]))
    return found


def _state(file: Body, transfer: Transfer | None) -> FileView:
    """What the server said of a file counts before what this computer still means to do."""
    told = file.get("state")
    if told == FileState.STORED:
        return FileView(stored=True)
    if transfer is not None:
        refused = transfer.state == REFUSED
        return FileView(waiting=not refused, refused=refused, sentence=transfer.sentence)
    if told == FileState.QUARANTINED:
        return FileView(refused=True, sentence=aside_words(file))
    return FileView()


def aside_words(file: Body) -> str:
    """Return why the server put a file aside, in its own words where it gave some."""
    words = text("The server put this file aside, and nobody can open it. Remove it, and add another one.")
    return str(file.get("why") or words)
