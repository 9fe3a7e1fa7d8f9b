"""Rules of handing in: what a hand-in may hold, when it is still taken, which attempt counts, and where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.file_types import type_of_name
from shared.core.text import text
from shared.grading.file_kind_rules import fits, kinds_taken
from shared.grading.rubric_rules import Fault
from shared.grading.vocabulary import (
    HANDED_IN,
    AssignmentState,
    MarkStatus,
    SubmissionState,
    Takes,
    WorkKind,
    WorkState,
)

Body = Mapping[str, Any]
_MEGABYTE = 1_048_576
_COUNTS = frozenset({SubmissionState.SUBMITTED, SubmissionState.RETURNED})


def handed_in_at(observed_at: str, clock_offset: int, received_at: str) -> str:
    """Return when work was handed in: the device's time set right by its offset, never after it was received."""
    told = parse_instant(observed_at) + timedelta(milliseconds=clock_offset)
    return instant_text(min(told, parse_instant(received_at)))


def due_at(assignment: Body, extension: Body | None = None) -> datetime | None:
    """Return when a student's work is due: the later one of the assignment's time and the extension's."""
    return _later(assignment.get("due_at"), extension)


def cutoff_at(assignment: Body, extension: Body | None = None) -> datetime | None:
    """Return from when on a student's work isn't taken any more, None: it always is."""
    return _later(assignment.get("cutoff_at"), extension)


def _later(instant: str | None, extension: Body | None) -> datetime | None:
    if instant is None:
        return None
    more = extension.get("due_at") if extension else None
    return max(parse_instant(one) for one in (instant, more) if one)


def is_late(assignment: Body, submission: Body, extension: Body | None = None) -> bool:
    """Tell whether an attempt came after its due time and the grace."""
    due, handed_in = due_at(assignment, extension), submission.get("handed_in_at")
    if due is None or handed_in is None:
        return False
    return parse_instant(handed_in) > due + timedelta(minutes=(assignment.get("late") or {}).get("grace_minutes", 0))


def why_not_taken(assignment: Body, instant: str, extension: Body | None = None) -> Fault | None:
    """Return why no work is taken at an instant, or None.

    Codes: `not_handed_in_here`, `assignment_not_open`, `not_open_yet`, `after_cutoff`.
    """
    if assignment["work_kind"] != WorkKind.HANDED_IN:
        return Fault(
            "not_handed_in_here", text("This work isn't handed in here. Give it to whoever teaches the class.")
        )
    at = parse_instant(instant)
    opens, cutoff = assignment.get("opens_at"), cutoff_at(assignment, extension)
    if opens is not None and at < parse_instant(opens):
        return Fault("not_open_yet", text("This work isn't open yet. Hand it in when it is."))
    if assignment["state"] != AssignmentState.OPEN:
        return Fault("assignment_not_open", text("This work isn't taken any more. Ask whoever teaches the class."))
    if cutoff is not None and at > cutoff:
        return Fault("after_cutoff", text("The cut-off is over. Ask whoever teaches the class for more time."))
    return None


def content_fault(assignment: Body, work: Body, *, finished: bool = True) -> Fault | None:
    """Return why this can't be handed in (or, not `finished`, kept), or None.

    Codes: `work_empty`, `text_not_taken`, `files_not_taken`, `too_many_files`, `file_empty`, `file_too_large`,
    `file_type_refused`, `file_name_twice`.
    """
    files, words = work.get("files") or (), (work.get("text") or "").strip()
    takes = set(assignment.get("takes") or ())
    if finished and not files and not words:
        return Fault("work_empty", text("There is nothing to hand in yet. Add a file or write something."))
    if words and Takes.TEXT not in takes:
        return Fault("text_not_taken", text("This work takes no written text. Add it as a file."))
    if files and takes.isdisjoint({Takes.FILE, Takes.RECORDING}):
        return Fault("files_not_taken", text("This work takes no files. Write the answer as text."))
    if len(files) > assignment["most_files"]:
        return Fault(
            "too_many_files", text("At most {n} files can be handed in. Remove some.", n=assignment["most_files"])
        )
    return _file_fault(assignment, files)


def _file_fault(assignment: Body, files: Sequence[Body]) -> Fault | None:
    taken = kinds_taken(assignment)
    if len({one["name"] for one in files}) < len(files):
        return Fault("file_name_twice", text("Two files have the same name. Rename one of them."))
    for one in files:
        name, size = one["name"], one["bytes"]
        if size == 0:
            return Fault("file_empty", text("{name} is empty. Save it again and add it.", name=name))
        if size > assignment["most_bytes"]:
            most = max(1, assignment["most_bytes"] // _MEGABYTE)
            return Fault(
                "file_too_large", text("{name} is larger than {most} MB. Make it smaller.", name=name, most=most)
            )
        if type_of_name(name) is None:
            words = text("{name} is of a kind that isn't taken here. Save it as a PDF, for example.", name=name)
            return Fault("file_type_refused", words)
        if not fits(type_of(one), taken):
            kinds = ", ".join(sorted(one.upper() for one in taken))
            return Fault("file_type_refused", text("{name} isn't one of: {kinds}.", name=name, kinds=kinds))
    return None


def type_of(file: Body) -> str:
    """Return a file's type: what was found out about it, else the ending of its name; small letters."""
    return str(file.get("type") or file["name"].rpartition(".")[2]).lower()


def attempts_fault(assignment: Body, attempts: Iterable[Body]) -> Fault | None:
    """Return why there is no further attempt, or None (`attempts_used`); one given back doesn't count."""
    most = assignment.get("most_attempts") or 0
    used = sum(one["state"] in (SubmissionState.SUBMITTED, SubmissionState.REPLACED) for one in attempts)
    if most and used >= most:
        return Fault("attempts_used", text("All attempts at this work are used. Ask whoever teaches the class."))
    return None


def counting(attempts: Iterable[Body]) -> Body | None:
    """Return the attempt that counts: the one handed in last by the devices' set right time; of equals the later."""
    living = [one for one in attempts if one["state"] in HANDED_IN]
    return max(living, key=lambda one: (one["handed_in_at"] or "", one["attempt"]), default=None)


def latest(attempts: Iterable[Body]) -> Body | None:
    """Return the attempt that a student works on: an unfinished one, else the one that counts."""
    every = list(attempts)
    begun = [one for one in every if one["state"] == SubmissionState.IN_PROGRESS]
    return max(begun, key=lambda one: one["attempt"], default=None) or counting(every)


def work_state(
    assignment: Body, attempts: Iterable[Body], mark: Body | None = None, extension: Body | None = None
) -> WorkState:
    """Return where a student stands; `mark` is what he or she may see of it: only once it is released.

    A student who began anew after being given work back is in progress again.
    """
    if mark is not None and mark.get("released_at") and mark["status"] != MarkStatus.NONE:
        return WorkState.GRADED
    submission = latest(attempts)
    if submission is None:
        return WorkState.NOT_STARTED
    if submission["state"] == SubmissionState.IN_PROGRESS:
        return WorkState.IN_PROGRESS
    if submission["state"] == SubmissionState.RETURNED:
        return WorkState.RETURNED
    return WorkState.LATE if is_late(assignment, submission, extension) else WorkState.SUBMITTED


def is_overdue(assignment: Body, attempts: Iterable[Body], now: str, extension: Body | None = None) -> bool:
    """Tell whether a student's work is due and nothing is handed in."""
    due = due_at(assignment, extension)
    handed_in = any(one["state"] in _COUNTS for one in attempts)
    return due is not None and not handed_in and parse_instant(now) > due
