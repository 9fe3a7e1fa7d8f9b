"""Series as pure rules: which sessions a rule gives, what a change does to them, and what a device shows meanwhile."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.command import Command
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.timetable.commands import PAYLOADS, TYPE_VERSIONS
from shared.timetable.models import SessionSeries
from shared.timetable.projections import PROJECTIONS, series_from_plan
from shared.timetable.series import (
    MOST_SESSIONS,
    changed_sessions,
    days_of,
    living_meetings,
    meetings,
    next_sequence,
    session_id,
    session_of,
    zone_named,
)
from shared.timetable.vocabulary import CLASS_SESSION, SESSION_SERIES

SERIES_ID, COHORT = derived_id("series"), derived_id("cohort")
GIVEN = {
    "cohort_id": COHORT,
    "rule": "FREQ=WEEKLY;BYDAY=MO,WE",
    "starts_at_local": "2026-11-23T08:00",
    "minutes": 90,
    "time_zone": "Africa/Accra",
    "until": "2026-12-11",
    "room": "Studio 2",
}
SERIES = {**GIVEN, "id": SERIES_ID, "state": "active", "except_dates": [], "title": "", "instructor_id": None}


def days(series):
    return [one.day for one in meetings(series)]


def test_a_rule_gives_its_days_until_the_last_one():
    assert days(SERIES) == ["2026-11-23", "2026-11-25", "2026-11-30", "2026-12-02", "2026-12-07", "2026-12-09"]
    first = meetings(SERIES)[0]
    assert (first.starts_at, first.ends_at) == ("2026-11-23T08:00:00.000Z", "2026-11-23T09:30:00.000Z")


def test_days_that_are_left_out():
    assert days({**SERIES, "except_dates": ["2026-11-25", "2030-01-01"]})[:3] == [
        "2026-11-23",
        "2026-11-30",
        "2026-12-02",
    ]


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=MO;COUNT=3", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261207"])
def test_a_rule_may_end_by_itself(rule):
    assert days({**SERIES, "rule": rule, "until": None}) == ["2026-11-23", "2026-11-30", "2026-12-07"]


def test_a_class_late_in_the_evening_keeps_the_day_on_which_it_begins():
    late = {**SERIES, "starts_at_local": "2026-11-23T23:30", "rule": "FREQ=DAILY;COUNT=2", "until": None}
    assert [(one.day, one.ends_at) for one in meetings(late)] == [
        ("2026-11-23", "2026-11-24T01:00:00.000Z"), ("2026-11-24", "2026-11-25T01:00:00.000Z"),
    ]  # fmt: skip


def test_classes_keep_their_local_time_over_the_change_of_clocks():
    berlin = {**SERIES, "time_zone": "Europe/Berlin", "starts_at_local": "2026-10-19T08:00", "until": "2026-10-26"}
    assert [one.starts_at[11:16] for one in meetings(berlin)] == ["06:00", "06:00", "07:00"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": None}, "rule_endless"),
        ({"until": "2026-11-01"}, "times_invalid"),
        ({"until": "2026-13-01"}, "times_invalid"),
        ({"starts_at_local": "2026-02-30T08:00"}, "times_invalid"),
        ({"rule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "series_empty"),
        ({"rule": "FREQ=DAILY", "until": "2029-01-01"}, "series_too_long"),
        ({"rule": "FREQ=HOURLY"}, "rule_invalid"),
        ({"rule": "FREQ=DAILY;BYHOUR=9,10"}, "rule_invalid"),
        ({"rule": "every monday"}, "rule_invalid"),
        ({"time_zone": "Africa/Nowhere"}, "time_zone_unknown"),
        ({"time_zone": "../etc"}, "time_zone_unknown"),
        ({"except_dates": ["2026-11-23", "2026-11-25"], "until": "2026-11-26"}, "series_empty"),
        ({"starts_at_local": "2099-01-03T08:00", "until": "2101-02-01"}, "rule_invalid"),
        ({"starts_at_local": "9999-01-03T08:00", "until": None, "rule": "FREQ=DAILY;COUNT=2"}, "times_invalid"),
    ],
)
def test_what_can_be_no_series_is_said(changes, code):
    with pytest.raises(CampusError) as refusal:
        meetings({**SERIES, **changes})
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


def test_the_longest_series():
    longest = {**SERIES, "rule": f"FREQ=DAILY;COUNT={MOST_SESSIONS}", "until": None}
    assert len(meetings(longest)) == MOST_SESSIONS
    assert zone_named("Africa/Accra").key == "Africa/Accra"


def sessions(series, revision="r1"):
    return {one["id"]: one for one in (session_of(series, meeting, revision) for meeting in meetings(series))}


def change(after, present, from_day="2026-11-23", before=SERIES):
    made = changed_sessions(before, {**before, **after}, from_day, present.get, "r2")
    return {one["starts_at"][:10] if one["state"] == "scheduled" else f"-{one['starts_at'][:10]}": one for one in made}


def test_a_new_room_goes_to_all_sessions_from_a_day_on():
    made = change({"room": "Lab 1"}, sessions(SERIES), "2026-12-01")
    assert sorted(made) == ["2026-12-02", "2026-12-07", "2026-12-09"]
    assert {(one["room"], one["sequence"], one["revision"]) for one in made.values()} == {("Lab 1", 1, "r2")}


def test_what_was_changed_at_one_session_stays_there():
    present = sessions(SERIES)
    own = session_id(SERIES_ID, "2026-12-02")
    present[own] = {**present[own], "room": "Sound stage"}
    made = change({"room": "Lab 1", "title": "Light"}, present)
    assert (made["2026-12-02"]["room"], made["2026-12-02"]["title"]) == ("Sound stage", "Light")
    assert made["2026-11-23"]["room"] == "Lab 1"


def test_other_days_cancel_what_falls_away_and_add_what_is_new():
    made = change({"rule": "FREQ=WEEKLY;BYDAY=MO,TH"}, sessions(SERIES))
    assert sorted(made) == ["-2026-11-25", "-2026-12-02", "-2026-12-09", "2026-11-26", "2026-12-03", "2026-12-10"]
    assert made["-2026-11-25"]["sequence"] == 1
    assert made["2026-11-26"]["sequence"] == 0


def test_a_day_that_comes_back_is_planned_again():
    present = sessions(SERIES)
    shorter = {**SERIES, "until": "2026-12-01"}
    cut = changed_sessions(SERIES, shorter, "2026-11-23", present.get, "r2")
    present |= {one["id"]: one for one in cut}
    made = change({"until": "2026-12-11"}, present, before=shorter)
    assert sorted(made) == ["2026-12-02", "2026-12-07", "2026-12-09"]
    assert {one["sequence"] for one in made.values()} == {2}


def test_another_time_moves_each_session_once():
    made = change({"starts_at_local": "2026-11-23T10:00", "minutes": 60}, sessions(SERIES))
    assert {(one["starts_at"][11:16], one["ends_at"][11:16]) for one in made.values()} == {("10:00", "11:00")}


def test_a_cancelled_series_cancels_its_sessions():
    made = change({"state": "cancelled"}, sessions(SERIES), "2026-12-01")
    assert sorted(made) == ["-2026-12-02", "-2026-12-07", "-2026-12-09"]
    assert living_meetings({**SERIES, "state": "cancelled"}) == {}


def test_sessions_that_arent_here_cant_be_cancelled_here():
    assert change({"state": "cancelled"}, {}) == {}


def test_a_change_twice_is_once():
    present = sessions(SERIES)
    after = {**SERIES, "room": "Lab 1"}
    present |= {one["id"]: one for one in changed_sessions(SERIES, after, "2026-11-23", present.get, "r2")}
    assert changed_sessions(after, after, "2026-11-23", present.get, "r2") == []


def test_the_sequence_grows_with_time_room_and_state():
    body = {"starts_at": "a", "ends_at": "b", "room": "c", "state": "scheduled", "title": "t", "sequence": 4}
    assert next_sequence(body, {**body, "title": "other"}) == 4
    assert next_sequence(body, {**body, "room": "d"}) == 5
    assert next_sequence({**body, "sequence": None}, {**body, "state": "cancelled"}) == 1


def test_holidays_by_day():
    known = [
        {"name": "Easter", "starts_on": "2027-03-26", "ends_on": "2027-03-29"},
        {"name": "Gone", "starts_on": "2027-03-30", "ends_on": "2027-03-30", "state": "removed"},
        {"name": "Founders", "starts_on": "2027-03-29", "ends_on": "2027-03-29"},
    ]
    assert days_of(known) == {f"2027-03-{day}": "Easter" for day in (26, 27, 28, 29)}


# ------------------------------------------------------------------------------------------ on a device, offline


def command(name, target, payload):
    return Command(
        id=derived_id(name, target), device_id=derived_id("d"), install_epoch=1, device_seq=1, type=name,
        type_version=TYPE_VERSIONS[name], target_id=target, payload=payload, observed_at="2026-11-20T08:00:00Z",
    )  # fmt: skip


class Rows:
    """Rows as a device shows them, commands projected onto them in order."""

    def __init__(self):
        self.rows = {}

    def read(self, kind, row_id):
        return self.rows.get((kind, row_id))

    def project(self, made):
        drafts = list(PROJECTIONS[made.type](made, self.read))
        self.rows |= {(draft.kind, draft.id): draft.body for draft in drafts}
        return drafts

    def of(self, kind):
        return [body for (one, _), body in sorted(self.rows.items()) if one == kind]


def test_a_planned_series_shows_its_sessions_at_once():
    rows = Rows()
    made = command("PlanSessionSeries", SERIES_ID, GIVEN)
    drafts = rows.project(made)
    assert [draft.kind for draft in drafts] == [SESSION_SERIES] + [CLASS_SESSION] * 6
    SessionSeries.model_validate(drafts[0].body)
    assert {draft.parent for draft in drafts} == {COHORT}
    assert {draft.id for draft in drafts[1:]} == {session_id(SERIES_ID, day) for day in days(SERIES)}
    assert rows.project(made)[1:] == []


def test_a_series_that_the_server_will_refuse_shows_no_session():
    rows = Rows()
    assert (
        len(rows.project(command("PlanSessionSeries", SERIES_ID, {**GIVEN, "rule": "FREQ=DAILY", "until": None}))) == 1
    )
    changed = {"changes": {"room": {"old": "Studio 2", "new": "Lab 1"}}, "from_day": "2026-11-23"}
    assert len(rows.project(command("EditSessionSeries", SERIES_ID, changed))) == 1


def test_a_changed_series_shows_its_changed_sessions_and_twice_the_same():
    rows = Rows()
    rows.project(command("PlanSessionSeries", SERIES_ID, GIVEN))
    payload = {"changes": {"room": {"old": "Studio 2", "new": "Lab 1"}}, "from_day": "2026-12-01"}
    edit = command("EditSessionSeries", SERIES_ID, payload)
    rows.project(edit)
    shown = rows.of(CLASS_SESSION)
    assert sorted((one["starts_at"][:10], one["room"]) for one in shown)[2:4] == [
        ("2026-11-30", "Studio 2"), ("2026-12-02", "Lab 1")
    ]  # fmt: skip
    before = dict(rows.rows)
    assert len(rows.project(edit)) == 1
    assert rows.rows == before


def test_what_isnt_there_cant_be_edited():
    rows = Rows()
    payload = {"changes": {"room": {"old": "a", "new": "b"}}, "from_day": "2026-12-01"}
    assert rows.project(command("EditSessionSeries", SERIES_ID, payload)) == []


@given(st.lists(st.sampled_from(["2026-11-23", "2026-11-30", "2026-12-02"]), unique=True))
@settings(deadline=None)
def test_both_sides_make_the_same_sessions(left_out):
    made = command("PlanSessionSeries", SERIES_ID, {**GIVEN, "except_dates": left_out})
    PAYLOADS["PlanSessionSeries"].model_validate(made.payload)
    shown = Rows()
    shown.project(made)
    server = sessions(series_from_plan(made), made.id)
    assert {one["id"]: one for one in shown.of(CLASS_SESSION)} == server
