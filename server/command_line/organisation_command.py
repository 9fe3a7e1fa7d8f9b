"""`organisation`: the institutes of this server, from its own terminal: add, list, suspend, reopen, and operators."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from server.app import build_context
from server.command_line.administrators import Administrator, make_administrator
from server.command_line.database_check import check_database
from server.command_line.setup_commands import tell_administrator, tell_code
from server.command_line.terminal import password_from, say, say_json
from server.core.context import Context
from server.core.settings import Settings
from server.core.system_clock import SystemClock
from server.people.organisation_state import PLATFORM_SLUG
from server.people.platform_service import Platform, Wanted, unknown
from shared.core.text import text
from shared.people.vocabulary import Role

_TERMINAL = "the server's terminal"


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add the parsers."""
    whole = commands.add_parser("organisation", help="the institutes of this server")
    acts = whole.add_subparsers(dest="act", required=True, metavar="what")
    new = acts.add_parser("add", parents=[shared], help="make an institute that waits to be set up")
    new.add_argument("slug", help="its short name")
    new.add_argument("--name", help="its name")
    new.add_argument("--time-zone", default="Africa/Accra")
    new.add_argument("--calling-code", default="233", help="the country's, without plus")
    new.set_defaults(run=run_add)
    acts.add_parser("list", parents=[shared], help="show all with their size").set_defaults(run=run_list)
    stop = acts.add_parser("suspend", parents=[shared], help="let nobody of an institute in")
    stop.add_argument("slug")
    stop.add_argument("--reason", required=True)
    stop.set_defaults(run=run_suspend)
    again = acts.add_parser("reopen", parents=[shared], help="let the people of an institute in again")
    again.add_argument("slug")
    again.set_defaults(run=run_reopen)
    operator = acts.add_parser("operator", parents=[shared], help="add an operator of this server, or let one in again")
    operator.add_argument("username")
    operator.add_argument("--given-name", default="Operator")
    operator.add_argument("--family-name", default="")
    operator.add_argument("--email")
    operator.add_argument("--password-file", type=Path, help="a file whose first line is the password")
    operator.add_argument("--ask-password", action="store_true", help="ask for the password on the terminal")
    operator.set_defaults(run=run_operator)


def _with(settings: Settings, work: Callable[[Context, Platform], dict[str, Any] | list[dict[str, Any]]]) -> Any:
    check_database(settings)
    context = build_context(settings, SystemClock())
    try:
        return work(context, Platform(context))
    finally:
        context.close()


def run_add(options: argparse.Namespace, settings: Settings) -> int:
    """Make an institute and show its set-up code."""
    wanted = Wanted(options.slug, options.name or options.slug, options.time_zone, options.calling_code)
    made = _with(settings, lambda _context, platform: platform.add(wanted))
    if options.json:
        say_json(made)
    else:
        tell_code(made["slug"], made["set_up_code"])
    return 0


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Show all institutes."""
    found = _with(settings, lambda _context, platform: platform.list_all())
    if options.json:
        say_json({"organisations": found})
        return 0
    for one in found:
        say(text("{slug}: {name}, {state}, {people} people, {rows} rows, {megabytes} MB of files, last change {last}",
                 slug=one["slug"], name=one["name"], state=one["state"], people=one["people"], rows=one["rows"],
                 megabytes=one["file_bytes"] // 1_000_000, last=one["last_activity_at"] or "-"))  # fmt: skip
    if not found:
        say(text("There is no institute on this server yet."))
    return 0


def run_suspend(options: argparse.Namespace, settings: Settings) -> int:
    """Suspend an institute."""
    return _set(options, settings, lambda platform, found: platform.suspend(found, options.reason, _TERMINAL))


def run_reopen(options: argparse.Namespace, settings: Settings) -> int:
    """Reopen an institute."""
    return _set(options, settings, lambda platform, found: platform.reopen(found, _TERMINAL))


def _set(options: argparse.Namespace, settings: Settings, act: Callable[[Platform, str], dict[str, Any]]) -> int:
    def work(_context: Context, platform: Platform) -> dict[str, Any]:
        found = next((one["id"] for one in platform.list_all() if one["slug"] == options.slug), None)
        if found is None:
            raise unknown()
        return act(platform, found)

    made = _with(settings, work)
    if options.json:
        say_json(made)
    elif made["state"] == "suspended":
        say(text("{name} is suspended. Nobody of it gets in from the next request on.", name=made["name"]))
    else:
        say(text("{name} is open again.", name=made["name"]))
    return 0


def run_operator(options: argparse.Namespace, settings: Settings) -> int:
    """Add an operator; one who is there already gets a new password."""
    wanted = Administrator(
        username=options.username.lower(),
        given_name=options.given_name,
        family_name=options.family_name,
        email=options.email,
        password=password_from(options.password_file, ask=options.ask_password),
        role=Role.PLATFORM_ADMINISTRATOR,
    )
    made = _with(settings, lambda context, platform: make_administrator(context, platform.make_own(), wanted))
    if options.json:
        say_json({"organisation": PLATFORM_SLUG, "administrator": made})
    else:
        tell_administrator(PLATFORM_SLUG, made)
    return 0
