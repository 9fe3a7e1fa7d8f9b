"""`move`: takes everything from the configured database into an empty one, from SQLite to PostgreSQL above all."""

import argparse
from dataclasses import asdict
from typing import Any

from sqlalchemy.exc import ArgumentError

from server.command_line.terminal import say, say_json
from server.core.settings import Settings, with_driver
from server.migrations.moving import MoveReport, move
from shared.core.errors import CampusError
from shared.core.text import text


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parser."""
    away = commands.add_parser("move", parents=[shared], help="move everything into an empty database")
    away.add_argument("--to", required=True, metavar="URL", help="the empty database, as the role that makes tables")
    away.add_argument("--role", help="the role that the server will work as, where it is another one")
    away.add_argument("--dry-run", action="store_true", help="look whether it can be done, and change nothing")
    away.set_defaults(run=run_move)


def run_move(options: argparse.Namespace, settings: Settings) -> int:
    """Move; the server has to be stopped meanwhile, and the settings have to name the new database afterwards."""
    try:
        target = with_driver(options.to)
    except ArgumentError:
        message = text("This isn't an address of a database. Write postgresql://role@host/name.")
        raise CampusError("address_unusable", message) from None
    report = move(settings.owner_database, target, options.role, dry_run=options.dry_run)
    shown = target.render_as_string(hide_password=True)
    if options.json:
        say_json({"to": shown, "dry_run": options.dry_run, **asdict(report)})
    else:
        _tell(report, shown, dry_run=options.dry_run)
    return 0


def _tell(report: MoveReport, to: str, *, dry_run: bool) -> None:
    rows = sum(report.rows.values())
    if dry_run:
        say(text("Nothing was changed. {rows} rows can be moved to {to}.", rows=rows, to=to))
        return
    say(text("Moved: {rows} rows to {to}, each of them compared.", rows=rows, to=to))
    for one in report.institutes:
        say(text("{slug}: {n} changes, the chain is whole.", slug=one["slug"], n=one["seq"]))
    say(text("Put the new address into the settings (database_url) and start the server."))
