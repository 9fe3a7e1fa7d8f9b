"""What a person may ask about assignments, rubrics and grades."""

from pydantic import ConfigDict, Field

from shared.core.command import Id, InstantText
from shared.core.fields import FieldChange
from shared.core.strict import StrictModel
from shared.grading import portfolio, skill_commands, work_commands
from shared.grading.course_grade_commands import PAYLOADS as COURSE_GRADE_PAYLOADS
from shared.grading.group_commands import PAYLOADS as GROUP_PAYLOADS
from shared.grading.mark_commands import PAYLOADS as MARK_PAYLOADS
from shared.grading.models import MOST_BYTES, Criterion, FileRef, Late
from shared.grading.moderation_commands import PAYLOADS as MODERATION_PAYLOADS
from shared.grading.peer_commands import PAYLOADS as PEER_PAYLOADS
from shared.grading.vocabulary import AssignmentState, GroupMode, Takes, WorkKind

ASSIGNMENT_FIELDS = (
    *("title", "instructions", "takes", "points", "opens_at", "due_at", "cutoff_at", "allowed_types", "most_files"),
    *("most_bytes", "most_attempts", "late", "rubric_version_id", "category_id", "anonymous", "hold_marks"),
    *("group_mode", "peer_reviews", "markers"),
    *("extra_credit", "attachments", "position", "state"),
)
SCHEME_FIELDS = ("categories", "scale", "bounds", "places")


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class AddAssignment(_Payload):
    """Set a piece of work, or add a bare column (target: the new assignment's id)."""

    cohort_id: Id
    title: str = Field(min_length=1, max_length=200)
    instructions: str = Field(default="", max_length=20_000)
    work_kind: WorkKind = WorkKind.HANDED_IN
    takes: tuple[Takes, ...] = Field(default=(), max_length=3)
    points: str = Field(default="100", max_length=20)
    opens_at: InstantText | None = None
    due_at: InstantText | None = None
    cutoff_at: InstantText | None = None
    allowed_types: tuple[str, ...] = Field(default=(), max_length=40)
    most_files: int = Field(default=5, ge=1, le=5)
    most_bytes: int = Field(default=MOST_BYTES, ge=1, le=MOST_BYTES)
    most_attempts: int = Field(default=0, ge=0, le=100)
    late: Late = Late()
    rubric_version_id: Id | None = None
    category_id: str = Field(default="", max_length=36)
    group_mode: GroupMode = GroupMode.NONE
    anonymous: bool = False
    markers: int = Field(default=1, ge=1, le=2)
    peer_reviews: int = Field(default=0, ge=0, le=5)
    hold_marks: bool = True
    extra_credit: bool = False
    attachments: tuple[FileRef, ...] = Field(default=(), max_length=20)
    position: int = Field(default=0, ge=0, le=100_000)
    state: AssignmentState = AssignmentState.DRAFT


class EditAssignment(_Payload):
    """Change fields of an assignment (see `ASSIGNMENT_FIELDS`), its state among draft, open and closed too."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class RemoveAssignment(_Payload):
    """Take an assignment away with all that was handed in and marked, which is kept; `back` brings it back."""

    back: bool = False


class SaveRubric(_Payload):
    """Make a rubric, or its next version (target: the rubric); the version's id follows from the command's.

    A version never changes, so that a mark's levels keep their meaning. `removed` takes it off the list.
    """

    course_id: Id
    name: str = Field(min_length=1, max_length=200)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=30)
    removed: bool = False


class SetGradeScheme(_Payload):
    """Say how a cohort's grades come about (target: the scheme, see `ids.grade_scheme_id`)."""

    cohort_id: Id
    changes: dict[str, FieldChange] = Field(min_length=1)


class LockGrades(_Payload):
    """Close a cohort's marks (target: the scheme): later changes go to review. `locked` False opens them again."""

    cohort_id: Id
    locked: bool = True


PAYLOADS: dict[str, type[StrictModel]] = {
    "AddAssignment": AddAssignment,
    "EditAssignment": EditAssignment,
    "RemoveAssignment": RemoveAssignment,
    "SaveRubric": SaveRubric,
    "SetGradeScheme": SetGradeScheme,
    "LockGrades": LockGrades,
    **work_commands.PAYLOADS,
    **MARK_PAYLOADS,
    **MODERATION_PAYLOADS,
    **skill_commands.PAYLOADS,
    **portfolio.PAYLOADS,
    **GROUP_PAYLOADS,
    **PEER_PAYLOADS,
    **COURSE_GRADE_PAYLOADS,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
