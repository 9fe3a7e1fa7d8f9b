"""Taking a roll without a screen, on a real encrypted store."""

import random
from datetime import timedelta

import pytest

from desktop.attendance.actions import RollCall, Value
from desktop.attendance.store import read_roll
from shared.attendance.rules import mark_id
from shared.attendance.vocabulary import AttendanceState, Method
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from tests.attendance.classes import (
    SESSION,
    START,
    enrolment,
    enrolment_id,
    observation,
    person,
    school,
    session,
)
from tests.attendance.small_class import AMINA, BARAKA, SMALL, A, E, L, P, mark_of, office_says, states


@pytest.fixture
def here(desks):
    return desks(rows=school(SMALL))


@pytest.fixture
def call(here):
    return RollCall(here.desk, SESSION)


# --------------------------------------------------------------------------------------------------------- reading


def test_a_register_opens_by_first_name_with_last_classes_and_percentage(call):
    roll = call.roll
    assert [row.member.given for row in roll.rows] == sorted(name.split()[0] for name in SMALL)
    assert roll.refusal is None
    assert not roll.locked
    assert all(len(row.member.last) == 5 for row in roll.rows)
    amina = roll.row(enrolment_id(AMINA)).member
    # Six classes: excused, absent, late, present, present, present by the pattern; excused does not count.
    assert amina.percent == 80
    assert amina.last[-1] == "late"


def test_classes_that_were_not_held_or_not_recorded_do_not_count(desks):
    cancelled, empty = derived_id("session", "cancelled"), derived_id("session", "empty")
    rows = [*school(SMALL, history=1), session(cancelled, START - timedelta(hours=20), state="cancelled"),
            session(empty, START - timedelta(hours=30)), observation(AMINA, "absent", cancelled)]  # fmt: skip
    roll = read_roll(desks(rows=rows).desk, SESSION)
    assert {len(row.member.last) for row in roll.rows} == {1}


def test_later_classes_are_no_history(desks):
    later = derived_id("session", "later")
    rows = [*school(SMALL, history=0), session(later, START + timedelta(hours=4)), observation(AMINA, "absent", later)]
    roll = read_roll(desks(rows=rows).desk, SESSION)
    assert roll.row(enrolment_id(AMINA)).member.last == ()
    assert roll.row(enrolment_id(AMINA)).member.percent is None


def test_who_is_on_a_register(desks):
    rows = [
        *school(SMALL[:1], history=0),
        person("Ben Dropped"), enrolment("Ben Dropped", state="dropped"),
        person("Cara Marked"), enrolment("Cara Marked", state="dropped"), observation("Cara Marked", "present"),
        person("Dora Tester"), enrolment("Dora Tester", testing=True),
        person("Eve Suspended", state="suspended"), enrolment("Eve Suspended"),
        person("Fay Suspended"), enrolment("Fay Suspended", state="suspended"),
        person("Gus Walked", provisional=True), enrolment("Gus Walked", state="pending"),
        enrolment("Nobody Known"),
    ]  # fmt: skip
    roll = read_roll(desks(rows=rows).desk, SESSION)
    shown = {row.member.given: (row.member.suspended, row.member.provisional) for row in roll.rows}
    assert shown == {
        "Amina": (False, False), "Cara": (False, False), "Eve": (True, False), "Fay": (True, False),
        "Gus": (False, True), "Unknown student": (False, False),
    }  # fmt: skip
    assert {row.member.given for row in roll.unmarked} == {"Amina", "Gus", "Unknown student"}


def test_an_excuse_known_before_is_set_when_the_register_opens(desks):
    excuse = office_says(AMINA, "excused", method="excuse", note="Funeral")
    call = RollCall(desks(rows=[*school(SMALL), excuse]).desk, SESSION)
    assert mark_of(call, AMINA) == ("excused", None, "Funeral")
    assert call.mark_rest() == len(SMALL) - 1
    assert mark_of(call, AMINA)[0] == "excused"


# --------------------------------------------------------------------------------------------------------- marking


def test_a_mark_is_on_disk_when_it_is_made(here, call):
    assert call.mark(enrolment_id(AMINA), P)
    (one,) = here.store.children("observation", SESSION)
    assert (one["state"], one["author_name"], one["method"], one["office"]) == ("present", "Lucia Ortiz", "hand", False)
    assert one["mark_id"] == mark_id(SESSION, enrolment_id(AMINA))
    assert RollCall(here.desk, SESSION).roll.row(enrolment_id(AMINA)).mark.state is P
    assert call.roll.waiting == 1
    assert call.roll.saved_at == "2026-11-20T08:36:00.000Z"


