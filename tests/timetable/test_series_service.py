"""What the server makes of series, on both databases: sessions, holidays, clashes, and changes from a day on."""

import pytest

from tests.timetable.planning import DAY, Planning, at, planning

__all__ = ["planning"]

ALL_DAYS = [f"2026-{day}T08:00" for day in ("11-23", "11-25", "11-30", "12-02", "12-07", "12-09")]


def test_a_series_plans_its_sessions_in_one_go(planning: Planning) -> None:
    told = planning.series(room="Lab 1", instructor_id=planning.person("kofi"))
    assert (told.verdict, told.details) == ("applied", {"sessions": 6, "skipped": []})
    assert planning.days(told.target_id) == [(day, "scheduled") for day in ALL_DAYS]
    body = planning.row("session_series", told.target_id)
    assert (body["rule"], body["until"], body["except_dates"], body["state"]) == (
        "FREQ=WEEKLY;BYDAY=MO,WE", "2026-12-11", [], "active"
    )  # fmt: skip


def test_holidays_are_left_out_and_named(planning: Planning) -> None:
    holiday = {"name": "Farmers' Day", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}
    planning.do("AddHoliday", holiday)
    told = planning.series()
    assert told.details == {"sessions": 5, "skipped": [{"day": "2026-12-02", "name": "Farmers' Day"}]}
    assert [day for day, _ in planning.days(told.target_id)] == [day for day in ALL_DAYS if "12-02" not in day]
    assert planning.row("session_series", told.target_id)["except_dates"] == ["2026-12-02"]


def test_a_series_may_go_on_over_holidays(planning: Planning) -> None:
    planning.do("AddHoliday", {"name": "Farmers' Day", "starts_on": "2026-12-02", "ends_on": "2026-12-02"})
    assert planning.series(skip_holidays=False).details["sessions"] == 6


def test_a_removed_holiday_counts_not(planning: Planning) -> None:
    made = planning.do("AddHoliday", {"name": "Farmers' Day", "starts_on": "2026-12-02", "ends_on": "2026-12-02"})
    base = planning.row("holiday", made.target_id)["revision"]
    planning.do("EditHoliday", {"changes": {"state": {"old": "active", "new": "removed"}}}, made.target_id, base=base)
    assert planning.series().details["sessions"] == 6


def test_one_clash_is_named_and_none_of_the_series_is_planned(planning: Planning) -> None:
    planning.plan("09:00", "10:00", cohort_id=planning.photo_id, room="Lab 1")
    told = planning.series(room="Lab 1")
    assert (told.verdict, told.code) == ("rejected", "clash")
    assert told.message == "Lab 1 is taken: Photography 1, Mon 23 Nov 2026, 09:00–10:00."
    assert planning.days(told.target_id) == []
    despite = planning.series(room="Lab 1", despite_clash=True)
    assert despite.verdict == "applied"


def test_several_clashes_are_counted_and_listed(planning: Planning) -> None:
    first = planning.series(room="Lab 1", cohort_id=planning.photo_id)
    told = planning.series(room="Lab 1")
    assert told.details["count"] == len(told.details["clashes"]) == 6
    assert (told.message or "").endswith("08:00–09:30. 5 more clashes are listed.")
    assert planning.edit_series(first.target_id, state="cancelled").verdict == "applied"
    assert planning.series(room="Lab 1").verdict == "applied"


