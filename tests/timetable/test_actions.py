"""Planning and changing class sessions without a screen, on a real store."""

from datetime import date, timedelta

import pytest

from desktop.timetable import actions
from desktop.timetable.actions import Plan
from desktop.timetable.area import area, sees_sessions
from desktop.timetable.store import cohort_choices, instructor_choices, own_cohorts, session_lines
from shared.core.errors import CampusError
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from tests.attendance.classes import (
    COHORT,
    INSTRUCTOR,
    NAMES,
    NOW,
    OTHER_COHORT,
    REGISTRAR,
    SESSION,
    START,
    STRANGER,
    school,
    session,
)
from tests.desks import make_actor

TODAY = date(2026, 11, 20)
GOOD = Plan(
    COHORT, "2026-11-23T08:30:00.000Z", "2026-11-23T10:00:00.000Z", " Studio 1 ", INSTRUCTOR.person_id, " Jazz "
)


@pytest.fixture
def office(desks):
    return desks(REGISTRAR, school(NAMES[:2]))


def test_a_class_is_planned_without_a_network(office):
    session_id = actions.plan_session(office.desk, GOOD)
    body = office.store.get("class_session", session_id)
    assert (body["room"], body["title"], body["unplanned"], body["state"]) == ("Studio 1", "Jazz", False, "scheduled")
    (command,) = office.store.next_request().commands
    assert (command.type, command.target_id, command.base) == ("PlanClassSession", session_id, None)
    assert office.store.receipt()[0].title == "Planned the class Diploma in Accounting 1B, Mon 23 Nov"


@pytest.mark.parametrize(
    "ends_at", ["2026-11-23T08:30:00.000Z", "2026-11-23T08:00:00.000Z", "2026-11-24T08:30:00.000Z", "soon"]
)
def test_times_that_make_no_class_are_refused(office, ends_at):
    with pytest.raises(CampusError) as refused:
        actions.plan_session(office.desk, Plan(COHORT, GOOD.starts_at, ends_at))
    assert refused.value.code == "times_invalid"
    assert office.store.receipt() == []


def test_an_edit_carries_old_and_new_of_what_differs(office):
    shown = office.store.get("class_session", SESSION)
    assert actions.edit_session(office.desk, shown, {"room": "Yard", "title": shown["title"]})
    (command,) = office.store.next_request().commands
    assert command.payload == {"changes": {"room": {"old": "Studio 2", "new": "Yard"}}}
    assert command.base == shown["revision"]
    assert office.store.get("class_session", SESSION)["room"] == "Yard"


def test_two_edits_from_the_same_screen_follow_each_other(office):
    shown = office.store.get("class_session", SESSION)
    actions.edit_session(office.desk, shown, {"room": "Yard"})
    actions.edit_session(office.desk, shown, {"title": "Jazz"})
    first, second = office.store.next_request().commands
    assert second.base == first.id


def test_an_edit_without_a_difference_asks_for_nothing(office):
    shown = office.store.get("class_session", SESSION)
    same = Plan(COHORT, "2026-11-20T08:30:00Z", "2026-11-20T11:00:00+01:00", "Studio 2", INSTRUCTOR.person_id)
    assert not actions.edit_session(office.desk, shown, same.fields(shown))
    assert office.store.receipt() == []


def test_an_edit_keeps_the_times_in_order(office):
    shown = office.store.get("class_session", SESSION)
    with pytest.raises(CampusError) as refused:
        actions.edit_session(office.desk, shown, {"ends_at": "2026-11-20T08:00:00.000Z"})
    assert refused.value.code == "times_invalid"


def test_a_class_is_cancelled_and_planned_again(office):
    shown = office.store.get("class_session", SESSION)
    assert actions.cancel_session(office.desk, shown)
    cancelled = office.store.get("class_session", SESSION)
    assert cancelled["state"] == "cancelled"
    assert not actions.cancel_session(office.desk, cancelled)
    assert actions.plan_again(office.desk, cancelled)
    assert office.store.get("class_session", SESSION)["state"] == "scheduled"
    titles = [line.title for line in office.store.receipt()]
    assert titles == [
        "Planned the class Diploma in Accounting 1B, Fri 20 Nov again",
        "Cancelled the class Diploma in Accounting 1B, Fri 20 Nov",
    ]


