"""The rows of second marking and of requests to look at a mark again, as both sides know them."""

from shared.core.entity import Entity
from shared.grading.models import LevelGiven
from shared.grading.moderation_vocabulary import Part, RegradeOutcome, RegradeState
from shared.grading.vocabulary import MarkStatus


class MarkPart(Entity):
    """The judgement of one of two markers (parent: the mark). `part` is known once it is finished.

    `open`: both are finished, or the agreed mark is set; from then on it is seen by the class's staff and stays.
    """

    mark_id: str
    assignment_id: str
    cohort_id: str
    enrolment_id: str
    submission_id: str | None = None
    status: MarkStatus = MarkStatus.NONE
    score: str | None = None
    levels: tuple[LevelGiven, ...] = ()
    feedback: str = ""
    finished: bool = False
    part: Part = Part.NONE
    open: bool = False
    by_id: str
    by_name: str = ""
    at: str


class Regrade(Entity):
    """A student's request to look at a mark again (parent: the mark), and its answer."""

    mark_id: str
    assignment_id: str
    cohort_id: str
    enrolment_id: str
    person_id: str
    reason: str
    asked_at: str
    state: RegradeState = RegradeState.OPEN
    outcome: RegradeOutcome = RegradeOutcome.NONE
    answer: str = ""
    answered_by: str = ""
    answered_by_name: str = ""
    answered_at: str | None = None
