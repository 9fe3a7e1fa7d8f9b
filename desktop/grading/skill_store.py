"""What the pages of skills read: a course's skills, a class's observations, and where each student stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.core.desk import Desk
from desktop.core.queries import Where
from desktop.timetable.store import Choice, cohort_choices, full_name
from shared.grading.permissions import may_see_gradebook
from shared.grading.skill_rules import Standing, standing
from shared.grading.skill_vocabulary import SKILL, SKILL_OBSERVATION, SKILL_SUPERVISOR, SkillState
from shared.grading.vocabulary import KeptState
from shared.learning.vocabulary import ATTENDING, COHORT, COURSE, ENROLMENT, EnrolmentState
from shared.people.rules import fold
from shared.people.vocabulary import PERSON

Body = Mapping[str, Any]
KINDS_READ = frozenset({SKILL, SKILL_OBSERVATION, ENROLMENT, PERSON, COHORT, COURSE})
_HAS_LOGBOOK = ATTENDING | {EnrolmentState.COMPLETED}


@dataclass(frozen=True)
class Learner:
    """A student in a class: the enrolment, whose it is, name and number."""

    enrolment_id: str
    person_id: str
    name: str
    number: str


@dataclass
class SkillClass:
    """A class with the skills of its course; `seen` has observations by enrolment and skill, the first first."""

    cohort: Body
    course: Body
    skills: tuple[Body, ...]
    learners: tuple[Learner, ...]
    seen: Mapping[tuple[str, str], tuple[Body, ...]]
    _standings: dict[tuple[str, str], Standing] = field(default_factory=dict)

    @property
    def cohort_id(self) -> str:
        """The cohort's id."""
        return str(self.cohort.get("id") or "")

    def observations(self, enrolment_id: str, skill_id: str) -> tuple[Body, ...]:
        """Return what was seen of a student's skill, the withdrawn ones too."""
        return self.seen.get((enrolment_id, skill_id), ())

    def standing(self, enrolment_id: str, skill: Body) -> Standing:
        """Return where a student stands with a skill."""
        key = (enrolment_id, skill["id"])
        found = self._standings.get(key)
        if found is None:
            found = self._standings[key] = standing(skill, self.observations(*key))
        return found

    def competent(self, enrolment_id: str) -> int:
        """Return in how many skills a student is competent."""
        return sum(self.standing(enrolment_id, one).state is SkillState.COMPETENT for one in self.skills)


def no_class() -> SkillClass:
    """Return the class of nobody."""
    return SkillClass({}, {}, (), (), {})


def skill_choices(desk: Desk) -> list[Choice]:
    """Return the cohorts whose logbooks this person sees."""
    return [one for one in cohort_choices(desk) if may_see_gradebook(desk.actor, one.id)]


def course_skills(desk: Desk, course_id: str) -> tuple[Body, ...]:
    """Return the skills of a course in their order; those taken off are left out."""
    found = [one for one in desk.store.children(SKILL, course_id) if one["state"] == KeptState.KEPT]
    return tuple(sorted(found, key=lambda one: (one["position"], fold(one["name"]), one["id"])))


def read_class(desk: Desk, cohort_id: str, enrolment_id: str = "") -> SkillClass:
    """Read a class, or with `enrolment_id` one student of it alone."""
    store = desk.store
    cohort = store.get(COHORT, cohort_id) or {}
    course_id = str(cohort.get("course_id") or "")
    rows = store.children(ENROLMENT, cohort_id)
    rows = [one for one in rows if one["state"] in _HAS_LOGBOOK and enrolment_id in {"", one["id"]}]
    people = store.many(PERSON, [one["person_id"] for one in rows])
    learners = [_learner(one, people.get(one["person_id"])) for one in rows if not one.get("testing")]
    if enrolment_id:
        observations = store.children(SKILL_OBSERVATION, enrolment_id)
    else:
        observations = store.page(SKILL_OBSERVATION, [Where("cohort_id", "=", cohort_id)], limit=-1)
    seen: dict[tuple[str, str], list[Body]] = {}
    for one in observations:
        seen.setdefault((one["enrolment_id"], one["skill_id"]), []).append(one)
    return SkillClass(
        cohort,
        store.get(COURSE, course_id) or {},
        course_skills(desk, course_id),
        tuple(sorted(learners, key=lambda one: (fold(one.name), one.enrolment_id))),
        {key: tuple(sorted(rows, key=lambda one: (one["at"], one["id"]))) for key, rows in seen.items()},
    )


def _learner(enrolment: Body, person: Body | None) -> Learner:
    number = str((person or {}).get("number") or "")
    return Learner(enrolment["id"], enrolment["person_id"], full_name(person) or number, number)


def read_logbook(desk: Desk, enrolment_id: str) -> SkillClass | None:
    """Read one student's logbook; None where the enrolment isn't here."""
    enrolment = desk.store.get(ENROLMENT, enrolment_id)
    return None if enrolment is None else read_class(desk, enrolment["cohort_id"], enrolment_id)


def own_logbooks(desk: Desk) -> list[SkillClass]:
    """Return the logbooks of whoever has signed in, one for each course that has skills."""
    found = []
    for cohort_id in desk.store.ids(COHORT):
        for one in desk.store.children(ENROLMENT, cohort_id):
            if one["person_id"] == desk.actor.person_id and one["state"] in _HAS_LOGBOOK:
                book = read_class(desk, cohort_id, one["id"])
                found += [book] if book.skills else []
    return sorted(found, key=lambda one: fold(str(one.course.get("title") or "")))


def supervisors(desk: Desk) -> list[Body]:
    """Return those who sign with a PIN, by employer and name."""
    kept = desk.store.page(SKILL_SUPERVISOR, [Where("state", "=", str(KeptState.KEPT))], limit=-1)
    return sorted(kept, key=lambda one: (fold(one["employer"]), fold(one["name"])))
