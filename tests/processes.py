"""Server processes beside each other in tests: each says that it is ready, and does what it is told, line by line."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from server.core.passwords import PasswordProcess
from tests.serving import TestServer

Process = subprocess.Popen[str]
_STEPS, _STEP = 2_400, 0.05


class Processes:
    """Starts processes on a prepared server's folder and database, as its application's role."""

    def __init__(self, server: TestServer) -> None:
        self._server = server
        self._started: list[Process] = []

    def start(self, module: str, *words: str, **more: str) -> Process:
        """Start a module of tests with words, and with `more` settings than the server's; returns once it is ready."""
        return self.start_all([(module, *words)], **more)[0]

    def start_all(self, asked: Sequence[Sequence[str]], **more: str) -> list[Process]:
        """Start modules with their words side by side; returns once all are ready."""
        settings = self._server.settings
        given = {
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database.render_as_string(hide_password=False),
            "PASSWORD_COST": "4",
            **more,
        }
        environment = {**os.environ, **{f"CAMPUSDESK_{name}": value for name, value in given.items()}}
        made = [
            subprocess.Popen(
                [sys.executable, "-m", *one],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for one in asked
        ]
        self._started += made
        assert [said(one) for one in made] == ["ready"] * len(made)
        return made

    def end(self) -> None:
        """Kill what is still there."""
        for process in self._started:
            process.kill()
            process.communicate(timeout=120)


@contextmanager
def processes_of(server: TestServer) -> Iterator[Processes]:
    """Processes that end with the test."""
    made = Processes(server)
    try:
        yield made
    finally:
        made.end()


def said(process: Process) -> str:
    """The next line that a process says; empty once it is gone."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(*processes: Process, words: str = "go") -> None:
    """Tell processes something, one right after the other."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{words}\n")
        process.stdin.flush()


def until(seen: Callable[[], object]) -> None:
    """Wait for what another process does."""
    pause = threading.Event()
    for _ in range(_STEPS):
        if seen():
            return
        pause.wait(_STEP)
    raise AssertionError("it was never seen")


def is_gone(pid: int) -> bool:
    """Whether there is no process of this number any more."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def halted(passwords: PasswordProcess) -> subprocess.Popen[bytes]:
    """Start the process of passwords and halt it, so that what is asked of it waits; returns it."""
    passwords.hash("x").result(_STEPS * _STEP)
    worker = passwords._process
    assert worker is not None
    worker.send_signal(signal.SIGSTOP)
    return worker
