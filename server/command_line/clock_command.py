"""`import clock`: records attendance from the CSV file of a time clock."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server.app import build_context
from server.attendance.clock_import import Parts, import_clock
from server.command_line.database_check import check_database
from server.command_line.terminal import complain, say, say_json
from server.core.batch import Origin
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.learning.imports.command import CLEAN, ROW_ERRORS, UNREADABLE
from server.people.organisations import named_organisation
from server.people.own_work import server_actor
from shared.attendance.clock_file import ClockColumn, ClockOptions, DateOrder
from shared.core.errors import CampusError
from shared.core.text import text

_SHOWN_ERRORS = 50


def add(kinds: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parser under `import`."""
    clock = kinds.add_parser("clock", parents=[shared], help="attendance from a time clock's CSV file")
    clock.add_argument("file", type=Path)
    clock.add_argument("--organisation", metavar="SLUG", help="the institute's short name, where there are several")
    clock.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    clock.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day of times without a date")
    clock.add_argument("--order", choices=[str(one) for one in DateOrder], help="what 03/04/2026 means")
    clock.add_argument(
        "--column", action="append", default=[], metavar="WHAT=HEAD", help="number, stamp, date or time = its column"
    )
    clock.set_defaults(run=run_import)


def run_import(options: argparse.Namespace, settings: Settings) -> int:
    """Import; the exit code is 0 for a clean file, 1 with errors in rows, 2 when nothing was done."""
    try:
        report = _imported(options, settings)
    except CampusError as refusal:
        if options.json:
            say_json({"error": refusal.message, "code": refusal.code, "details": refusal.details})
        else:
            complain(refusal.message)
        return UNREADABLE
    if options.json:
        say_json(report)
    else:
        _tell(report)
    return ROW_ERRORS if report["errors"] else CLEAN


def _imported(options: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    try:
        data = options.file.read_bytes()
    except OSError as failure:
        raise CampusError("file_unreadable", text("{file} can't be read.", file=options.file.name)) from failure
    context = build_context(settings, SystemClock())
    try:
        check_database(settings)
        with context.database.read() as db:
            organisation_id, zone = named_organisation(db, options.organisation)
        actor = server_actor(organisation_id)
        parts = Parts(context.database, context.door, context.clock, context.new_id)
        order = DateOrder(options.order) if options.order else None
        wanted = ClockOptions(ZoneInfo(zone), options.day, order, _columns(options.column))
        return import_clock(parts, (actor, Origin("")), data, wanted, dry_run=options.dry_run)
    finally:
        context.close()


def _columns(given: list[str]) -> dict[ClockColumn, str]:
    found = {}
    for one in given:
        what, _, head = one.partition("=")
        if what not in set(ClockColumn) or not head:
            raise CampusError(
                "clock_columns_unknown", text("{given} names no column. Write it as number=Badge.", given=one)
            )
        found[ClockColumn(what)] = head
    return found


def _tell(report: dict[str, Any]) -> None:
    for error in report["errors"][:_SHOWN_ERRORS]:
        complain(error["sentence"])
    if len(report["errors"]) > _SHOWN_ERRORS:
        complain(text("And {count} more errors; --json lists them.", count=len(report["errors"]) - _SHOWN_ERRORS))
    if report["unsure"]:
        complain(text("Dates could be day first or month first; they were read day first. Say which with --order."))
    would = text("Would record") if report["dry_run"] else text("Recorded")
    say(
        text(
            "{would}: {recorded} marks from {rows} rows; {beside} beside other marks, {unchanged} known already.",
            would=would,
            recorded=report["recorded"],
            rows=report["rows"],
            beside=report["beside"],
            unchanged=report["unchanged"] + report["repeated"],
        )
    )
