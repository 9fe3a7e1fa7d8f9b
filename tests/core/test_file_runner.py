"""Files on the scheduler of syncing: piece by piece, later and later while it fails, within the server's limits."""

import pytest

from desktop.core.file_runner import FileRunner
from desktop.core.file_transfer import Wanted
from tests.core.file_desk import pdf_of, signed_in_desk
from tests.core.uploads import sha
from tests.serving import running_server

ESSAY = pdf_of(700_000)
HASH = sha(ESSAY)


@pytest.fixture
def lite(sqlite_server, tmp_path):
    """A student's computer beside a running server."""
    sqlite_server.add_person("ama", roles=("student",))
    with running_server(sqlite_server.settings, sqlite_server.app) as url:
        made = signed_in_desk(tmp_path / "ama", sqlite_server, url, "ama")
        made.server = sqlite_server
        yield made
        made.bench.store.close()


def _stored(server):
    folder = server.settings.files_path / "stored"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class _Later:
    """A scheduler that a test runs by hand."""

    def __init__(self):
        self.jobs = []

    def after(self, seconds, job):
        entry = (seconds, job)
        self.jobs.append(entry)
        return lambda: self.jobs.remove(entry) if entry in self.jobs else None

    def run(self):
        seconds, job = self.jobs.pop(0)
        job()
        return seconds


def test_files_move_by_pieces_on_the_scheduler_of_syncing_and_wait_longer_while_it_fails(lite):
    later = _Later()
    runner = FileRunner(lite.transfer, later)
    runner.start()
    assert later.run() == 0
    assert later.jobs == []
    lite.send("essay.pdf", ESSAY)
    lite.line.left = 0
    assert later.run() == 0
    assert runner.problem.code == "server_unreachable"
    (first,) = [seconds for seconds, _ in later.jobs]
    assert 0 < first <= 1
    lite.transfer.wake()
    assert [seconds for seconds, _ in later.jobs] == [first], "a save doesn't hurry a network that is away"
    for _ in range(9):
        later.run()
    assert later.jobs[0][0] > 10
    lite.line.left = None
    runner.wake(urgent=True)
    while later.jobs:
        assert later.run() == 0
    assert runner.problem is None
    assert set(_stored(lite.server)) == {HASH}
    lite.send("other.pdf", pdf_of(9_000, 3))
    runner.stop()
    assert later.jobs == []
    runner.wake()
    assert later.jobs == []


def test_a_full_disk_and_an_ended_sign_in_are_asked_for_seldom(lite):
    later = _Later()
    runner = FileRunner(lite.transfer, later)
    lite.transfer.fetch([Wanted(HASH, len(ESSAY), "essay.pdf")])
    lite.free = 0
    later.run()
    assert (runner.problem.code, later.jobs[0][0]) == ("disk_full", 300)
    lite.free = 1 << 50
    lite.client.use(None, "device", None)
    runner.wake(urgent=True)
    later.run()
    assert (runner.problem.code, later.jobs[0][0]) == ("signed_out", 300)


def test_uploads_come_first_and_a_limit_of_the_server_is_kept(lite):
    for n in range(12):
        lite.send(f"{n}.pdf", pdf_of(2_000, n))
    later = _Later()
    runner = FileRunner(lite.transfer, later)
    runner.start()
    while later.run() == 0 and runner.problem is None:
        pass
    assert runner.problem.code == "too_many_requests"
    assert later.jobs[0][0] >= 299
    assert len(_stored(lite.server)) == 10
    lite.clock.advance(301)
    while later.jobs:
        later.run()
    assert len(_stored(lite.server)) == 12
