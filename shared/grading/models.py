"""The grading area's rows as both sides know them; points, scores and percentages are texts such as `84.5`."""

from pydantic import ConfigDict, Field

from shared.core.entity import Entity
from shared.core.strict import StrictModel
from shared.grading.vocabulary import (
    AssignmentState,
    EntryKind,
    GroupMode,
    KeptState,
    LateKind,
    MarkStatus,
    ScaleKind,
    SchemeState,
    SubmissionState,
    Takes,
    WorkKind,
)

MOST_BYTES = 52_428_800
"""The most bytes of one file of a hand-in."""


class _Part(StrictModel):
    """A part of a row or of a payload; what a newer server adds passes through."""

    model_config = ConfigDict(frozen=True, extra="allow")


class FileRef(_Part):
    """A file of a hand-in or an assignment: the hash of its content, its name, bytes and type (`pdf`)."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    name: str = Field(min_length=1, max_length=300)
    bytes: int = Field(ge=0)
    type: str = Field(default="", max_length=20)


class Late(_Part):
    """What lateness costs: `amount` percent of the points for each day begun, or points once.

    Nothing is late within `grace_minutes`; at least `floor_percent` of the points stay.
    """

    kind: LateKind = LateKind.NONE
    amount: str = Field(default="0", max_length=20)
    grace_minutes: int = Field(default=0, ge=0, le=43_200)
    floor_percent: str = Field(default="0", max_length=20)


class Level(_Part):
    """One level of a criterion and the points from `low` to `high` that it gives."""

    id: str = Field(min_length=1, max_length=36)
    name: str = Field(min_length=1, max_length=100)
    note: str = Field(default="", max_length=1000)
    low: str = Field(max_length=20)
    high: str = Field(max_length=20)


class Criterion(_Part):
    """What a rubric looks at, with its levels."""

    id: str = Field(min_length=1, max_length=36)
    name: str = Field(min_length=1, max_length=200)
    note: str = Field(default="", max_length=1000)
    levels: tuple[Level, ...] = Field(min_length=1, max_length=10)


class LevelGiven(_Part):
    """The level of a criterion that a piece of work reaches, and its points within the level's range."""

    criterion_id: str = Field(min_length=1, max_length=36)
    level_id: str = Field(min_length=1, max_length=36)
    points: str = Field(max_length=20)
    note: str = Field(default="", max_length=1000)


class Place(_Part):
    """A place on a page (counted from 1); the rest are shares of the page's width and height, 0 to 1."""

    page: int = Field(ge=1, le=100_000)
    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)
    w: float = Field(default=0, ge=0, le=1)
    h: float = Field(default=0, ge=0, le=1)


class SchemeCategory(_Part):
    """A kind of work in a course's grade: its weight, and how many of the lowest results don't count."""

    id: str = Field(min_length=1, max_length=36)
    name: str = Field(min_length=1, max_length=100)
    weight: str = Field(max_length=20)
    drop_lowest: int = Field(default=0, ge=0, le=50)


class Bound(_Part):
    """The word that a grade gets from `least` percent on."""

    least: str = Field(max_length=20)
    word: str = Field(min_length=1, max_length=60)


class Assignment(Entity):
    """A piece of work that a cohort does, or a bare column of its gradebook.

    `shown`: students have seen it, since `assigned_at`. `most_attempts` 0: as many as anyone likes. `takes` is empty
    for what isn't handed in here. Without `hold_marks` a finished mark shows at once.
    """

    cohort_id: str
    title: str
    instructions: str = ""
    work_kind: WorkKind = WorkKind.HANDED_IN
    takes: tuple[Takes, ...] = ()
    points: str = "100"
    opens_at: str | None = None
    due_at: str | None = None
    cutoff_at: str | None = None
    allowed_types: tuple[str, ...] = ()
    most_files: int = 5
    most_bytes: int = MOST_BYTES
    most_attempts: int = 0
    late: Late = Late()
    rubric_version_id: str | None = None
    category_id: str = ""
    group_mode: GroupMode = GroupMode.NONE
    anonymous: bool = False
    markers: int = 1
    peer_reviews: int = 0
    hold_marks: bool = True
    extra_credit: bool = False
    attachments: tuple[FileRef, ...] = ()
    position: int = 0
    state: AssignmentState = AssignmentState.DRAFT
    shown: bool = False
    assigned_at: str | None = None


