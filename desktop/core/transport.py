"""The network as an argument: a request and a reply as bytes, and what carries one to the other."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.core.errors import CampusError
from shared.core.text import text

Progress = Callable[[int, int | None], None]
"""Told (bytes so far, bytes in all or None where that isn't known)."""


Take = Callable[[bytes], None]
Taker = Callable[[int, Mapping[str, str]], Take | None]
"""Asked with a reply's status and headers: what takes its body piece by piece, or None to keep it in the reply."""


class Cancel:
    """A flag that ends a transfer at its next piece."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> None:
        """End it."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Tell whether it was ended."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise CampusError `cancelled` once it was ended."""
        if self._event.is_set():
            raise CampusError("cancelled", text("Stopped. Nothing was changed."))


@dataclass(frozen=True)
class Request:
    """What is sent. `path` begins with a slash; `body` may come in pieces of which `size` bytes are expected."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] | None = None
    size: int | None = None
    timeout: float = 30.0
    on_sent: Progress | None = None
    on_received: Progress | None = None
    cancel: Cancel | None = None
    max_bytes: int = 50_000_000
    taker: Taker | None = None


@dataclass(frozen=True)
class Reply:
    """What came back; header names are in small letters, the body is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """Carries requests to one server. Raises ApiError of sort network when no whole reply came."""

    def send(self, request: Request) -> Reply:
        """Send a request and return the whole reply."""
