"""`init`, `migrate` and `create-admin`: from an empty machine to a server that an administrator can sign in to."""

import argparse
import re
from pathlib import Path
from typing import Any

from server.app import build_context
from server.command_line.administrators import Administrator, make_administrator
from server.command_line.database_check import check_database
from server.command_line.terminal import password_from, say, say_json, show_qr_code
from server.core.context import Context
from server.core.database import Db
from server.core.isolation import DirectorySql
from server.core.keys import make_keys
from server.core.office_certificate import (
    enrolment_address,
    fingerprint,
    make_authority,
    office_files,
    renew_leaf,
)
from server.core.own_names import machine_names
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.migrations.running import migrate
from server.people import organisations, set_up_codes
from server.people.credentials import make_institute_key
from shared.core.clock import Clock
from shared.core.errors import CampusError
from shared.core.text import text

_FIND = DirectorySql("SELECT id FROM {directory} d WHERE slug = :slug")
_ANYONE = "Administrator"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parsers."""
    init = commands.add_parser("init", parents=[shared], help="set the server up; can be run again")
    init.add_argument("--organisation", default="institute", metavar="SLUG", help="the institute's short name")
    init.add_argument("--name", help="the institute's name")
    init.add_argument("--time-zone", default="Africa/Accra")
    init.add_argument("--calling-code", default="233", help="the country's, without plus")
    _add_administrator(init, username=None)
    init.set_defaults(run=run_init)
    tables = commands.add_parser("migrate", parents=[shared], help="bring the tables to this version")
    tables.add_argument("--to", default="head", metavar="REVISION")
    tables.set_defaults(run=run_migrate)
    admin = commands.add_parser("create-admin", parents=[shared], help="add an administrator, or let one in again")
    admin.add_argument("--organisation", default="institute", metavar="SLUG")
    _add_administrator(admin)
    admin.set_defaults(run=run_create_admin)


def _add_administrator(parser: argparse.ArgumentParser, username: str | None = "admin") -> None:
    parser.add_argument("--username", default=username)
    parser.add_argument("--given-name", default=_ANYONE)
    parser.add_argument("--family-name", default="")
    parser.add_argument("--email")
    parser.add_argument("--password-file", type=Path, help="a file whose first line is the password")
    parser.add_argument("--ask-password", action="store_true", help="ask for the password on the terminal")


def run_init(options: argparse.Namespace, settings: Settings) -> int:
    """Make folder, keys, tables, certificate and institute; what is there already stays.

    Where an administrator is named (any of its options) he or she is made at once; otherwise the institute waits to be
    set up from a desktop, with a code that is shown here once.
    """
    if not _SLUG.fullmatch(options.organisation):
        message = text("{slug} can't be a short name. Use small letters, digits and dashes.", slug=options.organisation)
        raise CampusError("field_invalid", message)
    clock = SystemClock()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    make_keys(settings.keys_path)
    migrate(settings.owner_database, settings.database)
    check_database(settings)
    office = _office(settings, clock)
    made, code = _institute(options, settings, clock)
    told = {
        "data_dir": str(settings.data_dir),
        "database": settings.database.render_as_string(hide_password=True),
        "organisation": options.organisation,
        **office,
        "administrator": made,
        "set_up_code": code,
    }
    if options.json:
        say_json(told)
    else:
        _tell(told)
    return 0


def _office(settings: Settings, clock: Clock) -> dict[str, str]:
    files = office_files(settings.data_dir)
    authority = make_authority(files, clock.now())
    names = own_names(settings)
    renew_leaf(files, names, clock.now())
    address = f"https://{_in_address(next(iter(names), 'localhost'))}:{settings.port}"
    return {
        "address": address,
        "fingerprint": fingerprint(authority),
        "enrolment": enrolment_address(address, authority),
    }


def own_names(settings: Settings) -> tuple[str, ...]:
    """Return the names and addresses that the server's certificate carries."""
    found = machine_names() if settings.find_own_names else ()
    return tuple(dict.fromkeys([*settings.certificate_names, *found]))


