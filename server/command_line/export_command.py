"""`export calendar`: writes the class sessions of a cohort, a person or a room as an iCalendar file."""

import argparse
from pathlib import Path
from typing import Any

from server.app import build_context
from server.command_line.database_check import check_database
from server.command_line.terminal import say, say_json
from server.core.context import Context
from server.core.database import Db
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.people.organisations import named_organisation
from server.people.own_work import server_actor
from server.timetable.calendar_export import calendar_of
from server.timetable.calendar_subjects import Subject, name_of
from shared.core.errors import CampusError
from shared.core.text import plural, text
from shared.timetable.clashes import room_key

_COHORT = "SELECT id FROM cohort WHERE organisation_id = :organisation_id AND code = :given"
_PERSON = "SELECT id FROM person WHERE organisation_id = :organisation_id AND (number = :given OR username = :given)"
_EVENT = b"BEGIN:VEVENT"


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parsers."""
    bring = commands.add_parser("export", help="write data to files")
    kinds = bring.add_subparsers(dest="kind", required=True, metavar="kind")
    calendar = kinds.add_parser("calendar", parents=[shared], help="class sessions as an iCalendar file")
    whose = calendar.add_mutually_exclusive_group(required=True)
    whose.add_argument("--cohort", metavar="CODE", help="the cohort's code")
    whose.add_argument("--person", metavar="NUMBER", help="the person's number or username")
    whose.add_argument("--room", metavar="NAME", help="the room's name")
    calendar.add_argument("--output", type=Path, metavar="FILE", help="where to write it; without this it is printed")
    calendar.add_argument("--organisation", metavar="SLUG", help="the institute's short name, where there are several")
    calendar.add_argument("--dry-run", action="store_true", help="say what would be written and write nothing")
    calendar.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Write a calendar; with `--json` say what it holds instead of printing it."""
    context = build_context(settings, SystemClock())
    try:
        check_database(settings)
        name, content = _calendar(context, options)
    finally:
        context.close()
    writes = options.output is not None and not options.dry_run
    if writes:
        _write(options.output, content)
    told = {"name": name, "events": content.count(_EVENT), "bytes": len(content), "dry_run": options.dry_run}
    if options.json:
        say_json(told | {"file": str(options.output) if writes else None})
    elif options.output is None and not options.dry_run:
        say(content.decode().rstrip("\r\n"))
    else:
        sentence = plural("{name}: one class.", "{name}: {n} classes.", content.count(_EVENT), name=name)
        say(sentence if writes else text("{sentence} Nothing was written.", sentence=sentence))
    return 0


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as failure:
        message = text("{file} can't be written. Choose another folder.", file=file.name)
        raise CampusError("file_unwritable", message) from failure


def _calendar(context: Context, options: argparse.Namespace) -> tuple[str, bytes]:
    with context.database.read() as db:
        organisation_id, _ = named_organisation(db, options.organisation)
        actor = server_actor(organisation_id)
        subject = _subject(db, organisation_id, options)
        content = calendar_of(db, actor, subject, context.clock.now())
        return name_of(db, organisation_id, subject), content


def _subject(db: Db, organisation_id: str, options: argparse.Namespace) -> Subject:
    if options.room:
        return Subject("room", room_key(options.room))
    sql, given = (_COHORT, options.cohort) if options.cohort else (_PERSON, options.person)
    row = db.one(sql, organisation_id=organisation_id, given=given)
    if row is None:
        raise CampusError("not_found", text("{given} isn't in this institute. Check how it is written.", given=given))
    return Subject("cohort" if options.cohort else "person", row[0])
