"""The rotating code of a class: what holds for every seed, step and clock, and every refusal."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance import class_code
from shared.attendance.class_code import STEP, STEPS, TOLERANCE, ClassCode
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.ids import derived_id

SEED = "5e" * 32
START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ACCRA = ZoneInfo("Africa/Accra")


def session(name="today", start=START):
    ends = instant_text(start + timedelta(minutes=90))
    return {"id": derived_id("session", name), "starts_at": instant_text(start), "ends_at": ends, "room": "Room 12"}


def known(name="today", start=START, seed=SEED):
    one = session(name, start)
    return ClassCode(one, class_code.anchor_of(one["id"], seed))


def shown(one, at, seed=SEED):
    step = class_code.step_at(one.session, at)
    return class_code.code_at(one.session["id"], seed, step)


def refused(typed, codes, now):
    with pytest.raises(CampusError) as problem:
        class_code.match(typed, codes, now)
    return problem.value


@given(st.binary(min_size=32, max_size=32), st.integers(0, STEPS - 1))
def test_every_code_leads_to_the_anchor_and_tells_its_step(seed, step):
    one, seed = session(), seed.hex()
    anchor = class_code.anchor_of(one["id"], seed)
    code = class_code.code_at(one["id"], seed, step)
    assert class_code.step_of(one["id"], anchor, code) == step
    assert class_code.clean(code) == code


def test_the_same_seed_gives_other_codes_in_another_class():
    one, other = known(), known("other")
    assert class_code.step_of(other.session["id"], other.anchor, shown(one, START)) is None
    assert len({class_code.code_at(one.session["id"], SEED, step) for step in range(200)}) == 200


@pytest.mark.parametrize("step", [-1, STEPS])
def test_a_step_that_a_class_doesnt_have_is_no_code(step):
    with pytest.raises(ValueError, match="isn't one of"):
        class_code.code_at(session()["id"], SEED, step)


@pytest.mark.parametrize(
    ("at", "step"),
    [
        (START - timedelta(minutes=60, seconds=1), None),
        (START - timedelta(minutes=60), 0),
        (START, 120),
        (START + timedelta(seconds=29), 120),
        (START + timedelta(seconds=30), 121),
        (START + timedelta(hours=6, minutes=59, seconds=59), 959),
        (START + timedelta(hours=7), None),
    ],
)
def test_steps_begin_with_the_register_and_last_thirty_seconds(at, step):
    assert class_code.step_at(session(), at) == step


@given(st.integers(0, 3600), st.integers(-400, 400))
def test_clocks_may_differ_by_three_minutes_and_no_more(seconds, skew):
    one = known()
    at = START + timedelta(seconds=seconds)
    now = at + timedelta(seconds=skew)
    begins = class_code.shown_at(one.session, class_code.step_at(one.session, at))
    good = begins - TOLERANCE <= now < begins + STEP + TOLERANCE
    if abs(skew) <= 180:
        assert good, "a clock that differs by three minutes is never refused"
    if good:
        assert class_code.match(shown(one, at), [one], now).session is one.session
    else:
        assert refused(shown(one, at), [one], now).code in {"class_code_old", "class_code_early"}


def test_a_code_sent_by_chat_is_useless_four_minutes_later():
    one = known()
    problem = refused(shown(one, START), [one], START + timedelta(minutes=4))
    assert (problem.code, problem.message) == (
        "class_code_old",
        "This code was shown 4 minutes ago. Type the one that the screen shows now.",
    )


def test_a_code_that_is_still_to_come_says_when_it_is_for():
    one = known()
    problem = refused(shown(one, START + timedelta(minutes=20)), [one], START)
    assert problem.code == "class_code_early"
    assert "08:50" in problem.message


def test_yesterdays_code_names_its_day_in_the_zone_of_the_reader():
    yesterday = known("yesterday", START - timedelta(days=1))
    now = START.astimezone(ACCRA)
    problem = refused(shown(yesterday, START - timedelta(days=1)), [yesterday, known()], now)
    assert problem.code == "class_code_other_day"
    assert "Thu 19 Nov" in problem.message


def test_a_code_of_another_room_isnt_known_here():
    other = known("other room", seed="11" * 32)
    assert refused(shown(other, START, "11" * 32), [known()], START).code == "class_code_wrong"
    scanned = class_code.scanned_text(other.session["id"], shown(other, START, "11" * 32))
    assert refused(scanned, [known()], START).code == "class_code_other_class"


def test_a_scanned_code_is_looked_for_in_its_own_class_alone():
    one, other = known(), known("other")
    scanned = class_code.scanned_text(other.session["id"], shown(one, START))
    assert refused(scanned, [one, other], START).code == "class_code_wrong"
    right = class_code.scanned_text(one.session["id"], shown(one, START))
    assert class_code.match(right.lower(), [other, one], START).session is one.session


def test_two_classes_at_once_are_told_apart_by_the_code():
    one, other = known(), known("other")
    assert class_code.match(shown(other, START), [one, other], START).session is other.session


@pytest.mark.parametrize("typed", ["", "K7Q", "K7Q49XWMM", "K7Q4-9XW*", "ключ1234"])
def test_what_cant_be_a_code_says_how_one_looks(typed):
    problem = refused(typed, [known()], START)
    assert problem.code == "class_code_torn"
    assert "8 letters and digits" in problem.message


def test_lookalikes_dashes_and_small_letters_are_read_as_meant():
    assert class_code.clean(" k7qo-ilum ") == "K7Q011VM"
    assert class_code.grouped("K7Q011VM") == "K7Q0-11VM"


@pytest.mark.parametrize("scanned", ["CD1.ab12cd34.S-004188.ABCD", "CC1.nonsense.K7Q49XWM", "CC2..", ""])
def test_what_isnt_a_class_code_is_told_from_one(scanned):
    assert class_code.read_scanned(scanned) is None


def test_after_twenty_wrong_codes_the_instructor_is_asked():
    problem = class_code.too_many_wrong()
    assert (problem.code, problem.message) == (
        "class_code_locked",
        "20 codes didn't fit. Ask your instructor to mark you.",
    )
