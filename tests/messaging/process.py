"""A server process of its own for tests: sends letters, or has a turn of a job, once it is told to go."""

import sys
import threading
from pathlib import Path

from server.app import build_context
from server.core.area import Job
from server.core.context import Context
from server.core.jobs import Jobs
from server.core.settings import load_settings
from server.core.system_clock import SystemClock
from server.messaging.courier import Courier

NAME = "count"


def job(line: Path, *, dies: bool = False) -> Job:
    """A job that writes a line; one that `dies` never comes to its end."""

    def run(_context: object) -> int:
        with line.open("a", encoding="utf-8") as stream:
            stream.write("ran\n")
        if dies:
            print("in the middle", flush=True)
            threading.Event().wait(600)
        return 1

    return Job(NAME, 3_600.0, run)


def _work(context: Context, what: str, line: Path) -> int:
    if what == "letters":
        return Courier(context).deliver()
    return sum(Jobs([job(line, dies=what == "dies")], context).run_due().values())


def main() -> None:
    """Say that it is ready, wait for a line, work, and say how much there was to do."""
    what, line = sys.argv[1], Path(sys.argv[2])
    context = build_context(load_settings(), SystemClock())
    print("ready", flush=True)
    sys.stdin.readline()
    print(_work(context, what, line), flush=True)
    context.close()


if __name__ == "__main__":
    main()
