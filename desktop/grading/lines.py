"""How marking's rows are listed, and what its commands say on the sync page."""

from typing import Any

from desktop.core.area import KindSpec, Line, StoreArea
from desktop.grading import skill_lines
from desktop.grading.cells import cell_text, hand_in_text
from desktop.grading.grade_cells import grade_text
from desktop.timetable.store import full_name
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import plural, text
from shared.grading.blind_rules import is_blind
from shared.grading.commands import PAYLOADS, TYPE_VERSIONS
from shared.grading.ids import mark_id
from shared.grading.moderation_vocabulary import MARK_PART, REGRADE
from shared.grading.projections import PROJECTIONS
from shared.grading.vocabulary import (
    ASSIGNMENT,
    COURSE_GRADE,
    COURSE_GRADE_ENTRY,
    EXTENSION,
    GRADE_SCHEME,
    MARK,
    MARK_ENTRY,
    MARK_NOTE,
    PEER_FEEDBACK,
    PEER_REVIEW,
    PEER_TASK,
    RUBRIC,
    RUBRIC_VERSION,
    SAVED_COMMENT,
    SUBMISSION,
    WORK_COMMENT,
    WORK_GROUP,
    MarkStatus,
)
from shared.learning.vocabulary import COHORT, ENROLMENT
from shared.people.vocabulary import PERSON


def _field(name: str) -> Any:
    def read(body: Body) -> Any:
        return body.get(name)

    return read


def _place(body: Body) -> str:
    return f"{int(body.get('position') or 0):06} {body.get('due_at') or '9999'} {body['title']}"


def _title(body: Body) -> str:
    return str(body["title"])


def _name(body: Body) -> str:
    return str(body["name"])


def _at(body: Body) -> str:
    return str(body.get("at") or "")


def _ordinal(body: Body) -> str:
    return f"{int(body['ordinal']):06}"


def _version(body: Body) -> str:
    return f"{int(body['version']):06}"


def _attempt(body: Body) -> str:
    return f"{int(body['attempt']):06}"


_COHORT, _PERSON, _STATE = _field("cohort_id"), _field("person_id"), _field("state")
KINDS = {
    ASSIGNMENT: KindSpec(_place, _title, _title, {"cohort_id": _COHORT, "state": _STATE, "due_at": _field("due_at")}),
    RUBRIC: KindSpec(_name, keys={"course_id": _field("course_id")}),
    RUBRIC_VERSION: KindSpec(_version, keys={"rubric_id": _field("rubric_id")}),
    SUBMISSION: KindSpec(_attempt, keys={"cohort_id": _COHORT, "person_id": _PERSON, "hand_in": hand_in_text}),
    EXTENSION: KindSpec(keys={"cohort_id": _COHORT, "person_id": _PERSON}),
    MARK: KindSpec(keys={"cohort_id": _COHORT, "person_id": _PERSON, "cell": cell_text}),
    MARK_PART: KindSpec(_at, keys={"cohort_id": _COHORT, "assignment_id": _field("assignment_id")}),
    REGRADE: KindSpec(
        _field("asked_at"), keys={"cohort_id": _COHORT, "person_id": _PERSON, "assignment_id": _field("assignment_id")}
    ),
    MARK_ENTRY: KindSpec(_ordinal, keys={"cohort_id": _COHORT}),
    MARK_NOTE: KindSpec(_at, keys={"cohort_id": _COHORT}),
    PEER_REVIEW: KindSpec(keys={"cohort_id": _COHORT}),
    PEER_TASK: KindSpec(keys={"cohort_id": _COHORT}),
    PEER_FEEDBACK: KindSpec(keys={"cohort_id": _COHORT}),
    WORK_GROUP: KindSpec(lambda body: f"{int(body['position']):06}", keys={"cohort_id": _COHORT}),
    WORK_COMMENT: KindSpec(_at, keys={"cohort_id": _COHORT, "person_id": _PERSON}),
    SAVED_COMMENT: KindSpec(_field("text"), keys={"owner_id": _field("owner_id")}),
    GRADE_SCHEME: KindSpec(keys={"cohort_id": _COHORT}),
    **skill_lines.KINDS,
    COURSE_GRADE: KindSpec(
        _field("published_at"), keys={"cohort_id": _COHORT, "person_id": _PERSON, "told": grade_text}
    ),
    COURSE_GRADE_ENTRY: KindSpec(_ordinal, keys={"cohort_id": _COHORT}),
}


def _work(command: Command, read: ReadRow) -> str:
    assignment_id = command.payload.get("assignment_id") or command.target_id
    found = read(ASSIGNMENT, assignment_id)
    return str(found["title"]) if found else text("a piece of work")


