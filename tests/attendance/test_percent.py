"""The attendance of one enrolment in percent: recorded classes count, cancelled and excused ones don't."""

import pytest

from desktop.attendance.percent import enrolment_percent
from tests.attendance.classes import COHORT, derived_id, enrolment_id


def _session(name, state="scheduled"):
    body = {"id": derived_id("s", name), "cohort_id": COHORT, "starts_at": "2026-11-02T08:30:00.000Z"} | {
        "state": state
    }
    return "class_session", body | {"ends_at": "2026-11-02T10:00:00.000Z", "room": "", "instructor_id": None}


def _mark(name, state, **fields):
    body = {"id": derived_id("o", name, state), "session_id": derived_id("s", name), "state": state, "method": "hand"}
    who = {
        "enrolment_id": enrolment_id("Zita Aba"),
        "person_id": "",
        "mark_id": derived_id("m", name),
        "supersedes": [],
    }
    return "observation", body | who | {
        "observed_at": "2026-11-02T08:31:00.000Z",
        "office": False,
        "ordinal": 1,
    } | fields


@pytest.mark.parametrize(
    ("rows", "percent"),
    [
        ([], None),
        ([_mark("a", "present"), _mark("b", "absent"), _mark("c", "late"), _mark("d", "excused")], 67),
        ([_mark("a", "present"), _mark("x", "absent")], 100),
        ([_mark("a", "excused")], None),
        ([_mark("a", "absent"), _mark("a", "present", supersedes=[derived_id("o", "a", "absent")])], 100),
    ],
)
def test_percent_of_the_recorded_classes(desks, rows, percent):
    sessions = [*(_session(name) for name in "abcd"), _session("x", "cancelled")]
    made = desks(rows=[*sessions, *rows])
    assert enrolment_percent(made.desk, enrolment_id("Zita Aba")) == percent