def test_a_series_from_a_device_waits_for_the_office_with_its_sessions(planning: Planning) -> None:
    planning.plan("09:00", "10:00", room="Lab 1", cohort_id=planning.photo_id)
    told = planning.series(room="Lab 1", by=planning.laptop)
    assert (told.verdict, told.code) == ("held", "clash")
    planning.laptop.do("SettleConflict", told.conflict_id or "", {"choices": {"held": "accept"}})
    assert len(planning.days(told.target_id)) == 6


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": None}, "rule_endless"),
        ({"until": "2026-11-01"}, "times_invalid"),
        ({"rule": "FREQ=DAILY", "until": "2029-11-01"}, "series_too_long"),
        ({"rule": "FREQ=MINUTELY;COUNT=5"}, "rule_invalid"),
        ({"time_zone": "Moon/Crater"}, "time_zone_unknown"),
        ({"link": "ftp://x"}, "link_invalid"),
        ({"minutes": 0}, "invalid_payload"),
        ({"minutes": 961}, "invalid_payload"),
        ({"starts_at_local": "tomorrow"}, "invalid_payload"),
    ],
)
def test_a_series_that_cant_be_is_refused_with_a_sentence(
    planning: Planning, changes: dict[str, object], code: str
) -> None:
    told = planning.series(**changes)
    assert (told.verdict, told.code) == ("rejected", code)
    assert told.message


def test_a_series_in_a_removed_room(planning: Planning) -> None:
    room = planning.do("AddRoom", {"name": "Lab 1"}).target_id
    base = planning.row("room", room)["revision"]
    planning.do("EditRoom", {"changes": {"state": {"old": "active", "new": "removed"}}}, room, base=base)
    assert planning.series(room="Lab 1").code == "room_removed"


def test_only_those_who_plan_plan_series(planning: Planning) -> None:
    kofi = planning.institute.devices["kofi"]
    assert planning.series(by=kofi).code == "not_allowed"
    made = planning.series().target_id
    payload = {"changes": {"room": {"old": "", "new": "Lab 1"}}, "from_day": DAY}
    assert planning.do("EditSessionSeries", payload, made, kofi).code == "not_allowed"


def test_a_change_counts_from_its_day_on_and_leaves_what_was_changed_singly(planning: Planning) -> None:
    made = planning.series(room="Lab 1").target_id
    (single,) = planning.rows(
        "SELECT id FROM class_session WHERE series_id = :s AND starts_at = :t", s=made, t=at("08:00", "2026-12-07")
    )
    planning.edit(single[0], room="Sound stage")
    told = planning.edit_series(made, "2026-12-01", room="Lab 2")
    assert (told.verdict, told.details["sessions"]) == ("applied", 2)
    rooms = planning.rows("SELECT starts_at, room, sequence FROM class_session WHERE series_id = :s ORDER BY 1", s=made)
    assert [(row[0][5:10], row[1], row[2]) for row in rows_of(rooms)] == [
        ("11-23", "Lab 1", 0), ("11-25", "Lab 1", 0), ("11-30", "Lab 1", 0),
        ("12-02", "Lab 2", 1), ("12-07", "Sound stage", 1), ("12-09", "Lab 2", 1),
    ]  # fmt: skip


def rows_of(rows: list[tuple[object, ...]]) -> list[tuple[str, object, object]]:
    return [(str(row[0]), row[1], row[2]) for row in rows]


def test_a_longer_series_adds_sessions_and_skips_new_holidays(planning: Planning) -> None:
    made = planning.series().target_id
    planning.do("AddHoliday", {"name": "Founders", "starts_on": "2026-12-16", "ends_on": "2026-12-16"})
    told = planning.edit_series(made, until="2026-12-18")
    assert told.details == {"sessions": 1, "skipped": [{"day": "2026-12-16", "name": "Founders"}]}
    assert planning.days(made)[-1] == ("2026-12-14T08:00", "scheduled")


def test_a_moved_series_meets_others_but_not_itself(planning: Planning) -> None:
    made = planning.series(room="Lab 1").target_id
    assert planning.edit_series(made, starts_at_local="2026-11-23T08:30").verdict == "applied"
    planning.plan("11:00", "12:00", cohort_id=planning.photo_id, room="Lab 1")
    told = planning.edit_series(made, starts_at_local="2026-11-23T10:30")
    assert (told.verdict, told.code) == ("rejected", "clash")
    assert planning.days(made)[0][0] == "2026-11-23T08:30"
    assert planning.edit_series(made, starts_at_local="2026-11-23T10:30", despite_clash=True).verdict == "applied"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "ongoing"}, "field_invalid"),
        ({"cohort_id": "x"}, "field_unknown"),
        ({"minutes": "long"}, "field_invalid"),
        ({"rule": 7}, "field_invalid"),
        ({"until": None}, "rule_endless"),
        ({"link": "nowhere"}, "link_invalid"),
        ({"except_dates": ["someday"]}, "field_invalid"),
    ],
)
def test_changes_that_a_series_cant_have(planning: Planning, changes: dict[str, object], code: str) -> None:
    made = planning.series().target_id
    told = planning.edit_series(made, **changes)
    assert (told.verdict, told.code) == ("rejected", code), told
    assert len(planning.days(made)) == 6


