"""What a person may ask of the learning area."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.days import Day
from shared.core.fields import FieldChange
from shared.core.lines import Lines, OneLine
from shared.core.strict import StrictModel
from shared.learning.vocabulary import CourseCategory, CourseMode, Difficulty, EnrolmentState

COURSE_FIELDS = ("code", "title", "description", "category", "difficulty", "mode", "archived")
COHORT_FIELDS = ("code", "name", "starts_on", "ends_on", "room", "capacity", "instructors", "archived")


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class AddCourse(_Payload):
    """Add a course (target: its new id); `code` is unique within the organisation."""

    code: OneLine = Field(min_length=1, max_length=40)
    title: OneLine = Field(min_length=1, max_length=200)
    description: Lines = Field(default="", max_length=20_000)
    category: CourseCategory = CourseCategory.OTHER
    difficulty: Difficulty = Difficulty.BEGINNER
    mode: CourseMode = CourseMode.ON_SITE


class EditCourse(_Payload):
    """Change fields of a course."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class AddCohort(_Payload):
    """Add a cohort of a course (target: its new id); `code` is unique within the organisation."""

    course_id: Id
    code: OneLine = Field(min_length=1, max_length=40)
    name: OneLine = Field(min_length=1, max_length=200)
    starts_on: Day | None = None
    ends_on: Day | None = None
    room: OneLine = Field(default="", max_length=100)
    capacity: int | None = Field(default=None, ge=1, le=10_000)
    instructors: tuple[Id, ...] = Field(default=(), max_length=50)


class EditCohort(_Payload):
    """Change fields of a cohort, its instructors among them."""

    changes: dict[str, FieldChange] = Field(min_length=1)


class EnrolPerson(_Payload):
    """Enrol a person in a cohort (target: the new enrolment's id)."""

    cohort_id: Id
    person_id: Id
    state: EnrolmentState = EnrolmentState.ACTIVE
    enrolled_on: Day | None = None
    testing: bool = False


class SetEnrolmentState(_Payload):
    """Move one enrolment or several (further targets) to another state."""

    state: EnrolmentState
    old_state: EnrolmentState | None = None
    reason: str = Field(default="", max_length=500)


class ConfirmEnrolment(_Payload):
    """The office confirms a walk-in; `person_id` puts it on someone already known instead of the provisional one."""

    person_id: Id | None = None


class AddAcademicTerm(_Payload):
    """Add a term (target: its new id)."""

    name: OneLine = Field(min_length=1, max_length=100)
    starts_on: Day
    ends_on: Day


class EditAcademicTerm(_Payload):
    """Change fields of a term."""

    changes: dict[str, FieldChange] = Field(min_length=1)


PAYLOADS: dict[str, type[StrictModel]] = {
    "AddCourse": AddCourse,
    "EditCourse": EditCourse,
    "AddCohort": AddCohort,
    "EditCohort": EditCohort,
    "EnrolPerson": EnrolPerson,
    "SetEnrolmentState": SetEnrolmentState,
    "ConfirmEnrolment": ConfirmEnrolment,
    "AddAcademicTerm": AddAcademicTerm,
    "EditAcademicTerm": EditAcademicTerm,
}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
