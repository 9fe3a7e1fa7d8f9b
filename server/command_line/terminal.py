"""What commands say on the terminal, and what they ask there."""

import contextlib
import getpass
import json
import sys
from pathlib import Path
from typing import Any

from shared.core.errors import CampusError
from shared.core.text import text


def say(line: str = "") -> None:
    """Write a line for the person."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """Write a line about what went wrong."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def say_json(content: dict[str, Any]) -> None:
    """Write one JSON object on a line, for programs."""
    say(json.dumps(content, ensure_ascii=False))


def show_qr_code(content: str) -> None:
    """Draw a QR code in the terminal."""
    import segno

    with contextlib.suppress(UnicodeEncodeError):  # an old console draws no blocks; the address above says the same
        segno.make(content, error="m").terminal(compact=True)


def password_from(file: Path | None, *, ask: bool) -> str | None:
    """Return a password from a file's first line or from the keyboard; None where neither was asked for.

    Passwords are never taken from the command line, where every process of the machine could read them.
    """
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, UnicodeDecodeError, IndexError):
            raise CampusError("file_unreadable", text("{file} has no password in it.", file=file)) from None
    if not ask:
        return None
    given = getpass.getpass(text("Password: "))
    if given != getpass.getpass(text("Once more: ")):
        raise CampusError("password_refused", text("The two passwords differ. Start again."))
    return given
