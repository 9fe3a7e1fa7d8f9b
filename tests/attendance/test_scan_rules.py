"""What a scan says at a time and what it meets, as tables of worked examples."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.attendance.rules import effective, unsuperseded
from shared.attendance.scans import Meeting, late_from, meet, state_when, why_not_scanned
from shared.attendance.vocabulary import AttendanceState
from shared.core.clock import instant_text

START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SESSION = {"starts_at": instant_text(START), "ends_at": instant_text(START + timedelta(minutes=90))}


def one(state, method="hand", at=1, **more):
    return {
        "id": f"{method}-{state}-{at}",
        "state": state,
        "method": method,
        "observed_at": f"2026-11-20T08:3{at}:00.000Z",
        "ordinal": at,
        "supersedes": [],
        **more,
    }


@pytest.mark.parametrize(
    ("minutes", "state", "late"),
    [
        (-45, "present", None),
        (0, "present", None),
        (10, "present", None),
        (11, "late", 11),
        (12.9, "late", 12),
        (89, "late", 89),
        (700, "late", 600),
    ],
)
def test_a_scan_more_than_ten_minutes_after_the_start_is_late(minutes, state, late):
    assert state_when(SESSION, START + timedelta(minutes=minutes)) == (state, late)
    assert late_from(SESSION) == START + timedelta(minutes=10)


def test_after_the_class_a_scan_says_when_it_ended():
    assert why_not_scanned(SESSION, START + timedelta(minutes=90)) is None
    code, words = why_not_scanned(SESSION, START + timedelta(minutes=91))
    assert code == "class_session_over"
    assert "10:00" in words


TABLE = [
    ("nothing", [], Meeting.FRESH),
    ("present by hand", [one("present")], Meeting.ALREADY),
    ("late by hand", [one("late", minutes=4)], Meeting.ALREADY),
    ("left early", [one("left_early", minutes=4)], Meeting.ALREADY),
    ("scanned before", [one("present", "card")], Meeting.ALREADY),
    ("scanned at a kiosk", [one("late", "kiosk", minutes=12)], Meeting.ALREADY),
    ("absent by hand", [one("absent")], Meeting.BESIDE),
    ("excused by hand", [one("excused")], Meeting.BESIDE),
    ("excused by the office", [one("excused", "excuse", office=True)], Meeting.BESIDE),
    ("absent by hand, scanned before", [one("absent"), one("present", "card", 2)], Meeting.BESIDE),
    ("taken back", [one("present", "card"), one("none", at=2, supersedes=["card-present-1"])], Meeting.FRESH),
    ("absent from a time clock", [one("absent", "clock")], Meeting.BESIDE),
]


@pytest.mark.parametrize(("observations", "meeting"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_a_scan_meets(observations, meeting):
    mark = effective(observations)
    met = meet(mark, tuple(unsuperseded(observations)))
    assert met.meeting is meeting
    assert met.standing == mark.observation
    scanned = any(each["method"] in {"card", "kiosk"} for each in unsuperseded(observations))
    assert met.makes_entry is (meeting is Meeting.FRESH or (meeting is Meeting.BESIDE and not scanned))


@pytest.mark.parametrize("observations", [row[1] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_scan_never_beats_what_was_said_by_hand_or_excused(observations):
    before = effective(observations)
    after = effective([*observations, one("present", "card", 9)])
    strong = before.observation is not None and before.observation["method"] in {"hand", "excuse"}
    if strong:
        assert (after.state, after.minutes) == (before.state, before.minutes)
    elif before.state is AttendanceState.NONE:
        assert after.state is AttendanceState.PRESENT