def test_a_series_that_isnt_there_waits(planning: Planning) -> None:
    payload = {"changes": {"room": {"old": "", "new": "Lab 1"}}, "from_day": DAY}
    told = planning.do("EditSessionSeries", payload)
    assert (told.verdict, told.code) == ("held", "waits_for_creation")
    new = planning.institute.parts.new_id()
    assert planning.series(cohort_id=new).code == "waits_for_creation"


def test_planning_a_series_twice_with_one_id_is_one(planning: Planning) -> None:
    target = planning.institute.parts.new_id()
    assert planning.series(target=target).verdict == "applied"
    again = planning.series(target=target, despite_clash=True)
    assert (again.verdict, len(planning.days(target))) == ("agreed", 6)


def test_two_who_change_one_series_offline_disagree_openly(planning: Planning) -> None:
    made = planning.series(room="Lab 1").target_id
    seen = planning.row("session_series", made)["revision"]
    for room in ("Lab 2", "Lab 3"):
        payload = {"changes": {"room": {"old": "Lab 1", "new": room}}, "from_day": DAY}
        told = planning.do("EditSessionSeries", payload, made, planning.laptop, base=seen)
    assert told.verdict == "conflict"
    assert {row[0] for row in planning.rows("SELECT room FROM class_session WHERE series_id = :s", s=made)} == {"Lab 2"}
    settled = planning.laptop.do("SettleConflict", told.conflict_id or "", {"choices": {"room": told.command_id}})
    assert settled.verdict == "applied", settled
    assert {row[0] for row in planning.rows("SELECT room FROM class_session WHERE series_id = :s", s=made)} == {"Lab 3"}


def test_a_series_is_cancelled_for_a_reason_and_earlier_reasons_stay(planning: Planning) -> None:
    series_id = planning.series().target_id
    first, last = (
        row[0]
        for row in planning.rows(
            "SELECT id FROM class_session WHERE series_id = :id AND starts_at >= '2026-12-07' ORDER BY starts_at",
            id=series_id,
        )
    )
    assert planning.edit(first, state="cancelled", cancel_reason="Kofi is ill").verdict == "applied"
    body = planning.row("session_series", series_id)
    changes = {"state": {"old": "active", "new": "cancelled"}}
    payload = {"changes": changes, "from_day": "2026-12-07", "cancel_reason": "The course ends early"}
    assert planning.do("EditSessionSeries", payload, series_id, base=body["revision"]).verdict == "applied"
    assert planning.row("class_session", first)["cancel_reason"] == "Kofi is ill"
    assert planning.row("class_session", last)["cancel_reason"] == "The course ends early"
    assert planning.edit_series(series_id, "2026-12-07", state="active").verdict == "applied"
    assert [planning.row("class_session", one)["cancel_reason"] for one in (first, last)] == ["", ""]


def test_a_program_of_version_one_ends_a_series_without_a_reason(planning: Planning) -> None:
    series_id = planning.series().target_id
    payload = {"changes": {"state": {"old": "active", "new": "cancelled"}}, "from_day": "2026-12-07"}
    base = planning.row("session_series", series_id)["revision"]
    assert planning.do("EditSessionSeries", payload, series_id, base=base, type_version=1).verdict == "applied"
    assert {row[1] for row in planning.days(series_id)} == {"scheduled", "cancelled"}