def test_marking_again_supersedes_and_marking_the_same_does_nothing(here, call):
    call.mark(enrolment_id(AMINA), P)
    assert not call.mark(enrolment_id(AMINA), P)
    assert call.mark(enrolment_id(AMINA), A)
    first, second = call.roll.row(enrolment_id(AMINA)).observations
    assert second["supersedes"] == [first["id"]]
    assert len(here.store.receipt()) == 2


def test_a_hand_mark_confirms_a_scan(desks):
    call = RollCall(desks(rows=[*school(SMALL), observation(AMINA, "present", method="card")]).desk, SESSION)
    assert call.mark(enrolment_id(AMINA), P)
    assert call.roll.row(enrolment_id(AMINA)).mark.observation["method"] == "hand"


@pytest.mark.parametrize("state", ["late", "left_early"])
def test_digits_after_a_mark_are_its_minutes_and_one_undo_takes_both(call, state):
    call.mark(enrolment_id(AMINA), AttendanceState(state))
    assert call.typing_for == enrolment_id(AMINA)
    assert call.type_minutes(1)
    assert call.type_minutes(2)
    assert mark_of(call, AMINA) == (state, 12, "")
    call.undo()
    assert mark_of(call, AMINA) == ("none", None, "")
    call.redo()
    assert mark_of(call, AMINA) == (state, 12, "")


def test_digits_end_with_the_next_mark(call):
    call.mark(enrolment_id(AMINA), L)
    call.mark(enrolment_id(BARAKA), P)
    assert not call.type_minutes(5)
    assert mark_of(call, AMINA) == ("late", None, "")


def test_a_typed_number_is_one_observation(here, call):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(1)
    call.type_minutes(5)
    assert mark_of(call, AMINA) == ("late", 15, "")
    assert len(here.store.receipt()) == 1, "the mark is on disk, the number is still being typed"
    assert call.settle_minutes()
    assert not call.settle_minutes()
    assert [line.payload["minutes"] for line in here.store.receipt()] == [15, None]


def test_the_mark_is_on_disk_before_its_minutes(here, call):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(1)
    assert mark_of(RollCall(here.desk, SESSION), AMINA) == ("late", None, "")


def test_digits_after_a_pause_go_on_with_the_number(here, call):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(1)
    call.settle_minutes()
    call.type_minutes(5)
    call.settle_minutes()
    assert mark_of(RollCall(here.desk, SESSION), AMINA) == ("late", 15, "")
    call.undo()
    assert mark_of(call, AMINA) == ("none", None, "")


@pytest.mark.parametrize(
    "act",
    [
        lambda call: call.mark(enrolment_id(BARAKA), P),
        lambda call: call.set_note(enrolment_id(AMINA), "Bus"),
        lambda call: call.mark_rest(),
        lambda call: call.finish(),
        lambda call: call.stop_typing(),
        lambda call: (call.undo(), call.redo()),
        lambda call: call.record_scan(enrolment_id(BARAKA), Value(P), Method.CARD, counts=True),
    ],
)
def test_whatever_comes_next_saves_the_number_first(here, call, act):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(1)
    call.type_minutes(5)
    act(call)
    state, minutes, _ = mark_of(RollCall(here.desk, SESSION), AMINA)
    assert (state, minutes) == ("late", 15)


def test_a_full_disk_keeps_the_number_until_it_is_saved(here, call):
    def full():
        raise CampusError("disk_full", "full")

    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(8)
    here.store.guard = full
    with pytest.raises(CampusError):
        call.settle_minutes()
    here.store.guard = lambda: None
    assert call.settle_minutes()
    assert mark_of(RollCall(here.desk, SESSION), AMINA) == ("late", 8, "")


def test_a_number_for_a_register_that_someone_finished_is_refused_once(here, call):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(8)
    RollCall(here.desk, SESSION).finish()
    call.refresh()
    with pytest.raises(CampusError, match="finished"):
        call.settle_minutes()
    assert mark_of(call, AMINA) == ("late", None, "")
    assert not call.settle_minutes()
    call.reopen()


def test_what_comes_from_the_server_meanwhile_leaves_the_number_on_show(here, call):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(8)
    here.feed.accept_all()
    call.refresh()
    assert mark_of(call, AMINA) == ("late", 8, "")
    assert mark_of(RollCall(here.desk, SESSION), AMINA) == ("late", None, "")


def test_minutes_stop_at_ten_hours(call):
    call.mark(enrolment_id(AMINA), L)
    for digit in (6, 0):
        assert call.type_minutes(digit)
    assert not call.type_minutes(1)
    assert mark_of(call, AMINA)[1] == 60


