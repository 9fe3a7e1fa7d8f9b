"""Files that only the server's own account may read."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from shared.core.errors import CampusError
from shared.core.text import text


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp makes its file for the owner alone.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_secret(path: Path) -> bytes:
    """Return the content of a secret file.

    Raises CampusError `secret_exposed` where others may read it (not checked on Windows, whose profiles are private).
    """
    content = path.read_bytes()
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        message = text(
            "Others on this machine can read {path}. Make it private with: chmod 600 {path}",
            path=path,
        )
        raise CampusError("secret_exposed", message)
    return content
