"""Asks a virus scanner about a file before anybody else can open it; no answer is never taken for a good one."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from server.core.file_store import BLOCK
from server.core.settings import Settings
from shared.core.errors import CampusError
from shared.core.text import text

_PORT = 3310
_PIECE = 1 << 16
_LONGEST_ANSWER = 4_096


class ScanVerdict(StrEnum):
    """What a scanner says of a file."""

    CLEAN = "clean"
    INFECTED = "infected"
    ERROR = "error"


@dataclass(frozen=True)
class Scanned:
    """A verdict, with the name of what was found or the reason why nothing can be said."""

    verdict: ScanVerdict
    words: str = ""


class Scanner(Protocol):
    """Looks at a file whose bytes are all there."""

    def scan(self, part: Path) -> Scanned:
        """Return what there is to say; a scanner that is away says `error` and raises nothing."""


class NoScanner:
    """Stands where the settings name no scanner."""

    def scan(self, part: Path) -> Scanned:
        """Say that all is well."""
        del part
        return Scanned(ScanVerdict.CLEAN)


class ClamScanner:
    """Sends files to a ClamAV daemon in pieces (its command INSTREAM), and reads its one line of answer.

    `address` is `unix:/path/of/socket` or `host:port`. At most `largest` bytes are sent, which must be no more than the
    daemon's `StreamMaxLength`; of a longer file the beginning is looked at. Source of the protocol: clamd(8).
    """

    def __init__(self, address: str, largest: int, seconds: float) -> None:
        self._connect = _connector(address, seconds)
        self._largest = largest

    def scan(self, part: Path) -> Scanned:
        """Return the daemon's verdict."""
        try:
            with closing(self._connect()) as line:
                line.sendall(b"zINSTREAM\0")
                for piece in _pieces(part, self._largest):
                    line.sendall(struct.pack("!L", len(piece)) + piece)
                line.sendall(struct.pack("!L", 0))
                return read_answer(_whole_answer(line))
        except OSError as problem:
            return Scanned(ScanVerdict.ERROR, str(problem))


def read_answer(answer: str) -> Scanned:
    """Return what one line of the daemon says; whatever isn't understood is an error."""
    said = answer.strip("\0\r\n ").removeprefix("stream: ")
    if said == "OK":
        return Scanned(ScanVerdict.CLEAN)
    if said.endswith(" FOUND"):
        return Scanned(ScanVerdict.INFECTED, said.removesuffix(" FOUND"))
    return Scanned(ScanVerdict.ERROR, said or "no answer")


def make_scanner(settings: Settings) -> Scanner:
    """Return the scanner that the settings name, or one that lets everything pass where they name none."""
    if settings.scanner is None:
        return NoScanner()
    return ClamScanner(settings.scanner, settings.scanner_largest_bytes, settings.scanner_seconds)


def check_scanned(name: str, scanned: Scanned) -> None:
    """Raise CampusError `file_infected`, or `scanner_away` where nothing can be said of a file now."""
    if scanned.verdict is ScanVerdict.INFECTED:
        message = text(
            "“{name}” carries a virus ({virus}). It was put aside and nobody can open it. Clean the computer that it"
            " comes from, then make the file again.",
            name=name,
            virus=scanned.words,
        )
        raise CampusError("file_infected", message, {"virus": scanned.words})
    if scanned.verdict is ScanVerdict.ERROR:
        message = text("The virus scanner doesn't answer. “{name}” waits and is sent again by itself.", name=name)
        raise CampusError("scanner_away", message, {"retry_after": 60})


def _connector(address: str, seconds: float) -> Callable[[], socket.socket]:
    kind, _, path = address.partition(":")
    if kind == "unix":
        return lambda: _unix(path, seconds)
    host, _, port = address.rpartition(":")
    place = (host or address, int(port) if host and port.isdecimal() else _PORT)
    return lambda: socket.create_connection(place, seconds)


def _unix(path: str, seconds: float) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(seconds)
    try:
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


def _pieces(part: Path, largest: int) -> Iterator[bytes]:
    left = largest
    with part.open("rb") as file:
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            for at in range(0, len(block), _PIECE):
                yield block[at : at + _PIECE]


def _whole_answer(line: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        piece = line.recv(_LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.decode("utf-8", "replace")