def test_late_again_keeps_the_minutes_until_a_digit_comes(call):
    call.set_minutes(enrolment_id(AMINA), 8)
    assert not call.mark(enrolment_id(AMINA), L)
    assert mark_of(call, AMINA)[1] == 8
    call.type_minutes(5)
    assert mark_of(call, AMINA)[1] == 5


def test_minutes_typed_in_the_list(call):
    call.mark(enrolment_id(AMINA), P)
    call.set_minutes(enrolment_id(AMINA), 8)
    assert mark_of(call, AMINA) == ("late", 8, "")
    call.set_minutes(enrolment_id(AMINA), None)
    assert mark_of(call, AMINA) == ("late", None, "")


def test_a_note_goes_with_the_mark_and_stands_without_one(call):
    call.set_note(enrolment_id(AMINA), "  Left her bag ")
    assert mark_of(call, AMINA) == ("none", None, "Left her bag")
    assert call.roll.counts[AttendanceState.NONE] == len(SMALL)
    call.mark(enrolment_id(AMINA), A)
    assert mark_of(call, AMINA) == ("absent", None, "Left her bag")
    call.clear(enrolment_id(AMINA))
    assert mark_of(call, AMINA) == ("none", None, "Left her bag")


def test_clearing_means_not_recorded_never_absent(call):
    call.mark(enrolment_id(AMINA), P)
    assert call.clear(enrolment_id(AMINA))
    assert not call.clear(enrolment_id(AMINA))
    assert call.roll.counts[A] == 0
    assert len(call.roll.unmarked) == len(SMALL)


def test_the_rest_touches_the_unmarked_only_and_is_one_step(here, call):
    call.mark(enrolment_id(AMINA), A)
    call.mark(enrolment_id(BARAKA), L)
    assert call.mark_rest() == len(SMALL) - 2
    assert mark_of(call, AMINA)[0] == "absent"
    assert mark_of(call, BARAKA)[0] == "late"
    assert call.mark_rest() == 0
    assert len({line.group_id for line in here.store.receipt()}) == 3
    assert call.undo() == "4 marks taken back"
    assert len(call.roll.unmarked) == len(SMALL) - 2
    assert mark_of(call, AMINA)[0] == "absent"


def test_the_rest_leaves_suspended_students_alone(desks):
    rows = [*school(SMALL), person("Eve Suspended", state="suspended"), enrolment("Eve Suspended")]
    call = RollCall(desks(rows=rows).desk, SESSION)
    assert call.mark_rest() == len(SMALL)
    assert mark_of(call, "Eve Suspended")[0] == "none"


# --------------------------------------------------------------------------------------------------------- undoing


def test_undo_and_redo_go_step_by_step(call):
    for name, state in ((AMINA, P), (BARAKA, A), (AMINA, L)):
        call.mark(enrolment_id(name), state)
    seen = [states(call.roll)]
    for _ in range(3):
        call.undo()
        seen.append(states(call.roll))
    assert [one["Amina"] for one in seen] == ["late", "present", "present", "none"]
    assert not call.can_undo
    for wanted in reversed(seen[:-1]):
        call.redo()
        assert states(call.roll) == wanted
    assert not call.can_redo


def test_a_new_mark_ends_what_could_be_redone(call):
    call.mark(enrolment_id(AMINA), P)
    call.undo()
    call.mark(enrolment_id(AMINA), A)
    assert not call.can_redo
    assert call.redo() == "There is nothing to redo."


def test_nothing_to_undo_says_so(call):
    assert call.undo() == "There is nothing to undo on this register."


def test_undo_leaves_what_someone_else_corrected_meanwhile(here, call):
    call.mark(enrolment_id(AMINA), A)
    mine = call.roll.row(enrolment_id(AMINA)).observations[0]["id"]
    here.feed.bring([office_says(AMINA, "excused", [mine])])
    call.refresh()
    assert call.undo() == "1 mark was changed by someone else meanwhile and stays as it is."
    assert mark_of(call, AMINA)[0] == "excused"


@pytest.mark.parametrize("seed", range(3))
def test_any_walk_through_undo_and_redo_comes_back_to_what_was_shown(call, seed):
    chance = random.Random(seed)
    past, future, now = [], [], states(call.roll)
    for _ in range(60):
        roll = chance.random()
        if roll < 0.3 and past:
            call.undo()
            future.append(now)
            now = past.pop()
        elif roll < 0.5 and future:
            call.redo()
            past.append(now)
            now = future.pop()
        else:
            name, state = chance.choice(SMALL[:3]), chance.choice([P, L, A, E])
            if call.mark(enrolment_id(name), state):
                past.append(now)
                future.clear()
                now = {**now, name.split()[0]: str(state)}
        assert states(call.roll) == now
        assert (call.can_undo, call.can_redo) == (bool(past), bool(future))
        assert not call.roll.disputed
