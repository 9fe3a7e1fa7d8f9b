"""What a person may ask about reviews by students: who reviews whom, and what a review says."""

from pydantic import ConfigDict, Field

from shared.core.command import Id
from shared.core.strict import StrictModel
from shared.grading.models import LevelGiven


class _Payload(StrictModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class ShareOutReviews(_Payload):
    """Have everybody who handed in review as many others as the assignment says (target: the assignment).

    What was shared out before stays; asked again it changes nothing.
    """


class AssignReview(_Payload):
    """Have one student review another's attempt (target: the new review's id)."""

    assignment_id: Id
    reviewer_enrolment_id: Id
    author_enrolment_id: Id
    submission_id: Id


class RemoveReview(_Payload):
    """Take a review away that isn't written yet (target: the review)."""


class SaveReview(_Payload):
    """Write a review (target: the review); `sent` gives it to whoever marks, and later to the author."""

    levels: tuple[LevelGiven, ...] = Field(default=(), max_length=30)
    text: str = Field(default="", max_length=20_000)
    sent: bool = False


PAYLOADS: dict[str, type[StrictModel]] = {
    "ShareOutReviews": ShareOutReviews,
    "AssignReview": AssignReview,
    "RemoveReview": RemoveReview,
    "SaveReview": SaveReview,
}
