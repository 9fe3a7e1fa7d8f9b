"""A real ClamAV daemon of our own, with signatures of our own: the test file that every scanner knows, and a word."""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

HOW_TO_INSTALL = (
    "The tests need the program 'clamd' and found none on this machine. On Debian or Ubuntu run "
    "'apt-get install clamav-daemon'; elsewhere put it on the PATH."
)
# In halves, so that no scanner takes this file for what it tests with. Source: the European Institute for Computer
# Anti-Virus Research, which publishes these 68 characters for such tests.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MARK = b"campusdesk-test-signature-5e1f"
LARGEST = 2_000_000
_TRIES = 12_000


def clamd_program() -> str:
    """Where the daemon is. Raises RuntimeError that says how to get it."""
    found = shutil.which("clamd") or shutil.which("/usr/sbin/clamd") or shutil.which("clamd", path="/usr/local/sbin")
    if found is None:
        raise RuntimeError(HOW_TO_INSTALL)
    return found


@contextlib.contextmanager
def running_clamav() -> Iterator[str]:
    """A daemon for the time of the `with` block; gives its address as the settings take it."""
    with tempfile.TemporaryDirectory(prefix="scan", dir="/tmp" if os.name != "nt" else None) as name:  # noqa: S108 - a socket's path must be short
        folder = Path(name)
        (folder / "own.hdb").write_text(f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:68:Eicar-Test\n")
        (folder / "own.ndb").write_text(f"Campusdesk.Test:0:*:{MARK.hex()}\n")
        told = folder / "clamd.conf"
        told.write_text(
            f"LocalSocket {folder}/clamd.sock\nDatabaseDirectory {folder}\nForeground yes\n"
            f"StreamMaxLength {LARGEST}\nMaxThreads 2\nConcurrentDatabaseReload no\n"
        )
        words = [clamd_program(), "--config-file", str(told)]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(folder / "clamd.sock", process)
                yield f"unix:{folder}/clamd.sock"
            finally:
                process.kill()


def _wait_for(place: Path, process: "subprocess.Popen[bytes]") -> None:
    pause = threading.Event()
    for _ in range(_TRIES):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(str(place))
            return
        if process.poll() is not None:
            break
        pause.wait(0.01)
    message = "clamd didn't start"
    raise RuntimeError(message)
