"""Where ffmpeg and ffprobe are, and how they are run: without a shell, with little to use, and an end in time."""

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import IO

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2
_NICEST = 19
_MOST_MEMORY = 2_000_000_000
_LONGEST_LINE = 4_096
_ASK_SECONDS = 20.0
_PACKERS = frozenset({"libx264", "aac"})


class Ended(StrEnum):
    """How a run ended."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """By the server, which stops itself."""
    TOO_SLOW = "too_slow"


@dataclass(frozen=True)
class FilmPrograms:
    """The programs' places."""

    ffmpeg: str
    ffprobe: str


@dataclass(frozen=True)
class Limits:
    """What a run may use: seconds on the clock, and bytes in one file that it writes."""

    seconds: float
    file_bytes: int = 0


def found(name: str) -> str | None:
    """Return where a program is that a setting names, by its path or by a name on the server's path; None without."""
    return shutil.which(name) if name else None


def film_programs(ffmpeg: str, ffprobe: str) -> FilmPrograms | None:
    """Return the programs that the settings name, None where one of them isn't there or packs none."""
    packer, looker = found(ffmpeg), found(ffprobe)
    return FilmPrograms(packer, looker) if packer and looker and _packs(packer, _changed(packer)) else None


def _changed(program: str) -> float:
    try:
        return Path(program).stat().st_mtime
    except OSError:
        return 0.0


@lru_cache(maxsize=8)
def _packs(program: str, _changed_at: float) -> bool:
    """Tell whether a program was built with what packs films: some are without."""
    lines: list[str] = []
    asked = [program, "-hide_banner", "-v", "quiet", "-encoders"]
    ended = run_program(asked, Limits(_ASK_SECONDS), lambda: False, lines.append)
    there = {line.split()[1] for line in lines if len(line.split()) > 1}
    return ended is Ended.DONE and there >= _PACKERS


def run_program(asked: Sequence[str], limits: Limits, stop: Callable[[], bool], hear: Callable[[str], object]) -> Ended:
    """Run a program with the arguments that follow it; `hear` gets each line it writes.

    It has no input, no variables, the lowest priority, and is killed when its time is over, when `stop` says
    so, and on Linux when this process dies.
    """
    if stop():
        return Ended.STOPPED
    try:
        # No shell, and arguments of our own: the files' names in them are ours, too.
        process = subprocess.Popen(  # noqa: S603 - see above
            [*_ends_with_us(), *asked],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
    except OSError as problem:
        _log.warning("A program for films can't be started: %s", type(problem).__name__)
        return Ended.FAILED
    ended, watch = threading.Event(), _Watch(process, limits.seconds, stop)
    watcher = threading.Thread(target=watch.until, args=(ended,), name="watch over a film", daemon=True)
    try:
        _hold(process.pid, limits)
        watcher.start()
        if process.stdout is not None:
            _hear(process.stdout, hear)
        code = process.wait()
    finally:
        process.kill()
        process.wait()
        ended.set()
        if watcher.is_alive():
            watcher.join()
        if process.stdout is not None:
            process.stdout.close()
    if watch.why is not None:
        return watch.why
    return Ended.DONE if code == 0 else Ended.FAILED


class _Watch:
    """Kills a process when its time is over or the server stops."""

    def __init__(self, process: "subprocess.Popen[bytes]", seconds: float, stop: Callable[[], bool]) -> None:
        self._process, self._stop = process, stop
        self._looks = max(1, round(seconds / _LOOK_SECONDS))
        self.why: Ended | None = None

    def until(self, ended: threading.Event) -> None:
        """Watch until the process has ended."""
        for _ in range(self._looks):
            if self._stop():
                self.why = Ended.STOPPED
                break
            if ended.wait(_LOOK_SECONDS):
                return
        self.why = self.why or Ended.TOO_SLOW
        self._process.kill()


def _hear(lines: IO[bytes], hear: Callable[[str], object]) -> None:
    while line := lines.readline(_LONGEST_LINE):
        hear(line.decode("utf-8", "replace").strip())


def _ends_with_us() -> tuple[str, ...]:
    """Return what is put before a program so that it doesn't outlive a server that was killed."""
    helper = shutil.which("setpriv") if sys.platform == "linux" else None
    return (helper, "--pdeathsig", "KILL", "--no-new-privs") if helper else ()


def _hold(pid: int, limits: Limits) -> None:
    """Give a process the lowest priority, and the system's own limits beside ours."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, pid, _NICEST)
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - Windows has none

    held = {resource.RLIMIT_AS: _MOST_MEMORY, resource.RLIMIT_CORE: 0}
    if limits.file_bytes:
        held[resource.RLIMIT_FSIZE] = limits.file_bytes
    for kind, most in held.items():
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(pid, kind, (most, most))
