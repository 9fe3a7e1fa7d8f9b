"""Runs that make copies of films: stopped, killed, begun anew, two at once, and without room or programs."""

import sys
import threading
from datetime import timedelta

import pytest

from server.core import film_copies as book
from server.core import film_making, job_claims
from server.core.file_previews import make_previews
from server.core.file_rights import copy_name
from server.core.file_store import FolderStore
from server.core.film_making import JOB, make_film_copies
from server.core.film_programs import Ended, Limits, run_program
from server.core.isolation import acting_for
from server.core.job_claims import Run
from server.core.jobs import Jobs
from shared.core.clock import instant_text
from shared.core.errors import CampusError
from shared.core.film_quality import FilmQuality
from tests.core.film_callers import bring, copies, ends, notices
from tests.core.uploads import Caller
from tests.films import film, film_program
from tests.processes import is_gone, until

pytestmark = pytest.mark.usefixtures("film_programs_here")
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a script")
SMALL = FilmQuality.SMALL
# Whoever starts a program gives it its priority a moment later.
WAITS = "while os.nice(0) < 19: os.sched_yield()"


def stand_in(folder, body):
    """A program in ffmpeg's place that says what it packs and then does as it is told."""
    program = folder / "stand-in"
    program.write_text(
        f"#!{sys.executable}\nimport os, signal, sys\nfrom pathlib import Path\n"
        "if '-encoders' in sys.argv: print(' V libx264\\n A aac'); sys.exit()\n"
        f"Path({str(folder / 'pid')!r}).write_text(str(os.getpid()))\n{body}\n"
    )
    program.chmod(0o700)
    return str(program)


def with_program(monkeypatch, program):
    real = film_making.film_programs
    monkeypatch.setattr(film_making, "film_programs", lambda _ffmpeg, ffprobe: real(program, ffprobe))


@posix
def test_a_server_that_stops_kills_the_program_and_leaves_the_film_for_the_next(ato, trial, tmp_path, monkeypatch):
    name = bring(trial, ato, "talk.mp4", film())
    context = ato.server.context
    with monkeypatch.context() as patch:
        with_program(patch, stand_in(tmp_path, "print('out_time_us=1000000', flush=True)\nsignal.pause()"))
        heard = threading.Event()
        real = book.go_on
        patch.setattr(book, "go_on", lambda *asked: (real(*asked), heard.set())[0])
        work = threading.Thread(target=make_film_copies, args=(context,))
        work.start()
        assert heard.wait(120)
        assert copies(ato, name)["small"]["progress"] == 50
        context.stopping.set()
        work.join(120)
    assert not work.is_alive()
    assert is_gone(int((tmp_path / "pid").read_text()))
    assert ends(ato, name) == {"small": "waiting", "standard": "waiting"}
    assert make_film_copies(context) == 0, "a server that stops begins nothing"
    context.stopping.clear()
    make_film_copies(context)
    assert ends(ato, name)["small"] == "made"


@posix
def test_a_program_that_hangs_or_breaks_is_ended(tmp_path):
    never = lambda: False  # noqa: E731 - two words
    # Written for the shell, which begins long before its time is over on the slowest machine.
    hangs = tmp_path / "hangs"
    hangs.write_text(f"#!/bin/sh\necho $$ > {tmp_path / 'pid'}\nexec /bin/sleep 1000\n")
    hangs.chmod(0o700)
    assert run_program([str(hangs)], Limits(2), never, print) is Ended.TOO_SLOW
    assert is_gone(int((tmp_path / "pid").read_text()))
    assert run_program([stand_in(tmp_path, "sys.exit(3)")], Limits(120), never, print) is Ended.FAILED
    assert run_program([str(tmp_path / "gone")], Limits(120), never, print) is Ended.FAILED
    lines = []
    says = stand_in(
        tmp_path, f"{WAITS}\nprint(os.nice(0), sorted(set(os.environ) - {{'LC_CTYPE'}}), sys.stdin.read() == '')"
    )
    assert run_program([says], Limits(120), never, lines.append) is Ended.DONE
    assert lines == ["19 [] True"], "the lowest priority, no variables and no input"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone ends a program with whoever started it")
