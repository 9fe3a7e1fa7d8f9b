"""Two server processes share the making of film copies; one is killed, or stands still, in mid-copy."""

import signal
import sys

import pytest

from server.core import job_claims
from server.core.film_making import JOB
from server.core.system_clock import SystemClock
from tests.core.film_callers import bring, copies, ends
from tests.core.uploads import Caller, sha
from tests.films import film, film_program
from tests.processes import go, is_gone, processes_of, said, until
from tests.serving import TestServer, server_settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Linux alone ends a program with whoever started it"),
]
_LATER = job_claims.LEASE.total_seconds() + 60
_MODULE = "tests.core.film_process"


class Studio:
    """A server, and two processes beside it whose ffmpeg takes its time while `slow` is there."""

    def __init__(self, server, processes, trial, folder):
        self.server, self._trial, self._folder = server, trial, folder
        self.ama = Caller.of(server, "ama", roles=("student",))
        self.slow = folder / "slow"
        program = self._slow_program()
        self.both = processes.start_all([[_MODULE]] * 2, FFMPEG=program, FFPROBE=film_program("ffprobe"))
        self.films = []
        self._now = 0.0

    def _slow_program(self):
        """The real ffmpeg, which reads as if the film lasted twenty times as long; it notes who started it."""
        program = self._folder / "ffmpeg"
        program.write_text(
            f"#!{sys.executable}\nimport os, sys\nfrom pathlib import Path\n"
            f"asked, real = sys.argv[1:], {film_program('ffmpeg')!r}\n"
            f"if '-i' in asked and Path({str(self.slow)!r}).exists():\n"
            "    at = asked.index('-f')\n"
            "    asked[at:at] = ['-re', '-itsscale', '20']\n"
            f"    Path({str(self._folder)!r}, f'by-{{os.getppid()}}').write_text(str(os.getpid()))\n"
            "os.execv(real, [real, *asked])\n"
        )
        program.chmod(0o700)
        return str(program)

    def begin(self, content):
        """Bring a film and let both have a turn at once; returns who is at work, the other, the program's number."""
        name = bring(self._trial, self.ama, f"{len(self.films)}.mp4", content)
        self.films.append(name)
        self.slow.touch()
        self._now += _LATER
        go(*self.both, words=str(self._now))
        until(lambda: copies(self.ama, name).get("small", {}).get("progress", 0) > 0)
        (note,) = self._folder.glob("by-*")
        pid = int(note.read_text())
        note.unlink()
        at_work = next(one for one in self.both if note.name == f"by-{one.pid}")
        (other,) = (one for one in self.both if one is not at_work)
        assert said(other) == "not its turn", "while one is at work, no other begins"
        assert sorted(one.suffix for one in self.drafts()) == [".copy", ".film"]
        return at_work, other, pid

    def drafts(self):
        return list((self.server.settings.files_path / "films").iterdir())

    def turn(self, process):
        """What a process does in its turn once the lease of the other has run out, at the program's usual pace."""
        self.slow.unlink(missing_ok=True)
        self._now += _LATER
        go(process, words=str(self._now))
        return said(process)

    def check_one_copy(self):
        """The films and a copy of each lie in the store, as the book says, and nothing else anywhere."""
        stored = self.server.settings.files_path / "stored"
        kept = [sha(one.read_bytes()) for one in stored.rglob("*") if one.is_file()]
        smalls = [copies(self.ama, name)["small"] for name in self.films]
        assert sorted(kept) == sorted([*self.films, *(one["sha256"] for one in smalls)])
        assert self.drafts() == []
        for name, small in zip(self.films, smalls, strict=True):
            assert ends(self.ama, name) == {"small": "made", "standard": "needless"}
            shown = self.ama.ask("GET", f"/api/v1/files/{name}?quality=small").body
            assert (sha(shown), len(shown)) == (small["sha256"], small["bytes"])

    def runs(self):
        with self.server.context.database.read() as db:
            found, _ = job_claims.runs(db, 10, 0)
        return [(one["done"], bool(one["problem"])) for one in found if one["name"] == JOB.name]


@pytest.fixture
def studio(trial, tmp_path, migrated_url):
    server = TestServer(server_settings(tmp_path / "server", migrated_url), SystemClock())
    with processes_of(server) as processes:
        yield Studio(server, processes, trial, tmp_path)
    server.close()


def test_a_copy_is_made_once_whichever_process_stands_still_or_is_killed(studio):
    at_work, other, program = studio.begin(film())
    at_work.send_signal(signal.SIGSTOP)
    assert studio.turn(other) == "2", "the small copy, and a look at whether another is needed"
    before = copies(studio.ama, studio.films[0])
    at_work.send_signal(signal.SIGCONT)
    assert said(at_work) == "0", "it finds its copy in other hands"
    assert is_gone(program)
    assert copies(studio.ama, studio.films[0]) == before
    studio.check_one_copy()
    at_work, other, program = studio.begin(film(seconds=1))
    at_work.kill()
    at_work.wait(120)
    until(lambda: is_gone(program))
    assert ends(studio.ama, studio.films[1])["small"] == "working"
    assert studio.drafts() != []
    assert studio.turn(other) == "2"
    studio.check_one_copy()
    assert studio.runs() == [(2, False), (0, True), (2, False), (0, False)], "the killed one alone is told of"
    assert studio.turn(other) == "0"
