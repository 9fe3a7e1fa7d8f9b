"""Taking a roll without a screen, on a real encrypted store."""

import random
from datetime import timedelta

import pytest

from desktop.attendance.actions import RollCall
from desktop.attendance.store import read_roll
from shared.attendance.rules import mark_id
from shared.attendance.vocabulary import AttendanceState
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from tests.attendance.classes import (
    COHORT,
    NAMES,
    NOW,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    enrolment,
    enrolment_id,
    observation,
    person,
    school,
    session,
)

P, L, A, E = (AttendanceState(word) for word in ("present", "late", "absent", "excused"))
AMINA, BARAKA, CHEN = NAMES[:3]
SMALL = NAMES[:6]


def states(roll):
    return {row.member.given: str(row.mark.state) for row in roll.rows}


def mark_of(call, name):
    row = call.roll.row(enrolment_id(name))
    return str(row.mark.state), row.mark.minutes, row.note


@pytest.fixture
def here(desks):
    return desks(rows=school(SMALL))


@pytest.fixture
def call(here):
    return RollCall(here.desk, SESSION)


def office_says(name, state, supersedes=(), **more):
    return observation(name, state, author_id=REGISTRAR.person_id, author_name=REGISTRAR.name, office=True,
                       ordinal=2, supersedes=list(supersedes), **more)  # fmt: skip


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


# ------------------------------------------------------------------------------------------------ two people disagree


def test_a_correction_made_unseen_is_a_disagreement_with_both_sides(here, call):
    call.mark(enrolment_id(AMINA), A)
    here.feed.bring([office_says(AMINA, "present")])
    call.refresh()
    row = call.roll.row(enrolment_id(AMINA))
    assert row.is_disputed
    assert row.mark.state is P, "the first accepted stands"
    assert [(one["author_name"], one["state"]) for one in row.sides] == [
        ("Efua Sarpong", "present"), ("Lucia Ortiz", "absent"),
    ]  # fmt: skip
    assert call.roll.disputed == (row,)


def test_marking_what_stands_settles_a_disagreement(here, call):
    call.mark(enrolment_id(AMINA), A)
    here.feed.bring([office_says(AMINA, "present")])
    call.refresh()
    assert call.mark(enrolment_id(AMINA), P)
    row = call.roll.row(enrolment_id(AMINA))
    assert not row.is_disputed
    assert len(row.observations[-1]["supersedes"]) == 2


def test_taking_back_my_side_ends_the_disagreement(here, call):
    call.mark(enrolment_id(AMINA), A)
    here.feed.bring([office_says(AMINA, "present")])
    call.refresh()
    call.undo()
    row = call.roll.row(enrolment_id(AMINA))
    assert (row.is_disputed, row.mark.state) == (False, P)


def conflict(name, state="open"):
    mark = mark_id(SESSION, enrolment_id(name))
    return "conflict", {"id": derived_id("conflict", mark), "kind": "observation", "entity_id": mark, "group": "mark",
                        "state": state, "sides": [], "title": name}  # fmt: skip


def test_the_open_conflict_of_a_mark_is_known(desks):
    rows = [*school(SMALL), observation(AMINA, "absent"), office_says(AMINA, "present"), conflict(AMINA)]
    here = desks(rows=rows)
    call = RollCall(here.desk, SESSION)
    row = call.roll.row(enrolment_id(AMINA))
    assert row.conflict_id == conflict(AMINA)[1]["id"]
    here.feed.bring([conflict(AMINA, "settled")])
    call.refresh()
    assert not call.roll.row(enrolment_id(AMINA)).is_disputed


def test_an_excuse_hides_no_disagreement_below_it(desks):
    excuse = observation(AMINA, "excused", method="excuse", office=True, ordinal=3, author_id=REGISTRAR.person_id)
    rows = [*school(SMALL), observation(AMINA, "absent"), office_says(AMINA, "present"), excuse]
    row = RollCall(desks(rows=rows).desk, SESSION).roll.row(enrolment_id(AMINA))
    assert row.mark.state is E
    assert row.is_disputed


# ------------------------------------------------------------------------------------------------------- the office


