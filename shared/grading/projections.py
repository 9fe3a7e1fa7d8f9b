"""What pending commands of marking make: the rows that both sides derive from them in the same way."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.clock import instant_text, parse_instant
from shared.core.command import Command
from shared.core.file_names import safe_name
from shared.core.projection import Draft, Projection, ReadRow
from shared.grading import portfolio, skill_projections
from shared.grading.assignment_rules import DEFAULT_SCHEME, assignment_from
from shared.grading.course_grade_projections import PROJECTIONS as COURSE_GRADE_PROJECTIONS
from shared.grading.group_projections import PROJECTIONS as GROUP_PROJECTIONS
from shared.grading.ids import grade_scheme_id, rubric_version_id
from shared.grading.mark_projections import PROJECTIONS as MARK_PROJECTIONS
from shared.grading.moderation_projections import PROJECTIONS as MODERATION_PROJECTIONS
from shared.grading.peer_projections import PROJECTIONS as PEER_PROJECTIONS
from shared.grading.vocabulary import (
    ASSIGNMENT,
    EXTENSION,
    GRADE_SCHEME,
    RUBRIC,
    RUBRIC_VERSION,
    SUBMISSION,
    AssignmentState,
    KeptState,
    SchemeState,
    SubmissionState,
)
from shared.grading.work_rules import handed_in_at
from shared.learning.vocabulary import ENROLMENT

Body = dict[str, Any]
_NEVER = "9999-12-31T00:00:00.000Z"
SHOWN = frozenset({AssignmentState.OPEN, AssignmentState.CLOSED})
"""The states that show an assignment to its students, for good."""


def instant_of(value: str | None) -> str | None:
    """Return an instant in the one form in which texts sort by time."""
    return instant_text(parse_instant(value)) if value else None


def told_at(command: Command) -> str:
    """Return when something was asked for, by its device's clock set right."""
    return handed_in_at(command.observed_at, command.clock_offset, _NEVER)


def assignment_body(command: Command) -> Body | None:
    """Return the assignment that an `AddAssignment` asks for, None where a value can't be kept at all."""
    made = assignment_from(command.payload)
    shown = made is not None and made["state"] in SHOWN
    told = {"id": command.target_id, "revision": command.id, "shown": shown}
    return made and _with_times({**made, **told, "assigned_at": told_at(command) if shown else None})


def assignment_with(present: Mapping[str, Any], changes: Mapping[str, Any]) -> Body | None:
    """Return an assignment with fields changed, None where a value can't be kept at all."""
    made = assignment_from({**present, **changes, "state": changes.get("state", AssignmentState.DRAFT)})
    if made is None:
        return None
    state = str(changes.get("state", present["state"]))
    return _with_times({**present, **made, "state": state, "shown": present["shown"] or state in SHOWN})


def without(present: Mapping[str, Any], revision: str, *, back: bool) -> Body:
    """Return an assignment that is taken away, or brought back."""
    state = AssignmentState.REMOVED
    if back:
        state = AssignmentState.CLOSED if present["shown"] else AssignmentState.DRAFT
    return {**present, "state": str(state), "revision": revision}


def _with_times(body: Body) -> Body:
    return {**body, **{name: instant_of(body[name]) for name in ("opens_at", "due_at", "cutoff_at")}}


def rubric_bodies(command: Command, present: Mapping[str, Any] | None) -> tuple[Body, Body]:
    """Return the rubric that a `SaveRubric` makes, and its new version."""
    payload, version_id = command.payload, rubric_version_id(command.id)
    number = 1
    if present:
        # Seen again on rows that have it already, it stays the version that it made.
        number = present["version"] + (present["revision"] != command.id)
    shared = {"revision": command.id, "course_id": payload["course_id"], "name": payload["name"].strip()}
    state = KeptState.REMOVED if payload.get("removed") else KeptState.KEPT
    rubric = {**shared, "id": command.target_id, "version_id": version_id, "version": number, "state": str(state)}
    made = {**shared, "id": version_id, "rubric_id": command.target_id, "version": number}
    return rubric, {**made, "criteria": list(payload["criteria"])}


def scheme_of(present: Mapping[str, Any] | None, cohort_id: str) -> Body:
    """Return a cohort's scheme, or the one that holds until somebody sets it."""
    scheme_id = grade_scheme_id(cohort_id)
    return dict(present or {**DEFAULT_SCHEME, "id": scheme_id, "revision": scheme_id, "cohort_id": cohort_id})


def with_lock(scheme: Mapping[str, Any], command: Command, by_name: str = "") -> Body:
    """Return a scheme as a `LockGrades` leaves it."""
    locked = bool(command.payload.get("locked", True))
    return {
        **scheme,
        "revision": command.id,
        "state": str(SchemeState.LOCKED if locked else SchemeState.OPEN),
        "locked_by_name": (by_name or command.payload.get("author_name", "")) if locked else "",
        "locked_at": instant_of(command.observed_at) if locked else None,
    }


