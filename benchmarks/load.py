"""A caller that costs little: keeps connections busy over HTTP/1.1 and notes how long each answer took."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_END = b"\r\n\r\n"
_OK = b"200"

Next = Callable[[bytes | None], bytes | None]
"""Gives a connection's next request, made with the body of the last answer (None at first); None ends it."""


@dataclass
class Load:
    """What a run gave: requests answered, seconds, and how many seconds each answer took."""

    answered: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds

    def percentile(self, share: float) -> float:
        """The wait that `share` of the answers stayed within, in milliseconds."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class RefusedError(Exception):
    """An answer was no success."""


def request(method: str, path: str, body: bytes = b"", token: str = "") -> bytes:
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


class _Caller(asyncio.Protocol):
    def __init__(self, load: Load, following: Next, ended: asyncio.Future[None]) -> None:
        self._load, self._following, self._ended = load, following, ended
        self._pieces: list[bytes] = []
        self._missing = -1
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self._transport = transport
        self._go(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(exc or ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            data = b"".join([*self._pieces, data])
            self._pieces = []
            head, found, rest = data.partition(_END)
            if not found:
                self._pieces = [data]
                return
            if head[9:12] != _OK:
                self._fail(head + rest)
                return
            at = head.lower().find(b"content-length:")
            self._missing = int(head[at + 15 :].split(b"\r\n", 1)[0])
            data = rest
        self._pieces.append(data)
        self._missing -= len(data)
        if self._missing == 0:
            body, self._pieces, self._missing = b"".join(self._pieces), [], -1
            self._load.waits.append(time.perf_counter() - self._sent_at)
            self._load.answered += 1
            self._go(body)

    def _fail(self, answer: bytes) -> None:
        if not self._ended.done():
            self._ended.set_exception(RefusedError(answer.decode(errors="replace")))
        assert self._transport is not None
        self._transport.abort()

    def _go(self, body: bytes | None) -> None:
        following = self._following(body)
        assert self._transport is not None
        if following is None:
            self._ended.set_result(None)
            self._transport.abort()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(following)


async def drive(port: int, callers: Sequence[Next]) -> Load:
    """Let each caller use a connection of its own until it has no more requests."""
    loop = asyncio.get_running_loop()
    load = Load()
    endings = [loop.create_future() for _ in callers]
    began = time.perf_counter()
    for following, ended in zip(callers, endings, strict=True):
        await loop.create_connection(lambda f=following, e=ended: _Caller(load, f, e), "127.0.0.1", port)
    await asyncio.gather(*endings)
    load.seconds = time.perf_counter() - began
    return load


def run(port: int, callers: Sequence[Next]) -> Load:
    """Drive a server from a program that does nothing else meanwhile."""
    return asyncio.run(drive(port, callers))


def repeated(message: bytes, times: int) -> Next:
    """The same request again and again."""
    left = [times]

    def following(_body: bytes | None) -> bytes | None:
        left[0] -= 1
        return message if left[0] >= 0 else None

    return following
