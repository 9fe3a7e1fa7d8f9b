"""The sample institute's leave: every state, around the day it is made for, the same each time."""

from datetime import date
from zoneinfo import ZoneInfo

from server.demo.leave import known_in_advance, sample_leave
from server.demo.plan import make_plan
from shared.attendance.leave_rules import leave_error
from shared.attendance.rules import overlaps
from shared.attendance.vocabulary import LeaveKind, LeaveState

DAY, ZONE = date(2026, 11, 20), ZoneInfo("Africa/Accra")


def test_every_state_and_kind_is_there_and_each_could_be_asked() -> None:
    found = list(sample_leave(make_plan(DAY), ZONE))
    assert {one.state for one in found} == {str(one) for one in LeaveState}
    assert {one.kind for one in found} == {str(one) for one in LeaveKind}
    assert {one.for_all for one in found} == {True, False}
    assert [leave_error(one.kind, one.starts_at, one.ends_at, one.reason) for one in found] == [None] * len(found)
    assert len({one.id for one in found}) == len({one.person_id for one in found}) == len(found)


def test_the_same_day_gives_the_same_leave_and_another_day_moves_it() -> None:
    first, again = (list(sample_leave(make_plan(DAY), ZONE)) for _ in range(2))
    assert first == again
    later = list(sample_leave(make_plan(date(2026, 11, 21)), ZONE))
    assert [one.starts_at for one in later] != [one.starts_at for one in first]


def test_nobody_on_leave_is_marked_in_class() -> None:
    plan = make_plan(DAY)
    leave = list(sample_leave(plan, ZONE))
    sessions = list(plan.sessions())
    excused = {(one.id, person) for one in sessions for person in known_in_advance(leave, one)}
    assert excused
    rows = {one.person_id: one for one in leave}
    for session in sessions:
        for _, person in session.cohort.enrolments:
            one = rows.get(person)
            row = {"starts_at": one.starts_at, "ends_at": one.ends_at, "cohort_id": None} if one else {}
            known = bool(row) and one is not None and one.state == "approved" and overlaps(row, session.fields)
            assert ((session.id, person) in excused) == known
