"""The rules of class sessions as worked examples."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.core.clock import instant_text
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.people.vocabulary import Role
from shared.timetable.commands import PAYLOADS, TYPE_VERSIONS
from shared.timetable.models import ClassSession
from shared.timetable.permissions import may_add_unplanned, may_plan
from shared.timetable.rules import LARGEST_CALENDAR, PROJECTIONS, file_error, minutes_until, state_at, times_error
from shared.timetable.vocabulary import ClassSessionState
from tests.desks import make_actor

START = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SESSION = {"starts_at": "2026-11-20T08:30:00.000Z", "ends_at": "2026-11-20T10:00:00.000Z", "state": "scheduled"}
COHORT = derived_id("cohort")


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-1, "scheduled"), (0, "ongoing"), (89, "ongoing"), (90, "completed"), (5000, "completed")],
)
def test_the_clock_gives_the_state(minutes, state):
    assert state_at(SESSION, START + timedelta(minutes=minutes)) == state


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - strategy
def test_cancelled_stays_cancelled(now):
    assert state_at({**SESSION, "state": "cancelled"}, now) is ClassSessionState.CANCELLED


@pytest.mark.parametrize(
    ("start", "end", "fine"),
    [
        ("2026-11-20T08:30:00.000Z", "2026-11-20T10:00:00.000Z", True),
        ("2026-11-20T08:30:00+00:00", "2026-11-20T10:00:00+01:00", True),
        ("2026-11-20T08:30:00.000Z", "2026-11-20T08:30:00.000Z", False),
        ("2026-11-20T10:00:00.000Z", "2026-11-20T08:30:00.000Z", False),
        ("2026-11-20T08:00:00.000Z", "2026-11-21T00:00:00.000Z", True),
        ("2026-11-20T08:00:00.000Z", "2026-11-21T00:00:00.001Z", False),
        ("yesterday", "2026-11-20T10:00:00.000Z", False),
        ("2026-11-20T08:30:00.000Z", "", False),
    ],
)
def test_times(start, end, fine):
    fault = times_error(start, end)
    assert (fault is None) is fine
    assert fault is None or fault.endswith(".")


@given(st.integers(1, 16 * 60))
def test_any_length_up_to_sixteen_hours_is_fine(minutes):
    assert times_error(instant_text(START), instant_text(START + timedelta(minutes=minutes))) is None


@pytest.mark.parametrize(
    ("role", "teaches", "plans", "adds"),
    [
        (Role.REGISTRAR, [], True, True),
        (Role.INSTRUCTOR, [COHORT], False, True),
        (Role.INSTRUCTOR, [], False, False),
        (Role.STUDENT, [COHORT], False, False),
    ],
)
def test_who_plans(role, teaches, plans, adds):
    actor = make_actor(derived_id("p"), "Ama", role, teaches=teaches)
    assert may_plan(actor) is plans
    assert may_add_unplanned(actor, COHORT) is adds


def command(name, payload):
    return Command(
        id=derived_id("command", name), device_id=derived_id("d"), install_epoch=1, device_seq=1, type=name,
        type_version=TYPE_VERSIONS[name], target_id=derived_id("s"), payload=payload,
        observed_at="2026-11-20T08:00:00.000Z",
    )  # fmt: skip


def test_a_planned_class_is_shown_at_once():
    made = command("PlanClassSession", {"cohort_id": COHORT, **{k: SESSION[k] for k in ("starts_at", "ends_at")}})
    (draft,) = PROJECTIONS[made.type](made, lambda _kind, _id: None)
    body = ClassSession.model_validate(draft.body)
    assert (draft.parent, body.state, body.room, body.instructor_id, body.unplanned) == (
        COHORT, "scheduled", "", None, False,
    )  # fmt: skip


def test_an_edit_changes_its_fields_only():
    present = {**SESSION, "id": derived_id("s"), "revision": "r", "cohort_id": COHORT, "room": "1", "later": "kept"}
    made = command("EditClassSession", {"changes": {"room": {"old": "1", "new": "2"}}})
    (draft,) = PROJECTIONS[made.type](made, lambda _kind, _id: present)
    assert draft.body == {**present, "room": "2", "sequence": 1, "cancel_reason": "", "revision": made.id}
    (again,) = PROJECTIONS[made.type](made, lambda _kind, _id: draft.body)
    assert again == draft


def test_an_edit_of_a_class_that_is_gone_shows_nothing():
    made = command("EditClassSession", {"changes": {"room": {"old": "1", "new": "2"}}})
    assert list(PROJECTIONS[made.type](made, lambda _kind, _id: None)) == []


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("PlanClassSession", {"cohort_id": COHORT, "starts_at": "8:30", "ends_at": "2026-11-20T10:00:00Z"}),
        ("PlanClassSession", {"cohort_id": "1B", "starts_at": SESSION["starts_at"], "ends_at": SESSION["ends_at"]}),
        ("EditClassSession", {"changes": {}}),
    ],
)
def test_payloads_that_say_nothing_sensible_are_refused(name, payload):
    with pytest.raises(ValidationError):
        PAYLOADS[name].model_validate(payload)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (time(8, 30), time(10), 90),
        (time(22), time(1), 180),
        (time(18), time(6, 30), 750),
        (time(10), time(8, 30), None),
        (time(10), time(10), None),
        (time(17, 59), time(1), None),
        (time(22), time(7), None),
    ],
)
def test_a_class_ends_after_it_begins_or_in_the_night(start: time, end: time, minutes: int | None) -> None:
    assert minutes_until(start, end) == minutes


def test_a_calendar_file_has_a_largest_size() -> None:
    assert file_error(LARGEST_CALENDAR) is None
    assert file_error(LARGEST_CALENDAR + 1) == "The calendar file is larger than 2 MB. Export the holidays alone."