def test_instructors_plan_nothing_but_add_classes_of_their_cohorts(desks):
    here = desks(INSTRUCTOR, school(NAMES[:2]))
    for act in (
        lambda: actions.plan_session(here.desk, GOOD),
        lambda: actions.cancel_session(here.desk, here.store.get("class_session", SESSION)),
        lambda: actions.add_unplanned(here.desk, OTHER_COHORT, 60, "", NOW),
    ):
        with pytest.raises(CampusError) as refused:
            act()
        assert refused.value.code == "not_allowed"
    session_id = actions.add_unplanned(here.desk, COHORT, 60, " Yard ", NOW + timedelta(seconds=42))
    body = here.store.get("class_session", session_id)
    assert (body["starts_at"], body["ends_at"], body["room"]) == (
        "2026-11-20T08:36:00.000Z",
        "2026-11-20T09:36:00.000Z",
        "Yard",
    )
    assert here.store.receipt()[0].title == "Added the unplanned class Diploma in Accounting 1B, Fri 20 Nov"


def test_lists_have_names_and_states_by_the_clock(desks):
    rows = [
        *school(NAMES[:2], history=1),
        session(derived_id("s", "later"), START + timedelta(hours=3)),
        session(derived_id("s", "off"), START + timedelta(hours=6), state="cancelled", title="Jazz"),
    ]
    lines = session_lines(desks(REGISTRAR, rows).desk, TODAY - timedelta(days=1), TODAY)
    assert [str(line.state) for line in lines] == ["completed", "ongoing", "scheduled", "cancelled"]
    assert (lines[1].cohort, lines[1].title, lines[1].instructor, lines[1].times) == (
        "Diploma in Accounting 1B",
        "Diploma in Accounting",
        "Lucia Ortiz",
        "08:30–10:00",
    )
    assert lines[3].title == "Jazz"


def test_days_are_those_of_the_institute(desks):
    late = session(derived_id("s", "late"), START.replace(hour=22))
    here = desks(REGISTRAR, [*school(NAMES[:1], history=0, zone="Africa/Nairobi"), late])
    assert [line.id for line in session_lines(here.desk, TODAY, TODAY)] == [SESSION]
    (line,) = session_lines(here.desk, TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    assert line.times == "01:30–03:00"


def test_filters_by_cohort_and_instructor(office):
    assert session_lines(office.desk, TODAY, TODAY, cohort_id=OTHER_COHORT) == []
    assert session_lines(office.desk, TODAY, TODAY, instructor_id=STRANGER.person_id) == []
    assert len(session_lines(office.desk, TODAY, TODAY, cohort_id=COHORT, instructor_id=INSTRUCTOR.person_id)) == 1


def test_choices_are_what_one_may_choose(desks):
    rows = school(NAMES[:1])
    teacher, office = desks(INSTRUCTOR, rows), desks(REGISTRAR, rows)
    assert [one.id for one in cohort_choices(teacher.desk)] == [COHORT]
    assert [one.id for one in own_cohorts(teacher.desk)] == [COHORT]
    assert [one.name[-2:] for one in cohort_choices(office.desk)] == ["1B", "2A"]
    assert own_cohorts(office.desk) == []
    assert [one.name for one in instructor_choices(office.desk, OTHER_COHORT)] == ["Yaw Darko", "Lucia Ortiz"]
    assert [one.name for one in instructor_choices(office.desk)] == ["Lucia Ortiz", "Yaw Darko"]


def test_the_area_names_its_page(office):
    found = area()
    of_one_row = {"kit.item"}
    assert [entry.page for entry in found.navigation] == [page for page in found.pages if page not in of_one_row]
    plan = found.palette[0]
    plan.run(office.desk)
    assert office.opened.pages == [("timetable.sessions", None, {"act": "new"})]
    assert plan.may(REGISTRAR)
    assert not plan.may(INSTRUCTOR)
    assert sees_sessions(INSTRUCTOR)
    assert not sees_sessions(make_actor(derived_id("p"), "Ama", Role.STUDENT))
