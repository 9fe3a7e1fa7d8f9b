"""Starts the desktop: reads the command line and paints the first window, then loads everything behind it.

What the first window doesn't need is loaded by name in a worker, while the person types: the areas and all that they
stand on take ten times as long as the window itself.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from desktop.shell.after_paint import AfterPaint
from desktop.shell.first_look import FirstLook, usual_folder
from desktop.shell.sign_in_window import SignInWindow
from desktop.widgets.background import run_in_background

if TYPE_CHECKING:
    from desktop.shell.program import Plan, Program


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the desktop until its last window closes; returns the exit code."""
    options = parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    if options.self_check or options.screenshots:
        return check_self(options)
    app = make_application()
    first = FirstLook.read(options.profile or usual_folder(), options.theme)
    first.apply()
    window = SignInWindow(first.institute)
    window.show()
    begun: list[Program] = []
    # Only once the window is painted: even a worker's imports take turns with the painting.
    AfterPaint(window, lambda: run_in_background(
        load_rest, lambda _none: begun.append(begin(options, window)), None, window))  # fmt: skip
    code = app.exec()
    for program in begun:
        program.close()
    return code


def load_rest() -> None:
    """Load what the first window did without."""
    for name in ("desktop.shell.program", "desktop.areas"):
        importlib.import_module(name)


def begin(options: argparse.Namespace, window: SignInWindow) -> "Program":
    """Bring the painted window to life; what is loaded by then isn't loaded again."""
    program_module: Any = importlib.import_module("desktop.shell.program")
    plan = plan_of(options)
    preferences = program_module.Preferences.read(plan.folders.settings)
    if options.theme:
        preferences.keep(preferences.settings.model_copy(update={"theme": options.theme}))
    program: Program = program_module.Program(plan, preferences, window=window)
    program.start()
    return program


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parsed = argparse.ArgumentParser(prog="campusdesk", description="The desktop of Campusdesk.")
    parsed.add_argument("--server", metavar="URL", help="the server to sign in at")
    parsed.add_argument(
        "--fingerprint", metavar="HEX", default="", help="set up for --server: its office's fingerprint"
    )
    parsed.add_argument("--institute", metavar="NAME", default="", help="the institute's short name at --server")
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


def plan_of(options: argparse.Namespace) -> "Plan":
    """Return what the options ask for. The sample's server is shared by all desktops of a person on this machine."""
    program: Any = importlib.import_module("desktop.shell.program")
    areas: Any = importlib.import_module("desktop.areas")
    plan: Plan = program.make_plan(
        areas.areas(),
        areas.OPENS,
        areas.QUICK,
        profile=options.profile,
        address=options.server,
        demo=options.demo,
        fingerprint=options.fingerprint,
        institute=options.institute,
    )
    return plan


def check_self(options: argparse.Namespace) -> int:
    """Open every page offscreen on the sample institute; 0 when nothing went wrong."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_application()
    areas: Any = importlib.import_module("desktop.areas")
    checking: Any = importlib.import_module("desktop.shell.self_check")
    return int(checking.check_desktop(areas.areas(), areas.OPENS, areas.QUICK, options.screenshots))


if __name__ == "__main__":
    sys.exit(main())
