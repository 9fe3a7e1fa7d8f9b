"""Starts the desktop: reads the command line, paints the first window, and builds everything behind it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from desktop.areas import OPENS, QUICK, areas
from desktop.core import settings as stored
from desktop.core.settings import Server
from desktop.shell.preferences import Preferences
from desktop.shell.program import Folders, Plan, Program
from desktop.shell.self_check import SelfCheck
from shared.core.errors import CampusError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the desktop until its last window closes; returns the exit code."""
    options = parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    if options.self_check or options.screenshots:
        return check_self(options)
    app = make_application()
    plan = plan_of(options)
    preferences = Preferences.read(plan.folders.settings)
    if options.theme:
        preferences.keep(preferences.settings.model_copy(update={"theme": options.theme}))
    preferences.apply_look()
    program = Program(plan, preferences)
    program.start()
    code = app.exec()
    program.close()
    return code


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parsed = argparse.ArgumentParser(prog="campusdesk", description="The desktop of Campusdesk.")
    parsed.add_argument("--server", metavar="URL", help="the server to sign in at")
    parsed.add_argument("--demo", action="store_true", help="open a sample institute with a server of its own")
    parsed.add_argument("--profile", metavar="DIR", type=Path, help="a folder of its own for settings and local stores")
    parsed.add_argument("--theme", choices=("light", "dark"), help="start light or dark, and keep it")
    parsed.add_argument("--self-check", action="store_true", help="open every page on the sample institute, then stop")
    parsed.add_argument("--screenshots", metavar="DIR", type=Path, help="the same, and save a picture of every page")
    return parsed


def make_application() -> QApplication:
    """Return the application object, made once."""
    QApplication.setApplicationName("campusdesk")
    QApplication.setApplicationDisplayName("Campusdesk")
    QApplication.setDesktopFileName("campusdesk")
    present = QApplication.instance()
    return present if isinstance(present, QApplication) else QApplication(sys.argv[:1])


def plan_of(options: argparse.Namespace) -> Plan:
    """Return what the options ask for. The sample's server is shared by all desktops of a person on this machine."""
    profile: Path | None = options.profile
    folders = Folders(
        settings=profile or stored.settings_folder(),
        stores=profile or stored.data_folder(),
        sample=stored.data_folder() / "sample",
    )
    server = Server(url=options.server.rstrip("/"), organisation="") if options.server else None
    return Plan(folders=folders, areas=areas(), opens=OPENS, quick=QUICK, server=server, demo=options.demo)


def check_self(options: argparse.Namespace) -> int:
    """Open every page offscreen on the sample institute; 0 when nothing went wrong."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_application()
    try:
        return SelfCheck(areas(), OPENS, options.screenshots, QUICK).run()
    except CampusError as problem:
        sys.stderr.write(f"{problem.message}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
