"""Work of the server's own: each job in its turn, by one process at a time, and what ran is told."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from server.core import job_claims
from server.core.area import Job
from server.core.job_claims import LEASE, Run
from server.core.jobs import Jobs
from shared.core.clock import instant_text
from tests.serving import TestServer


class Pace:
    """Jobs of a server that note when they ran."""

    def __init__(self, server: TestServer) -> None:
        self.server = server
        self.clock: Any = server.clock
        self.ran: list[str] = []

    def job(self, name: str, every: float, **more: Any) -> Job:
        def run(context: object) -> int:
            assert context is self.server.context
            self.ran.append(name)
            return len(self.ran)

        return Job(name, every, run, **more)

    def jobs(self, *jobs: Job) -> Jobs:
        return Jobs(jobs, self.server.context)

    def runs(self) -> list[tuple[str, int, str, bool]]:
        with self.server.context.database.read() as db:
            found, _ = job_claims.runs(db, 100, 0)
        return [(one["name"], one["done"], one["problem"], one["ended_at"] is not None) for one in found]

    def claim(self, name: str) -> Run:
        """Take a job in hand as a process would that dies then."""
        run = Run(self.server.new_id(), name)
        now = self.clock.now()
        assert self.server.context.database.write(lambda db: job_claims.claim(db, run, now, early=True))
        return run


@pytest.fixture
def pace(server: TestServer) -> Pace:
    return Pace(server)


def test_each_job_comes_at_its_own_pace(pace: Pace) -> None:
    jobs = pace.jobs(pace.job("quick", 10), pace.job("slow", 25))
    done = []
    for _ in range(6):
        done.append(sorted(jobs.run_due()))
        pace.clock.advance(10)
    assert done == [["quick", "slow"], ["quick"], ["quick"], ["quick", "slow"], ["quick"], ["quick"]]


def test_a_job_that_was_held_up_runs_once_and_not_for_each_turn_that_it_missed(pace: Pace) -> None:
    jobs = pace.jobs(pace.job("quick", 10))
    assert jobs.run_due() == {"quick": 1}
    pace.clock.advance(1_000)
    assert jobs.run_due() == {"quick": 2}
    assert jobs.run_due() == {}


def test_two_processes_share_the_turns_between_them(pace: Pace) -> None:
    job = pace.job("quick", 10)
    one, other = pace.jobs(job), pace.jobs(job)
    for _ in range(4):
        one.run_due()
        other.run_due()
        pace.clock.advance(10)
    assert pace.ran == ["quick"] * 4


def test_what_another_process_has_in_hand_is_left_to_it_until_its_lease_runs_out(pace: Pace) -> None:
    jobs = pace.jobs(pace.job("quick", 10))
    jobs.run_due()
    pace.claim("quick")
    pace.clock.advance(LEASE.total_seconds() - 1)
    assert (jobs.run_due(), jobs.run_all()) == ({}, {})
    pace.clock.advance(2)
    assert jobs.run_due() == {"quick": 2}
    newest, lost = pace.runs()[:2]
    assert newest == ("quick", 2, "", True)
    assert lost == ("quick", 0, "The server stopped in the middle. The work was taken up again.", True)


def test_a_run_that_lost_its_lease_doesnt_free_the_one_that_took_over(pace: Pace) -> None:
    pace.jobs(pace.job("quick", 10)).run_due()
    late = pace.claim("quick")
    pace.clock.advance(LEASE.total_seconds() + 1)
    pace.claim("quick")
    now = pace.clock.now()
    write = pace.server.context.database.write
    assert not write(lambda db: job_claims.renew(db, late, now))
    write(lambda db: job_claims.finish(db, late, now, now, 1, ""))
    assert pace.jobs(pace.job("quick", 10)).run_due() == {}


def test_a_lease_is_renewed_while_its_run_goes_on(pace: Pace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_claims, "LEASE", timedelta(milliseconds=40))
    renewed = threading.Event()
    real = job_claims.renew

    def renew(db: Any, run: Run, now: Any) -> bool:
        kept = real(db, run, now)
        renewed.set()
        return kept

    monkeypatch.setattr(job_claims, "renew", renew)
    jobs = pace.jobs(Job("long", 10, lambda _context: int(renewed.wait(120))))
    assert jobs.run_due() == {"long": 1}


def test_a_job_with_something_waiting_runs_before_its_turn(pace: Pace) -> None:
    letters: list[str] = []
    jobs = pace.jobs(pace.job("letters", 60, waiting=lambda _context: bool(letters)))
    assert jobs.run_due() == {"letters": 1}
    assert jobs.run_due() == {}
    letters.append("one")
    assert jobs.run_due() == {"letters": 2}


def broken(_context: object) -> int:
    message = "the disk is full"
    raise OSError(message)


def test_a_job_that_breaks_is_told_in_the_log_stops_no_other_and_has_its_next_turn(pace: Pace, expect_log: Any) -> None:
    expect_log("The job broken broke")
    jobs = pace.jobs(Job("broken", 10, broken), pace.job("quick", 10))
    assert jobs.run_due() == {"quick": 1}
    assert jobs.run_due() == {}
    pace.clock.advance(10)
    assert jobs.run_due() == {"quick": 2}
    assert ("broken", 0, "It broke. The server's log says where and why.", True) in pace.runs()


def test_run_all_runs_everything_now_and_says_what_broke(pace: Pace) -> None:
    jobs = pace.jobs(pace.job("quick", 10), pace.job("slow", 25))
    jobs.run_due()
    assert jobs.run_all() == {"quick": 3, "slow": 4}
    with pytest.raises(OSError, match="full"):
        pace.jobs(Job("broken", 10, broken)).run_all()


def test_a_clock_that_stood_in_the_future_doesnt_hold_a_job_up(pace: Pace) -> None:
    job = pace.job("quick", 10)
    right = pace.clock.now()
    pace.clock.set(right + timedelta(days=365))
    pace.jobs(job).run_due()
    pace.clock.set(right)
    assert pace.jobs(job).run_due() == {"quick": 2}


def test_runs_that_found_nothing_are_one_line_and_old_ones_are_forgotten(pace: Pace) -> None:
    idle, busy = Job("idle", 10, lambda _context: 0), pace.job("busy", 10)
    jobs = pace.jobs(idle, busy)
    for _ in range(3):
        jobs.run_due()
        pace.clock.advance(10)
    assert sorted(one[0] for one in pace.runs()) == ["busy", "busy", "busy", "idle"]
    pace.clock.advance(job_claims.KEPT.total_seconds())
    jobs.run_due()
    assert sorted(one[0] for one in pace.runs()) == ["busy", "idle"]


def test_administrators_see_the_runs_and_nobody_else(pace: Pace) -> None:
    server = pace.server
    server.add_person("ama")
    server.add_person("kofi", ("instructor",))
    pace.jobs(pace.job("quick", 10)).run_due()
    tokens = [server.sign_in(name).data["access_token"] for name in ("ama", "kofi")]
    told = server.get("/api/v1/jobs/runs", tokens[0])
    at = instant_text(pace.clock.now())
    assert [(one["name"], one["done"], one["began_at"]) for one in told.data] == [("quick", 1, at)]
    assert told.json["pagination"]["totalCount"] == 1
    assert server.get("/api/v1/jobs/runs", tokens[1]).status == 403
    assert server.get("/api/v1/jobs/runs").status == 401


def test_a_server_that_stops_at_once_waits_for_no_turn(pace: Pace) -> None:
    jobs = pace.jobs(pace.job("quick", 10))
    jobs.start()
    assert "jobs" in {one.name for one in threading.enumerate()}
    jobs.stop()
    assert "jobs" not in {one.name for one in threading.enumerate()}
    assert pace.ran == []


def test_in_a_servers_life_the_jobs_run_without_being_asked(pace: Pace, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = threading.Event()
    monkeypatch.setattr("server.core.jobs._FIRST_LOOK_SECONDS", 0.0)

    def run(_context: object) -> int:
        ran.set()
        return 1

    jobs = pace.jobs(Job("quick", 10, run))
    jobs.start()
    assert ran.wait(120)
    jobs.stop()


def test_stopping_what_never_started_is_nothing(pace: Pace) -> None:
    pace.jobs().stop()