def _in_address(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _institute(
    options: argparse.Namespace, settings: Settings, clock: Clock
) -> tuple[dict[str, Any] | None, str | None]:
    """Make the institute; returns its administrator where one was named, else the code that sets it up."""
    context = build_context(settings, clock)
    try:
        with context.database.read() as db:
            known = _organisation_id(db, options.organisation)
        if known is None:
            wanted = organisations.NewOrganisation(
                options.organisation, options.name or options.organisation, options.time_zone, options.calling_code
            )
            organisation_id = organisations.create(context.database, clock, context.new_id, wanted)
        else:
            organisation_id = known
        now = clock.now()
        context.database.write(lambda db: make_institute_key(db, context.keys, organisation_id, now))
        if not _names_administrator(options):
            return None, context.database.write(lambda db: _code(db, context, organisation_id, known is None))
        return None if known else make_administrator(context, organisation_id, _administrator(options)), None
    finally:
        context.close()


def _names_administrator(options: argparse.Namespace) -> bool:
    named = (options.username, options.email, options.password_file, options.family_name)
    return any(named) or options.ask_password or options.given_name != _ANYONE


def _code(db: Db, context: Context, organisation_id: str, new: bool) -> str | None:
    """Return a new code for an institute that waits to be set up; an older one is good no longer."""
    if not new and set_up_codes.has_administrator(db, organisation_id):
        return None
    return set_up_codes.make_code(db, context.keys, organisation_id, context.clock.now())


def _administrator(options: argparse.Namespace) -> Administrator:
    return Administrator(
        username=(options.username or "admin").lower(),
        given_name=options.given_name,
        family_name=options.family_name,
        email=options.email,
        password=password_from(options.password_file, ask=options.ask_password),
    )


def _organisation_id(db: Db, slug: str) -> str | None:
    row = db.one(_FIND, slug=slug)
    return row[0] if row else None


def _tell(told: dict[str, Any]) -> None:
    say(text("Campusdesk is set up in {folder}.", folder=told["data_dir"]))
    say(text("Database: {database}", database=told["database"]))
    say()
    if told["administrator"] is not None:
        tell_administrator(told["organisation"], told["administrator"])
        say()
    if told["set_up_code"] is not None:
        tell_code(told["organisation"], told["set_up_code"])
        say()
    words = told["fingerprint"].split(" ")
    say(text("Compare these words with those that a desktop shows at first contact:"))
    say("  " + " ".join(words[:8]))
    say("  " + " ".join(words[8:]))
    say(text("Or let the desktop scan this code: {address}", address=told["enrolment"]))
    show_qr_code(told["enrolment"])
    say()
    say(text("Start it with: campusdesk-server serve"))


def tell_code(organisation: str, code: str) -> None:
    """Say how an institute is set up."""
    say(text("Institute: {slug}", slug=organisation))
    say(text("Set-up code: {code}", code=code))
    words = text("Open Campusdesk on any computer, connect it to this server and choose Set up this institute.")
    say(words)
    say(text("The code is shown once and works once, for {n} days. Run init again for a new one.",
             n=set_up_codes.LIFE.days))  # fmt: skip


def tell_administrator(organisation: str, made: dict[str, Any]) -> None:
    """Say how the administrator gets in."""
    say(text("Institute: {slug}", slug=organisation))
    say(text("Administrator: {name}", name=made["username"]))
    if made["password"] is not None:
        say(text("One-time password: {password} (to be changed at the first sign-in)", password=made["password"]))


def run_migrate(options: argparse.Namespace, settings: Settings) -> int:
    """Bring the tables to a revision."""
    before, after = migrate(settings.owner_database, settings.database, options.to)
    if options.json:
        say_json({"before": before, "after": after})
    elif before == after:
        say(text("The tables are up to date ({revision}).", revision=after))
    else:
        say(text("The tables went from {before} to {after}.", before=before or "-", after=after))
    return 0


def run_create_admin(options: argparse.Namespace, settings: Settings) -> int:
    """Add an administrator; one who is there already gets the role and a new password."""
    context = build_context(settings, SystemClock())
    try:
        check_database(settings)
        with context.database.read() as db:
            organisation_id = _organisation_id(db, options.organisation)
        if organisation_id is None:
            message = text("{slug} isn't an institute on this server.", slug=options.organisation)
            raise CampusError("organisation_unknown", message)
        made = make_administrator(context, organisation_id, _administrator(options))
    finally:
        context.close()
    if options.json:
        say_json({"organisation": options.organisation, "administrator": made})
    else:
        tell_administrator(options.organisation, made)
    return 0
