"""Works out what a roll-over would do: copies of cohorts, where students go, what moves along, and what is not done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.core.carrying import Carried, CarryAsk, CohortMove, TermPart
from server.core.database import Db
from server.core.entities import Body
from server.learning.rollover.messages import CohortChoice, RollOverAsk
from server.learning.rollover.reading import (
    Ground,
    cohorts_of,
    read_ground,
    read_people,
    shown_term,
    term_of,
)
from server.learning.rollover.students import Students
from shared.core.actor import Actor
from shared.core.command import hash_of
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.core.text import plural, text
from shared.learning.rollover import goes_on, new_code, new_days, new_name

_COPIED = ("course_id", "room", "capacity")


@dataclass
class CohortPlan:
    """One cohort of the old term: its choice, its copy if there is to be one, and whether that is there."""

    old: Body
    choice: CohortChoice
    copy: Body | None = None
    already: bool = False
    notes: list[str] = field(default_factory=list)
    students: dict[str, int] = field(default_factory=dict)


@dataclass
class Plan:
    """All that a roll-over does: `enrol` as (cohort, person, testing), `complete` as (enrolment, revision, state)."""

    old_term: Body
    new_term: Body
    makes_term: bool
    cohorts: list[CohortPlan] = field(default_factory=list)
    enrol: list[tuple[str, str, bool]] = field(default_factory=list)
    complete: list[tuple[str, str, str]] = field(default_factory=list)
    carried: Carried = field(default_factory=Carried)

    @property
    def copies(self) -> list[Body]:
        """The cohorts that are made."""
        return [one.copy for one in self.cohorts if one.copy and not one.already]

    @property
    def asks(self) -> Sequence[CarryAsk]:
        """What the other areas carry over."""
        return self.carried.asks

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind there would be."""
        planned = [line for some in self.carried.lines.values() for line in some if line["planned"]]
        return {
            "terms": int(self.makes_term),
            "cohorts": len(self.copies),
            "moved": len(self.enrol),
            "completed": len(self.complete),
            "series": len(planned),
            "sessions": sum(line["sessions"] for line in planned),
        }

    @property
    def token(self) -> str:
        """A word that is another one once anything of the plan is."""
        asks = [[one.type, one.target_id, dict(one.payload)] for one in self.asks]
        return hash_of([self.new_term, self.copies, sorted(self.enrol), sorted(self.complete), asks])

    def shown(self) -> dict[str, Any]:
        """Return it as the API gives it."""
        return {
            "token": self.token,
            "old_term": shown_term(self.old_term),
            "new_term": shown_term(self.new_term, made=self.makes_term),
            "cohorts": [self._shown(one) for one in self.cohorts],
            "counts": self.counts,
        }

    def _shown(self, one: CohortPlan) -> dict[str, Any]:
        old_id = one.old["id"]
        return {
            "id": old_id,
            "code": one.old["code"],
            "name": one.old["name"],
            "course": one.old["course"],
            "starts_on": one.old["starts_on"],
            "ends_on": one.old["ends_on"],
            "roll": one.copy is not None,
            "already": one.already,
            "copy": one.copy,
            "students": one.students,
            "promote_to": one.choice.promote_to or "",
            "series": self.carried.lines.get(old_id, []),
            "notes": [*one.notes, *self.carried.notes.get(old_id, [])],
        }


def work_out(db: Db, actor: Actor, ask: RollOverAsk, parts: Sequence[TermPart]) -> Plan:
    """Return what a roll-over would do.

    Raises CampusError `not_found`, `term_invalid`, `cohort_unknown`, `code_taken`, `aim_missing`.
    """
    ground = read_ground(db, actor.organisation_id)
    plan = _terms(ground, actor.organisation_id, ask)
    given = {one.cohort_id: one for one in ask.cohorts}
    found = cohorts_of(ground, plan.old_term)
    unknown = given.keys() - {one["id"] for one in found}
    if unknown:
        words = text(
            "A cohort that you chose doesn't run in {term}. Look at the list again.", term=plan.old_term["name"]
        )
        raise CampusError("cohort_unknown", words, {"cohorts": sorted(unknown)})
    taken = ground.codes
    for old in found:
        choice = given.get(old["id"], CohortChoice(cohort_id=old["id"]))
        plan.cohorts.append(_cohort(ground, plan, old, choice, taken))
    _people(db, actor, ground, plan, parts)
    _carry(db, actor, plan, parts)
    return plan


def _terms(ground: Ground, organisation_id: str, ask: RollOverAsk) -> Plan:
    old = term_of(ground, ask.old_term_id)
    if ask.new_term is None:
        plan = Plan(old, term_of(ground, ask.new_term_id or ""), makes_term=False)
    else:
        wanted = ask.new_term.model_dump()
        name = wanted["name"] = wanted["name"].strip()
        same = next((one for one in ground.terms.values() if one["name"] == name), None)
        made = {"id": derived_id("rolled_term", organisation_id, name), **wanted}
        plan = Plan(old, same or made, makes_term=same is None)
        if same and any(same[key] != value for key, value in wanted.items()):
            raise CampusError(
                "term_invalid", text("There is a term {name} with other days. Choose it from the list.", name=name)
            )
    new = plan.new_term
    if not new["name"] or new["ends_on"] < new["starts_on"] or new["starts_on"] <= old["starts_on"]:
        raise CampusError("term_invalid", text("The new term begins after the old one, and ends after it begins."))
    return plan


