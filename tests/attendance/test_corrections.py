"""Corrections, disagreements, finishing, and rolls that can't be taken, on a real encrypted store."""

from datetime import timedelta

import pytest

from desktop.attendance.actions import RollCall
from shared.attendance.rules import mark_id, register_id
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from tests.attendance.classes import (
    COHORT,
    NOW,
    REGISTRAR,
    SESSION,
    STRANGER,
    enrolment_id,
    observation,
    school,
    session,
)
from tests.attendance.small_class import AMINA, BARAKA, SMALL, A, E, L, P, office_says, states


@pytest.fixture
def here(desks):
    return desks(rows=school(SMALL))


@pytest.fixture
def call(here):
    return RollCall(here.desk, SESSION)


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
    finished = ("register", {"id": register_id(SESSION), "session_id": SESSION, "state": "finished"})
    call = RollCall(desks(REGISTRAR, [*school(SMALL), finished]).desk, SESSION)
    assert call.roll.finished
    assert call.mark(enrolment_id(AMINA), P)


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
    call.settle_minutes()
    request = here.store.next_request()
    first, second = request.commands
    assert first.type == second.type == "RecordObservation"
    assert first.target_id == second.target_id == mark_id(SESSION, enrolment_id(AMINA))
    assert second.payload["supersedes"] == [first.id]
    assert (second.payload["state"], second.payload["minutes"]) == ("late", 8)
    assert here.store.get("class_session", SESSION)["cohort_id"] == COHORT
