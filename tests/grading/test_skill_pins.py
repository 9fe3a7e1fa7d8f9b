"""PINs are checked on the computer: wrong ones make one wait, ten end it, and no kill and no clock gives a try back."""

from datetime import timedelta

import bcrypt
import pytest

from desktop.grading import skill_pins
from shared.core.errors import CampusError
from tests.grading.skill_rows import PIN, VERIFIER
from tests.grading.skill_screen import open_skills, signer

SIGNER = signer()[1]


@pytest.fixture
def here(tmp_path):
    made = open_skills(tmp_path, rows=[])
    yield made
    made.close()


def code(here, pin, who=SIGNER):
    try:
        skill_pins.check_pin(here.desk, who, pin)
    except CampusError as problem:
        return problem.code
    return None


def test_the_right_pin_signs_and_the_hash_tells_nothing(here):
    assert code(here, PIN) is None
    assert PIN not in VERIFIER
    made = skill_pins.hash_pin("730184", cost=4)
    assert made != skill_pins.hash_pin("730184", cost=4), "each hash has a salt of its own"
    assert code(here, "730184", {**SIGNER, "verifier": made}) is None


def test_a_pin_costs_a_guesser_time():
    assert skill_pins.COST >= 12
    assert bcrypt.checkpw(b"730184", skill_pins.hash_pin("730184").encode())


@pytest.mark.parametrize(("pin", "refusal"), [("123", "pin_invalid"), ("111111", "pin_too_easy")])
def test_a_pin_that_is_none_gets_no_hash(pin, refusal):
    with pytest.raises(CampusError) as told:
        skill_pins.hash_pin(pin)
    assert told.value.code == refusal


def test_after_three_wrong_ones_the_waits_grow(here):
    assert [code(here, "000001") for _ in range(3)] == ["pin_wrong"] * 3
    assert code(here, PIN) == "pin_wait", "the right one waits, too"
    here.clock.advance(29)
    assert code(here, PIN) == "pin_wait"
    here.clock.advance(2)
    assert code(here, "000001") == "pin_wrong"
    here.clock.advance(31)
    assert code(here, PIN) == "pin_wait"
    here.clock.advance(30)
    assert code(here, PIN) is None
    assert [code(here, "000001") for _ in range(3)] == ["pin_wrong"] * 3, "a right one begins anew"


def test_ten_wrong_ones_end_it_until_there_is_a_new_pin(here):
    told = []
    for _ in range(11):
        told.append(code(here, "000001"))
        here.clock.advance(7200)
    assert told == ["pin_wrong"] * 9 + ["pin_locked"] * 2
    assert code(here, PIN) == "pin_locked"
    other = {**SIGNER, "verifier": skill_pins.hash_pin("730184", cost=4)}
    assert code(here, "730184", other) is None


def test_a_clock_that_is_set_back_neither_ends_nor_stretches_the_wait(here):
    for _ in range(3):
        code(here, "000001")
    here.clock.set(here.clock.now() - timedelta(days=300))
    with pytest.raises(CampusError) as told:
        skill_pins.check_pin(here.desk, SIGNER, PIN)
    assert told.value.details["seconds"] == 30


def test_a_try_counts_before_it_is_looked_at(here, monkeypatch):
    """Whoever ends the program while a PIN is checked has used the try."""

    def killed(*_given):
        raise SystemExit

    monkeypatch.setattr(skill_pins.bcrypt, "checkpw", killed)
    for _ in range(3):
        with pytest.raises(SystemExit):
            skill_pins.check_pin(here.desk, SIGNER, "000001")
    monkeypatch.undo()
    assert code(here, PIN) == "pin_wait"


def test_each_supervisor_has_tries_of_his_own(here):
    for _ in range(3):
        code(here, "000001")
    assert code(here, PIN, {**SIGNER, "id": "another"}) is None
    assert code(here, "9" * 100, {**SIGNER, "id": "another"}) == "pin_wrong"
