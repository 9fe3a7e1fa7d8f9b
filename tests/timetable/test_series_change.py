"""Monthly series in rule and words, and a change of a series from one class on, with what is in its way."""

from datetime import date, datetime, time

import pytest
from PySide6.QtWidgets import QWidget

from desktop.timetable import series_actions
from desktop.timetable.series_actions import MONTH_DAYS, MONTH_WEEKDAYS, SeriesPlan
from desktop.timetable.series_change_dialog import SeriesChangeDialog
from desktop.timetable.series_dialog import SeriesDialog
from desktop.timetable.session_dialog import SessionDialog
from desktop.widgets.theme import Scheme, theme
from tests.attendance.classes import COHORT, INSTRUCTOR, OTHER_COHORT, REGISTRAR, SESSION, session
from tests.timetable.test_week_series import PLAN, ROWS, room


@pytest.fixture(autouse=True)
def look(qapp):
    theme().apply(Scheme.LIGHT, scale=100, high_contrast=False, reduced_motion=True)


@pytest.fixture
def office(desks):
    return desks(REGISTRAR, ROWS)


@pytest.fixture
def window(qtbot):
    made = QWidget()
    made.resize(1366, 768)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def monthly(start, repeats, **more):
    return SeriesPlan(COHORT, f"{start}T08:30", 90, (), repeats=repeats, **({"count": 4} | more))


@pytest.mark.parametrize(
    ("plan", "rule", "words", "days"),
    [
        (
            monthly("2026-12-31", MONTH_DAYS),
            "FREQ=MONTHLY;COUNT=4;BYMONTHDAY=31",
            "Every month on day 31",
            ["2026-12-31", "2027-01-31", "2027-03-31", "2027-05-31"],
        ),
        (
            monthly("2026-12-08", MONTH_WEEKDAYS, every=2),
            "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=2TU",
            "Every 2 months on the second Tue",
            ["2026-12-08", "2027-02-09", "2027-04-13", "2027-06-08"],
        ),
        (
            monthly("2026-12-31", MONTH_WEEKDAYS, count=None, until=date(2027, 3, 1)),
            "FREQ=MONTHLY;BYDAY=-1TH",
            "Every month on the last Thu",
            ["2026-12-31", "2027-01-28", "2027-02-25"],
        ),
    ],
)
def test_a_month_has_its_day_or_its_weekday(office, plan, rule, words, days):
    assert (plan.rule, plan.words) == (rule, words)
    assert [one.day for one in series_actions.preview(office.desk, plan).meetings] == days


def test_short_months_are_said():
    assert monthly("2026-12-31", MONTH_DAYS).gaps == "Months without day 31 have no class."
    assert monthly("2026-12-28", MONTH_DAYS).gaps == ""
    assert monthly("2026-12-31", MONTH_WEEKDAYS).gaps == ""
    assert PLAN.gaps == ""


def test_the_form_plans_each_month(office, window):
    dialog = SeriesDialog(window, office.desk, COHORT, date(2026, 12, 31))
    dialog.open_dialog()
    dialog.repeats.choose(MONTH_DAYS)
    dialog.start.set_value(time(8, 30))
    dialog.end.set_value(time(10))
    dialog.until.set_value(date(2027, 3, 31))
    dialog.look()
    assert not dialog.days_row.isVisible()
    assert dialog.words.text() == "Every month on day 31"
    assert dialog.sums.text() == "3 classes\nMonths without day 31 have no class."
    dialog.save()
    (command,) = office.store.next_request().commands
    assert command.payload["rule"] == "FREQ=MONTHLY;BYMONTHDAY=31"
    assert command.payload["starts_at_local"] == "2026-12-31T08:30"


def planned(office):
    series_id = series_actions.plan_series(office.desk, PLAN, series_actions.preview(office.desk, PLAN))
    return series_id, sessions_of(office, series_id)


def sessions_of(office, series_id):
    made = [one for one in office.store.page("class_session", limit=-1) if one.get("series_id") == series_id]
    return sorted(made, key=lambda one: one["starts_at"])


def test_a_series_gets_another_time_room_and_instructor_from_one_class_on(office, window):
    series_id, made = planned(office)
    form = SessionDialog(window, office.desk, made[2])
    form.open_dialog()
    said = []
    form.saved.connect(lambda session_id, words: said.append((session_id, words)))
    form.change_button.click()
    dialog = window.findChild(SeriesChangeDialog)
    assert dialog.isVisible()
    assert not form.isVisible()
    assert (dialog.start.value, dialog.end.value, dialog.room.text()) == (time(8, 30), time(10), "Studio 2")
    dialog.start.set_value(time(13))
    dialog.end.set_value(time(14))
    dialog.room.setText("Yard")
    dialog.instructor.choose(INSTRUCTOR.person_id)
    dialog.save()
    after = sessions_of(office, series_id)
    assert [one["starts_at"][11:16] for one in after] == ["08:30", "08:30", "13:00", "13:00", "13:00"]
    assert [one["room"] for one in after] == ["Studio 2", "Studio 2", "Yard", "Yard", "Yard"]
    assert after[4]["instructor_id"] == INSTRUCTOR.person_id
    assert said == [(made[2]["id"], "3 classes changed")]
    command = office.store.next_request().commands[-1]
    assert command.type == "EditSessionSeries"
    assert "despite_clash" not in command.payload


def test_a_change_names_what_is_in_its_way_and_goes_on_only_when_told(office, window):
    _, made = planned(office)
    office.feed.bring([session(SESSION, datetime.fromisoformat("2026-12-07T13:30:00+00:00"), cohort_id=OTHER_COHORT)])
    dialog = SeriesChangeDialog(window, office.desk, made[2])
    dialog.open_dialog()
    dialog.start.set_value(time(13))
    dialog.end.set_value(time(14))
    count = len(office.store.receipt())
    dialog.save()
    assert dialog.save_button.text() == "Save nevertheless"
    assert dialog.met[0].sentence.startswith("Studio 2 is taken: Diploma in Accounting 2A, Mon 7 Dec 2026")
    assert len(office.store.receipt()) == count
    dialog.room.setText("Yard")  # what was known of clashes doesn't hold any more
    assert dialog.save_button.text() == "Save changes"
    dialog.room.setText("Studio 2")
    dialog.save()
    dialog.save()
    command = office.store.next_request().commands[-1]
    assert command.payload["despite_clash"] is True


def test_what_is_no_change_of_a_series_is_said(office, window):
    _, made = planned(office)
    office.feed.bring([room("Attic", state="removed")])
    dialog = SeriesChangeDialog(window, office.desk, made[0])
    dialog.end.set_value(time(8))
    dialog.save()
    assert dialog.end_field.error == "The class ends before it starts. Set a later end."
    dialog.end.clear()
    dialog.save()
    assert dialog.end_field.error == "Enter a time, or +90."
    dialog.end.set_value(time(9))
    dialog.room.setText("Attic")
    dialog.save()
    assert dialog.room_field.error == "Attic was removed. Choose another room."
    assert sessions_of(office, made[0]["series_id"]) == made
