"""`import holidays`: brings holidays in from an iCalendar file on the server's machine."""

import argparse
from pathlib import Path
from typing import Any

from server.app import build_context
from server.command_line.database_check import check_database
from server.command_line.terminal import complain, say, say_json
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.people.organisations import named_organisation
from server.people.own_work import server_actor
from server.timetable.holiday_import import ImportReport, import_holidays
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.timetable.rules import LARGEST_CALENDAR

CLEAN, EVENT_ERRORS = 0, 1
_SHOWN_ERRORS = 50


def add(kinds: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parser to those of `import`."""
    holidays = kinds.add_parser("holidays", parents=[shared], help="holidays from an iCalendar file")
    holidays.add_argument("file", type=Path)
    holidays.add_argument("--organisation", metavar="SLUG", help="the institute's short name, where there are several")
    holidays.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    holidays.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Import holidays; the exit code is 0 for a clean file, 1 with errors in events or when nothing was done."""
    content = _content(options.file)
    context = build_context(settings, SystemClock())
    try:
        check_database(settings)
        with context.database.read() as db:
            organisation_id, _ = named_organisation(db, options.organisation)
        actor = server_actor(organisation_id)
        report = import_holidays(context, actor, content, dry_run=options.dry_run)
    finally:
        context.close()
    if options.json:
        say_json(report.shown())
    else:
        _tell(report)
    return EVENT_ERRORS if report.shown()["errors"] else CLEAN


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_CALENDAR + 1)
    except OSError as failure:
        raise CampusError("file_unreadable", text("{file} can't be read.", file=file.name)) from failure


def _tell(report: ImportReport) -> None:
    found = report.shown()
    for error in found["errors"][:_SHOWN_ERRORS]:
        complain(error["sentence"])
    if len(found["errors"]) > _SHOWN_ERRORS:
        complain(text("And {count} more errors; --json lists them.", count=len(found["errors"]) - _SHOWN_ERRORS))
    if found["dry_run"]:
        say(text("Nothing was changed; this is what the import would do."))
    names = ("events", "added", "changed", "removed", "unchanged")
    say(
        text(
            "{events} events: {added} new, {changed} changed, {removed} removed, {unchanged} as they were.",
            **{name: found[name] for name in names},
        )
    )
    if found["sessions_on_holidays"]:
        one, many = "One class is planned on these days.", "{n} classes are planned on these days."
        say(text("{classes} They stay planned.", classes=plural(one, many, found["sessions_on_holidays"])))
