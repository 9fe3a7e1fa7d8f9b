"""Reminders of unfinished work on both databases: each once, to whoever has not handed in, however often it runs."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from server.grading.reminders import remind
from shared.core.clock import parse_instant
from tests.grading.classroom import Classroom, classroom

__all__ = ["classroom"]
DUE = "2026-11-24T17:00:00.000Z"
OPENED = "New work: Portraits"
TWO_DAYS = ONE_DAY = "Portraits is due Tue 24 Nov, 17:00"
OVERDUE = "Portraits is overdue"


def before(classroom: Classroom, hours: float, due: str = DUE) -> int:
    """Set the clock so long before the due time and let the job run; returns how many are reminded."""
    classroom.institute.clock.set(parse_instant(due) - timedelta(hours=hours))
    return remind(classroom.institute.parts)  # type: ignore[arg-type] # has all of a context that the job takes


def told(classroom: Classroom, at: int = 0) -> list[tuple[str, str]]:
    """A student's notices, but for that of the work itself, as (title, priority), in their order of time."""
    rows = classroom.rows(
        "SELECT title, priority FROM notice WHERE person_id = :p AND title <> :opened ORDER BY at, title",
        p=classroom.institute.students[at],
        opened=OPENED,
    )
    return [(row[0], row[1]) for row in rows]


def set_work(classroom: Classroom, **more: Any) -> str:
    return classroom.work(**{"due_at": DUE, "cutoff_at": None, **more})


def test_each_reminder_comes_once_in_its_time(classroom: Classroom) -> None:
    set_work(classroom)
    everybody = len(classroom.institute.students)
    assert [before(classroom, hours) for hours in (49, 48, 47, 25)] == [0, everybody, 0, 0]
    assert told(classroom) == [(TWO_DAYS, "medium")]
    assert [before(classroom, hours) for hours in (24, 1, 0)] == [everybody, 0, 0]
    assert told(classroom) == [(TWO_DAYS, "medium"), (ONE_DAY, "high")]
    assert [before(classroom, hours) for hours in (-0.1, -5, -100)] == [everybody, 0, 0]
    assert told(classroom) == [(TWO_DAYS, "medium"), (ONE_DAY, "high"), (OVERDUE, "high")]


def test_a_server_that_was_off_gives_the_last_reminder_alone_and_none_after_a_week(classroom: Classroom) -> None:
    set_work(classroom)
    assert before(classroom, -24 * 7) == 0
    assert before(classroom, -24 * 7 + 1) > 0
    assert told(classroom) == [(OVERDUE, "high")]


def _handed_in(classroom: Classroom, work: str) -> None:
    assert classroom.hand_in(work).verdict == "applied"


def _given_back(classroom: Classroom, work: str) -> None:
    done = classroom.hand_in(work).target_id
    base = classroom.revision("submission", done)
    assert classroom.ama.do("ReturnWork", done, {"note": ""}, base).verdict == "applied"


def _excused(classroom: Classroom, work: str) -> None:
    classroom.set_marks(work, {0: "excused"})


def _left(classroom: Classroom, _work: str) -> None:
    classroom.leave(0)


def _suspended(classroom: Classroom, _work: str) -> None:
    person = classroom.institute.students[0]
    payload = {"state": "suspended", "old_state": "active"}
    base = classroom.revision("person", person)
    assert classroom.institute.system.do("SetPersonState", person, payload, base).verdict == "applied"


@pytest.mark.parametrize("why", [_handed_in, _excused, _left, _suspended])
def test_who_has_nothing_to_do_is_not_reminded_and_the_others_are(
    classroom: Classroom, why: Callable[[Classroom, str], None]
) -> None:
    why(classroom, set_work(classroom))
    everybody = len(classroom.institute.students)
    assert before(classroom, 40) == everybody - 1
    assert told(classroom) == []
    assert told(classroom, 1) == [(TWO_DAYS, "medium")]


