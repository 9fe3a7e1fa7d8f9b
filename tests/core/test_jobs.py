"""Work of the server's own: each job at its pace, one that breaks stops no other, and it ends with the server."""

import threading

import pytest

from server.core.area import Job
from server.core.jobs import Jobs


class Pace:
    """A clock for waits and a job that notes when it ran."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.ran: list[tuple[str, float]] = []

    def monotonic(self) -> float:
        return self.seconds

    def job(self, name: str, every: float) -> Job:
        def run(context: object) -> int:
            assert context == "the context"
            self.ran.append((name, self.seconds))
            return len(self.ran)

        return Job(name, every, run)

    def jobs(self, *jobs: Job) -> Jobs:
        return Jobs(jobs, "the context", self.monotonic)


def test_each_job_comes_at_its_own_pace() -> None:
    pace = Pace()
    jobs = pace.jobs(pace.job("quick", 10), pace.job("slow", 25))
    done = []
    for _ in range(6):
        done.append(sorted(jobs.run_due()))
        pace.seconds += 10
    assert done == [["quick", "slow"], ["quick"], ["quick"], ["quick", "slow"], ["quick"], ["quick"]]


def test_a_job_that_was_held_up_runs_once_and_not_for_each_turn_that_it_missed() -> None:
    pace = Pace()
    jobs = pace.jobs(pace.job("quick", 10))
    assert jobs.run_due() == {"quick": 1}
    pace.seconds += 1_000
    assert jobs.run_due() == {"quick": 2}
    assert jobs.run_due() == {}


def broken(_context: object) -> int:
    message = "the disk is full"
    raise OSError(message)


def test_a_job_that_breaks_is_told_in_the_log_stops_no_other_and_has_its_next_turn(expect_log) -> None:
    expect_log("The job broken broke")
    pace = Pace()
    jobs = pace.jobs(Job("broken", 10, broken), pace.job("quick", 10))
    assert jobs.run_due() == {"quick": 1}
    assert jobs.run_due() == {}
    pace.seconds += 10
    assert jobs.run_due() == {"quick": 2}


def test_run_all_runs_everything_now_and_says_what_broke() -> None:
    pace = Pace()
    jobs = pace.jobs(pace.job("quick", 10), pace.job("slow", 25))
    jobs.run_due()
    assert jobs.run_all() == {"quick": 3, "slow": 4}
    with pytest.raises(OSError, match="full"):
        pace.jobs(Job("broken", 10, broken)).run_all()


def test_a_server_that_stops_at_once_waits_for_no_turn() -> None:
    pace = Pace()
    jobs = pace.jobs(pace.job("quick", 10))
    jobs.start()
    assert "jobs" in {one.name for one in threading.enumerate()}
    jobs.stop()
    assert "jobs" not in {one.name for one in threading.enumerate()}
    assert pace.ran == []


def test_in_a_servers_life_the_jobs_run_without_being_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = threading.Event()
    monkeypatch.setattr("server.core.jobs._LOOK_SECONDS", 0.0)

    def run(_context: object) -> int:
        ran.set()
        return 1

    jobs = Jobs([Job("quick", 10, run)], None, lambda: 0.0)
    jobs.start()
    assert ran.wait(30)
    jobs.stop()


def test_stopping_what_never_started_is_nothing() -> None:
    Pace().jobs().stop()