def _student(command: Command, read: ReadRow) -> str:
    """Return whose work it is, without the name where that is marked without names."""
    work, student = command.payload.get("assignment_id", ""), command.payload.get("enrolment_id", "")
    if is_blind(read(ASSIGNMENT, work) or {}, read(MARK, mark_id(work, student))):
        return text("a student")
    enrolment = read(ENROLMENT, student) or {}
    return full_name(read(PERSON, enrolment.get("person_id", ""))) or text("a student")


def _cohort(command: Command, read: ReadRow) -> str:
    found = read(COHORT, command.payload.get("cohort_id", ""))
    return str(found["name"]) if found else text("a cohort")


def _marked(command: Command, read: ReadRow) -> str:
    payload = command.payload
    words = {"name": _student(command, read), "work": _work(command, read)}
    if payload.get("status", MarkStatus.MARKED) == MarkStatus.MARKED and payload.get("score") is not None:
        return text("Gave {name} {score} for {work}", score=payload["score"], **words)
    return text("Marked {work} of {name}", **words)


def _set(command: Command, read: ReadRow) -> str:
    marks = command.payload["marks"]
    if len(marks) == 1:
        return _marked(command.model_copy(update={"payload": {**command.payload, **marks[0]}}), read)
    return plural("Set 1 mark of {work}", "Set {n} marks of {work}", len(marks), work=_work(command, read))


def _released(command: Command, read: ReadRow) -> str:
    work = _work(command, read)
    return plural("Published 1 mark of {work}", "Published {n} marks of {work}", len(command.targets), work=work)


def _grades(command: Command, read: ReadRow) -> str:
    cohort, count = _cohort(command, read), len(command.payload["grades"])
    return plural("Published 1 grade of {cohort}", "Published {n} grades of {cohort}", count, cohort=cohort)


LINES: dict[str, Line] = {
    "AddAssignment": lambda command, _read: text("Added the work {title}", title=command.payload["title"]),
    "EditAssignment": lambda command, read: text("Changed the work {work}", work=_work(command, read)),
    "RemoveAssignment": lambda command, read: text("Removed the work {work}", work=_work(command, read)),
    "SaveRubric": lambda command, _read: text("Saved the rubric {name}", name=command.payload["name"]),
    "SetGradeScheme": lambda command, read: text(
        "Set how grades come about in {cohort}", cohort=_cohort(command, read)
    ),
    "LockGrades": lambda command, read: text("Locked or opened the marks of {cohort}", cohort=_cohort(command, read)),
    "PublishGrades": _grades,
    "SaveWork": lambda command, read: text("Saved work on {work}", work=_work(command, read)),
    "HandIn": lambda command, read: text("Handed in {work}", work=_work(command, read)),
    "ReturnWork": lambda _command, _read: text("Gave work back to be done again"),
    "GrantExtension": lambda command, read: text("Gave {name} more time", name=_student(command, read)),
    "ShareOutReviews": lambda command, read: text("Shared out the reviews of {work}", work=_work(command, read)),
    "AssignReview": lambda command, read: text("Chose who reviews {work}", work=_work(command, read)),
    "RemoveReview": lambda _command, _read: text("Took a review by a student away"),
    "SaveReview": lambda _command, _read: text("Reviewed the work of another student"),
    "SetGroups": lambda command, read: text("Set the groups of {work}", work=_work(command, read)),
    "RecordGroupMark": lambda command, read: text("Marked {work} of a group", work=_work(command, read)),
    "RecordMark": _marked,
    "CorrectMark": _marked,
    "SetMarks": _set,
    "RecordMarkPart": _marked,
    "AskRegrade": lambda command, read: text("Asked to look at the mark of {work} again", work=_work(command, read)),
    "AnswerRegrade": lambda _command, _read: text("Answered a student about a mark"),
    "ReleaseMarks": _released,
    "AddMarkNote": lambda _command, _read: text("Wrote a private note on a mark"),
    "AddWorkComment": lambda _command, _read: text("Commented on work"),
    "EditWorkComment": lambda _command, _read: text("Changed a comment on work"),
    "RemoveWorkComment": lambda _command, _read: text("Took a comment off work"),
    "SaveComment": lambda _command, _read: text("Saved a sentence to use again"),
    **skill_lines.LINES,
}
STORE = StoreArea(kinds=KINDS, projections=PROJECTIONS, type_versions=TYPE_VERSIONS, lines=LINES, payloads=PAYLOADS)
