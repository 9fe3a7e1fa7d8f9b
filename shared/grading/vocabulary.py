"""The words of marking: kinds of rows, what a mark can be, how lateness costs, and how a grade is told."""

from enum import StrEnum

ASSIGNMENT = "assignment"
RUBRIC = "rubric"
RUBRIC_VERSION = "rubric_version"
SUBMISSION = "submission"
EXTENSION = "extension"
MARK = "mark"
MARK_ENTRY = "mark_entry"
MARK_NOTE = "mark_note"
WORK_COMMENT = "work_comment"
SAVED_COMMENT = "saved_comment"
WORK_GROUP = "work_group"
PEER_REVIEW = "peer_review"
PEER_TASK = "peer_task"
PEER_FEEDBACK = "peer_feedback"
GRADE_SCHEME = "grade_scheme"
COURSE_GRADE = "course_grade"
COURSE_GRADE_ENTRY = "course_grade_entry"
JUDGEMENT = "judgement"
"""What two marks of one piece of work disagree on: status, score, levels and feedback, as one."""


class WorkKind(StrEnum):
    """How work reaches whoever marks it: handed in here, or seen elsewhere; `manual` is a bare column."""

    HANDED_IN = "handed_in"
    PAPER = "paper"
    PRACTICAL = "practical"
    MANUAL = "manual"


class Takes(StrEnum):
    """What a hand-in may consist of."""

    FILE = "file"
    TEXT = "text"
    RECORDING = "recording"


class GroupMode(StrEnum):
    """Who hands a piece of work in: everybody alone, or groups together."""

    NONE = "none"
    GROUPS = "groups"


class ReviewState(StrEnum):
    """Where a review by a student stands; what is sent goes to whoever marks, and later to the author."""

    OPEN = "open"
    SENT = "sent"
    REMOVED = "removed"


class AssignmentState(StrEnum):
    """Where an assignment stands: students see it from `open` on; a removed one keeps all its work and marks."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    REMOVED = "removed"


class SubmissionState(StrEnum):
    """Where one attempt stands. `replaced`: a later one counts; `returned`: given back to be done again."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REPLACED = "replaced"


class FileState(StrEnum):
    """Where a file of a hand-in is, as the server says: not there yet, there, or put aside since it isn't taken."""

    WAITING = "waiting"
    STORED = "stored"
    QUARANTINED = "quarantined"


HANDED_IN = frozenset({SubmissionState.SUBMITTED, SubmissionState.RETURNED, SubmissionState.REPLACED})
"""The states of an attempt that was handed in at some time."""


class WorkState(StrEnum):
    """Where a student stands with a piece of work, as he or she sees it."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    LATE = "late"
    RETURNED = "returned"
    GRADED = "graded"


class MarkStatus(StrEnum):
    """What stands in a cell of the gradebook; `none` is not graded yet, and never counts as zero."""

    NONE = "none"
    MARKED = "marked"
    MISSING = "missing"
    EXCUSED = "excused"


class LateKind(StrEnum):
    """How lateness costs: not at all, a share of the points for each day begun, or fixed points once."""

    NONE = "none"
    PERCENT_PER_DAY = "percent_per_day"
    FIXED = "fixed"


class ScaleKind(StrEnum):
    """How a grade is told."""

    PERCENT = "percent"
    LETTERS = "letters"
    POINTS = "points"
    PASS_FAIL = "pass_fail"  # noqa: S105 - a way to tell a grade
    COMPETENT = "competent"


class SchemeState(StrEnum):
    """Whether marks of a cohort may still change without review."""

    OPEN = "open"
    LOCKED = "locked"


class KeptState(StrEnum):
    """Whether a comment is still there."""

    KEPT = "kept"
    REMOVED = "removed"


class EntryKind(StrEnum):
    """What an entry of a mark's history tells."""

    RECORDED = "recorded"
    CORRECTED = "corrected"
    SETTLED = "settled"
    RELEASED = "released"
