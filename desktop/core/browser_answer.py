"""Waits on this computer for what the system browser brings back from an identity provider."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from shared.core.errors import CampusError
from shared.core.text import text

PATH = "/signed-in"
_MOST_BYTES = 16_384
_LOOK_SECONDS = 0.2
_READ_SECONDS = 5.0
_NAMES = frozenset({"code", "state", "iss", "error"})


class BrowserAnswer:
    """Listens on loopback alone, at a port of the system's choice, for one answer.

    The port is given back when `wait` ends, whichever way; `close` ends it, or the listening that nobody waits at yet.
    Whatever else comes, another path, another name of this computer, a request without state, is turned away.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=8)
        self._listener.settimeout(_LOOK_SECONDS)
        self.port = int(self._listener.getsockname()[1])
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._waited_for = False

    def wait(self, seconds: float) -> Mapping[str, str]:
        """Return code and state. Blocks: use a worker, and once.

        Raises CampusError `browser_cancelled`, `browser_late` or `provider_declined`.
        """
        with self._lock:
            self._waited_for = not self._stopped.is_set()
        try:
            return self._wait(seconds)
        finally:
            self._stopped.set()
            self._listener.close()

    def close(self) -> None:
        """End the waiting and give the port back; where a worker waits, it does so at its next look."""
        with self._lock:
            self._stopped.set()
            if not self._waited_for:
                self._listener.close()

    def _wait(self, seconds: float) -> Mapping[str, str]:
        for _ in range(max(1, round(seconds / _LOOK_SECONDS))):
            if self._stopped.is_set():
                raise CampusError("browser_cancelled", text("The sign-in in the browser was cancelled."))
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                self._stopped.set()
                continue
            with connection:
                found = self._taken(connection)
            if found is not None:
                return _checked(found)
        raise CampusError("browser_late", text("Nothing came back from the browser. Start again."))

    def _taken(self, connection: socket.socket) -> dict[str, str] | None:
        connection.settimeout(_READ_SECONDS)
        try:
            head = _head(connection)
            found = self._read(head)
            _say(connection, found is not None)
        except (OSError, UnicodeDecodeError, ValueError):
            return None
        return found

    def _read(self, head: str) -> dict[str, str] | None:
        first, _, rest = head.partition("\r\n")
        method, _, target = first.partition(" ")
        named = [line.partition(":")[2].strip() for line in rest.split("\r\n") if line[:5].lower() == "host:"]
        parts = urlsplit(target.partition(" ")[0])
        if method != "GET" or parts.path != PATH or named != [f"127.0.0.1:{self.port}"]:
            return None
        query = parse_qs(parts.query, max_num_fields=20)
        found = {name: values[0] for name, values in query.items() if name in _NAMES and len(values) == 1}
        return found if "state" in found and ("code" in found or "error" in found) else None


def _checked(found: dict[str, str]) -> dict[str, str]:
    if "error" in found:
        message = text("The provider didn't let you in. Try again, or sign in with your password.")
        raise CampusError("provider_declined", message, {"error": found["error"][:60]})
    return found


def _head(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received and len(received) < _MOST_BYTES:
        piece = connection.recv(4_096)
        if not piece:
            break
        received += piece
    return received.decode("ascii")


def _say(connection: socket.socket, taken: bool) -> None:
    words = text("You can close this page and go back to Campusdesk.") if taken else text("There is nothing here.")
    page = f"<!doctype html><meta charset=utf-8><title>Campusdesk</title><p>{words}</p>".encode()
    head = (
        f"HTTP/1.1 {'200 OK' if taken else '404 Not Found'}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(page)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\n\r\n"
    )
    connection.sendall(head.encode() + page)