def test_an_office_correction_stands_beside_the_mark_made_in_class(desks):
    call = RollCall(desks(REGISTRAR, [*school(SMALL), observation(AMINA, "absent")]).desk, SESSION)
    assert call.roll.office
    call.mark(enrolment_id(AMINA), E)
    row = call.roll.row(enrolment_id(AMINA))
    assert (row.in_class["state"], row.by_office["state"]) == ("absent", "excused")
    assert row.by_office["office"] is True
    assert len(row.observations) == 2


def test_the_office_corrects_a_finished_register_without_reopening_it(desks):
    finished = ("register", {"id": call_id(), "session_id": SESSION, "state": "finished"})
    call = RollCall(desks(REGISTRAR, [*school(SMALL), finished]).desk, SESSION)
    assert call.roll.finished
    assert call.mark(enrolment_id(AMINA), P)


def call_id():
    from shared.attendance.rules import register_id

    return register_id(SESSION)


# ------------------------------------------------------------------------------------------- finishing and refusals


def test_finishing_says_how_many_are_not_recorded_and_closes(call):
    call.mark(enrolment_id(AMINA), P)
    assert call.finish() == len(SMALL) - 1
    assert call.roll.finished
    assert call.roll.register["finished_by_name"] == "Lucia Ortiz"
    with pytest.raises(CampusError) as refused:
        call.mark(enrolment_id(BARAKA), P)
    assert refused.value.code == "register_locked"
    with pytest.raises(CampusError):
        call.undo()
    call.reopen()
    assert call.mark(enrolment_id(BARAKA), P)
    assert call.can_undo


@pytest.mark.parametrize(
    ("rows", "actor", "code"),
    [
        ([], None, "class_session_unknown"),
        ([session(state="cancelled")], None, "class_session_cancelled"),
        ([session(start=NOW + timedelta(hours=3))], None, "class_session_in_future"),
        ([session()], STRANGER, "not_allowed"),
    ],
)
def test_why_a_roll_cannot_be_taken(desks, rows, actor, code):
    base = [row for row in school(SMALL) if row[1]["id"] != SESSION]
    call = RollCall(desks(*([actor] if actor else []), rows=[*base, *rows]).desk, SESSION)
    assert call.roll.refusal[0] == code
    for act in (call.finish, call.reopen):
        with pytest.raises(CampusError) as refused:
            act()
        assert refused.value.code == code
    if rows:
        with pytest.raises(CampusError) as refused:
            call.mark(enrolment_id(AMINA), P)
        assert refused.value.code == code
        assert call.mark_rest.__self__.desk.store.receipt() == []


def test_a_refusal_goes_away_with_time(desks):
    base = [row for row in school(SMALL) if row[1]["id"] != SESSION]
    here = desks(rows=[*base, session(start=NOW + timedelta(hours=3))])
    call = RollCall(here.desk, SESSION)
    here.clock.advance(2 * 3600)
    call.refresh()
    assert call.roll.refusal is None


def test_someone_who_left_the_register_meanwhile(here, call):
    with pytest.raises(CampusError) as refused:
        call.mark(derived_id("nobody"), P)
    assert refused.value.code == "not_on_register"


def test_what_waits_and_what_the_server_has(here, call):
    call.mark_rest()
    assert call.roll.waiting == len(SMALL)
    here.feed.accept_all()
    call.refresh()
    assert call.roll.waiting == 0
    assert states(call.roll) == dict.fromkeys((name.split()[0] for name in SMALL), "present")


def test_a_cohort_without_students(desks):
    call = RollCall(desks(rows=school(())).desk, SESSION)
    assert call.roll.rows == ()
    assert call.mark_rest() == 0
    assert call.finish() == 0


def test_the_commands_carry_what_the_server_needs(here, call):
    call.mark(enrolment_id(AMINA), L)
    call.type_minutes(8)
    request = here.store.next_request()
    first, second = request.commands
    assert first.type == second.type == "RecordObservation"
    assert first.target_id == second.target_id == mark_id(SESSION, enrolment_id(AMINA))
    assert second.payload["supersedes"] == [first.id]
    assert (second.payload["state"], second.payload["minutes"]) == ("late", 8)
    assert here.store.get("class_session", SESSION)["cohort_id"] == COHORT


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
