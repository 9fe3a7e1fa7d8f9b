"""Planning a series: the rule in words, the preview with holidays and clashes, the form, and ending it."""

from datetime import date, datetime, time

import pytest
from PySide6.QtWidgets import QWidget

from desktop.core.outbox import Ask
from desktop.timetable import series_actions
from desktop.timetable.cancel_dialog import CancelDialog
from desktop.timetable.clash_store import clashes_of, removed_room
from desktop.timetable.series_actions import SeriesPlan
from desktop.timetable.series_dialog import COUNT, SeriesDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.widgets.theme import Scheme, theme
from shared.core.errors import CampusError
from tests.attendance.classes import COHORT, INSTRUCTOR, NAMES, OTHER_COHORT, REGISTRAR, SESSION, school, session
from tests.timetable.test_week_view import holiday, room

PLAN = SeriesPlan(COHORT, "2026-11-23T08:30", 90, (0, 2), until=date(2026, 12, 9), room="Studio 2")
ROWS = [*school(NAMES[:1], history=0), holiday("2026-11-30", "Founder's Day"), room("Studio 2")]


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def office(desks):
    return desks(REGISTRAR, ROWS)


@pytest.fixture
def dialog(office, qtbot):
    window = QWidget()
    window.resize(1366, 768)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    made = SeriesDialog(window, office.desk, COHORT, date(2026, 11, 23))
    made.open_dialog()
    made.window_kept = window
    return made


@pytest.mark.parametrize(
    ("plan", "rule", "words"),
    [
        (PLAN, "FREQ=WEEKLY;BYDAY=MO,WE", "Every week on Mon and Wed"),
        (
            SeriesPlan(COHORT, "2026-11-23T08:30", 90, (4, 0, 2), every=2, count=9),
            "FREQ=WEEKLY;INTERVAL=2;COUNT=9;BYDAY=MO,WE,FR",
            "Every 2 weeks on Mon, Wed and Fri",
        ),
        (
            SeriesPlan(COHORT, "2026-11-23T08:30", 90, (6,), count=1),
            "FREQ=WEEKLY;COUNT=1;BYDAY=SU",
            "Every week on Sun",
        ),
    ],
)
def test_the_rule_and_its_words(plan, rule, words):
    assert (plan.rule, plan.words) == (rule, words)


def test_holidays_are_left_out_and_named(office):
    seen = series_actions.preview(office.desk, PLAN)
    assert [one.day[5:] for one in seen.meetings] == ["11-23", "11-25", "12-02", "12-07", "12-09"]
    assert seen.left_out == ((date(2026, 11, 30), "Founder's Day"),)
    assert seen.clashes == ()


def test_the_series_begins_on_the_first_of_its_days(office):
    plan = SeriesPlan(COHORT, "2026-11-24T08:30", 90, (3,), count=2)
    assert [one.day for one in series_actions.preview(office.desk, plan).meetings] == ["2026-11-26", "2026-12-03"]


def test_clashes_are_known_before_saving(office):
    office.feed.bring([session(SESSION, parse("2026-11-25T09:00:00+00:00"), cohort_id=OTHER_COHORT)])
    (met,) = series_actions.preview(office.desk, PLAN).clashes
    assert met.sentence == "Studio 2 is taken: Diploma in Accounting 2A, Wed 25 Nov 2026, 09:00–10:30."
    assert met.wanted_at == "2026-11-25T08:30:00.000Z"


def parse(value):
    return datetime.fromisoformat(value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weekdays": ()}, "rule_invalid"),
        ({"until": None, "count": None}, "rule_endless"),
        ({"until": date(2026, 11, 1)}, "times_invalid"),
        ({"weekdays": (0,), "until": date(2026, 11, 23), "starts_at_local": "2026-11-30T08:30"}, "times_invalid"),
        ({"weekdays": (0,), "until": date(2026, 11, 30), "starts_at_local": "2026-11-30T08:30"}, "series_empty"),
        ({"weekdays": tuple(range(7)), "until": date(2028, 11, 1)}, "series_too_long"),
    ],
)
def test_what_makes_no_series_is_said(office, change, code):
    wanted = SeriesPlan(**{**PLAN.__dict__, **change})
    with pytest.raises(CampusError) as refused:
        series_actions.preview(office.desk, wanted)
    assert refused.value.code == code


