"""Which class a punch belongs to, and what it says beside the marks that are there: a table of worked examples."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.attendance.clock_file import Punch
from shared.attendance.clock_match import Around, Mark, Student, clocked, match
from shared.attendance.rules import effective, unsuperseded
from shared.core.clock import instant_text

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOW = NINE + timedelta(days=1)


def _session(key, starts, minutes=60, **more):
    return {
        "id": key,
        "cohort_id": "film",
        "starts_at": instant_text(starts),
        "ends_at": instant_text(starts + timedelta(minutes=minutes)),
        "state": "scheduled",
        "title": key,
        **more,
    }


def _seen(key, state, method, **more):
    return {
        "id": key,
        "state": state,
        "minutes": None,
        "method": method,
        "office": False,
        "supersedes": [],
        "ordinal": 1,
        "observed_at": "2026-11-20T08:50:00.000Z",
        **more,
    }


def _around(sessions=(), observations=(), state="active", enrolment="active"):
    student = Student(
        {"id": "ama", "given_name": "Ama", "family_name": "Owusu", "state": state},
        ({"id": "e1", "cohort_id": "film", "person_id": "ama", "state": enrolment},) if enrolment else (),
    )
    kept = list(observations)
    return Around(
        lambda number: student if number == "7" else None,
        lambda cohort, _at: [one for one in sessions if one["cohort_id"] == cohort],
        lambda _session_id, _enrolment: Mark(effective(kept), tuple(unsuperseded(kept))),
    )


def _match(around, *punches, now=NOW):
    return match([Punch(line, "7", at) for line, at in enumerate(punches, 2)], around, now)


@pytest.mark.parametrize(
    ("minutes", "state", "late"),
    [(-60, "present", None), (0, "present", None), (10, "present", None), (11, "late", 11), (60, "late", 60)],
)
def test_a_punch_says_present_or_late(minutes, state, late):
    plan = _match(_around([_session("class", NINE)]), NINE + timedelta(minutes=minutes))
    assert [(one.state, one.minutes, one.counts) for one in plan.entries] == [(state, late, True)]


@pytest.mark.parametrize("minutes", [-61, 61])
def test_outside_the_class_nothing_is_said(minutes):
    plan = _match(_around([_session("class", NINE)]), NINE + timedelta(minutes=minutes))
    assert [fault.code for fault in plan.faults] == ["clock_no_class"]
    assert plan.faults[0].sentence.startswith("Line 2: Ama Owusu had no class on 20 Nov")


def test_the_earliest_punch_counts_whatever_the_files_order():
    plan = _match(_around([_session("class", NINE)]), NINE + timedelta(minutes=30), NINE - timedelta(minutes=5))
    assert [(one.line, one.state) for one in plan.entries] == [(3, "present")]
    assert plan.unchanged == 1


def test_between_two_classes_the_running_one_is_meant_then_the_next():
    sessions = [_session("first", NINE), _session("second", NINE + timedelta(minutes=70))]
    around = _around(sessions)
    running = _match(around, NINE + timedelta(minutes=50)).entries[0]
    after = _match(around, NINE + timedelta(minutes=65)).entries[0]
    assert (running.session["id"], after.session["id"]) == ("first", "second")


@pytest.mark.parametrize(
    ("around", "code"),
    [
        (_around([_session("class", NINE)], state="suspended"), "clock_person_suspended"),
        (_around([_session("class", NINE)], state="inactive"), "clock_person_left"),
        (_around([_session("class", NINE)], enrolment="completed"), "clock_person_left"),
        (_around([_session("class", NINE)], enrolment=None), "clock_person_left"),
        (_around([_session("class", NINE, state="cancelled")]), "class_session_cancelled"),
    ],
)
def test_why_a_punch_is_refused(around, code):
    plan = _match(around, NINE)
    assert [fault.code for fault in plan.faults] == [code]
    assert plan.entries == []


def test_a_stranger_and_the_future_are_refused():
    plan = match([Punch(2, "8", NINE)], _around(), NOW)
    assert [fault.code for fault in plan.faults] == ["clock_number_unknown"]
    plan = _match(_around([_session("class", NINE)]), NINE, now=NINE - timedelta(minutes=1))
    assert [fault.code for fault in plan.faults] == ["clock_in_future"]


@pytest.mark.parametrize(
    ("observations", "entries", "unchanged"),
    [
        ([_seen("a", "present", "hand")], [], 1),
        ([_seen("a", "late", "card")], [], 1),
        ([_seen("a", "absent", "hand")], [False], 0),
        ([_seen("a", "excused", "excuse", office=True)], [False], 0),
        ([_seen("a", "absent", "hand"), _seen("b", "present", "clock", ordinal=2)], [], 1),
        ([_seen("a", "none", "hand")], [True], 0),
    ],
)
def test_what_a_punch_meets(observations, entries, unchanged):
    plan = _match(_around([_session("class", NINE)], observations), NINE)
    assert [one.counts for one in plan.entries] == entries
    assert plan.unchanged == unchanged


def test_the_observation_keeps_the_clocks_own_time():
    entry = _match(_around([_session("class", NINE)]), NINE + timedelta(minutes=12)).entries[0]
    assert clocked(entry) == {
        "session_id": "class",
        "enrolment_id": "e1",
        "state": "late",
        "minutes": 12,
        "note": "By the time clock at 09:12",
        "method": "clock",
        "supersedes": [],
    }


@given(st.lists(st.integers(-200, 400), max_size=12))
def test_every_punch_ends_somewhere_and_a_class_has_one_entry(minutes):
    sessions = [_session("first", NINE), _session("second", NINE + timedelta(minutes=90))]
    plan = _match(_around(sessions), *(NINE + timedelta(minutes=one) for one in minutes))
    assert len(plan.entries) + len(plan.faults) + plan.unchanged == len(minutes)
    assert len({one.session["id"] for one in plan.entries}) == len(plan.entries)
