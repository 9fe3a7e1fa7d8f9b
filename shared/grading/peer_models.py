"""The rows of reviews by students, one for each who sees them: those who mark, the reviewer, and the author."""

from shared.core.entity import Entity
from shared.grading.models import FileRef, LevelGiven
from shared.grading.vocabulary import ReviewState


class PeerReview(Entity):
    """Who reviews whose attempt, and the review (parent: the assignment); for those who mark alone."""

    assignment_id: str
    cohort_id: str
    reviewer_enrolment_id: str
    reviewer_id: str
    author_enrolment_id: str
    author_id: str
    submission_id: str
    state: ReviewState
    score: str | None = None
    levels: tuple[LevelGiven, ...] = ()
    text: str = ""
    sent_at: str | None = None


class PeerTask(Entity):
    """A review that a student writes (parent: the assignment): somebody's work, and nothing that says whose."""

    assignment_id: str
    cohort_id: str
    files: tuple[FileRef, ...] = ()
    answer: str = ""
    state: ReviewState
    score: str | None = None
    levels: tuple[LevelGiven, ...] = ()
    text: str = ""


class PeerFeedback(Entity):
    """What a reviewer said of a student's work (parent: the assignment), once its mark is released; not by whom."""

    assignment_id: str
    cohort_id: str
    score: str | None = None
    levels: tuple[LevelGiven, ...] = ()
    text: str = ""