def test_a_series_is_planned_offline_and_ended(office):
    seen = series_actions.preview(office.desk, PLAN)
    series_id = series_actions.plan_series(office.desk, PLAN, seen)
    made = [one for one in office.store.page("class_session", limit=-1) if one.get("series_id") == series_id]
    assert len(made) == 5
    assert office.store.receipt()[0].title == "Planned a series of classes for Diploma in Accounting 1B"
    assert series_actions.change_series(office.desk, series_id, {"room": "Yard"}, date(2026, 12, 1))
    assert series_actions.end_series(office.desk, series_id, date(2026, 12, 7))
    after = sorted(
        (one for one in office.store.page("class_session", limit=-1) if one.get("series_id") == series_id),
        key=lambda one: one["starts_at"],
    )
    assert [one["room"] for one in after] == ["Studio 2", "Studio 2", "Yard", "Yard", "Yard"]
    assert [one["state"] for one in after] == ["scheduled"] * 3 + ["cancelled"] * 2
    assert not series_actions.end_series(office.desk, "nothing", date(2026, 12, 7))


def test_only_planners_plan_and_links_are_checked(desks):
    teacher = desks(INSTRUCTOR, ROWS)
    seen = series_actions.preview(teacher.desk, PLAN)
    with pytest.raises(CampusError) as refused:
        series_actions.plan_series(teacher.desk, PLAN, seen)
    assert refused.value.code == "not_allowed"
    office = desks(REGISTRAR, ROWS)
    with pytest.raises(CampusError) as refused:
        series_actions.plan_series(office.desk, SeriesPlan(**{**PLAN.__dict__, "link": "meet me"}), seen)
    assert refused.value.code == "link_invalid"


def fill(dialog):
    dialog.days[2].setChecked(True)
    dialog.start.set_value(time(8, 30))
    dialog.end.set_value(time(10))
    dialog.until.set_value(date(2026, 12, 9))
    dialog.room.setText("Studio 2")
    dialog.look()


def test_the_form_shows_what_it_will_plan(office, dialog, qtbot):
    assert not dialog.save_button.isEnabled()
    fill(dialog)
    assert dialog.words.text() == "Every week on Mon and Wed"
    assert dialog.sums.text() == "5 classes · 1 left out for holidays"
    titles = [row.content.title for row in dialog.rows.rows]
    assert titles[:3] == ["Mon 23 Nov, 08:30–10:00", "Wed 25 Nov, 08:30–10:00", "Mon 30 Nov"]
    assert dialog.rows.rows[2].content.end == "Founder's Day"
    dialog.ends.choose(COUNT)
    dialog.count.set_value(2)
    dialog.look()
    assert dialog.save_button.text() == "Plan 2 classes"
    with qtbot.waitSignal(dialog.saved) as told:
        dialog.save_button.click()
    assert told.args == ["", "2 classes planned"]
    (command,) = office.store.next_request().commands
    assert command.payload["rule"] == "FREQ=WEEKLY;COUNT=2;BYDAY=MO,WE"
    assert command.payload["time_zone"] == "Africa/Accra"


def test_clashes_are_shown_in_the_form_and_must_be_seen(office, dialog):
    fill(dialog)
    office.feed.bring([session(SESSION, parse("2026-11-25T09:00:00+00:00"), cohort_id=OTHER_COHORT)])
    dialog.end.set_value(time(11))
    dialog.save()
    assert office.store.receipt() == []
    assert dialog.save_button.text() == "Plan despite clashes"
    assert "Studio 2 is taken" in dialog.sums.text()
    assert dialog.rows.rows[1].content.detail.startswith("Studio 2 is taken")
    dialog.save()
    (command,) = office.store.next_request().commands
    assert command.payload["despite_clash"] is True


