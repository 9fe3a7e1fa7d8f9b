"""Reads the command line and runs the command; what a person must know is said in a sentence."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.app import own_version
from server.command_line import (
    backup_commands,
    check_command,
    demo_command,
    export_command,
    import_command,
    jobs_command,
    move_command,
    organisation_command,
    serve_command,
    setup_commands,
)
from server.command_line.terminal import complain, say_json
from server.core.settings import load_settings
from shared.core.errors import CampusError

COMMANDS = (
    setup_commands,
    serve_command,
    backup_commands,
    check_command,
    move_command,
    demo_command,
    import_command,
    export_command,
    jobs_command,
    organisation_command,
)
"""Each has `add(commands, shared)`, which adds its parsers; a parser's `run(options, settings)` is the command."""

REFUSED, NOT_OURS, INTERRUPTED = 1, 2, 130
_NOT_OURS = frozenset({"backup_newer", "database_newer"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused with a sentence, 2 not for this program to read."""
    options = parser().parse_args(arguments)
    try:
        settings = load_settings(options.settings, given_settings(options))
        return int(options.run(options, settings))
    except CampusError as refusal:
        complain(refusal.message)
        for name, reason in refusal.details.get("faults", {}).items():
            complain(f"  {name}: {reason}")
        if getattr(options, "json", False):
            say_json({"error": refusal.message, "code": refusal.code, "details": refusal.details})
        return NOT_OURS if refusal.code in _NOT_OURS else REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = argparse.ArgumentParser(prog="campusdesk-server", description="Runs and looks after a Campusdesk server.")
    whole.add_argument("--version", action="version", version=own_version())
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--settings", type=Path, help="a TOML file with settings")
    shared.add_argument("--data-dir", type=Path, help="the folder with keys, certificates and the SQLite database")
    shared.add_argument("--json", action="store_true", help="answer with JSON, for programs")
    commands = whole.add_subparsers(dest="command", required=True, metavar="command")
    for module in COMMANDS:
        module.add(commands, shared)
    return whole


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that stand on the command line."""
    names = ("data_dir", "host", "port", "workers", "plain_http", "log_level", "log_file")
    return {name: getattr(options, name, None) for name in names}
