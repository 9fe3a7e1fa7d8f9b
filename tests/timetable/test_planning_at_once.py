"""Two who plan at the same moment: neither overlooks what the other is about to write."""

import threading
import time

from shared.core.command import Command
from tests.timetable.planning import Planning, at, planning

__all__ = ["planning"]


def _plan(planning: Planning, cohort_id: str) -> Command:
    payload = {"cohort_id": cohort_id, "starts_at": at("08:30"), "ends_at": at("10:00"), "room": "Studio 2"}
    return planning.office.command("PlanClassSession", planning.institute.parts.new_id(), payload)


def _until_someone_waits(planning: Planning) -> None:
    """Return once a transaction waits for another one; SQLite has its second writer wait in a queue of ours."""
    database = planning.institute.parts.database
    if database.dialect == "sqlite":
        return
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        if planning.rows("SELECT count(*) FROM pg_locks WHERE NOT granted") != [(0,)]:
            return
    raise AssertionError


def test_a_plan_meets_one_that_is_being_written(planning: Planning) -> None:
    parts, origin = planning.institute.parts, planning.office.origin
    actor = planning.institute.refreshed(planning.office.actor)
    first, second = _plan(planning, planning.film_id), _plan(planning, planning.photo_id)
    decided, may_commit, told = threading.Event(), threading.Event(), []

    def slowly(db):
        accepted = parts.door.accept_in(db, actor, origin, [first])
        decided.set()
        assert may_commit.wait(120)
        return accepted.outcomes

    threads = [
        threading.Thread(target=lambda: told.extend(parts.database.write(slowly))),
        threading.Thread(target=lambda: told.extend(parts.door.accept(actor, origin, [second]).outcomes)),
    ]
    threads[0].start()
    assert decided.wait(120)
    threads[1].start()
    _until_someone_waits(planning)
    may_commit.set()
    for thread in threads:
        thread.join(120)
    verdicts = {one.command_id: (str(one.verdict), one.code) for one in told}
    assert verdicts == {first.id: ("applied", None), second.id: ("rejected", "clash")}