class Rubric(Entity):
    """A rubric of a course (the row's parent); `version_id` is its newest version."""

    course_id: str
    name: str
    version_id: str
    version: int
    state: KeptState = KeptState.KEPT


class RubricVersion(Entity):
    """One version of a rubric (the row's parent); never changed, so that a mark's levels keep their meaning."""

    rubric_id: str
    course_id: str
    name: str
    version: int
    criteria: tuple[Criterion, ...]


class Submission(Entity):
    """One attempt at an assignment (the row's parent). `handed_in_at` is the device's time, set right by its offset.

    `clock_suspect`: the device's clock was off by more than 5 minutes. In a group (`group_id`) every member has an
    attempt of his or her own; `source_id` is the one that was handed in, and `brought_by` who did it.
    """

    assignment_id: str
    cohort_id: str
    enrolment_id: str
    person_id: str
    attempt: int
    state: SubmissionState
    files: tuple[FileRef, ...] = ()
    text: str = ""
    message: str = ""
    returned_note: str = ""
    started_at: str | None = None
    handed_in_at: str | None = None
    received_at: str | None = None
    clock_suspect: bool = False
    group_id: str | None = None
    source_id: str | None = None
    brought_by: str | None = None


class GroupMember(_Part):
    """A member of a group, as the other members know him or her."""

    enrolment_id: str
    person_id: str
    name: str = ""


class WorkGroup(Entity):
    """Students who do a piece of work together (the row's parent); all groups of it share one revision."""

    assignment_id: str
    cohort_id: str
    name: str
    position: int = 0
    members: tuple[GroupMember, ...] = ()
    state: KeptState = KeptState.KEPT


class Extension(Entity):
    """More time for one student (parent: the assignment); `due_at` None where it was taken back."""

    assignment_id: str
    cohort_id: str
    enrolment_id: str
    person_id: str
    due_at: str | None
    reason: str = ""
    granted_by: str = ""
    granted_by_name: str = ""


class Mark(Entity):
    """What one student's work has (parent: the assignment). `score` None is not graded, and never zero.

    `finished` False is a draft, which counts nowhere. What lateness costs isn't kept but worked out, see
    `mark_rules.counted`. `submission_id` is the attempt that was marked.
    """

    assignment_id: str
    cohort_id: str
    enrolment_id: str
    person_id: str
    submission_id: str | None = None
    status: MarkStatus = MarkStatus.NONE
    score: str | None = None
    levels: tuple[LevelGiven, ...] = ()
    feedback: str = ""
    finished: bool = False
    marked_by: str = ""
    marked_by_name: str = ""
    marked_at: str
    released_at: str | None = None


class MarkEntry(Entity):
    """One step of a mark's history (parent: the mark); never changed. `ordinal` counts from 1."""

    mark_id: str
    cohort_id: str
    ordinal: int
    kind: EntryKind
    part: str = ""
    status: MarkStatus
    score: str | None = None
    levels: tuple[LevelGiven, ...] = ()
    feedback: str = ""
    finished: bool = False
    reason: str = ""
    by_id: str
    by_name: str = ""
    device_name: str = ""
    at: str


class MarkNote(Entity):
    """A private note of staff on a mark (the row's parent); only ever added."""

    mark_id: str
    cohort_id: str
    text: str
    author_id: str
    author_name: str = ""
    at: str
    sealed: bool = False


class WorkComment(Entity):
    """A comment at a place of a page or at a time of a recording, in one attempt (the row's parent).

    `shown`: its student sees it, since the mark is released. `sealed`: only its author does, one of two markers.
    """

    submission_id: str
    mark_id: str
    cohort_id: str
    person_id: str
    sha256: str
    place: Place | None = None
    time_code_ms: int | None = None
    text: str
    author_id: str
    author_name: str = ""
    at: str
    state: KeptState = KeptState.KEPT
    shown: bool = False
    sealed: bool = False


class SavedComment(Entity):
    """A sentence that someone keeps to use again, with `{name}`, `{assignment}` and `{points}` filled in."""

    owner_id: str
    text: str
    state: KeptState = KeptState.KEPT


class GradeScheme(Entity):
    """How a cohort's grades come about (parent: the cohort): categories, and how a grade is told and rounded."""

    cohort_id: str
    categories: tuple[SchemeCategory, ...] = ()
    scale: ScaleKind = ScaleKind.PERCENT
    bounds: tuple[Bound, ...] = ()
    places: int = 1
    state: SchemeState = SchemeState.OPEN
    locked_by_name: str = ""
    locked_at: str | None = None
