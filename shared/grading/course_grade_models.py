"""A student's published course grade as both sides know it: what it says, and the work that it comes from."""

from pydantic import ConfigDict, Field

from shared.core.entity import Entity
from shared.core.strict import StrictModel
from shared.grading.vocabulary import MarkStatus, ScaleKind


class _Part(StrictModel):
    """A part of a row; what a newer server adds passes through."""

    model_config = ConfigDict(frozen=True, extra="allow")


class GradeWork(_Part):
    """A piece of work in a published grade: the points that it counted for (None without any) of those possible.

    `dropped`: one of the lowest, which didn't count. `extra_credit`: it added and asked for nothing.
    """

    assignment_id: str
    title: str
    status: MarkStatus
    counts: str | None = None
    points: str
    dropped: bool = False
    extra_credit: bool = False


class GradePart(_Part):
    """A category in a published grade; its name is empty where all work counts by its points.

    `share` is its percentage of the whole grade, `percent` what was earned in it, None where nothing counted.
    """

    category_id: str = ""
    name: str = ""
    share: str = "0"
    earned: str = "0"
    possible: str = "0"
    percent: str | None = None
    work: tuple[GradeWork, ...] = ()


class PublishedGrade(Entity):
    """What a student's course came to (kind `course_grade`; the row's parent: the cohort), see `ids.course_grade_id`.

    `result` is a percentage with the decimals of its scheme, such as `81.5`; `word` what the scheme calls it, empty
    without one. Course and cohort are told as they were called at the time.
    """

    cohort_id: str
    enrolment_id: str
    person_id: str
    course_id: str = ""
    course_code: str = ""
    course_title: str = ""
    cohort_name: str = ""
    result: str
    word: str = ""
    scale: ScaleKind = ScaleKind.PERCENT
    lines: tuple[GradePart, ...] = ()
    published_by: str = ""
    published_by_name: str = ""
    published_at: str


class GradeEntry(Entity):
    """One step of a course grade's history (kind `course_grade_entry`; parent: the grade); never changed.

    `ordinal` counts from 1. Its student sees it, with the reason.
    """

    grade_id: str
    cohort_id: str
    person_id: str
    ordinal: int = Field(ge=1)
    result: str
    word: str = ""
    reason: str = ""
    by_id: str
    by_name: str = ""
    at: str