def work_body(command: Command, enrolment: Mapping[str, Any], present: Mapping[str, Any] | None, attempt: int) -> Body:
    """Return an attempt with the content of a `SaveWork` or `HandIn`, still in progress."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "assignment_id": payload["assignment_id"],
        "cohort_id": enrolment["cohort_id"],
        "enrolment_id": payload["enrolment_id"],
        "person_id": enrolment["person_id"],
        "attempt": present["attempt"] if present else attempt,
        "state": str(SubmissionState.IN_PROGRESS),
        "files": [{**one, "name": safe_name(one["name"])} for one in payload.get("files") or ()],
        "text": payload.get("text") or "",
        "message": payload.get("message") or "",
        "returned_note": "",
        "started_at": present.get("started_at") if present else told_at(command),
        "handed_in_at": None,
        "received_at": None,
        "clock_suspect": False,
        "group_id": None,
        "source_id": None,
        "brought_by": None,
    }


def as_handed_in(body: Mapping[str, Any], command: Command, received_at: str | None = None) -> Body:
    """Return an attempt as handed in; a server says when it was received."""
    at = handed_in_at(command.observed_at, command.clock_offset, received_at or _NEVER)
    state = str(SubmissionState.SUBMITTED)
    return {**body, "state": state, "handed_in_at": at, "received_at": received_at}


def extension_body(command: Command, enrolment: Mapping[str, Any], by: tuple[str, str] = ("", "")) -> Body:
    """Return the extension that a `GrantExtension` makes; `by` is the id and name of whoever gives it."""
    payload = command.payload
    return {
        "id": command.target_id,
        "revision": command.id,
        "assignment_id": payload["assignment_id"],
        "cohort_id": enrolment["cohort_id"],
        "enrolment_id": payload["enrolment_id"],
        "person_id": enrolment["person_id"],
        "due_at": instant_of(payload.get("due_at")),
        "reason": (payload.get("reason") or "").strip(),
        "granted_by": by[0],
        "granted_by_name": by[1] or payload.get("author_name", ""),
    }


def _assignment_draft(body: Body | None) -> Sequence[Draft]:
    return [] if body is None else [Draft(ASSIGNMENT, body["id"], body, body["cohort_id"])]


def _changed(command: Command) -> Body:
    return {name: change.get("new") for name, change in command.payload["changes"].items()}


def _add(command: Command, _read: ReadRow) -> Sequence[Draft]:
    return _assignment_draft(assignment_body(command))


def _edit(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ASSIGNMENT, command.target_id)
    body = assignment_with(present, _changed(command)) if present else None
    if present is None or body is None:
        return []
    first = {"assigned_at": told_at(command)} if body["shown"] and not present["shown"] else {}
    return _assignment_draft({**body, **first, "revision": command.id})


def _remove(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(ASSIGNMENT, command.target_id)
    back = bool(command.payload.get("back"))
    return _assignment_draft(without(present, command.id, back=back) if present else None)


def _save_rubric(command: Command, read: ReadRow) -> Sequence[Draft]:
    rubric, version = rubric_bodies(command, read(RUBRIC, command.target_id))
    return [
        Draft(RUBRIC, rubric["id"], rubric, rubric["course_id"]),
        Draft(RUBRIC_VERSION, version["id"], version, rubric["id"]),
    ]


def _set_scheme(command: Command, read: ReadRow) -> Sequence[Draft]:
    cohort_id = command.payload["cohort_id"]
    present = scheme_of(read(GRADE_SCHEME, command.target_id), cohort_id)
    body = {**present, **_changed(command), "id": command.target_id, "revision": command.id}
    return [Draft(GRADE_SCHEME, command.target_id, body, cohort_id)]


def _lock(command: Command, read: ReadRow) -> Sequence[Draft]:
    cohort_id = command.payload["cohort_id"]
    present = scheme_of(read(GRADE_SCHEME, command.target_id), cohort_id)
    return [Draft(GRADE_SCHEME, command.target_id, with_lock(present, command), cohort_id)]


def _work(command: Command, read: ReadRow) -> Body | None:
    enrolment = read(ENROLMENT, command.payload["enrolment_id"])
    present = read(SUBMISSION, command.target_id)
    return None if enrolment is None else work_body(command, enrolment, present, 0)


def _save_work(command: Command, read: ReadRow) -> Sequence[Draft]:
    body = _work(command, read)
    return [] if body is None else [Draft(SUBMISSION, body["id"], body, body["assignment_id"])]


def _hand_in(command: Command, read: ReadRow) -> Sequence[Draft]:
    body = _work(command, read)
    return [] if body is None else [Draft(SUBMISSION, body["id"], as_handed_in(body, command), body["assignment_id"])]


def _return(command: Command, read: ReadRow) -> Sequence[Draft]:
    present = read(SUBMISSION, command.target_id)
    if present is None:
        return []
    state, note = str(SubmissionState.RETURNED), command.payload.get("note", "").strip()
    body = {**present, "state": state, "returned_note": note, "revision": command.id}
    return [Draft(SUBMISSION, body["id"], body, body["assignment_id"])]


def _extend(command: Command, read: ReadRow) -> Sequence[Draft]:
    enrolment = read(ENROLMENT, command.payload["enrolment_id"])
    if enrolment is None:
        return []
    body = extension_body(command, enrolment)
    return [Draft(EXTENSION, body["id"], body, body["assignment_id"])]


PROJECTIONS: dict[str, Projection] = {
    "AddAssignment": _add,
    "EditAssignment": _edit,
    "RemoveAssignment": _remove,
    "SaveRubric": _save_rubric,
    "SetGradeScheme": _set_scheme,
    "LockGrades": _lock,
    "SaveWork": _save_work,
    "HandIn": _hand_in,
    "ReturnWork": _return,
    "GrantExtension": _extend,
    **MARK_PROJECTIONS,
    **MODERATION_PROJECTIONS,
    **skill_projections.PROJECTIONS,
    **portfolio.PROJECTIONS,
    **GROUP_PROJECTIONS,
    **PEER_PROJECTIONS,
    **COURSE_GRADE_PROJECTIONS,
}