def test_a_program_does_not_outlive_a_server_that_was_killed(tmp_path):
    import subprocess

    program = stand_in(tmp_path, "print('begun', flush=True)\nsignal.pause()")
    code = (
        "import os, signal; from server.core.film_programs import Limits, run_program;"
        f"run_program([{program!r}], Limits(240), lambda: False, lambda _line: os.kill(os.getpid(), signal.SIGKILL))"
    )
    subprocess.run([sys.executable, "-c", code], check=False, timeout=240)
    pid = int((tmp_path / "pid").read_text())
    until(lambda: is_gone(pid))


def task_of(server, now):
    with acting_for(server.organisation_id):
        server.context.database.write(lambda db: book.write_down(db, server.organisation_id, now))
        with server.context.database.read() as db:
            return book.next_task(db, server.organisation_id)


def begun(server, task, run_id, now):
    with acting_for(server.organisation_id):
        return server.context.database.write(lambda db: book.begin(db, task, run_id, now))


def test_what_a_crash_left_is_begun_anew_and_not_for_ever(ama, trial):
    server, name = ama.server, bring(trial, ama, "talk.mp4", film())
    left = server.settings.files_path / "films"
    left.mkdir(parents=True)
    (left / "dead.film").write_bytes(b"left behind")
    now = instant_text(server.clock.now())
    assert begun(server, task_of(server, now), server.new_id(), now)
    assert ends(ama, name)["small"] == "working"
    make_film_copies(server.context)
    assert ends(ama, name) == {"small": "made", "standard": "needless"}
    assert list(left.iterdir()) == []
    other = bring(trial, ama, "other.mp4", film(seconds=1))
    for _ in range(book.MOST_TRIES):
        assert begun(server, task_of(server, now), server.new_id(), now)
    make_film_copies(server.context)
    assert ends(ama, other)["small"] == "too_slow"


def test_two_servers_never_make_one_copy_twice(ama, trial):
    server, name = ama.server, bring(trial, ama, "talk.mp4", film())
    now = instant_text(server.clock.now())
    task = task_of(server, now)
    assert begun(server, task, server.new_id(), now)
    assert not begun(server, task, server.new_id(), now), "who looked at the same moment comes too late"
    # One that stood still for longer than its lease finds its copy in other hands.
    slow = film_making.replace(task_of(server, now), run_id=server.new_id())
    assert begun(server, task_of(server, now), slow.run_id, now)
    make_film_copies(server.context)
    with acting_for(server.organisation_id):
        late = server.context.database.write(lambda db: book.end_with(db, slow, "f" * 64, 1, 1.0, now))
    assert not late
    assert copies(ama, name)["small"]["sha256"] != "f" * 64
    run = Run(server.new_id(), JOB.name)
    at = server.clock.now()
    jobs = Jobs([JOB], server.context)
    assert jobs.run_due() == {JOB.name: 0}
    server.clock.advance(60)
    at = server.clock.now()
    assert server.context.database.write(lambda db: job_claims.claim(db, run, at, early=True))
    assert jobs.run_due() == {}, "while one server is at work, no other begins"
    server.clock.advance((job_claims.LEASE + timedelta(seconds=5)).total_seconds())
    assert jobs.run_due() == {JOB.name: 0}


def test_a_film_that_goes_meanwhile_takes_along_what_is_made_of_it(ato, trial, monkeypatch):
    server, name = ato.server, bring(trial, ato, "talk.mp4", film())
    real = book.end_with

    def gone_before(db, task, *rest):
        db.run(
            "DELETE FROM film_copy WHERE organisation_id = :o AND sha256 = :s", o=task.organisation_id, s=task.sha256
        )
        return real(db, task, *rest)

    monkeypatch.setattr(book, "end_with", gone_before)
    make_film_copies(server.context)
    stored = server.settings.files_path / "stored" / server.organisation_id
    assert [one.name for one in stored.rglob("*") if one.is_file()] == [name]


def test_copies_count_as_the_institutes_files_and_wait_for_room(trial, sqlite_server, expect_log, monkeypatch):
    caller = Caller.of(sqlite_server, "ato", roles=("student",))
    name = bring(trial, caller, "talk.mp4", film())
    context = caller.server.context
    with monkeypatch.context() as patch:
        patch.setattr(film_making, "disk_free", lambda _folder: 1_000)
        expect_log("Copies of films wait: server_disk_full")
        assert make_film_copies(context) == 0
    assert ends(caller, name)["small"] == "waiting"
    with monkeypatch.context() as patch:
        patch.setattr(book, "room_used", lambda _db, _organisation_id: 10**15)
        assert make_film_copies(context) == 0
    make_film_copies(context)
    with acting_for(caller.server.organisation_id), context.database.read() as db:
        used = book.room_used(db, caller.server.organisation_id)
    assert used == len(film()) + copies(caller, name)["small"]["bytes"]


