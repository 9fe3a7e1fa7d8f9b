"""Where a student stands with a skill, what a PIN is, and what pending commands of the logbook make of rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.core.ids import derived_id
from shared.grading.commands import PAYLOADS
from shared.grading.portfolio import PortfolioItem, may_show, portfolio_fault, portfolio_item_id
from shared.grading.projections import PROJECTIONS
from shared.grading.skill_models import Signature, Skill, SkillObservation, SkillSupervisor
from shared.grading.skill_rules import (
    may_edit_skills,
    may_keep_supervisors,
    may_observe,
    may_withdraw,
    pin_fault,
    standing,
)
from shared.grading.skill_vocabulary import SkillState
from shared.people.vocabulary import Role
from tests.desks import make_actor
from tests.grading.skill_rows import COURSE, PIN, SKILL, SUPERVISOR, VERIFIER, by_pin, drawn, observation, skill
from tests.grading.work_rows import COHORT, ENROLMENT, PERSON, attempt, command

SEEN, NOT_YET, COMPETENT = SkillState.SEEN, SkillState.NOT_YET, SkillState.COMPETENT
MODELS = {
    "skill": Skill,
    "skill_supervisor": SkillSupervisor,
    "skill_observation": SkillObservation,
    "portfolio_item": PortfolioItem,
}


@pytest.mark.parametrize(
    ("observations", "state"),
    [
        ([], SkillState.NOT_SEEN),
        ([observation(1)], SEEN),
        ([observation(1, "not_yet")], NOT_YET),
        ([observation(1, signature=drawn())], COMPETENT),
        ([observation(1, "not_yet", drawn())], NOT_YET),
        # The last signature decides; what is only noted later takes nothing away, and what is shown later waits.
        ([observation(1, signature=drawn()), observation(2, "not_yet")], COMPETENT),
        ([observation(1, "not_yet", drawn()), observation(2)], SEEN),
        ([observation(1, signature=by_pin()), observation(2, "not_yet", drawn())], NOT_YET),
        ([observation(2, signature=by_pin()), observation(1, "not_yet", drawn())], COMPETENT),
        ([observation(1, signature=drawn(), state="withdrawn")], SkillState.NOT_SEEN),
        ([observation(1), observation(2, "not_yet")], NOT_YET),
    ],
)
def test_by_signature_the_last_one_signed_decides(observations, state):
    found = standing(skill(), observations)
    assert found.state is state
    assert found.needed == 1


@pytest.mark.parametrize(
    ("judged", "state", "seen"),
    [
        (["competent"], SEEN, 1),
        (["competent", "competent"], COMPETENT, 2),
        (["competent", "not_yet", "competent"], SEEN, 1),
        (["competent", "competent", "not_yet"], NOT_YET, 0),
        (["not_yet", "competent", "competent", "competent"], COMPETENT, 3),
    ],
)
def test_by_count_so_many_in_a_row_are_needed(judged, state, seen):
    observations = [observation(day, one) for day, one in enumerate(judged, 1)]
    assert standing(skill(proof="count", needed=2), observations)[:3] == (state, seen, 2)


@given(st.permutations([observation(1), observation(2, "not_yet"), observation(3, signature=drawn()), observation(4)]))
def test_the_order_in_which_observations_arrive_changes_nothing(observations):
    assert standing(skill(), observations) == standing(skill(), sorted(observations, key=lambda one: one["at"]))


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        (PIN, None),
        ("12345", "pin_invalid"),
        ("1234567890123", "pin_invalid"),
        ("12a456", "pin_invalid"),
        ("٤٨٣٩٢٠", "pin_invalid"),
        ("", "pin_invalid"),
        ("000000", "pin_too_easy"),
        ("123456", "pin_too_easy"),
        ("987654", "pin_too_easy"),
        ("890123", "pin_too_easy"),
        ("135790", None),
    ],
)
def test_a_pin_has_digits_that_are_hard_to_guess(pin, code):
    fault = pin_fault(pin)
    assert (fault.code if fault else None) == code


def test_who_keeps_skills_observes_and_takes_back():
    teacher = make_actor("t", "Ama", Role.INSTRUCTOR, teaches=[COHORT])
    student, office = make_actor("s", "Esi", Role.STUDENT), make_actor("o", "Grace", Role.REGISTRAR)
    assert may_edit_skills(teacher)
    assert may_keep_supervisors(teacher)
    assert not may_edit_skills(student)
    assert not may_keep_supervisors(student)
    assert may_observe(teacher, COHORT)
    assert not may_observe(teacher, "another")
    assert not may_observe(student, COHORT)
    mine = observation(1, observer_id="t")
    assert may_withdraw(teacher, mine)
    assert not may_withdraw(teacher, observation(1, observer_id="x"))
    assert may_withdraw(office, mine)


@pytest.mark.parametrize("given", [{**by_pin(), "supervisor_id": None}, {**drawn(), "file": None}, drawn(" ")])
def test_a_signature_has_a_name_and_what_signs(given):
    with pytest.raises(ValidationError):
        Signature.model_validate(given)


def test_the_hash_of_a_pin_looks_like_one():
    payload = {"employer": "Volta Films", "name": "Efua", "verifier": VERIFIER}
    assert PAYLOADS["SaveSupervisor"].model_validate(payload)
    with pytest.raises(ValidationError):
        PAYLOADS["SaveSupervisor"].model_validate({**payload, "verifier": PIN})


class _Screen:
    """The rows on screen: projects commands onto them, twice each, since twice must change nothing."""

    def __init__(self, *rows):
        self.rows = {(kind, body["id"]): body for kind, body in rows}
        self.number = 0

    def do(self, kind, target, payload, **more):
        self.number += 1
        made = command(kind, target, payload, self.number, **more)
        PAYLOADS[kind].model_validate(payload)
        self._project(made)
        before = dict(self.rows)
        self._project(made)
        assert self.rows == before
        return made

    def _project(self, made):
        for draft in PROJECTIONS[made.type](made, lambda kind, row_id: self.rows.get((kind, row_id))):
            MODELS[draft.kind].model_validate(draft.body)
            self.rows[draft.kind, draft.id] = draft.body


ENROLLED = ("enrolment", {"id": ENROLMENT, "cohort_id": COHORT, "person_id": PERSON})
SEEN_ROW = derived_id("seen")
WATCHED = {"skill_id": SKILL, "enrolment_id": ENROLMENT, "judged": "competent", "author_name": "Ama Owusu"}


def test_a_skill_and_a_supervisor_appear_and_go():
    screen = _Screen()
    screen.do("SaveSkill", SKILL, {"course_id": COURSE, "name": " Set up a camera "})
    row = screen.rows["skill", SKILL]
    assert (row["name"], row["proof"], row["needed"], row["state"]) == ("Set up a camera", "signed", 1, "kept")
    screen.do(
        "SaveSkill", SKILL, {"course_id": COURSE, "name": "Set up", "proof": "count", "needed": 3, "removed": True}
    )
    row = screen.rows["skill", SKILL]
    assert (row["proof"], row["needed"], row["state"]) == ("count", 3, "removed")
    screen.do("SaveSupervisor", SUPERVISOR, {"employer": "Volta Films ", "name": "Efua", "verifier": VERIFIER})
    assert screen.rows["skill_supervisor", SUPERVISOR]["employer"] == "Volta Films"


def test_an_observation_appears_is_signed_once_and_is_taken_back():
    screen = _Screen(ENROLLED)
    screen.do("RecordSkillObservation", SEEN_ROW, {**WATCHED, "note": " Steady. "}, clock_offset=60_000)
    row = screen.rows["skill_observation", SEEN_ROW]
    assert (row["note"], row["person_id"], row["observer_name"]) == ("Steady.", PERSON, "Ama Owusu")
    assert row["at"] == "2026-11-20T09:01:00.000Z"
    assert row["signature"] is None
    screen.do("SignSkillObservations", SEEN_ROW, {"signature": by_pin(" Efua "), "author_name": "Kofi"})
    screen.do("SignSkillObservations", SEEN_ROW, {"signature": drawn("Yaw")})
    row = screen.rows["skill_observation", SEEN_ROW]
    assert (row["signature"]["name"], row["witness_name"]) == ("Efua", "Kofi")
    screen.do("WithdrawSkillObservation", SEEN_ROW, {"reason": "Another student", "author_name": "Ama Owusu"})
    row = screen.rows["skill_observation", SEEN_ROW]
    assert (row["state"], row["withdrawn_reason"]) == ("withdrawn", "Another student")
    assert row["withdrawn_by_name"] == "Ama Owusu"
    screen.do("WithdrawSkillObservation", SEEN_ROW, {"back": True})
    assert screen.rows["skill_observation", SEEN_ROW]["state"] == "kept"


def test_an_observation_may_be_signed_as_it_is_made():
    screen = _Screen(ENROLLED)
    screen.do("RecordSkillObservation", SEEN_ROW, {**WATCHED, "signature": drawn(), "author_id": PERSON})
    row = screen.rows["skill_observation", SEEN_ROW]
    assert row["signed_at"] == row["at"]
    assert (row["witness_id"], row["witness_name"]) == (PERSON, "Ama Owusu")


def test_what_isnt_here_makes_nothing():
    screen = _Screen()
    screen.do("RecordSkillObservation", SEEN_ROW, WATCHED)
    screen.do("SignSkillObservations", SEEN_ROW, {"signature": drawn()})
    screen.do("WithdrawSkillObservation", SEEN_ROW, {})
    screen.do("SavePortfolioItem", SEEN_ROW, {"submission_id": SKILL})
    assert screen.rows == {}


def test_work_is_shown_in_a_portfolio_once_its_mark_is_published():
    handed_in = {**attempt(), "person_id": PERSON}
    assert portfolio_fault(handed_in, {"released_at": "2026-11-21T08:00:00.000Z"}) is None
    assert portfolio_fault(handed_in, {"released_at": None}).code == "not_released"
    assert portfolio_fault(handed_in, None).code == "not_released"
    assert portfolio_fault({**handed_in, "state": "in_progress"}, None).code == "not_handed_in"
    assert may_show(make_actor(PERSON, "Esi", Role.STUDENT), handed_in)
    assert not may_show(make_actor("x", "Ama", Role.STUDENT), handed_in)
    assert not may_show(make_actor(PERSON, "Esi", Role.INSTRUCTOR), handed_in)


def test_a_portfolio_item_appears_and_goes():
    work = {**attempt(), "assignment_id": SKILL, "enrolment_id": ENROLMENT, "cohort_id": COHORT, "person_id": PERSON}
    screen, target = _Screen(("submission", work)), portfolio_item_id(work["id"])
    screen.do("SavePortfolioItem", target, {"submission_id": work["id"], "caption": " My best ", "position": 2})
    row = screen.rows["portfolio_item", target]
    assert (row["caption"], row["position"], row["state"], row["cohort_id"]) == ("My best", 2, "kept", COHORT)
    screen.do("SavePortfolioItem", target, {"submission_id": work["id"], "removed": True})
    assert screen.rows["portfolio_item", target]["state"] == "removed"