def test_work_given_back_was_told_of_and_is_no_reason_to_remind(classroom: Classroom) -> None:
    _given_back(classroom, set_work(classroom))
    before(classroom, 40)
    assert told(classroom) == [("Portraits was given back", "high")]


def test_unfinished_work_and_a_missing_mark_are_reminded_of(classroom: Classroom) -> None:
    work = set_work(classroom)
    assert classroom.save(work).verdict == "applied"
    classroom.set_marks(work, {1: "missing"})
    before(classroom, 40)
    assert told(classroom, 0) == told(classroom, 1) == [(TWO_DAYS, "medium")]


@pytest.mark.parametrize(
    "more",
    [
        {"state": "draft"},
        {"state": "closed"},
        {"work_kind": "paper"},
        {"due_at": None},
        {"opens_at": "2026-11-24T10:00:00Z"},
    ],
    ids=["draft", "closed", "on paper", "without a time", "not open yet"],
)
def test_of_what_cannot_be_handed_in_nobody_is_reminded(classroom: Classroom, more: dict[str, Any]) -> None:
    set_work(classroom, **more)
    assert before(classroom, 40) == 0


def test_an_archived_class_is_left_alone(classroom: Classroom) -> None:
    set_work(classroom)
    classroom.archive()
    assert before(classroom, 40) == 0


def test_after_the_cutoff_nobody_is_told_that_work_is_overdue(classroom: Classroom) -> None:
    set_work(classroom, cutoff_at="2026-11-24T18:00:00Z")
    assert before(classroom, -2) == 0


def test_who_has_more_time_is_reminded_of_that_time(classroom: Classroom) -> None:
    work = set_work(classroom, cutoff_at="2026-11-24T18:00:00Z")
    later = "2026-11-26T17:00:00.000Z"
    classroom.extend(work, later)
    everybody = len(classroom.institute.students)
    assert before(classroom, 20) == everybody - 1
    assert [one for one in told(classroom) if "More time" not in one[0]] == []
    assert before(classroom, 20, later) == 1
    assert ("Portraits is due Thu 26 Nov, 17:00", "high") in told(classroom)
    # What ends with the additional time isn't taken any more after it.
    assert before(classroom, -1, later) == 0


def test_a_due_time_that_moves_is_reminded_of_anew(classroom: Classroom) -> None:
    work = set_work(classroom)
    before(classroom, 20)
    later = "2026-11-27T17:00:00.000Z"
    classroom.change(work, due_at=later)
    assert before(classroom, 20, later) > 0
    assert [title for title, _ in told(classroom)] == [ONE_DAY, "Portraits is due Fri 27 Nov, 17:00"]


def test_reminders_travel_with_the_feed_and_stand_in_the_audit(classroom: Classroom) -> None:
    set_work(classroom)
    before(classroom, 40)
    rows = classroom.rows("SELECT scope FROM feed_row WHERE kind = 'notice' AND entry LIKE '%is due Tue%'")
    assert {row[0] for row in rows} == {f"person:{one}" for one in classroom.institute.students}
    assert classroom.rows("SELECT note FROM audit_link WHERE note = 'reminders'") == [("reminders",)]


def test_a_turn_with_nothing_to_do_writes_nothing(classroom: Classroom) -> None:
    set_work(classroom)
    before(classroom, 40)
    head = classroom.rows("SELECT seq, audit_seq FROM feed_head")
    assert before(classroom, 39) == 0
    assert classroom.rows("SELECT seq, audit_seq FROM feed_head") == head


def test_many_at_once_remind_once(classroom: Classroom) -> None:
    set_work(classroom)
    classroom.institute.clock.set(parse_instant(DUE) - timedelta(hours=40))
    start, done = threading.Barrier(4, timeout=60), []

    def work() -> None:
        start.wait()
        done.append(remind(classroom.institute.parts))  # type: ignore[arg-type] # as above

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(done) == len(classroom.institute.students)
    assert told(classroom) == [(TWO_DAYS, "medium")]