def test_a_class_that_ends_before_it_begins_is_named_and_one_over_midnight_is_planned(office, dialog):
    fill(dialog)
    dialog.start.set_value(time(10))
    dialog.end.set_value(time(8, 30))
    dialog.look()
    assert dialog.end_field.error == "The class ends before it starts. Set a later end."
    assert not dialog.save_button.isEnabled()
    dialog.save()
    assert office.store.receipt() == []
    assert (dialog.start.value, dialog.room.text()) == (time(10), "Studio 2")
    dialog.start.set_value(time(22))
    dialog.end.set_value(time(1))
    dialog.look()
    assert (dialog.end_field.error, dialog.rows.rows[0].content.title) == ("", "Mon 23 Nov, 22:00–01:00")
    dialog.save()
    (command,) = office.store.next_request().commands
    assert command.payload["minutes"] == 180


def test_a_removed_room_is_refused(office, dialog):
    office.feed.bring([room("Studio 2", state="removed")])
    fill(dialog)
    dialog.save()
    assert dialog.room_field.error == "Studio 2 was removed. Choose another room."
    assert removed_room(office.desk, "studio  2")
    assert not removed_room(office.desk, "")


def test_one_class_of_a_series_ends_the_later_ones(office, dialog):
    series_id = series_actions.plan_series(office.desk, PLAN, series_actions.preview(office.desk, PLAN))
    made = sorted(
        (one for one in office.store.page("class_session", limit=-1) if one.get("series_id") == series_id),
        key=lambda one: one["starts_at"],
    )
    dialog.reject()
    form = SessionDialog(dialog.window_kept, office.desk, made[2])
    form.end_button.click()
    why = dialog.window_kept.findChild(CancelDialog)
    why.reason.setText("The course ends")
    why.save()
    assert office.store.get("class_session", made[3]["id"])["cancel_reason"] == "The course ends"
    states = [office.store.get("class_session", one["id"])["state"] for one in made]
    assert states == ["scheduled", "scheduled", "cancelled", "cancelled", "cancelled"]


def test_a_cancelled_class_takes_up_nothing(office):
    taken = office.store.get("class_session", SESSION)
    wanted = {**taken, "id": "other"}
    assert len(clashes_of(office.desk, [wanted])) == 1
    assert clashes_of(office.desk, [{**wanted, "state": "cancelled"}]) == []
    later = {**wanted, "starts_at": taken["ends_at"], "ends_at": "2026-11-20T11:00:00.000Z"}
    assert clashes_of(office.desk, [later]) == []


def test_a_booked_studio_is_in_the_way(office):
    ids = office.desk.ids
    studio, booking = ids(), ids()
    item = {"name": "Sound stage", "number": "ST-1", "category": "Studios", "kit_kind": "studio", "room": "Sound stage"}
    times = {"starts_at": "2026-11-20T14:00:00.000Z", "ends_at": "2026-11-20T16:00:00.000Z"}
    me = {"person_id": office.desk.actor.person_id, "person_name": "Efua Sarpong"}
    office.desk.commit([Ask("AddKitItem", studio, item), Ask("BookKit", booking, {"item_id": studio, **me, **times})])
    wanted = {**office.store.get("class_session", SESSION), "id": "other", "room": "sound stage", **times}
    [met] = clashes_of(office.desk, [wanted])
    assert met.sentence.startswith("Sound stage is booked: ")
    assert met.sentence.endswith(", Fri 20 Nov 2026, 14:00–16:00.")
    assert clashes_of(office.desk, [{**wanted, "room": "Lab 9"}]) == []
    later = {"starts_at": times["ends_at"], "ends_at": "2026-11-20T17:00:00.000Z"}
    assert clashes_of(office.desk, [{**wanted, **later}]) == []
