"""Decides of each student where a roll-over takes him or her, and counts those whom it leaves, with the reason."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from server.core.entities import Body
from server.learning.rollover.messages import CohortChoice
from server.learning.rollover.reading import Enrolled, Ground
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.learning.rollover import MOVES, TAKEN_ALONG, StudentStep, has_passed, step_of
from shared.learning.vocabulary import ATTENDING, EnrolmentState
from shared.people.vocabulary import PersonState


@dataclass
class Moved:
    """Of one cohort: who is enrolled where, whose enrolment is completed, how many, and the sentences."""

    counts: dict[str, int]
    enrol: list[tuple[str, str, bool]] = field(default_factory=list)
    complete: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Students:
    """`aims` are the copies by the old cohorts' ids, `results` published percentages by enrolment.

    `filled` counts by cohort who would attend it.
    """

    def __init__(self, ground: Ground, aims: Mapping[str, str], results: Mapping[str, str]) -> None:
        self._ground = ground
        self._aims = aims
        self._results = results
        self._there = {(one.cohort_id, one.person_id) for some in ground.enrolled.values() for one in some}
        self.filled: Counter[str] = Counter(
            one.cohort_id for some in ground.enrolled.values() for one in some if one.state in ATTENDING
        )

    def of(self, old: Body, choice: CohortChoice) -> Moved:
        """Decide of a cohort's students. Raises CampusError `aim_missing`, `cohort_unknown`."""
        wanted = choice.model_dump()
        here = [one for one in self._ground.enrolled.get(old["id"], []) if one.state in ATTENDING | TAKEN_ALONG]
        moved = Moved({"total": len(here), "moved": 0, "completed": 0})
        aims = self._aims_of(old, choice)
        left: Counter[str] = Counter()
        for one in here:
            step = self._step(one, wanted, left)
            if step in (None, StudentStep.LEAVE):
                continue
            self._move(one, aims.get(step) if step else None, moved, left)
        moved.notes = [_LEFT[reason](n) for reason, n in sorted(left.items())]
        return moved

    def _aims_of(self, old: Body, choice: CohortChoice) -> dict[StudentStep, str]:
        asked = {choice.students, choice.others} if choice.by_grades else {choice.students}
        aims: dict[StudentStep, str] = {}
        for step in sorted(asked & MOVES):
            cohort_id = old["id"] if step is StudentStep.CONTINUE else choice.promote_to or ""
            aim = self._aims.get(cohort_id)
            if aim is None and step is StudentStep.PROMOTE and cohort_id in self._ground.cohorts:
                aim = cohort_id
            if aim is None or aim == old["id"]:
                words = text("Say where the students of {code} go: its copy isn't made.", code=old["code"])
                if step is StudentStep.PROMOTE:
                    words = text("Choose the cohort to which the students of {code} go.", code=old["code"])
                raise CampusError("aim_missing", words, {"cohort_id": old["id"]})
            aims[step] = aim
        return aims

    def _step(self, one: Enrolled, wanted: Mapping[str, object], left: Counter[str]) -> StudentStep | None:
        result = self._results.get(one.id)
        passed = None if result is None else has_passed(result, str(wanted["pass_mark"]))
        step = step_of(wanted, passed)
        if step is StudentStep.LEAVE:
            if wanted["by_grades"]:
                left["failed" if not passed else "stay"] += 1
            return step
        reason = _why_left(one)
        if reason is None and step is None:
            reason = "ungraded"
        if reason is not None:
            left[reason] += 1
            return None
        return step

    def _move(self, one: Enrolled, aim: str | None, moved: Moved, left: Counter[str]) -> None:
        if aim is not None and (aim, one.person_id) in self._there:
            left["there"] += 1
        elif aim is not None:
            self._there.add((aim, one.person_id))
            self.filled[aim] += 1
            moved.enrol.append((aim, one.person_id, one.testing))
            moved.counts["moved"] += 1
        if one.state != EnrolmentState.COMPLETED:
            moved.complete.append((one.id, one.revision, one.state))
            moved.counts["completed"] += 1


def _why_left(one: Enrolled) -> str | None:
    if one.state not in TAKEN_ALONG:
        return one.state
    return None if one.person_state == PersonState.ACTIVE else "inactive"


_LEFT = {
    "failed": lambda n: plural("1 student didn't pass and stays.", "{n} students didn't pass and stay.", n),
    "stay": lambda n: plural("1 student passed and stays.", "{n} students passed and stay.", n),
    "ungraded": lambda n: plural(
        "1 student has no published grade and stays.", "{n} students have no published grade and stay.", n
    ),
    "there": lambda n: plural("1 student is there already.", "{n} students are there already.", n),
    "inactive": lambda n: plural(
        "1 student isn't active in the institute and stays.", "{n} students aren't active in the institute and stay.", n
    ),
    "suspended": lambda n: plural("1 student is suspended and stays.", "{n} students are suspended and stay.", n),
    "pending": lambda n: plural(
        "1 student waits for the office and stays.", "{n} students wait for the office and stay.", n
    ),
}
