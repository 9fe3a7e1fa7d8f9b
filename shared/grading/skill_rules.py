"""Rules of the skills logbook: where a student stands with a skill, who observes, and what makes a PIN."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from shared.core.actor import Actor
from shared.core.text import text
from shared.grading.permissions import marks_work, may_correct_marks, may_edit_rubrics, may_mark
from shared.grading.rubric_rules import Fault
from shared.grading.skill_vocabulary import Judged, ObservationState, Proof, SkillState

Body = Mapping[str, Any]
LEAST_DIGITS, MOST_DIGITS = 6, 12


class Standing(NamedTuple):
    """Where a student stands: `seen` of `needed` observations in a row, and the last observation that counts."""

    state: SkillState
    seen: int
    needed: int
    last: Body | None


def standing(skill: Body, observations: Iterable[Body]) -> Standing:
    """Return where a student stands with a skill, from his or her observations of it.

    By signature: the last one that is signed decides, and one that isn't signed yet waits. By count: so many competent
    ones in a row since the last "not yet".
    """
    kept = [one for one in observations if one["state"] == ObservationState.KEPT]
    kept.sort(key=lambda one: (one["at"], one["id"]))
    needed = int(skill["needed"]) if skill["proof"] == Proof.COUNT else 1
    if not kept:
        return Standing(SkillState.NOT_SEEN, 0, needed, None)
    if skill["proof"] == Proof.COUNT:
        run = _run(kept)
        state = SkillState.COMPETENT if run >= needed else SkillState.SEEN if run else SkillState.NOT_YET
        return Standing(state, run, needed, kept[-1])
    return _by_signature(kept)


def _run(kept: list[Body]) -> int:
    """Return how many competent ones came since the last that wasn't."""
    run = 0
    for one in kept:
        run = run + 1 if one["judged"] == Judged.COMPETENT else 0
    return run


def _by_signature(kept: list[Body]) -> Standing:
    signed = [one for one in kept if one["signature"]]
    if signed and signed[-1]["judged"] == Judged.COMPETENT:
        return Standing(SkillState.COMPETENT, 1, 1, signed[-1])
    # A signed "not yet" stands until something newer is shown.
    waits = kept[-1]["judged"] == Judged.COMPETENT
    return Standing(SkillState.SEEN if waits else SkillState.NOT_YET, int(waits), 1, kept[-1])


def pin_fault(pin: str) -> Fault | None:
    """Return why a PIN is none, or None. Codes: `pin_invalid`, `pin_too_easy`."""
    if not (pin.isascii() and pin.isdigit() and LEAST_DIGITS <= len(pin) <= MOST_DIGITS):
        words = text("A PIN has {least} to {most} digits.", least=LEAST_DIGITS, most=MOST_DIGITS)
        return Fault("pin_invalid", words)
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return Fault("pin_too_easy", text("This PIN is easy to guess. Choose digits that don't follow each other."))
    return None


def may_edit_skills(actor: Actor) -> bool:
    """Whoever makes rubrics says what skills a course has."""
    return may_edit_rubrics(actor)


def may_keep_supervisors(actor: Actor) -> bool:
    """Whoever marks work keeps the list of those who sign at employers'."""
    return marks_work(actor)


def may_observe(actor: Actor, cohort_id: str) -> bool:
    """Whoever marks in a cohort observes its students' skills."""
    return may_mark(actor, cohort_id)


def may_withdraw(actor: Actor, observation: Body) -> bool:
    """An observation is taken back by whoever made it, or by those who correct marks."""
    return observation["observer_id"] == actor.person_id or may_correct_marks(actor)
