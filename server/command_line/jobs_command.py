"""`jobs run`: does the server's own work at once, for an office that runs it by its own timetable."""

import argparse
from typing import Any

from server.app import all_jobs, build_context
from server.command_line.database_check import check_database
from server.command_line.terminal import say, say_json
from server.core.jobs import Jobs
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from shared.core.text import text


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parsers."""
    jobs = commands.add_parser("jobs", help="the server's own work, such as reminders")
    kinds = jobs.add_subparsers(dest="jobs", required=True, metavar="what")
    run = kinds.add_parser("run", parents=[shared], help="do it now; a running server does it by itself")
    run.set_defaults(run=run_jobs)


def run_jobs(options: argparse.Namespace, settings: Settings) -> int:
    """Run every job once; what was done already isn't done again."""
    check_database(settings)
    context = build_context(settings, SystemClock())
    try:
        done = Jobs(all_jobs(), context).run_all()
    finally:
        context.close()
    if options.json:
        say_json({"done": done})
        return 0
    for name, count in done.items():
        say(text("{job}: {n} new", job=name, n=count))
    return 0