def _cohort(ground: Ground, plan: Plan, old: Body, choice: CohortChoice, taken: set[str]) -> CohortPlan:
    body = {**old, "course": ground.courses.get(old["course_id"], "")}
    made = CohortPlan(body, choice)
    copy_id = derived_id("rolled_cohort", plan.new_term["id"], old["id"])
    if copy_id in ground.cohorts:
        made.copy, made.already = dict(ground.cohorts[copy_id]), True
        made.notes.append(text("It was rolled over before, to {code}.", code=made.copy["code"]))
        return made
    runs_on = goes_on(old, plan.old_term)
    roll = choice.roll if choice.roll is not None else not runs_on
    if not roll:
        if runs_on and choice.roll is None:
            made.notes.append(text("It runs beyond {term}, so it is not copied.", term=plan.old_term["name"]))
        return made
    made.copy = _copy(plan, old, choice, copy_id, taken)
    taken.add(made.copy["code"])
    return made


def _copy(plan: Plan, old: Body, choice: CohortChoice, copy_id: str, taken: set[str]) -> Body:
    old_name, term_name = plan.old_term["name"], plan.new_term["name"]
    if choice.code is not None and choice.code.strip() in taken:
        raise CampusError(
            "code_taken", text("{code} is the code of another cohort. Choose another one.", code=choice.code)
        )
    starts, ends = new_days(old, plan.old_term, plan.new_term)
    starts, ends = choice.starts_on or starts, choice.ends_on or ends
    if starts and ends and ends < starts:
        raise CampusError("term_invalid", text("{code} would end before it begins. Set other days.", code=old["code"]))
    return {
        **{name: old[name] for name in _COPIED},
        "id": copy_id,
        "code": (choice.code or "").strip() or new_code(old["code"], old_name, term_name, taken),
        "name": (choice.name or "").strip() or new_name(old["name"], old_name, term_name)[:200],
        "starts_on": starts,
        "ends_on": ends,
        "instructors": list(old["instructors"]),
    }


def _people(db: Db, actor: Actor, ground: Ground, plan: Plan, parts: Sequence[TermPart]) -> None:
    aims = {one.old["id"]: one.copy["id"] for one in plan.cohorts if one.copy}
    wanted = {one.old["id"] for one in plan.cohorts} | set(aims.values())
    wanted |= {one.choice.promote_to for one in plan.cohorts if one.choice.promote_to}
    read_people(db, actor.organisation_id, ground, wanted)
    for one in plan.cohorts:
        _teachers(ground, one)
    asked = [one.old["id"] for one in plan.cohorts if one.choice.by_grades]
    results: dict[str, str] = {}
    for part in parts if asked else ():
        if part.results is not None:
            results |= part.results(db, actor.organisation_id, asked)
    students = Students(ground, aims, results)
    for one in plan.cohorts:
        moved = students.of(one.old, one.choice)
        one.students, one.notes = moved.counts, [*one.notes, *moved.notes]
        plan.enrol += moved.enrol
        plan.complete += moved.complete
    for one in plan.cohorts:
        _places(one, students)


def _teachers(ground: Ground, one: CohortPlan) -> None:
    """Leave out of the copy whoever has gone."""
    if one.copy is None or one.already:
        return
    known = [person for person in one.copy["instructors"] if ground.people.get(person, ("", ""))[1] == "active"]
    gone = [ground.people.get(person, ("", ""))[0] for person in one.copy["instructors"] if person not in known]
    one.copy["instructors"] = known
    one.copy["instructor_names"] = [ground.people[person][0] for person in known]
    for name in filter(None, gone):
        one.notes.append(text("{name} isn't active any more and doesn't teach the copy.", name=name))


def _places(one: CohortPlan, students: Students) -> None:
    places = one.copy["capacity"] if one.copy else None
    filled = students.filled.get(one.copy["id"], 0) if one.copy else 0
    if places and filled > places:
        words = (
            "The copy has {places} places and would have 1 student.",
            "The copy has {places} places and would have {n} students.",
        )
        one.notes.append(plural(*words, filled, places=places))


def _carry(db: Db, actor: Actor, plan: Plan, parts: Sequence[TermPart]) -> None:
    moves = [
        CohortMove(
            old_id=one.old["id"],
            new_id=one.copy["id"],
            old_first=one.old["starts_on"],
            old_last=one.old["ends_on"],
            new_first=one.copy["starts_on"] or plan.new_term["starts_on"],
            new_last=one.copy["ends_on"] or plan.new_term["ends_on"],
            instructors=tuple(one.copy["instructors"]),
            despite_clash=one.choice.despite_clash,
        )
        for one in plan.cohorts
        if one.copy and not one.already and one.choice.series
    ]
    for part in parts if moves else ():
        if part.carry is not None:
            more = part.carry(db, actor, moves)
            plan.carried.asks += more.asks
            _join(plan.carried.lines, more.lines)
            _join(plan.carried.notes, more.notes)


def _join(into: dict[str, list[Any]], more: Mapping[str, Sequence[Any]]) -> None:
    for key, values in more.items():
        into.setdefault(key, []).extend(values)
