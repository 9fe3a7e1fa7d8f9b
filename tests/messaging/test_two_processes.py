"""Real server processes beside each other, on both databases: nothing goes twice, also where one of them is killed."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.core import job_claims
from server.core.jobs import Jobs
from server.core.letters import Channel
from server.core.system_clock import SystemClock
from server.messaging import delivery_book
from server.messaging.courier import Courier
from shared.core.clock import ManualClock
from tests.fixtures.databases import DatabaseUrls
from tests.fixtures.noise import ExpectLog
from tests.messaging.letters import Post
from tests.messaging.process import job
from tests.processes import Process, Processes, go, processes_of, said
from tests.providers.sms_provider import KEY, SENDER, USERNAME, SmsProvider, sms_provider
from tests.serving import TestServer, server_settings

LETTERS = 12
pytestmark = pytest.mark.slow


class Office:
    """A prepared server whose processes are started beside each other."""

    def __init__(self, server: TestServer, provider: SmsProvider, processes: Processes, folder: Path) -> None:
        self.server, self.provider, self.processes = server, provider, processes
        self.line = folder / "line"
        self.line.touch()

    def start(self, what: str) -> Process:
        given = {
            "SMS_BASE_URL": self.provider.base,
            "SMS_USERNAME": USERNAME,
            "SMS_API_KEY": KEY,
            "SMS_SENDER": SENDER,
        }
        return self.processes.start("tests.messaging.process", what, str(self.line), **given)

    def later(self, wait: timedelta) -> Any:
        """The server's parts, some time later."""
        clock = ManualClock(SystemClock().now() + wait)
        return dataclasses.replace(self.server.context, clock=clock)

    def post(self, count: int) -> None:
        letters = Post(self.server)
        letters.post(*(letters.letter(str(n), f"+2332412345{n:02}", channel=Channel.SMS) for n in range(count)))

    def states(self) -> list[str]:
        return sorted(row[0] for row in Post(self.server).rows())


@pytest.fixture
def office(tmp_path: Path, migrated_url: DatabaseUrls) -> Iterator[Office]:
    server = TestServer(server_settings(tmp_path / "server", migrated_url), SystemClock())
    with sms_provider() as provider, processes_of(server) as processes:
        yield Office(server, provider, processes, tmp_path)
    server.close()


def test_two_processes_send_each_letter_once(office: Office) -> None:
    office.provider.delay = 0.02
    office.post(LETTERS)
    both = [office.start("letters"), office.start("letters")]
    go(*both)
    assert sum(int(said(one)) for one in both) == LETTERS
    assert sorted(office.provider.numbers) == [f"+2332412345{n:02}" for n in range(LETTERS)]
    assert office.states() == ["sent"] * LETTERS


def test_a_process_killed_while_it_sends_leaves_nothing_twice_and_nothing_forgotten(
    office: Office, expect_log: ExpectLog
) -> None:
    # The provider is still at the request of the process that is gone when it closes.
    expect_log("uvicorn.error: ERROR")
    office.provider.delay = 3_600
    office.post(3)
    process = office.start("letters")
    go(process)
    assert office.provider.arrived.wait(120)
    process.kill()
    process.wait(120)
    assert office.states() == ["queued", "queued", "sending"]
    office.provider.delay = 0
    other = office.start("letters")
    go(other)
    assert int(said(other)) == 2
    assert Courier(office.later(delivery_book.LEASE + timedelta(seconds=5))).deliver() == 1
    assert office.states() == ["sent", "sent", "unknown"]
    assert len(office.provider.numbers) == len(set(office.provider.numbers)) == 3


def test_two_processes_do_a_job_once(office: Office) -> None:
    both = [office.start("job"), office.start("job")]
    go(*both)
    assert sorted(int(said(one)) for one in both) == [0, 1]
    assert office.line.read_text(encoding="utf-8") == "ran\n"


def test_a_job_whose_process_was_killed_is_taken_up_by_another(office: Office) -> None:
    process = office.start("dies")
    go(process)
    assert said(process) == "in the middle"
    process.kill()
    process.wait(120)
    other = office.start("job")
    go(other)
    assert said(other) == "0"
    later = office.later(job_claims.LEASE + timedelta(seconds=5))
    assert Jobs([job(office.line)], later).run_due() == {"count": 1}
    with office.server.context.database.read() as db:
        found, _ = job_claims.runs(db, 10, 0)
    assert [(one["done"], bool(one["problem"])) for one in found] == [(1, False), (0, True)]
    assert "stopped in the middle" in found[1]["problem"]
