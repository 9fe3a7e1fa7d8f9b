"""What the page of a roll-over and the server say to each other."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.core.command import Id
from shared.core.days import Day
from shared.core.strict import StrictModel
from shared.learning.rollover import LONGEST_CODE, PASS_MARK, StudentStep

Percent = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,2})?$")]
_ID = "01a1f7f8-3000-7672-874a-d4a8ff8edb2f"


class NewTerm(StrictModel):
    """A term that is made on the way; one of this name and these days that is there is taken."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    starts_on: Day
    ends_on: Day


class CohortChoice(StrictModel):
    """What becomes of one cohort of the old term; what is left out is as the server proposes it.

    `roll` makes the copy. `students` is what becomes of all of them or, `by_grades`, of those whose published grade
    reaches `pass_mark` percent; `others` is then for those who failed. `promote_to` is a cohort of the old term, whose
    copy is meant, or any other one. `series` plans the classes of the copy, `despite_clash` whatever is there.
    """

    model_config = ConfigDict(extra="forbid")

    cohort_id: Id
    roll: bool | None = None
    code: str | None = Field(default=None, min_length=1, max_length=LONGEST_CODE)
    name: str | None = Field(default=None, min_length=1, max_length=200)
    starts_on: Day | None = None
    ends_on: Day | None = None
    students: StudentStep = StudentStep.LEAVE
    others: StudentStep = StudentStep.LEAVE
    by_grades: bool = False
    pass_mark: Percent = PASS_MARK
    promote_to: Id | None = None
    series: bool = True
    despite_clash: bool = False


class RollOverAsk(StrictModel):
    """Which term goes over into which; `token` is the preview that was seen, and needed to carry it out."""

    model_config = ConfigDict(extra="forbid")

    old_term_id: Id
    new_term_id: Id | None = None
    new_term: NewTerm | None = None
    cohorts: list[CohortChoice] = Field(default_factory=list, max_length=500)
    token: str = Field(default="", max_length=64)

    @model_validator(mode="after")
    def _one_term(self) -> "RollOverAsk":
        if (self.new_term_id is None) == (self.new_term is None):
            message = "give new_term_id or new_term"
            raise ValueError(message)
        return self


class CohortShown(StrictModel):
    """A cohort of the old term, its copy (`already` there, to be made, or none), and what becomes of its students."""

    id: str
    code: str
    name: str
    course: str
    roll: bool
    already: bool
    copy_: dict[str, Any] | None = Field(default=None, alias="copy")
    students: dict[str, int]
    promote_to: str
    series: list[dict[str, Any]]
    notes: list[str]


class PlanShown(StrictModel):
    """What a roll-over would do; nothing is done yet. `counts`: terms, cohorts, moved, completed, series, sessions."""

    token: str
    old_term: dict[str, Any]
    new_term: dict[str, Any]
    cohorts: list[CohortShown]
    counts: dict[str, int]


class EntryShown(StrictModel):
    """A roll-over that was carried out; `state` is `done` or `undone`. Without an id there was nothing to do."""

    id: str | None
    state: str
    old_term: str
    new_term: str
    made_at: str | None
    author_name: str
    counts: dict[str, int]


COUNTS = {"terms": 0, "cohorts": 1, "moved": 24, "completed": 26, "series": 2, "sessions": 28}
PLAN_EXAMPLE = {
    "token": "5c3f0b",
    "old_term": {"id": _ID, "name": "Term 1", "starts_on": "2026-09-07", "ends_on": "2026-12-18"},
    "new_term": {"id": _ID, "name": "Term 2", "starts_on": "2027-01-11", "ends_on": "2027-04-02", "made": False},
    "cohorts": [
        {
            "id": _ID,
            "code": "PHOTO-T1",
            "name": "Photography 1",
            "course": "PHOTO Photography",
            "roll": True,
            "already": False,
            "copy": {"id": _ID, "code": "PHOTO-T2", "starts_on": "2027-01-11", "ends_on": "2027-04-02"},
            "students": {"total": 26, "moved": 24, "completed": 26},
            "promote_to": "",
            "series": [{"title": "Studio", "sessions": 12, "skipped": [], "clashes": 0, "planned": True}],
            "notes": ["2 students are suspended. They stay where they are."],
        }
    ],
    "counts": COUNTS,
}
ENTRY_EXAMPLE = {
    "id": _ID,
    "state": "done",
    "old_term": "Term 1",
    "new_term": "Term 2",
    "made_at": "2026-12-19T08:30:00.000Z",
    "author_name": "Grace Mensah",
    "counts": COUNTS,
}
