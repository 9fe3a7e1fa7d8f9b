"""`import roster`: brings a roster in from a file, with the importer of the import page."""

import argparse
from pathlib import Path
from typing import Any

from server.app import build_context
from server.command_line import clock_command, holiday_command
from server.command_line.database_check import check_database
from server.command_line.terminal import complain, say, say_json
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.learning.imports.command import UNREADABLE, Report, Wanted, import_roster, refused
from server.learning.imports.importer import Importer
from shared.core.errors import CampusError
from shared.core.text import text

_SHOWN_ERRORS = 50


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parsers."""
    bring = commands.add_parser("import", help="bring data in from files")
    kinds = bring.add_subparsers(dest="kind", required=True, metavar="kind")
    roster = kinds.add_parser(
        "roster", parents=[shared], help="people, courses and enrolments: OneRoster zip, CSV, XLSX"
    )
    roster.add_argument("file", type=Path)
    roster.add_argument("--organisation", metavar="SLUG", help="the institute's short name, where there are several")
    roster.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    roster.add_argument("--mapping", type=Path, metavar="FILE", help="JSON that says which column holds what")
    roster.add_argument("--yes", action="store_true", help="go on where the import would ask first")
    roster.add_argument(
        "--doubles",
        choices=("leave", "make"),
        default="leave",
        help="what becomes of lines that may be someone known",
    )
    missing = roster.add_mutually_exclusive_group()
    missing.add_argument(
        "--deactivate-missing", dest="deactivates", action="store_true", default=None, help="the file lists everybody"
    )
    missing.add_argument(
        "--keep-missing", dest="deactivates", action="store_false", default=None, help="deactivate nobody for absence"
    )
    roster.set_defaults(run=run_import)
    clock_command.add(kinds, shared)
    holiday_command.add(kinds, shared)


def run_import(options: argparse.Namespace, settings: Settings) -> int:
    """Import a roster; the exit code is 0 for a clean file, 1 with errors in rows, 2 when nothing was done."""
    wanted = Wanted(
        options.file,
        options.organisation,
        options.dry_run,
        options.mapping,
        options.yes,
        options.deactivates,
        options.doubles,
    )
    try:
        report = _imported(wanted, settings)
    except CampusError as refusal:
        report = refused(refusal, wanted)
    if options.json:
        say_json(report.content)
    else:
        _tell(report)
    return report.code


def _imported(wanted: Wanted, settings: Settings) -> Report:
    context = build_context(settings, SystemClock())
    try:
        check_database(settings)
        importer = Importer(context.database, context.door, context.clock, context.new_id)
        return import_roster(importer, context.database, wanted)
    finally:
        context.close()


def _tell(report: Report) -> None:
    found = report.content
    for error in found["errors"][:_SHOWN_ERRORS]:
        complain(error["sentence"])
    if found["error_count"] > _SHOWN_ERRORS:
        complain(text("And {count} more errors; --json lists them.", count=found["error_count"] - _SHOWN_ERRORS))
    if report.code == UNREADABLE:
        return
    for ask in found["asks"]:
        complain(ask["sentence"])
    for left in found.get("left", ()):
        complain(f"{left['label']}: {left['sentence']}")
    if found["dry_run"]:
        say(text("Nothing was changed; this is what the import would do."))
    if found["left_out"]:
        words = "{n} lines are likely someone known and were left out; --doubles make takes them in, the page asks."
        complain(text(words, n=found["left_out"]))
    say(
        text(
            "{rows} rows: {created} new, {updated} changed, {unchanged} as they were, {deactivated} deactivated.",
            **{name: found[name] for name in ("rows", "created", "updated", "unchanged", "deactivated")},
        )
    )