def test_a_film_that_the_store_lost_is_nobodys_fault(ato, trial):
    name = bring(trial, ato, "talk.mp4", film())
    FolderStore(ato.server.settings.files_path / "stored").remove(ato.server.organisation_id, name)
    make_film_copies(ato.server.context)
    assert ends(ato, name) == {"small": "gone", "standard": "gone"}
    assert notices(ato.server, ato.person_id) == []


def test_while_the_store_is_away_all_wait(ato, trial, monkeypatch, expect_log):
    expect_log("Copies of films wait: file_store_away")
    name = bring(trial, ato, "talk.mp4", film())

    def away(*_arguments):
        raise CampusError("file_store_away", "The place for files can't be reached.")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", away)
        assert make_film_copies(ato.server.context) == 0
    assert ends(ato, name)["small"] == "waiting"


def test_a_copy_that_a_backup_left_out_is_made_again(ama, trial):
    server, name = ama.server, bring(trial, ama, "talk.mp4", film())
    make_film_copies(server.context)
    small = copies(ama, name)["small"]["sha256"]
    store = FolderStore(server.settings.files_path / "stored")
    for path in (small, f"{name}?quality=small"):
        store.remove(server.organisation_id, copy_name(name, SMALL))
        told_of = ama.ask("GET", f"/api/v1/files/{path}")
        assert told_of.body == film() if "quality" in path else told_of.code == "not_found"
        assert ends(ama, name)["small"] == "waiting"
        assert make_film_copies(server.context) == 1
        assert len(ama.ask("GET", f"/api/v1/files/{name}?quality=small").body) < len(film())


def test_without_the_programs_nothing_is_made_and_the_server_says_so(ato, trial, monkeypatch):
    name = bring(trial, ato, "talk.mp4", film())
    with monkeypatch.context() as patch:
        patch.setattr("server.core.film_programs.shutil.which", lambda _name: None)
        assert make_film_copies(ato.server.context) == 0
        assert ato.server.get("/health/ready").data == {"status": "ready", "missing": ["ffmpeg", "ffprobe"]}
        assert ato.ask("GET", f"/api/v1/files/{name}/copies").data == {"makes": False, "copies": []}
    assert make_film_copies(ato.server.context) == 2, "once it is there, films from before get theirs"


@posix
def test_a_program_that_packs_no_films_is_none(tmp_path):
    from server.core.film_programs import film_programs

    bare = tmp_path / "bare"
    bare.write_text("#!/bin/sh\necho ' V mpeg4'\n")
    bare.chmod(0o700)
    assert film_programs(str(bare), film_program("ffprobe")) is None
    assert film_programs("", "ffprobe") is None
    assert film_programs("ffmpeg", "ffprobe") is not None


def test_the_server_runs_it_by_itself_in_a_thread_of_its_own():
    from server.app import all_jobs

    assert [job for job in all_jobs() if job.slow] == [JOB]


def test_films_have_a_small_picture(ato, trial):
    for kind in ("mp4", "webm"):
        name = bring(trial, ato, f"talk.{kind}", film(kind))
        make_previews(ato.server.context)
        told_of = ato.ask("GET", f"/api/v1/files/{name}/preview")
        assert (told_of.status, told_of.body[:3]) == (200, b"\xff\xd8\xff")


def test_every_institute_has_its_own(ama, trial):
    server = ama.server
    name = bring(trial, ama, "talk.mp4", film())
    elsewhere = server.add_organisation("other", "Other Institute")
    esi_id = server.add_person("esi", organisation_id=elsewhere)
    server.slug = "other"
    esi = Caller(server, server.sign_in("esi").data["access_token"], esi_id)
    make_film_copies(server.context)
    small = copies(ama, name)["small"]["sha256"]
    trial.readers[name] |= {esi_id}
    assert esi.ask("GET", f"/api/v1/files/{small}").code == "not_found"
    assert esi.ask("GET", f"/api/v1/files/{name}/copies").code == "not_found"
