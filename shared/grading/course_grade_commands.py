"""What a person may ask about the grades of a course."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from shared.core.command import MAX_TARGETS, Id
from shared.core.strict import StrictModel


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class GradeSeen(_Payload):
    """The grade of one student as it was on screen: `81.5`, and its word."""

    enrolment_id: Id
    result: str = Field(min_length=1, max_length=12)
    word: str = Field(default="", max_length=60)


class PublishGrades(_Payload):
    """Tell students of one cohort what their course came to (targets: the grades, see `ids.course_grade_id`).

    What differs from the grade as the marks stand is refused: nobody publishes a figure that nobody looked at.
    `reason` is needed where a grade changes that its student has seen already; the student sees it, too.
    """

    cohort_id: Id
    grades: tuple[GradeSeen, ...] = Field(min_length=1, max_length=MAX_TARGETS)
    reason: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _has_each_student_once(self) -> Self:
        if len({one.enrolment_id for one in self.grades}) < len(self.grades):
            message = "each student once"
            raise ValueError(message)
        return self


PAYLOADS: dict[str, type[StrictModel]] = {"PublishGrades": PublishGrades}
